"""The exercises of notebook 00, Check your seat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chatlib.client.websocket import WebSocket
from chatlib.diagnostics.report import Colour, Report
from chatlib.exercises.quizzes.nb00 import QUIZ as QUIZ
from chatlib.exercises.verdict import NotYet, check_mapping, exercise, shown
from chatlib.exercises.witness import Witness
from chatlib.words import Text

PORT: Final = "Port"  # the topic that the task breaks
ORDERS: Final = ("A B B C", "A B A C", "A B restart C")
RESTARTED: Final = Text("What does a kernel remember after a restart?")
CELLS: Final = {"A": "x = 1", "B": "x = x + 1", "C": "x"}


@exercise
async def ex1(broken: Report | None, fixed: Report | None) -> Text:
    """Break a check and fix it."""
    first, second = _report("broken", broken), _report("fixed", fixed)
    if not (red := _red_topics(first)):
        raise NotYet("nothing is red in `broken`. Was CHATLIB_PORT a word when you asked the doctor?")
    if still := sorted((red & {PORT} or red) & _red_topics(second)):  # another line may have been red before
        raise NotYet(
            '{still}: still red in `fixed`. Do what the card says after "To fix it", and ask again.',
            still=", ".join(still),
        )
    if second.made_at < first.made_at:
        raise NotYet("`fixed` is older than `broken`. Ask the doctor again now, and save what comes as `fixed`.")
    return Text("you broke a check, and fixed it.")


@exercise
async def ex2(guesses: Mapping[str, Any]) -> Text:
    """Run cells in your head: run them, and compare."""
    check_mapping("shown", guesses)
    if set(guesses) != set(ORDERS):
        given = ", ".join(map(str, guesses)) or "none"
        raise NotYet(
            "the orders are {orders}, and shown has {given}. Change None only.", orders=", ".join(ORDERS), given=given
        )
    for order, guess in guesses.items():
        if guess is None:
            raise NotYet(
                "no guess yet for {order}. Go through it cell by cell: what does x hold after each?", order=order
            )
        match _run(order), guess:
            case real, _ if guess == real and type(guess) is type(real):
                continue
            case "NameError", type() | NameError() if guess is NameError or isinstance(guess, NameError):
                continue
            case "NameError", str() if "name" in guess.casefold() and "error" in guess.casefold():
                raise NotYet(
                    '{order}: it raises an error, and you wrote {guess!r}. Write its name alone: "NameError".',
                    order=order,
                    guess=guess,
                )
            case "NameError", _ if _is_error(guess):
                raise NotYet(
                    "{order}: it raises an error, and you wrote {guess!r}. Which one does Python raise for a name that "
                    "it does not know?",
                    order=order,
                    guess=guess,
                )
            case "NameError", _:
                raise NotYet(
                    "{order}: we ran it, and it raises an error, and shows no value. {restarted}",
                    order=order,
                    restarted=RESTARTED,
                )
            case real, str() if guess.strip() == str(real):
                raise NotYet(
                    "{order}: we ran it, and it shows a number. Yours is a text: take the quotation marks away.",
                    order=order,
                )
        raise NotYet(
            "{order}: we ran it, and it does not show {guess!r}. What does x hold after each cell?",
            order=order,
            guess=guess,
        )
    return Text("you ran all of them in your head.")


@exercise
async def ex3(name: str) -> Text:
    """Make the echo say your name."""
    if not isinstance(name, str):
        raise NotYet("the name is {name}. Write a text, between quotation marks.", name=shown(name))
    if not name.strip():
        raise NotYet("there is no name between the quotation marks yet. Put yours there.")
    async with Witness() as witness:
        ws = WebSocket(witness.url)
        await ws.once("open")
        ws.send(name)
        event = await ws.once("message")
        ws.close()
        await ws.once("close")
    return Text("the echo says {data!r}.", data=event.data)


def _report(name: str, report: object) -> Report:
    if isinstance(report, Report):
        return report
    raise NotYet(
        "{name} is {report}, and not a report. Save what chatlib.doctor() returns as {name}.",
        name=name,
        report=shown(report),
    )


def _is_error(guess: object) -> bool:
    """Tell whether it is an exception, its class, or a word for one."""
    if isinstance(guess, type):
        return issubclass(guess, BaseException)
    return isinstance(guess, BaseException) or (isinstance(guess, str) and "error" in guess.casefold())


def _red_topics(report: Report) -> set[str]:
    return {finding.topic for finding in report.findings if finding.colour is Colour.RED}


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
