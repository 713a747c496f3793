"""The exercises of notebook 03, Watch a connection live and die."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

from chatlib.client.websocket import ReadyState, WebSocket
from chatlib.errors import DOMException
from chatlib.exercises.at_once import twice_at_once
from chatlib.exercises.hurry import FACTOR, hurried
from chatlib.exercises.quizzes.nb03 import QUIZ as QUIZ
from chatlib.exercises.verdict import STILL_THERE, NotYet, check_mapping, during, exercise, is_list, result_of, shown
from chatlib.exercises.witness import REFUSED_PATH, Visit, Witness, looks_at_ready_state
from chatlib.words import Text

QUICK_SECONDS: Final = 0.5  # more than a call takes in which nobody sleeps, and the network takes no time
MORE_SECONDS: Final = 0.2  # than all of such a call took: who slept in it slept too little, and short limits are over
MOST_SECONDS: Final = 2.3
SLOWLY: Final = Text(
    "your function was called once more, and its clock ran {factor} times as fast. By that clock, it was slow to "
    "open, and to close",
    factor=FACTOR,
)

ENDINGS: Final = (
    "the server's handler returns",
    "the server's handler raises an exception",
    "the server is going away",
    "somebody cuts the cable",
    "the server refuses the handshake",
    "you send more than the server takes",
    "you call ws.close(4001)",
    "you call ws.close()",
)


@exercise
async def ex1(four_states: Callable[[str], Any]) -> Text:
    """Reach each state."""
    async with Witness(delay=0.1) as witness:
        with looks_at_ready_state(witness.url) as seen:
            states = await result_of(four_states, witness.url)
        left = await witness.everyone_left()
    if not (witness.visits or seen):
        raise NotYet("no connection to the server has opened. Make a WebSocket with the url, and give it time to open.")
    if len(witness.visits) > 1:
        raise NotYet("you opened {count} connections. Look at one, in each of its states.", count=len(witness.visits))
    if witness.visits:
        witness.check_address(witness.visits[0], "")
    if witness.visits and not left:
        raise NotYet("your connection is still open at the server. How does a connection come to its end?")
    if not is_list(states):
        raise NotYet(
            "the connection lived and died, but you returned {states}. A list of four numbers is asked for.",
            states=shown(states),
        )
    if len(states) != 4:
        raise NotYet("the number of states is four, and you returned {count}. Look once in each.", count=len(states))
    if odd := [state for state in states if not isinstance(state, int)]:
        raise NotYet(
            "you returned {odd}, among others. A state is a number: what readyState is at that moment.",
            odd=shown(odd[0]),
        )
    if list(states) != sorted(states) == list(ReadyState):
        raise NotYet("you returned {states}: the numbers are right. Their order is 0, 1, 2, 3.", states=list(states))
    for place, (state, expected) in enumerate(zip(states, ReadyState, strict=True), start=1):
        if state != expected:
            raise NotYet(
                "you returned {states}, and number {place} is not that of {name}. What has happened by then, and what "
                "not yet?",
                states=list(states),
                place=place,
                name=expected.name,
            )
    if missed := sorted(set(range(4)) - set(seen)):
        raise NotYet(
            "nobody looked at the connection's readyState while it was {missed}. Read each number from it.",
            missed=missed[0],
        )
    await _check_slow_network(four_states, await _check_quick_network(four_states))

    async def numbers(url: str) -> list[int]:
        return list(await result_of(four_states, url))

    async with Witness(delay=0.05) as witness:
        await twice_at_once(numbers, (witness.url,), (witness.url,), lambda: ([0, 1, 2, 3], [0, 1, 2, 3]))
    return Text("you saw one connection in each of its four states.")


async def _check_quick_network(four_states: Callable[[str], Any]) -> float:
    """Refuse who keeps what an earlier call has seen, or looks too late; return for how many seconds it slept."""
    async with Witness() as witness:
        began = time.monotonic()
        states = await result_of(four_states, witness.url)
        took = time.monotonic() - began
    if is_list(states) and len(states) > 4:
        raise NotYet(
            "your function was called once more, and returned {states}. {hint}", states=list(states), hint=STILL_THERE
        )
    if not is_list(states) or list(states) != list(ReadyState):
        raise NotYet(
            "your function was called once more, over a network that takes no time, and returned {states}. Look at "
            "each state when it has come, and before the next one can.",
            states=shown(states),
        )
    return took if took > QUICK_SECONDS else 0


async def _check_slow_network(four_states: Callable[[str], Any], took: float) -> None:
    """Refuse who slept for so long and found it open, or closed: over this network that takes longer."""
    seconds = min(took + MORE_SECONDS, MOST_SECONDS)
    async with Witness(delay=seconds / 2) as witness:
        with during(SLOWLY), hurried(lasts=2 * seconds):
            states = await result_of(four_states, witness.url)
    witness.check_one_visit(SLOWLY)
    if not is_list(states) or list(states) != list(ReadyState):
        raise NotYet("{what}, and you returned {found}. Wait for each event.", what=SLOWLY, found=shown(states))


@exercise
async def ex2(codes: Mapping[str, int | None]) -> Text:
    """Match eight endings to codes: play each of them, and compare."""
    check_mapping("codes", codes)
    guesses = [codes.get(ending) for ending in ENDINGS]
    if missing := guesses.count(None):
        advice = Text("The theatre above can play each of them.")
        if missing == 1:
            raise NotYet("1 of 8 endings has no code yet. {advice}", advice=advice)
        raise NotYet("{missing} of 8 endings have no code yet. {advice}", missing=missing, advice=advice)
    if strange := [guess for guess in guesses if not isinstance(guess, int)]:
        raise NotYet("a code is a whole number, such as 1000, and not {strange}.", strange=shown(strange[0]))
    wrong = []
    async with Witness(_end_as_asked) as witness:
        for ending, guess in zip(ENDINGS, guesses, strict=True):
            if await _play(ending, witness.url) != guess:
                wrong.append(Text("when {ending}, the code is not {guess!r}", ending=ending, guess=guess))
    if wrong:
        others = len(wrong) - 1
        more = Text(" {others} more are wrong.", others=others) if others else Text("")
        if others == 1:
            more = Text(" 1 more is wrong.")
        raise NotYet(
            "{wrong}; we just tried it.{more} Who sent a Close frame there, and with a code in it?",
            wrong=wrong[0],
            more=more,
        )
    return Text("we played all eight, and each ended as you said.")


@exercise
async def ex3(reason: str) -> Text:
    """Say goodbye in Chinese, in a reason of 123 bytes."""
    if not isinstance(reason, str):
        raise NotYet("the reason is {reason}. Write a text, between quotation marks.", reason=shown(reason))
    if not reason:
        raise NotYet("the reason is empty. How many bytes does one Chinese character take?")
    async with Witness() as witness:
        ws = WebSocket(witness.url)
        await ws.once("open")
        try:
            ws.close(1000, reason)
        except DOMException as error:
            raise NotYet(
                "{count} characters were too much for close(): {error}.", count=len(reason), error=error
            ) from None
        await ws.once("close")
        await witness.everyone_left()
        arrived = witness.visits[0].close_reason or ""
    if strangers := [character for character in arrived if not (_is_han(character) or _is_chinese_mark(character))]:
        raise NotYet("it arrived, but {odd!r} is no Chinese character, nor Chinese punctuation.", odd=strangers[0])
    if not any(map(_is_han, arrived)):
        raise NotYet("no Chinese character arrived, only “{arrived}”. Say something.", arrived=arrived)
    if (size := len(arrived.encode())) < 123:
        count = len(arrived)
        what = Text("1 character") if count == 1 else Text("{count} characters", count=count)
        raise NotYet("{what} arrived: {size} bytes of UTF-8, and 123 are asked for.", what=what, size=size)
    return Text("all {count} characters arrived at the server, in exactly 123 bytes.", count=len(arrived))


def _is_han(character: str) -> bool:
    """Tell whether it is a Chinese character, of whatever block of Unicode."""
    return character in "〇々" or unicodedata.name(character, "").startswith("CJK ")


def _is_chinese_mark(character: str) -> bool:
    """Tell whether it is punctuation as Chinese texts have it."""
    return character in "～\N{IDEOGRAPHIC SPACE}" or (
        not character.isascii() and unicodedata.category(character).startswith("P")
    )


async def _end_as_asked(visit: Visit) -> None:
    """End the connection in the way that its path names: the ending's place in the list."""
    match visit.path:
        case "/0":
            return
        case "/1":
            raise RuntimeError("on purpose")
        case "/2":
            await visit.connection.close(1001)
        case "/3":
            visit.connection.transport.abort()
        case _:
            await visit.connection.wait_closed()


async def _play(ending: str, url: str) -> int:
    """Let a connection end in this way; return the close event's code."""
    place = ENDINGS.index(ending)
    ws = WebSocket(url + (REFUSED_PATH if place == 4 else f"/{place}"))
    if place > 4:
        await ws.once("open")
    match place:
        case 5:
            ws.send("x" * 2_000_000)
        case 6:
            ws.close(4001)
        case 7:
            ws.close()
    code: int = (await ws.once("close")).code
    return code
