"""The exercises of notebook 07, Design the chat protocol."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from chatlib import wire
from chatlib.errors import BadMessage
from chatlib.exercises.quizzes.nb07 import QUIZ as QUIZ
from chatlib.exercises.verdict import NotYet, exercise, result_of
from chatlib.exercises.witness import Visit, Witness


@exercise
async def ex1(free_name: Callable[[str, list[str]], Any]) -> str:
    """Unique names."""
    played: tuple[tuple[str, list[str], str], ...] = (
        ("Ada", [], "Ada"),
        ("Ada", ["Bo", "Cleo"], "Ada"),
        ("Ada", ["Adam"], "Ada"),
        ("Ada", ["Bo", "Ada"], "Ada (2)"),
        ("Ada", ["Ada", "Ada (2)"], "Ada (3)"),
        ("Ada", ["Ada", "Ada (3)"], "Ada (2)"),
        ("ada", ["Ada"], "ada (2)"),
    )
    for wanted, taken, expected in played:
        given = await result_of(free_name, wanted, list(taken))
        if given == expected:
            continue
        if given is None:
            raise NotYet(f"somebody wanted {wanted!r}, and you returned None.")
        if isinstance(given, str) and given.casefold() in (name.casefold() for name in taken):
            raise NotYet(f"{taken} were taken, somebody wanted {wanted!r}, and got {given!r}. Who is who?")
        raise NotYet(f"{taken} were taken, somebody wanted {wanted!r}, and got {given!r}. Is there a nearer one?")
    return "nobody has a name that somebody else has."


@exercise
async def ex2(visit: Callable[..., Any]) -> str:
    """Enter and leave, on a goodbye and on an abrupt drop."""
    said: dict[str, list[str]] = {"goodbye": [], "cut": []}
    ended = {how: asyncio.Event() for how in said}
    loop = asyncio.get_running_loop()

    async def receive(visitor: Visit) -> None:
        assert visitor.connection.request is not None
        how = visitor.connection.request.path.removeprefix("/")
        try:
            await result_of(visit, visitor.connection, said[how].append)
        finally:
            loop.call_soon_threadsafe(ended[how].set)

    async with Witness(receive) as witness:
        for how in said:
            async with connect(f"{witness.url}/{how}", proxy=None) as connection:
                with suppress(ConnectionClosed):
                    await connection.send("hello")
                if how == "cut":
                    connection.transport.abort()
            with suppress(TimeoutError):
                await asyncio.wait_for(ended[how].wait(), 2)
    for how, last in (("goodbye", "left"), ("cut", "was cut off")):
        came = said[how]
        if came[:1] != ["entered"]:
            raise NotYet(f'somebody came, and what you said was {came}. It begins with "entered".')
        ends = [text for text in came if text in ("left", "was cut off")]
        if not ends:
            went = "said goodbye" if how == "goodbye" else "was cut off"
            raise NotYet(f"somebody {went}, and what you said was {came}. What happens when the loop ends?")
        if ends != [last]:
            meant = "with a goodbye" if how == "goodbye" else "without a goodbye"
            raise NotYet(f"somebody went {meant}, and what you said was {came}. How does async for end, in each case?")
    return "you noticed how each of them left."


@exercise
async def ex3(last_twenty: Callable[[Sequence[str]], Any]) -> str:
    """A history of 20."""
    many = [_frame(2, f"thing {n}") if n % 3 else _frame(n % 2, "User 1 came or went") for n in range(50)]
    few = [_frame(0, "User 1 entered the room"), _frame(2, "hello"), _frame(2, "type 1")]
    for frames in (few, many):
        expected = [text for text in frames if json.loads(text)["type"] == 2][-20:]
        told = await result_of(last_twenty, list(frames))
        if told is None:
            raise NotYet("you returned None, and not a list.")
        told = list(told)
        if told == expected:
            continue
        if told and not all(isinstance(text, str) for text in told):
            raise NotYet(f"the frames are JSON texts, and you returned {type(told[0]).__name__} among them.")
        if any(json.loads(text)["type"] != 2 for text in told):
            raise NotYet("some of what you returned was not said: somebody came or went.")
        if len(told) != len(expected):
            said = sum(json.loads(text)["type"] == 2 for text in frames)
            raise NotYet(f"{said} things were said among {len(frames)} frames, and you returned {len(told)}.")
        if sorted(told) == sorted(expected):
            raise NotYet("these are the right ones, in another order.")
        raise NotYet(f"you begin with {json.loads(told[0])['msg']!r}. Which twenty does a newcomer want to hear?")
    return "a newcomer hears the last twenty that were said."


@exercise
async def ex4(read_strictly: Callable[[str], Any]) -> str:
    """Refuse bad JSON: a server with the learner's gate, and somebody who sends all kinds of things."""
    texts = (
        "hello",
        " 你好 ",
        "{not json",
        "[1, 2]",
        '{"msg": "an object without a type"}',
        '{"type": 2, "msg": "hi"}',
        '{"type": 7, "msg": "hi"}',
        '{"type": "2", "msg": "hi"}',
        '{"type": 2}',
        '{"type": 2, "msg": null}',
        '{"type": 2.0, "msg": "hi"}',
        '{"type": true, "msg": "hi"}',
        '{"type": 2, "msg": ""}',
        "   ",
    )

    async def gate(visitor: Visit) -> None:
        async for text in visitor.connection:
            try:
                answer = {"said": await result_of(read_strictly, str(text))}
            except ValueError as error:
                answer = {"refused": str(error)}
            except Exception as error:
                answer = {"raised": f"{type(error).__name__}: {error}"}
            await visitor.connection.send(json.dumps(answer, default=repr))

    async with Witness(gate) as witness, connect(witness.url, proxy=None) as connection:
        for text in texts:
            await connection.send(text)
            answer = json.loads(await connection.recv())
            if "raised" in answer:
                raise NotYet(f"{text!r} was sent, and your function raised {answer['raised']}. Raise ValueError.")
            try:
                expected = _said(text)
            except BadMessage:
                if "refused" not in answer:
                    raise NotYet(f"{text!r} was sent, and you took it, as {answer['said']!r}.") from None
                if not answer["refused"]:
                    raise NotYet(f"{text!r} was refused, but with no words. What should the page do?") from None
            else:
                if "refused" in answer:
                    raise NotYet(f"{text!r} is a message, and you refused it: {answer['refused']}.")
                if answer["said"] != expected:
                    raise NotYet(f"{text!r} was sent, and you returned {answer['said']!r}.")
    return "messages pass, nonsense is told what it is, and the connection lived."


def _said(text: str) -> str:
    frame = wire.decode_client(text)
    assert isinstance(frame, wire.Say)
    return frame.msg


def _frame(number: int, msg: str) -> str:
    return json.dumps({"type": number, "user": "User 1", "msg": msg, "time": "12:00:00"})
