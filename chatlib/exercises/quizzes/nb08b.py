"""The quiz of notebook 08b, Chat between notebooks: be Bo."""

from __future__ import annotations

from typing import Final

QUIZ: Final = (
    (
        "The kernel that runs the server is restarted. What becomes of the room?",
        {
            "It is gone, with all that was said": (False, "What was said is in the journal."),
            "It goes on when that kernel comes back": (False, "Nobody waits for it: the others stand by."),
            "Another kernel runs it, a moment later": (True, "The kernel that takes over reads the journal."),
        },
    ),
    (
        "Bo's connection breaks after he sent, and before an answer came. Was his message placed?",
        {
            "Yes": (False, "Perhaps it never arrived."),
            "No": (False, "Perhaps only the answer was lost."),
            "He cannot know; so he sends it again, with the same id": (True, "The server drops what it has already."),
        },
    ),
    (
        "What does a browser need to join the room?",
        {
            "Python": (False, "The page speaks JavaScript."),
            "Only the address of the page": (True, "Its own WebSocket does the rest."),
            "A notebook": (False, "The room does not care who is at the other end."),
        },
    ),
)
