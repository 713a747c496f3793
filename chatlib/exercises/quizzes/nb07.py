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
        "Ada closes with code 4001. What does `async for` do at the server?",
        {
            "It ends quietly, because she said goodbye": (False, "Only after 1000, 1001 and 1005."),
            "It raises `ConnectionClosedError`": (True, "So what must be done in any case belongs in `finally`."),
            "It goes on waiting": (False, "The connection has ended, and there is nothing to wait for."),
        },
    ),
    (
        "The server sends a message of a new type, and a page does not know it. What should the page do?",
        {
            "Close the connection": (False, "Then nothing new could be sent while one old page is open."),
            "Show an error": (False, "The person in front of the page can do nothing about it."),
            "Ignore it, and go on": (True, "Must-ignore: that is how protocols can grow."),
        },
    ),
    (
        "A server waits with `await` between a newcomer's history and letting her in. What can happen?",
        {
            "She hears something twice": (False, "She is not among those who are told, so she hears too little."),
            "She never hears what is said meanwhile": (True, "It is too late for the history, and too early for her."),
            "She hears things in the wrong order": (False, "One connection keeps the order of what is sent."),
        },
    ),
)
