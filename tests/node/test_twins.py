"""The two transcripts, Python's and the chat page's, told the same at random: what they tell must be the same.

What people and servers do is drawn from few names, ids and places, so that they meet; and each field of a frame is now
and then something that it cannot be.
"""

from __future__ import annotations

import calendar
import json
import random
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from itertools import product, zip_longest
from typing import Any

import pytest

from chatlib import frame_fields
from tests.support.performance import Performance
from tests.support.places import ROOT

NAMES = ["Ada", "Bo", "Cy", "Ada (2)", "عمر", "李\n", ""]
IDS = [f"a{number}" for number in range(6)]
TEXTS = ["hi", "x" * 17, "é" * 9, " \u200b", "", "half \ud83d", "whole 😀", '"\\\x00\x7f', "<b>"]
TIMES = [f"2026-01-01T00:00:0{second}.000Z" for second in range(4)]
BAD = [
    *(None, True, False, -1, 0, 1.5, 2.0, 7, 2**53, 10**400, 1e300, [], {}, [None], ["Ada", 7], "", "x", "\ud800"),
    *("e-one", "e-1e99", "e-", "-1", "e1", "e-1.0", "e- 1", "e-+1", "e-\u00b2", "e-" + "9" * 16, "\u0661-\u0661"),
    *("2026-02-29T00:00:00.000Z", "2024-02-29T00:00:00.000Z", "2026-01-01T24:00:00.000Z", "2026-13-01T00:00:00Z"),
    *("2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z", "0001-01-01T00:00:00Z", "2026-01-01", "now", "2026-01-01T00:00Z"),
    *("2026-01-01T00:00:00", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:60Z", "2100-02-29T00:00:00Z"),
    *({"rate": "1", "burst": 1, "message_bytes": 1}, {"rate": 1}, {"rate": 0.5, "burst": 2.0, "message_bytes": 0}),
]  # fmt: skip

NO_JSON = ["", "{", "nul", "NaN", '{"type": NaN}', '{"type": 1e999}', "\ufeff{}", '{"type": 5, "type": 99}', "'x'"]

STEPS, SCRIPTS = 60, 150

PLAY = """
import { createInterface } from "node:readline";
const { Performance } = await import(process.argv[2]);
for await (const line of createInterface({ input: process.stdin })) {
  const { kept, steps } = JSON.parse(line);
  const performance = new Performance(kept);
  const outcome = steps.map(step => {
    performance.step(step);
    const { told, sent } = performance;
    performance.told = [];
    performance.sent = [];
    return { told, sent };
  });
  console.log(JSON.stringify(outcome));
}
"""


class Chance:
    """Draws a script: what somebody does, and what a server says to it."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def script(self) -> dict[str, Any]:
        return {"kept": self._draw.choice([1, 3, 10_000]), "steps": [self._step() for _ in range(STEPS)]}

    def _step(self) -> dict[str, Any]:
        draw = self._draw
        kind = draw.choices(
            ["text", "say", "resend", "discard", "rename", "lost", "connected"], [12, 6, 2, 2, 2, 1, 1]
        )[0]
        argument: Any = {
            "text": lambda: json.dumps(self._frame()),
            "say": lambda: {"id": draw.choice(IDS), "msg": draw.choice(TEXTS), "time": draw.choice(TIMES)},
            "resend": lambda: draw.choice(IDS),
            "discard": lambda: draw.choice(IDS),
            "rename": lambda: draw.choice([*NAMES, "half \ud83d", "x" * 70_000]),
            "lost": lambda: draw.choice([True, 1006, 1009]),
            "connected": lambda: True,
        }[kind]()
        return {kind: argument}

    def _frame(self) -> Any:
        draw = self._draw
        if draw.random() < 0.02:
            return draw.choice(BAD)
        number = draw.choices(range(9), [2, 2, 6, 3, 3, 1, 2, 1, 1])[0]
        frame = self.fields(number)
        if draw.random() < 0.1:
            frame[draw.choice(list(frame))] = draw.choice(BAD)
        if draw.random() < 0.02:
            del frame[draw.choice(list(frame))]
        return frame

    def fields(self, number: int) -> dict[str, Any]:
        draw = self._draw
        placed = {"user": draw.choice(NAMES), "msg": draw.choice(TEXTS), "seq": self._seq(), "time": draw.choice(TIMES)}
        match number:
            case 2:
                return {"type": 2, "id": draw.choice(IDS), **placed}
            case 3:
                return {
                    "type": 3,
                    "user": draw.choice(NAMES),
                    "room": draw.choice(["lobby", "Lobby"]),
                    "online": 2,
                    "time": draw.choice(TIMES),
                    "msg": "Welcome",
                    "missed": draw.choice([0, 0, 0, 3, None]),
                    "earlier": draw.choice([0, 5]),
                    "users": draw.choices(NAMES[:4], k=draw.randrange(4)),
                    "history": [self.fields(2) for _ in range(draw.choice([0, 0, 1, 3]))],
                    "limits": {"rate": 20, "burst": 40, "message_bytes": draw.choice([0, 16])},
                }
            case 4:
                codes = [
                    "rate-limited",
                    "too-long",
                    "id-taken",
                    "bad-message",
                    "seat-taken",
                    "shutdown",
                    "from later on",
                ]
                frame = {"type": 4, "code": draw.choice(codes), "msg": "no", "time": draw.choice(TIMES)}
                if draw.random() < 0.7:
                    frame["id"] = draw.choice([*IDS, None])
                return frame | ({"retry_after": 0.5} if draw.random() < 0.5 else {})
            case 5:
                return {"type": 5, "user": draw.choice(NAMES), "time": draw.choice(TIMES), "msg": ""}
            case 6:
                return {"type": 6, "old": draw.choice(NAMES), **placed}
            case 8:
                return {
                    "type": 8,
                    "id": draw.choice(IDS),
                    "placed": draw.choice([0, 0.25]),
                    "written": 1,
                    "answered": [{"user": draw.choice(NAMES), "ms": 1.5} for _ in range(draw.choice([0, 1, 2]))],
                    "silent": draw.choices(NAMES[:4], k=draw.randrange(2)),
                    "unasked": draw.choice([0, 3]),
                    "time": draw.choice(TIMES),
                    "msg": "1 of 2 have it",
                }
            case _:
                return {"type": number, "online": 1, **placed}

    def _seq(self) -> str:
        return f"{self._draw.choice(['e', 'e', 'e', 'f-1'])}-{self._draw.randrange(1, 40)}"


def every_bad_frame() -> Iterator[Any]:
    """Every type of frame with every field missing, or what it cannot be; and what is no frame at all."""
    yield from BAD
    chance = Chance(0)
    for number in range(9):
        good = {**chance.fields(number), "id": "a1", "seq": "e-1", "retry_after": 1}
        for name in good:
            yield {key: value for key, value in good.items() if key != name}
            yield from ({**good, name: value} for value in BAD)
            if name in ("history", "users", "silent", "answered"):
                yield from ({**good, name: [value]} for value in BAD)
            if name in ("history", "limits", "answered"):
                inner = {"limits": good[name], "history": chance.fields(2), "answered": {"user": "Bo", "ms": 1}}[name]
                for key, value in product(inner, BAD):
                    bad = {**inner, key: value}
                    yield {**good, name: bad if name == "limits" else [bad]}


def python_plays(script: dict[str, Any]) -> list[dict[str, Any]]:
    performance = Performance(script["kept"])
    outcome = []
    for step in script["steps"]:
        performance.step(step)
        outcome.append({"told": performance.told, "sent": performance.sent})
        performance.told, performance.sent = [], []
    return outcome


@pytest.fixture
def node_plays(node_path, tmp_path):
    """Return how to have Node play scripts, all in one run."""
    player = tmp_path / "play.mjs"
    player.write_text(PLAY)
    performance = (ROOT / "tests" / "support" / "performance.mjs").as_uri()

    def play(scripts: list[dict[str, Any]]) -> list[Any]:
        lines = "".join(f"{json.dumps(script)}\n" for script in scripts)
        command = [node_path, player, performance]
        done = subprocess.run(command, cwd=ROOT, input=lines, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return play


def compare(script: dict[str, Any], of_python: list[Any], of_node: list[Any]) -> None:
    """Event by event; what differs is shown with the step that led to it."""
    assert len(of_python) == len(of_node) == len(script["steps"])
    for number, step in enumerate(script["steps"]):
        for what in ("told", "sent"):
            for one, other in zip_longest(of_python[number][what], of_node[number][what]):
                assert one == other, f"step {number}, {step}: {what} differs"


def test_both_tell_the_same_whatever_happens(node_plays):
    """Whatever people and servers do, in whatever order."""
    scripts = [Chance(seed).script() for seed in range(SCRIPTS)]
    kinds = set()

    for script, of_node in zip(scripts, node_plays(scripts), strict=True):
        compare(script, python_plays(script), of_node)
        for outcome in of_node:
            kinds |= {event["kind"] for event in outcome["told"]} | {frame["type"] for frame in outcome["sent"]}
    told = {
        "message",
        "notice",
        "gap",
        "dropped",
        "earlier",
        "discarded",
        "people",
        "room",
        "typing",
        "refused",
        "trace",
    }
    assert kinds == told | {2, 6}  # chance met everything that there is


def test_both_take_the_same_frames(node_plays):
    """Each on a connection that is welcome, field by field; and neither takes all of them, or none."""
    good = json.dumps({**Chance(0).fields(3), "user": "Ada"})
    texts = [*map(json.dumps, every_bad_frame()), *NO_JSON]
    steps = [step for text in texts for step in ({"text": good}, {"text": text}, {"lost": True})]
    script = {"kept": 3, "steps": steps}
    of_python = python_plays(script)
    (of_node,) = node_plays([script])

    compare(script, of_python, of_node)
    taken = sum(bool(outcome["told"]) for outcome in of_python[1::3])
    assert 100 < taken < len(texts) / 2


def test_a_time_that_is_taken_can_be_shown(node_path):
    """Whatever passes for one, a page's Intl reads."""
    times = [f"{year}-{month:02}-{day:02}T23:59:59.999Z" for year in (1000, 1900, 2000, 2024, 2026, 9999)
             for month in range(14) for day in range(33)]  # fmt: skip
    taken = []
    for time in times:
        with suppress(ValueError):
            taken.append(frame_fields.time(time))
    ask = "console.log(JSON.stringify(JSON.parse(process.argv[1]).map(time => new Date(time).toISOString())))"
    done = subprocess.run([node_path, "-e", ask, json.dumps(taken)], capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == taken
    assert len(taken) == sum(365 + calendar.isleap(year) for year in (1000, 1900, 2000, 2024, 2026, 9999))
