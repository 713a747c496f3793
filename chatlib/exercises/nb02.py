"""The exercises of notebook 02, Talk to an echo server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from chatlib.client.websocket import WebSocket
from chatlib.exercises.quizzes.nb02 import QUIZ as QUIZ
from chatlib.exercises.verdict import NotYet, exercise, result_of
from chatlib.exercises.witness import Visit, Witness


@exercise
async def ex1(echo_three: Callable[[str], Any]) -> str:
    """Echo three, then close."""
    async with Witness() as witness:
        result = await result_of(echo_three, witness.url)
        left = await witness.everyone_left(0.2)
        if not witness.visits:
            raise NotYet("nobody came to the server. Step 1 creates a WebSocket, with the url.")
        visit = witness.visits[0]
        if visit.messages != ["one", "two", "three"]:
            raise NotYet(f"the server was sent {visit.messages!r}. Did you wait for open, and send all three words?")
        if not left:
            raise NotYet("the server got all three words, but it is still waiting for a goodbye.")
        if visit.close_code != 1000:
            raise NotYet(f"the server read the close code {visit.close_code} in your goodbye. Which one should it be?")
    match result:
        case ([*answers], code) if answers == visit.messages and code == 1000:
            return "the server was sent three words, and then a clean goodbye."
        case ([*answers], _) if answers != visit.messages:
            raise NotYet(f"the server did its part, but you returned these answers: {answers!r}.")
        case _:
            raise NotYet(f"the server did its part, but you returned {result!r}, not a list and a close event's code.")


@exercise
async def ex2(listen_for: Callable[[WebSocket, float], Any]) -> str:
    """Be patient, but not for ever."""

    async def speak_when_asked(visit: Visit) -> None:
        async for message in visit.connection:
            await asyncio.sleep(0.2)
            await visit.connection.send(message)

    async with Witness(speak_when_asked) as witness:
        ws = WebSocket(witness.url)
        await ws.once("open")
        try:
            silence = await result_of(listen_for, ws, 0.05)
        except TimeoutError:
            raise NotYet("when nothing came, a TimeoutError came out of your function. Catch it there.") from None
        if ws.readyState != WebSocket.OPEN:
            raise NotYet("after you had waited in vain, the connection was no longer open. Who closed it?")
        ws.send("hi")
        heard = await result_of(listen_for, ws, 5)
    if silence is not None:
        raise NotYet(f"nobody had said anything, and you returned {silence!r}.")
    if heard is None:
        raise NotYet("the server said something after a fifth of a second, you were given five, and returned None.")
    if heard != "hi":
        raise NotYet(f"a message came, and you returned {heard!r}. Which part of the event holds what was said?")
    return "you heard what was said, and did not wait for ever."


@exercise
async def ex3(questions: Sequence[Any], guesses: Sequence[str]) -> str:
    """Text or bytes: ask the echo."""
    if len(guesses) != len(questions):
        raise NotYet(f"there are {len(questions)} questions, and {len(guesses)} guesses.")
    async with Witness() as witness:
        ws = WebSocket(witness.url)
        await ws.once("open")
        for question, guess in zip(questions, guesses, strict=True):
            ws.send(question)
            event = await ws.once("message")
            if type(event.data).__name__ != guess:
                kind = type(question).__name__
                raise NotYet(f"we sent {question!r}, a {kind}, and no {guess!r} came back. What does an echo keep?")
    return "all four came back as you said."
