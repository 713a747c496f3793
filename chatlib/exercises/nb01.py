"""The exercises of notebook 01, Feel why polling hurts."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from websockets.exceptions import ConnectionClosed

from chatlib.client.events import MessageEvent
from chatlib.exercises.at_once import MEETINGS, Together, twice_at_once
from chatlib.exercises.hurry import FACTOR, be_slow, hurried
from chatlib.exercises.quizzes.nb01 import QUIZ as QUIZ
from chatlib.exercises.verdict import STILL_THERE, NotYet, check_mapping, during, exercise, result_of, shown
from chatlib.exercises.witness import Visit, Witness, in_background
from chatlib.experiments.race import Race
from chatlib.words import Text

RACE_SECONDS: Final = 2.0
POLL_EVERY: Final = 0.25
RATES: Final = (1, 10, 50)

PATH: Final = "/chat"  # whoever puts another one behind it is found out
PAUSE: Final = 0.1  # before the server says each of its texts
MORE_SECONDS: Final = 0.2  # than all of the first call took: who slept, and found the text there, has slept too little
QUICK_SERVER_SECONDS: Final = 3.0
MOST_SECONDS: Final = 3.2
SLOWLY: Final = Text(
    "your function was called once more, and its clock ran {factor} times as fast. By that clock, the server was "
    "slow to speak",
    factor=FACTOR,
)

CASES: Final = {
    "a chat room": ("WebSocket", Text("Everybody there may speak at any time.")),
    "the opening hours of a library": ("HTTP", Text("They change twice a year.")),
    "the goals of a football match, on every page within a second": (
        "SSE",
        Text("Who has news there, and who only listens?"),
    ),
    "a game in which two people steer one boat": (
        "WebSocket",
        Text("Both send, and both see the boat move, many times a second."),
    ),
    "sending in a photo": ("HTTP", Text("There is one question with a big body, and one answer.")),
    "one long answer, shown word by word while it is written": (
        "SSE",
        Text("The page has asked once. Who speaks from then on, and how often?"),
    ),
}


@exercise
async def ex1(most_requests: Mapping[float, str | None]) -> Text:
    """Predict who asks most, at three rates: run the three races, and compare."""
    check_mapping("most_requests", most_requests)
    rates = list(most_requests)
    if sorted(rates, key=str) != sorted(RATES, key=str):
        raise NotYet("the rates are 1, 10 and 50, and you have {rates!r}. Leave the keys as they were.", rates=rates)
    open_ = [rate for rate in rates if most_requests[rate] is None]
    if open_:
        raise NotYet(
            "no guess yet at {lines} a second. Who asks at a fixed pace, and who once per line?", lines=_lines(open_[0])
        )
    races = {rate: Race(rate=rate, seconds=RACE_SECONDS, poll_every=POLL_EVERY) for rate in rates}
    runners = list(races[1].results)
    if strangers := [guess for guess in most_requests.values() if guess not in runners]:
        raise NotYet(
            "{stranger!r} was not in the race. These were: {runners}.",
            stranger=strangers[0],
            runners=", ".join(runners),
        )
    await in_background(_run_all(races.values()))
    for rate, race in races.items():
        guess, results = str(most_requests[rate]), race.results
        most = max(result.requests for result in results.values())
        if results[guess].requests < most:
            raise NotYet(
                "at {lines} a second {guess} sent {requests}, and another one {most}. Polling "
                "asks four times a second: is that more often than there is news, or less?",
                lines=_lines(rate),
                guess=guess,
                requests=_requests(results[guess].requests),
                most=most,
            )
    return Text("your guesses came true in all three races.")


@exercise
async def ex2(choices: Mapping[str, str | None]) -> Text:
    """Choose for six cases."""
    check_mapping("choices", choices)
    if set(choices) != set(CASES):
        raise NotYet("the cases are these six: {cases}. Change None only.", cases=", ".join(CASES))
    for case, (right, why) in CASES.items():
        choice = choices[case]
        if choice is None:
            raise NotYet("no choice yet for {case}. Who speaks there, and how often?", case=case)
        if choice not in ("HTTP", "SSE", "WebSocket"):
            raise NotYet(
                'for {case} you say {choice!r}. Choose "HTTP", "SSE" or "WebSocket".', case=case, choice=choice
            )
        if choice != right:
            raise NotYet("{case}: is {choice} the simplest that is enough? {why}", case=case, choice=choice, why=why)
    return Text("in all six cases this is the simplest that is enough.")


@exercise
async def ex3(first_words: Callable[[str], Any]) -> Text:
    """Let the server speak first."""
    words, more = texts = _numbered("Nobody asked me, but my number is"), _numbered("Then it was")
    said: list[str] = []
    pause, calls = PAUSE, asyncio.get_running_loop()

    async def speak_first(visit: Visit) -> None:
        listening = asyncio.create_task(_write_down(visit))
        with suppress(ConnectionClosed):
            for text in texts:
                await be_slow(pause, calls)
                await visit.connection.send(text)
                said.append(text)
        await listening

    async with Witness(speak_first) as witness:
        began = time.monotonic()
        heard = await result_of(first_words, witness.url + PATH)
        took = time.monotonic() - began
        left = await witness.everyone_left()
    if not witness.visits:
        raise NotYet("no connection to the server has opened. A WebSocket with the url opens one, in a moment.")
    if len(witness.visits) > 1:
        raise NotYet("the server had {count} visitors. One connection is enough.", count=len(witness.visits))
    witness.check_address(witness.visits[0], PATH)
    if witness.visits[0].messages:
        raise NotYet(
            "the server was told {message!r}. Say nothing: it speaks by itself.",
            message=witness.visits[0].messages[0],
        )
    if isinstance(heard, MessageEvent):
        raise NotYet("you returned the event. In which field is what was said?")
    if not said:
        raise NotYet(
            "you had left before the server could speak. Which event brings what it says? Wait for it, then close."
        )
    if heard == [words]:
        raise NotYet("you returned a list. Return what is in it.")
    if heard in (more, [words, more]):
        raise NotYet("the server spoke twice, and you returned {heard!r}. Return what it said first.", heard=heard)
    if heard != words:
        raise NotYet.saying(_what_was_not_said(heard, words))
    if not left:
        raise NotYet("you heard it, but the server has had no goodbye from you. Close the connection, too.")
    texts = other, _ = _numbered("This time it is"), more
    pause = min(took + MORE_SECONDS, MOST_SECONDS)
    async with Witness(speak_first) as witness:
        with during(SLOWLY), hurried(lasts=pause):
            again = await result_of(first_words, witness.url)
    witness.check_one_visit(SLOWLY)
    if again == words:
        raise NotYet(
            "your function was called once more, and returned {found!r}. {hint}", found=words, hint=STILL_THERE
        )
    if again != other:
        raise NotYet("{what}, and you returned {found}. Wait for what it says.", what=SLOWLY, found=shown(again))
    await _check_quick_server(first_words)
    await _check_two_pages(first_words)
    return Text("the server spoke first, and you listened.")


def _what_was_not_said(heard: object, words: str) -> Text:
    if heard is None:
        return Text("the server spoke, and you returned None. Return what it said.")
    if words.strip().casefold() in str(heard).casefold():
        return Text(
            "the server said {words!r} first, and you returned {heard}. Return it just as it was said, and nothing "
            "else.",
            words=words,
            heard=shown(heard),
        )
    return Text(
        "the server said {words!r} first, and you returned {heard}. What it says is the data of a message event.",
        words=words,
        heard=shown(heard),
    )


async def _check_quick_server(first_words: Callable[[str], Any]) -> None:
    """Refuse who listens a moment too late: this server speaks as soon as the connection is open."""
    words = _numbered("Already I say")

    async def speak(visit: Visit) -> None:
        await visit.connection.send(words)
        await visit.connection.wait_closed()

    what = Text("your function was called once more, and the server spoke as soon as your connection was open")
    async with Witness(speak) as witness:
        with during(what):
            calling = asyncio.create_task(result_of(first_words, witness.url))
            done, _ = await asyncio.wait([calling], timeout=QUICK_SERVER_SECONDS)
            calling.cancel()
            found = (
                shown(calling.result()) if done else Text("nothing within {seconds:g} s", seconds=QUICK_SERVER_SECONDS)
            )
    if not done or calling.result() != words:
        raise NotYet("{what}, and you returned {found}. Did you listen by then?", what=what, found=found)


async def _check_two_pages(first_words: Callable[[str], Any]) -> None:
    """Two pages come at once: each is told something else, and says goodbye itself."""
    said = {"/one": _numbered("One is"), "/other": _numbered("Another is")}
    together = Together()

    async def speak(visit: Visit) -> None:
        await together.answer(visit.path, visit.connection, said[visit.path])
        await visit.connection.wait_closed()

    async with Witness(speak) as witness:
        one, other = ((witness.url + path,) for path in said)
        for _ in range(MEETINGS):
            await twice_at_once(first_words, one, other, said.values)
        if not await witness.everyone_left():
            raise NotYet("your function was called twice at once, and one of the connections is still open.")


def _numbered(text: str) -> str:
    """Return it with a number that nobody knows, and with what a strip() takes away."""
    return f" {text} {random.randrange(1000)}\n"


def _lines(count: float) -> Text:
    return Text("1 line") if count == 1 else Text("{count} lines", count=count)


def _requests(count: int) -> Text:
    return Text("1 request") if count == 1 else Text("{count} requests", count=count)


async def _run_all(races: Iterable[Race]) -> None:
    await asyncio.gather(*(race.run() for race in races))


async def _write_down(visit: Visit) -> None:
    async for message in visit.connection:
        visit.messages.append(message)
