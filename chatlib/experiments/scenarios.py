"""Bad days of a network, as scripts: what happens to the cable, what is said meanwhile, and after how many seconds.

Pure: words and numbers. At the end of each the network is good again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Do = Literal[
    "delay",
    "jitter",
    "throttle",
    "freeze",
    "thaw",
    "cut",
    "cut after",
    "refuse",
    "accept",
    "heal",
    "page says",
    "bo says",
]


@dataclass(frozen=True, slots=True)
class Step:
    """``after`` so many seconds, ``do`` this: with seconds, bytes, bytes a second, or a text, whatever it takes."""

    after: float
    do: Do
    value: float | str = 0


SCENARIOS: Final[dict[str, tuple[Step, ...]]] = {
    "tunnel": (
        Step(0, "page says", "We are on the train."),
        Step(0.3, "freeze"),
        Step(0.3, "page says", "Can you hear me?"),
        Step(0.3, "bo says", "Where are you?"),
        Step(3.5, "thaw"),
        Step(0.5, "heal"),
    ),
    "lift": (
        Step(0, "page says", "I take the lift."),
        Step(0.3, "refuse"),
        Step(0, "cut after", 60),  # in the middle of what is said next
        Step(0, "page says", "The doors close, and this is a long sentence."),
        Step(0.2, "bo says", "Which floor?"),
        Step(0.2, "page says", "Hello?"),
        Step(0.8, "heal"),
        Step(1.5, "cut after", 80),  # behind what is said next, and in the middle of its acknowledgement
        Step(0, "page says", "Did you get this?"),
    ),
    "café": (
        Step(0, "delay", 0.3),
        Step(0, "jitter", 0.4),
        Step(0.1, "page says", "The coffee is good."),
        Step(0.2, "throttle", 200),
        Step(0.2, "bo says", "And the network?"),
        Step(0.2, "page says", "Slow, but alive."),
        Step(3, "heal"),
    ),
    "restart": (
        Step(0, "bo says", "The server gets an update."),
        Step(0.2, "refuse"),
        Step(0, "cut"),
        Step(0.4, "page says", "Is somebody there?"),
        Step(0.2, "bo says", "Back in a moment."),
        Step(2, "heal"),
    ),
}
