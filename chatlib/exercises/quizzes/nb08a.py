"""The quiz of notebook 08a, Chat between notebooks: be Ada."""

from __future__ import annotations

from typing import Final

QUIZ: Final = (
    (
        "Both notebooks call `chatlib.serve()`. How many servers are there?",
        {
            "Two, which copy each other's messages": (False, "The second call finds the first server, and joins it."),
            "One": (True, "The first kernel runs it; the others join, and stand by."),
            "One for each room": (False, "One server has many rooms."),
        },
    ),
    (
        "`client.send(...)` has returned. What do you know?",
        {
            "Everybody has read it": (False, "No program can know that."),
            "The server has it": (False, "That is what `delivered` waits for."),
            "The client has it, and does the rest": (True, "It keeps the message until its id comes back."),
        },
    ),
    (
        "Somebody writes `<script>` into the chat. What should a panel do?",
        {
            "Show it, letter by letter": (True, "What a person wrote is text, whatever it looks like."),
            "Take it out": (False, "Then nobody could talk about HTML, and attackers find ways around such filters."),
            "Run it": (False, "In your page, with your rights? Never."),
        },
    ),
)
