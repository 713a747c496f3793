"""The quiz of notebook 09a, Survive bad networks: notice."""

from __future__ import annotations

from typing import Final

QUIZ: Final = (
    (
        "The server pings your page every 20 seconds, and the browser answers. What does your page know?",
        {
            "That the server is alive": (False, "The browser answers by itself, and tells the page nothing."),
            "Nothing": (True, "Neither ping nor pong is an event. The page has to ask with a message of its own."),
            "How slow the network is": (False, "The server could measure that. The page sees no ping at all."),
        },
    ),
    (
        "A connection is half-open. Who knows it?",
        {
            "The end that is still there": (False, "It hears nothing, as on a quiet day. Only a question would tell."),
            "Nobody, until somebody asks and waits": (
                True,
                "Silence fires no event. Somebody has to ask, and look at a clock.",
            ),
            "The operating system, at once": (False, "TCP may try again for many minutes before it gives up."),
        },
    ),
    (
        "Your log has 1011, with the reason `keepalive ping timeout`. What do you look for?",
        {
            "An exception in the handler": (False, "A handler that fails gives 1011 as well, but not this reason."),
            "A silent network, or a loop that was blocked": (True, "Somebody's ping got no pong in time."),
            "A client that closed its tab": (False, "That is 1001, or 1006 if there was no time to say it."),
        },
    ),
    (
        "Your watchdog has found that nobody answers. It calls `ws.close()`. What then?",
        {
            "Wait for the `close` event, then connect again": (
                False,
                "Nobody answers the Close frame either. In a browser the event may take a minute.",
            ),
            "Forget this WebSocket, and make a new one": (True, "Whatever still comes of the old one is ignored."),
            "Send a ping": (False, "A page cannot send a ping frame, and its own question was not answered."),
        },
    ),
)
