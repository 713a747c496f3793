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
        "A handler returns. What happens to its connection?",
        {
            "It stays open": (False, "Nobody would serve it any more."),
            "It is closed, with 1000": (True, "The handler is done, so the server says goodbye."),
            "It is closed, with 1011": (False, "That happens when the handler raises."),
        },
    ),
    (
        "One page does not read. What does `broadcast()` do?",
        {
            "It waits for that page": (False, "It has no `await`, and waits for nobody."),
            "It leaves that page out": (False, "The page is open, so it is given the message all the same."),
            "It hands the message over, and goes on": (
                True,
                "What the page has not read waits in the server's memory.",
            ),
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
    (
        "A client closes with 4001. How does `async for message in connection` end on the server?",
        {
            "Quietly: it was a goodbye": (False, "It was, and yet only 1000, 1001 and no code are quiet."),
            "It raises `ConnectionClosedError`": (True, "So catch `ConnectionClosed`, and clean up in `finally`."),
            "It goes on, and waits": (False, "The connection has ended; there is no more to come."),
        },
    ),
    (
        "The registry is a dictionary with names as keys. A page is opened in a second tab, and the first is closed. "
        "What can happen?",
        {
            "The name is there twice": (False, "A key is in a dictionary once. That is the trouble."),
            "The old handler deletes the new connection": (True, "It deletes the name. Make the connection the key."),
            "The new page is refused": (False, "Nothing refuses it; it takes the old one's place."),
        },
    ),
)
