"""The exercises of notebook 08a, Chat between notebooks: be Ada."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import ipywidgets

from chatlib.client.chat_client import ChatClient
from chatlib.exercises.company import people
from chatlib.exercises.quizzes.nb08a import QUIZ as QUIZ
from chatlib.exercises.verdict import NotYet, exercise, result_of
from chatlib.transcript import Message

HEARD_SECONDS: Final = 3.0


@exercise
async def ex1(say: Callable[[ChatClient, str], Any]) -> str:
    """Say it and wait."""
    async with people("Ada") as (ada,):
        said = [await result_of(say, ada, "Twice the same") for _ in range(2)]
        for message in said:
            if message is None:
                sent = ada.messages
                raise NotYet("you returned None, " + ("but it was sent." if sent else "and nothing was sent."))
            if not isinstance(message, Message):
                raise NotYet(f"you returned {message!r}. What does delivered() return, when you await it?")
            if message.state != "delivered":
                raise NotYet(f"the message that you returned says {message.state!r}. Who can wait for it?")
            if message.msg != "Twice the same":
                raise NotYet(f"you were given 'Twice the same', and said {message.msg!r}.")
        if said[0].id == said[1].id:
            raise NotYet("the same text was to be said twice, and you returned the same message twice.")
    return "the same text, two messages, and both have their place."


@exercise
async def ex2(others: Callable[[ChatClient], Any]) -> str:
    """Who else is here: two of them want the same name."""
    async with people("Cleo", "Dan", "Dan") as (cleo, dan, second):
        played = {
            "Cleo": (await result_of(others, cleo), ["Dan", second.name]),
            "Dan": (await result_of(others, dan), ["Cleo", second.name]),
            second.name: (await result_of(others, second), ["Cleo", "Dan"]),
        }
        here = list(second.people)
    for name, (found, expected) in played.items():
        if found is None:
            raise NotYet(f"{', '.join(here)} are here, and you returned None.")
        if sorted(found) != sorted(expected):
            raise NotYet(f"{', '.join(here)} are here, {name} asked, and you returned {list(found)}.")
    return "everybody sees the others, even with nearly the same name."


@exercise
async def ex3(connect: Callable[..., Any]) -> str:
    """Do not send on blur: play a page in which somebody types, leaves the field, comes back, and clicks."""
    said: list[str] = []
    field, button = ipywidgets.Text(), ipywidgets.Button()
    try:
        await result_of(connect, field, button, said.append)
        _type(field, "Half a sent")
        if said:
            raise NotYet(f"somebody typed 'Half a sent', left the field, and {said} was said.")
        _type(field, "Half a sentence, and the rest")
        button.click()
        if said != ["Half a sentence, and the rest"]:
            raise NotYet(f"'Half a sentence, and the rest' was typed, the button was clicked, and {said} was said.")
        if field.value:
            raise NotYet(f"it was said, and the field still holds {field.value!r}.")
        button.click()
        if len(said) > 1:
            raise NotYet(f"nothing was typed, the button was clicked, and {said[-1]!r} was said.")
    finally:
        field.close()
        button.close()
    return "the button says it, and to leave the field says nothing."


def _type(field: ipywidgets.Text, text: str) -> None:
    """Do what a page does when somebody types a text and leaves the field."""
    if field.continuous_update:
        for length in range(1, len(text)):
            field.value = text[:length]
    field.value = text


@exercise
async def ex4(enter: Callable[[ChatClient, str], Any]) -> str:
    """/nick: another name, and everything else is said as it is."""
    async with people("Ada", "Bo") as (ada, bo):

        async def heard_by_bo(typed: str) -> str | None:
            """Have Ada type this; return what Bo hears, None if it was not said."""
            before = len(bo.messages)
            await result_of(enter, ada, typed)
            with suppress(TimeoutError):
                await bo.until(lambda: len(bo.messages) > before or "Ada" not in bo.people, timeout=HEARD_SECONDS)
            return bo.messages[-1].msg if len(bo.messages) > before else None

        for text in ("Hello", "/nicknames are fun", "Type /nick Cleo to be Cleo"):
            heard = await heard_by_bo(text)
            if "Ada" not in bo.people:
                raise NotYet(f"{text!r} was typed, and Ada got another name. What exactly does the command look like?")
            if heard != text:
                raise NotYet(f"{text!r} was typed, and Bo heard {heard!r}.")
        heard = await heard_by_bo("/nick Cleo the Second")
        if heard is not None:
            raise NotYet(f"'/nick Cleo the Second' was typed, and Bo heard {heard!r}. Is that to be said?")
        names = [name for name in bo.people if name != "Bo"]
        if names != ["Cleo the Second"]:
            raise NotYet(f"'/nick Cleo the Second' was typed, and Ada is now called {', '.join(names)}.")
    return "Ada is called as she likes, and everything else was said."
