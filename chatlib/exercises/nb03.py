"""The exercises of notebook 03, Watch a connection live and die."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from chatlib.client.websocket import WebSocket
from chatlib.errors import DOMException
from chatlib.exercises.verdict import NotYet, exercise, result_of
from chatlib.exercises.witness import REFUSED_PATH, Visit, Witness

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


QUIZ: Final = (
    (
        "`readyState` is 1. What do you know?",
        {
            "The peer is alive": (False, "It was. Since then the network may have fallen silent, and nobody told you."),
            "The handshake has succeeded, and no end has been noticed": (True, "OPEN is what your own end believes."),
            "All that was sent has arrived": (False, "Sending changes no state, and neither does losing a message."),
        },
    ),
    (
        "You call `ws.close(1000)`. When is the connection closed?",
        {
            "When `close()` returns": (False, "Then `readyState` is 2: the conversation about the end has begun."),
            "When the `close` event fires": (True, "Then the other side has answered, or could not be waited for."),
            "When the server has sent 1006": (False, "Nobody can send 1006."),
        },
    ),
    (
        "Your log says 1006. Who sent it?",
        {
            "The server, which has crashed": (False, "A crashed server may be the cause, but it sent nothing."),
            "Your own end, to itself": (True, "It is written down when a connection ends with no Close frame."),
            "A proxy on the way": (False, "A proxy may have cut the line. No Close frame may hold this number."),
        },
    ),
    (
        "The `close` event has `wasClean` true, and code 1011. What happened?",
        {
            "Nothing bad": (False, "Clean says only that both sides said goodbye."),
            "The server's own code failed, and it said so": (True, "1011 is an internal error of the server."),
            "The cable was cut": (False, "Then there is no Close frame, and nothing clean."),
        },
    ),
)
"""Questions and their choices, for the Quiz: whether each is right, and why."""


@exercise
async def ex1(four_states: Callable[[str], Any]) -> str:
    """Reach each state."""
    async with Witness() as witness:
        states = await result_of(four_states, witness.url)
        visits = witness.visits
        left = await witness.everyone_left(0.2)
    if not visits:
        raise NotYet("no connection was opened. Make a WebSocket with the url, and give it time to open.")
    if not left:
        raise NotYet("the server still has you on the line. How does a connection come to its end?")
    if not isinstance(states, list | tuple):
        raise NotYet(f"the connection lived and died, but you returned {states!r}, not a list of four numbers.")
    if len(states) != 4:
        raise NotYet(f"you returned {len(states)} numbers. There are four states: look once in each.")
    for place, (state, expected) in enumerate(zip(states, range(4), strict=True), start=1):
        if state != expected:
            raise NotYet(f"look {place} came at the wrong moment: it saw {state!r}. What has to happen just before it?")
    return "you saw one connection in each of its four states."


@exercise
async def ex2(codes: Mapping[str, int | None]) -> str:
    """Match eight endings to codes: play each of them, and compare."""
    guesses = [codes.get(ending) for ending in ENDINGS]
    if None in guesses:
        missing = guesses.count(None)
        raise NotYet(f"{missing} of 8 endings have no code yet. The theatre above can play most of them.")
    wrong = []
    async with Witness(_end_as_asked) as witness:
        for ending, guess in zip(ENDINGS, guesses, strict=True):
            if await _play(ending, witness.url) != guess:
                wrong.append(f"when {ending}, the code is not {guess!r}")
    if wrong:
        more = f" So are {len(wrong) - 1} more." if len(wrong) > 1 else ""
        raise NotYet(f"{wrong[0]}; we just tried it.{more} Who sent a Close frame there, and with a code in it?")
    return "we played all eight, and each ended as you said."


@exercise
async def ex3(reason: str) -> str:
    """Say goodbye in Chinese, in a reason of 123 bytes."""
    if not reason:
        raise NotYet("the reason is empty. How many bytes does one Chinese character take?")
    async with Witness() as witness:
        ws = WebSocket(witness.url)
        await ws.once("open")
        try:
            ws.close(1000, reason)
        except DOMException as error:
            raise NotYet(f"{len(reason)} characters were too much for close(): {error}") from None
        await ws.once("close")
        await witness.everyone_left()
        arrived = witness.visits[0].close_reason or ""
    strangers = [character for character in arrived if not "\u4e00" <= character <= "\u9fff"]
    if strangers:
        raise NotYet(f"it arrived, but {strangers[0]!r} is no Chinese character.")
    if (size := len(arrived.encode())) < 123:
        raise NotYet(f"{len(arrived)} characters arrived, which are {size} bytes of UTF-8. There is room for more.")
    return f"all {len(arrived)} characters arrived at the server, in exactly 123 bytes."


async def _end_as_asked(visit: Visit) -> None:
    """End the connection in the way that its path names: the ending's place in the list."""
    assert visit.connection.request is not None
    match visit.connection.request.path:
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
