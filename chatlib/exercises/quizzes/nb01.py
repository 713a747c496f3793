"""The quiz of notebook 01, Feel why polling hurts."""

from __future__ import annotations

from typing import Final

QUIZ: Final = (
    (
        "A page polls every 10 seconds. How old is news when it arrives, on average?",
        {
            "0 seconds": (False, "Only if it came at the moment of the question."),
            "5 seconds": (True, "It waits between 0 and 10 seconds for the next question."),
            "10 seconds": (False, "That is the worst case."),
        },
    ),
    (
        "How many HTTP requests does a WebSocket need for a thousand messages?",
        {
            "One": (True, "The handshake. From then on nobody speaks HTTP on this connection."),
            "A thousand": (False, "That would be polling, or a page that sends something by HTTP."),
            "None": (False, "It begins in HTTP, with one request: the handshake."),
        },
    ),
    (
        "What does full duplex mean?",
        {
            "Every message is sent twice": (False, "Each is sent once."),
            "There are two TCP connections": (False, "One is enough: bytes travel on it both ways."),
            "Both sides may send at the same time": (True, "Neither has to wait for the other."),
        },
    ),
    (
        "Only the server has something to say, about once a second. What is the simplest that is enough?",
        {
            "Polling, ten times a second": (False, "It is enough. But nine of ten questions would be for nothing."),
            "Server-sent events": (True, "Plain HTTP, and the browser reconnects by itself."),
            "A WebSocket": (
                False,
                "It is enough. But the page has nothing to say, and reconnecting becomes your work.",
            ),
        },
    ),
)
