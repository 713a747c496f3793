"""The quiz of notebook 07, Design the chat protocol."""

from __future__ import annotations

from typing import Final

QUIZ: Final = (
    (
        "Why did Ada come back with Bo's name?",
        {
            "Two people entered at the same moment": (False, "They came one after the other."),
            "A number that counts down was used for names": (
                True,
                "How many are here says nothing about who has been.",
            ),
            "The server mixed up two connections": (False, "It knew them apart; only their names were equal."),
        },
    ),
    (
        "A cable is cut. Who tells the others that somebody has left?",
        {
            "The one who left": (False, "The cable is cut."),
            "The server, in `finally`": (True, "It runs however the loop ended."),
            "Each page notices by itself": (False, "Pages have no connection to each other."),
        },
    ),
    (
        "A page sends an object of an unknown type. What should the server do?",
        {
            "Close the connection": (False, "One mistake costs that person everything else."),
            "Ignore it": (False, "Then the page waits for something that never comes."),
            "Answer with an error, and go on": (True, "The one who can mend it learns of it."),
        },
    ),
    (
        "What is gained by a core that does no network?",
        {
            "It is faster": (False, "Perhaps; that is not the point."),
            "It can be stepped and tested with plain values": (True, "An event goes in, and effects come out."),
            "It needs no server": (False, "Somebody has to carry out its effects."),
        },
    ),
)
