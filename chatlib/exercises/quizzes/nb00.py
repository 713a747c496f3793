"""The quiz of notebook 00, Check your seat."""

from __future__ import annotations

from typing import Final

QUIZ: Final = (
    (
        "At the left of a cell you see `[*]`. What does it mean?",
        {
            "The cell is running, or waits for its turn": (True, "When it is done, a number takes the star's place."),
            "The cell has failed": (False, "Then you would see red text below it."),
            "The cell is empty": (False, "An empty cell has `[ ]`."),
        },
    ),
    (
        "You define `seat` in one notebook. Does another notebook know it?",
        {
            "Yes": (False, "Each notebook has a kernel of its own, with a memory of its own."),
            "No, unless the two talk": (True, "Notebooks 08a and 08b are about that."),
        },
    ),
    (
        "Red text fills half of the page. Where do you look first?",
        {
            "At the first line": (False, "It only says that a report of an error begins."),
            "At the last line": (True, "It says what went wrong, in one sentence."),
            "At the longest line": (False, "The line that says what went wrong is mostly a short one."),
        },
    ),
)
