"""The quiz of notebook 06, Build echo, then broadcast."""

from __future__ import annotations

from typing import Final

QUIZ: Final = (
    (
        "A client sends ten messages. How often does its handler begin?",
        {
            "Ten times": (False, "That is how often the loop inside the handler goes round."),
            "Once": (True, "A handler serves one connection, from its beginning to its end."),
            "Once for all clients": (False, "Each connection has a run of its own."),
        },
    ),
    (
        "A handler returns. What becomes of its connection?",
        {
            "It stays open": (False, "Nobody would serve it any more."),
            "It is closed, with 1000": (True, "To return is to be done, politely."),
            "It is closed, with 1011": (False, "That is what a handler gets that raises."),
        },
    ),
    (
        "One page does not read. What does `broadcast()` do?",
        {
            "It waits for that page": (False, "It has no `await`, and waits for nobody."),
            "It leaves that page out": (False, "The page is open, so it is given the message all the same."),
            "It hands the message over, and goes on": (True, "What the page has not read waits in the network."),
        },
    ),
    (
        "Ada sends at 12:00:00, and Bo a moment later. Whose message is first in everybody's list?",
        {
            "Ada's, always": (False, "Ada's network may be slower than Bo's."),
            "The one that the server reads first": (True, "Between two connections nothing else decides."),
            "It depends on who reads the list": (False, "The server broadcasts in one order, the same for all."),
        },
    ),
)
