"""The quiz of notebook 90, In ninety minutes."""

from __future__ import annotations

from typing import Final

QUIZ: Final = (
    (
        "`ws.send(text)` has returned. What do you know?",
        {
            "The server has the message": (False, "It may still be in your machine, or get lost on the way."),
            "It was handed over, no more": (True, "Only an answer proves that it arrived."),
            "Everybody in the room has read it": (False, "The server may not even have it yet."),
        },
    ),
    (
        "A `close` event says 1006. Who sent this number?",
        {
            "The server": (False, "No Close frame may hold 1006, so no server can send it."),
            "The client": (False, "`ws.close(1006)` raises an error: the number is reserved."),
            "Nobody": (True, "Your own end writes it down when the connection ended without a Close frame."),
        },
    ),
    (
        "Three pages are connected, and each sends two messages. How often does the server's handler start?",
        {
            "Three times": (True, "Once for each connection. The loop in it runs for each message."),
            "Six times": (False, "A handler is not called per message: the loop in it waits for the next one."),
            "Once": (False, "Each connection has a handler of its own, so that no page waits for another."),
        },
    ),
    (
        "Why did the client's frame with `Hi` have four bytes more than the server's?",
        {
            "It holds the client's name": (False, "A frame does not say who sent it."),
            "It is masked": (True, "A client sends the four bytes of its mask in every frame; a server sends none."),
            "It is encrypted": (False, "The mask is sent along, so it hides nothing. Encryption is `wss://`."),
        },
    ),
)
