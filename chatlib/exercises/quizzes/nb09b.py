"""The quiz of notebook 09b, Survive bad networks: come back."""

from __future__ import annotations

from typing import Final

QUIZ: Final = (
    (
        "Your page sends a message again until it is acknowledged, and the server places whatever comes. What is that?",
        {
            "At most once": (False, "Then it would send each message one time, and hope."),
            "At least once": (True, "An acknowledgement that is lost makes a twin."),
            "Exactly once": (False, "For that, the server has to know a message again: by its id."),
        },
    ),
    (
        "And which guarantee does a plain `send()` give?",
        {
            "At most once": (True, "It goes once, or it is lost, and nobody tells you which."),
            "At least once": (False, "Nobody sends it again."),
            "Exactly once, since TCP repeats what is lost": (
                False,
                "Within one connection. What was on its way when that ended is gone.",
            ),
        },
    ),
    (
        "A server takes every connection and drops it at once. When may the waits begin anew?",
        {
            "At each `open`": (False, "Then all clients storm it at full speed, because it opens each time."),
            "When a connection has lasted": (True, "An `open` alone is no success."),
            "Never": (False, "Then a short outage next week costs half a minute."),
        },
    ),
    (
        "After three reconnects each message is shown four times. Where do you look?",
        {
            "At the server, which sends too often": (False, "It sends one. The network log of the browser shows it."),
            "At what is done at each `open`": (True, "A listener that is added there is added again and again."),
            "At `since`": (False, "A wrong `since` shows old messages again, and not each new one four times."),
        },
    ),
)
