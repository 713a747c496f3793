"""The quiz of notebook 10, Live with slow readers."""

from __future__ import annotations

from typing import Final

QUIZ: Final = (
    (
        "A page does not read. Where do its messages wait first?",
        {
            "In the server's write buffer": (False, "That comes last: only what both kernels have no room for."),
            "In the kernel of the page's computer": (True, "Then in the server's kernel, then in its own memory."),
            "On the wire": (False, "A wire holds only what is on its way just now."),
        },
    ),
    (
        "`await connection.send(text)` has been waiting for ten seconds. What does that mean?",
        {
            "The page has not read that message yet": (False, "`send()` does not wait for the page to read."),
            "All the room on the way to that page is full": (True, "It goes on when the page has read some of it."),
            "The connection is lost": (
                False,
                "If that is noticed, it raises. It is OPEN, and a page that does not read may well be.",
            ),
        },
    ),
    (
        "`broadcast()` never waits. Who pays for that?",
        {
            "The page that reads slowly: it misses messages": (False, "It misses none, and gets all of them late."),
            "Nobody": (False, "What nobody reads must be somewhere."),
            "The server: its memory has no limit": (True, "All that the kernels do not take is kept there."),
        },
    ),
    (
        "A map shows where 50 buses are, once a second. A page falls behind. What does it need?",
        {
            "Every position, in order": (False, "A minute later nobody wants to know where the bus was."),
            "The newest position": (True, "A queue of one, in which the newest wins."),
            "To be disconnected": (False, "It can be used: it is only some positions late."),
        },
    ),
)
