"""The exercises of notebook 01, Feel why polling hurts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from chatlib.exercises.quizzes.nb01 import QUIZ as QUIZ
from chatlib.exercises.verdict import NotYet, exercise, result_of
from chatlib.exercises.witness import Visit, Witness, in_background
from chatlib.experiments.race import Race

RACE_SECONDS: Final = 2.0
POLL_EVERY: Final = 0.25

CASES: Final = {
    "a chat room": ("WebSocket", "Everybody there may speak at any time."),
    "the opening hours of a library": ("HTTP", "They change twice a year."),
    "a goal ticker of a football match": ("SSE", "Who has news there, and who only listens?"),
    "a game in which two people steer one boat": (
        "WebSocket",
        "Both steer, and both see the boat move, many times a second.",
    ),
    "sending in a photo": ("HTTP", "There is one question with a big body, and one answer."),
    "the progress of a long computation": ("SSE", "The page only watches, and the news comes when it comes."),
}


@exercise
async def ex1(most_requests: Mapping[float, str | None]) -> str:
    """Predict who asks most, at three rates: run the three races, and compare."""
    rates = sorted(most_requests)
    if rates != [1, 10, 50]:
        raise NotYet(f"the rates are 1, 10 and 50, and you have {rates}.")
    open_ = [rate for rate in rates if most_requests[rate] is None]
    if open_:
        raise NotYet(f"no guess yet at {open_[0]} lines a second. Who asks at a fixed pace, and who once per line?")
    races = {rate: Race(rate=rate, seconds=RACE_SECONDS, poll_every=POLL_EVERY) for rate in rates}
    runners = list(races[1].results)
    if strangers := [guess for guess in most_requests.values() if guess not in runners]:
        raise NotYet(f"{strangers[0]!r} was not in the race. These were: {', '.join(runners)}.")
    await in_background(_run_all(races.values()))
    for rate, race in races.items():
        guess, results = str(most_requests[rate]), race.results
        most = max(result.requests for result in results.values())
        if results[guess].requests < most:
            raise NotYet(
                f"at {rate} lines a second {guess} sent {results[guess].requests} requests, and somebody else {most}. "
                "Polling asks four times a second: is that more often than there is news, or less?"
            )
    return "your guesses came true in all three races."


@exercise
async def ex2(choices: Mapping[str, str | None]) -> str:
    """Choose for six cases."""
    for case, (right, why) in CASES.items():
        choice = choices.get(case)
        if choice is None:
            raise NotYet(f"no choice yet for {case}. Who speaks there, and how often?")
        if choice not in ("HTTP", "SSE", "WebSocket"):
            raise NotYet(f'for {case} you say {choice!r}. Choose "HTTP", "SSE" or "WebSocket".')
        if choice != right:
            raise NotYet(f"{case}: is {choice} the simplest that will do? {why}")
    return "in all six cases this is the simplest that will do."


@exercise
async def ex3(first_words: Callable[[str], Any]) -> str:
    """Let the server speak first."""
    words = "Nobody asked me, but it is a fine day."

    async def speak_first(visit: Visit) -> None:
        listening = asyncio.create_task(_write_down(visit))
        await asyncio.sleep(0.1)
        await visit.connection.send(words)
        await listening

    async with Witness(speak_first) as witness:
        heard = await result_of(first_words, witness.url)
        left = await witness.everyone_left(0.2)
    if not witness.visits:
        raise NotYet("nobody came to the server. Create a WebSocket with the url.")
    if witness.visits[0].messages:
        raise NotYet(f"the server was told {witness.visits[0].messages[0]!r}. It would have spoken without that.")
    if heard != words:
        raise NotYet(
            f"the server said something, and you returned {heard!r}. Which event brings it, and in which field?"
        )
    if not left:
        raise NotYet("you heard it. But the server is still on the line.")
    return "the server spoke first, and you listened."


async def _run_all(races: Iterable[Race]) -> None:
    await asyncio.gather(*(race.run() for race in races))


async def _write_down(visit: Visit) -> None:
    async for message in visit.connection:
        visit.messages.append(message)
