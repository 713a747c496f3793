"""The exercises of notebook 00, Check your seat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chatlib.client.websocket import WebSocket
from chatlib.diagnostics.report import Colour, Report
from chatlib.exercises.quizzes.nb00 import QUIZ as QUIZ
from chatlib.exercises.verdict import NotYet, exercise
from chatlib.exercises.witness import Witness

CELLS: Final = {"A": "x = 1", "B": "x = x + 1", "C": "x"}


@exercise
async def ex1(broken: Report | None, mended: Report | None) -> str:
    """Break a check and mend it."""
    reds = []
    for name, report in (("broken", broken), ("mended", mended)):
        if not isinstance(report, Report):
            raise NotYet(f"{name} is {report!r}, and not yet what the doctor said. What did you call to see the card?")
        reds.append({finding.topic for finding in report.findings if finding.colour is Colour.RED})
    if not reds[0]:
        raise NotYet("nothing was red in the first card. Was CHATLIB_PORT a word when you asked?")
    if still := sorted(reds[0] & reds[1]):
        raise NotYet(f'{", ".join(still)}: still red in the second card. Type what stands there behind "To mend it".')
    return "you broke a check, and mended it."


@exercise
async def ex2(shown: Mapping[str, Any]) -> str:
    """Run cells in your head: run them, and compare."""
    for order, guess in shown.items():
        if guess is None:
            raise NotYet(f"no guess yet for {order}. Go through it cell by cell: what does x hold after each?")
        if (real := _run(order)) != guess:
            kind = "it raises an error, and shows no value" if isinstance(real, str) else "it shows another value"
            raise NotYet(f"{order}: we ran it, and {kind}. A restarted kernel remembers nothing.")
    return "you ran all of them in your head."


@exercise
async def ex3(name: str) -> str:
    """Make the echo say your name."""
    if not isinstance(name, str):
        raise NotYet(f"{name!r} is a {type(name).__name__}. A text stands in quotation marks.")
    if not name.strip():
        raise NotYet("the name is still empty. Put yours between the quotation marks.")
    async with Witness() as witness:
        ws = WebSocket(witness.url)
        await ws.once("open")
        ws.send(name)
        event = await ws.once("message")
        ws.close()
        await ws.once("close")
    return f"the echo says {event.data!r}."


def _run(order: str) -> Any:
    """Run cells in this order; return what the last one shows, or the name of what was raised."""
    memory: dict[str, Any] = {}
    value = None
    for step in order.split():
        try:
            if step == "restart":
                memory.clear()
            elif step == "C":
                value = eval(CELLS[step], memory)
            else:
                exec(CELLS[step], memory)
        except NameError as error:
            return type(error).__name__
    return value
