"""The exercises of notebook 09a, Survive bad networks: notice."""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import threading
import time
from bisect import bisect
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import accumulate, cycle
from math import inf
from typing import Any, Final

from websockets.asyncio.server import ServerConnection, serve

from chatlib import chaos
from chatlib.client.websocket import WebSocket
from chatlib.exercises.hurry import FACTOR, hurried
from chatlib.exercises.naps import CALLERS
from chatlib.exercises.quizzes.nb09a import QUIZ as QUIZ
from chatlib.exercises.verdict import NO_TURN, NotYet, check_mapping, long_exercise, named_as, result_of, shown
from chatlib.exercises.watchdog import learners_line
from chatlib.exercises.witness import Visit, Witness, in_background
from chatlib.words import Text

TOLERANCE: Final = 0.2
EARLY: Final = 0.03  # of the time that was given: no two clocks are read in the same moment
TALK_SECONDS: Final = 5.0  # of slow traffic
PAUSE: Final = 0.7  # of the time that was given, between two words of a slow server, at the most
PAUSES: Final = (PAUSE, 0.4)  # in turn: together more than was given
SOONER: Final = 0.3  # of it, at the least: who takes other servers' words for this one's is late then
AGAIN: Final = 1.3  # of it: who gives the alarm again at each such silence has done so by then
LOOK_SECONDS: Final = 0.02
LAG: Final = 0.1  # of the time that was given: a machine that was busier can judge nobody
TRIES: Final = 4
MOST_ASKED: Final = 20  # times within it: an answer alone is no reason to ask again
MUCH_TIME: Final = 60.0  # seconds: who asks at a rate of their own asks often in it
LATE: Final = 2.2  # of the time that was given: nobody waits longer for an alarm
# Who looks at a clock from time to time is latest where something came right after a look. When that is, is their
# business: so there are quiet servers that take so much of the time that was given for an answer.
ANSWERS_AFTER: Final = (0.0, 0.02, 0.04, 0.06)
# When a server closes, and with which code: soon, and when somebody has asked it something and waits for the answer.
# One says nothing that can be read; whether that is something that came, and a reason for an alarm, is left open.
LEAVERS: Final = ((1000, 0.3), (1001, 0.8), (1008, 0.3), (1011, 0.3), (1012, 0.3), (4001, 0.3), (1006, 0.3))
GRACE: Final = 0.01  # of the time that was given: who looks five times in it is a fifth late, and a moment

ABNORMAL: Final = 1006  # what a page sees where no Close frame came

NOTHING: Final = "nothing"
NOTHING_SECONDS: Final = 1.5
PING_SECONDS: Final = 0.2

ENDINGS: Final = (
    "the cable is cut",
    "the server's handler raises an exception",
    "frozen, and the page only waits",
    "frozen, the server pings and gives up, the page only waits",
    "frozen, the server pings and gives up, then it thaws",
    "frozen, and the page calls ws.close(4000)",
)

# Handlers raise on purpose here, and connections vanish: a traceback would only frighten.
_quiet = logging.getLogger(f"{__name__}.quiet")
_quiet.disabled = True


# 1: a watchdog in the page --------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Story:
    """What one page heard of its server, and when its watchdog barked."""

    seconds: float
    heard: list[float] = field(default_factory=list)
    alarms: list[float] = field(default_factory=list)
    asked: list[str | bytes] = field(default_factory=list)
    asked_at: list[float] = field(default_factory=list)  # when the page was told to send it
    fell_silent: bool = False

    @property
    def silence(self) -> float:
        """For how long it had heard nothing, at the first alarm or now."""
        at = self.alarms[0] if self.alarms else time.monotonic()
        return at - max(heard for heard in self.heard if heard <= at)

    @property
    def seconds_late(self) -> float:
        """How late the first alarm came; below 0, it came in time."""
        return self.silence - (1 + TOLERANCE + GRACE) * self.seconds

    @property
    def was_told(self) -> bool:
        """Whether the server had said anything before the first alarm; that it opened is no word."""
        return any(heard <= at for at in self.alarms[:1] for heard in self.heard[1:])

    async def until_alarm_or_late(self, times: float) -> None:
        """Wait for the alarm, or until it is late by so many times."""
        while True:
            if self.alarms or (self.fell_silent and self.silence > times * self.seconds):
                return
            await asyncio.sleep(LOOK_SECONDS)


class _Late(NotYet):
    """An alarm that came too late by ``over`` seconds, or has not come: on a busy machine they may be the machine's."""

    def __init__(self, over: float, hint: Text) -> None:
        super().__init__(hint)
        self.over = over


class _Lag:
    """How late a loop came round at the worst."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.turns = 0

    async def measure(self) -> None:
        """Measure until cancelled."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(LOOK_SECONDS)
            self.turns += 1
            self.longest = max(self.longest, time.monotonic() - began - LOOK_SECONDS)


class _Kept:
    """For how long at the worst a line of the learner's kept the loop of this thread: another one looks."""

    def __init__(self, lag: _Lag) -> None:
        self.longest = 0.0
        self._lag = lag
        self._thread = threading.get_ident()

    async def measure(self) -> None:
        """Measure until cancelled."""
        turns, since = 0, 0.0
        while True:
            now = time.monotonic()
            if self._lag.turns != turns or not learners_line(sys._current_frames().get(self._thread), CALLERS):
                turns, since = self._lag.turns, now
            self.longest = max(self.longest, now - since)
            await asyncio.sleep(LOOK_SECONDS)


@long_exercise
async def ex1(watch: Callable[..., Any]) -> Text:
    """A watchdog for the page: silence is found in time; slow traffic, and a quiet server that answers, are none."""
    for busy in range(TRIES):
        # Never the one second of the notebook, which is over within each PAUSE; and the more time there is, the less a
        # lag matters.
        seconds = round(random.uniform(1.65, 1.75) * (1 + busy / 2), 2)
        here, there = _Lag(), _Lag()
        kept = _Kept(here)
        measuring = [asyncio.create_task(here.measure())]
        measuring += [asyncio.create_task(in_background(each.measure())) for each in (there, kept)]
        try:
            await _watched(watch, seconds)
        except NotYet as hint:
            if kept.longest > 0.5 * max(seconds, here.longest) and here.longest > 3 * there.longest:
                raise NotYet(
                    "for {seconds:.1f} s nothing else had a turn, so nothing could be heard. {no_turn}",
                    seconds=here.longest,
                    no_turn=NO_TURN,
                ) from None
            if max(here.longest, there.longest) <= (hint.over if isinstance(hint, _Late) else LAG * seconds):
                raise
        else:
            await _check_rate(watch)
            return Text("silence was found in time, and nothing else was taken for it.")
        finally:
            for task in measuring:
                task.cancel()
    raise NotYet(
        "this cannot be judged: the loop of your notebook came round up to {here:.2f} s late, and another one up to "
        "{there:.2f} s. Where only yours is late, your code keeps it; else the machine is busy: run this cell once "
        "more.",
        here=here.longest,
        there=there.longest,
    )


async def _watched(watch: Callable[..., Any], seconds: float) -> None:
    """Have it watch several servers at once; of what goes wrong at about the same time, tell the first.

    They all fall silent within one ``seconds`` of each other: who is late for one is late for each, in any order.
    """
    start = asyncio.Lock()

    async def in_turn(*args: Any) -> None:
        """Start one after the other: for how long their code blocks the loop shall not depend on how many there are."""
        async with start:
            await asyncio.sleep(0)
            watching = asyncio.ensure_future(result_of(watch, *args))
            await asyncio.sleep(0)
        await watching

    quiet = [_quiet_one(in_turn, seconds, answers_after=part * seconds) for part in ANSWERS_AFTER]
    leavers = [_leaver(in_turn, seconds, code=code, after=part * seconds) for code, part in LEAVERS]
    plays = [*map(asyncio.create_task, (_slow(in_turn, seconds), *quiet, *leavers))]
    try:
        done, pending = await asyncio.wait(plays, return_when=asyncio.FIRST_EXCEPTION)
        if pending:
            is_late = any(isinstance(play.exception(), _Late) for play in done)
            await asyncio.wait(pending, timeout=(LATE if is_late else 0.3) * seconds)
        for play in plays:
            if play.done():
                play.result()
    finally:
        for play in plays:
            play.cancel()
        await asyncio.gather(*plays, return_exceptions=True)


async def _slow(watch: Callable[..., Any], seconds: float) -> None:
    """A server that speaks seldom, but in time, and answers nothing; then it falls silent."""
    story = _Story(seconds)

    async def speak(visit: Visit) -> None:
        for number, (pause, so_far) in enumerate(zip(cycle(PAUSES), accumulate(cycle(PAUSES)), strict=False)):
            if so_far > TALK_SECONDS / seconds - SOONER:
                break
            await visit.connection.send(f"news {number}" if number % 2 else "")  # whatever it says
            with suppress(TimeoutError):
                await asyncio.wait_for(visit.connection.wait_closed(), pause * seconds)
        await visit.connection.send("the last news")
        story.fell_silent = True
        await visit.connection.wait_closed()

    async with Witness(speak) as witness, _Watching(watch, witness.url, story):
        await story.until_alarm_or_late(LATE)
        _judge_early(story, Text("the server speaks seldom, and"))
        if not story.alarms:
            raise _Late(
                story.seconds_late,
                Text(
                    "the server fell silent, and after {seconds:.1f} s there was no alarm; {given}",
                    seconds=LATE * seconds,
                    given=_given(story),
                ),
            )
        if story.seconds_late > 0:
            raise _Late(
                story.seconds_late,
                Text(
                    "the alarm came {silence:.2f} s after the server's last word; {given}",
                    silence=story.silence,
                    given=_given(story),
                ),
            )
        await asyncio.sleep(AGAIN * seconds)
        _judge_again(story)


async def _quiet_one(watch: Callable[..., Any], seconds: float, *, answers_after: float) -> None:
    """A server that says nothing of its own, and answers whoever asks; after a while it does not any more."""
    story = _Story(seconds)

    async def answer(visit: Visit) -> None:
        until = time.monotonic() + TALK_SECONDS
        async for message in visit.connection:
            story.asked.append(message)
            story.fell_silent = time.monotonic() >= until
            if message == "ping" and not story.fell_silent:
                await asyncio.sleep(answers_after)
                await visit.connection.send("pong")
        await visit.connection.wait_closed()

    async with Witness(answer) as witness, _Watching(watch, witness.url, story):
        with suppress(TimeoutError):
            await asyncio.wait_for(story.until_alarm_or_late(LATE), TALK_SECONDS + 3 * seconds)
        for _ in range(10):  # a ping that left right before the alarm is on its way
            if story.asked:
                break
            await asyncio.sleep(LOOK_SECONDS)
        if story.alarms and not story.asked:
            raise NotYet("a quiet server had nothing to say, and you gave the alarm. It would have answered a ping.")
        if story.was_told:
            _judge_early(story, Text("a quiet server answered your ping, and"))
        if story.alarms and not story.fell_silent:
            raise NotYet(
                "a quiet server answers each 'ping'. It was sent {asked}, and you gave the alarm after {silence:.2f} s "
                "of silence; {given}",
                asked=story.asked,
                silence=story.silence,
                given=_given(story),
            )
        if not story.alarms:
            raise _Late(
                story.seconds_late,
                Text(
                    "nothing came from a quiet server for {silence:.1f} s, and there was no alarm; {given}",
                    silence=story.silence,
                    given=_given(story),
                ),
            )
        if story.seconds_late > 0:
            raise _Late(
                story.seconds_late,
                Text(
                    "a quiet server stopped answering; the alarm came after {silence:.2f} s. {given}",
                    silence=story.silence,
                    given=_given(story),
                ),
            )
        _judge_asked(story)


def _judge_asked(story: _Story) -> None:
    """Refuse a watchdog that asks again as soon as it is answered, or whenever it looks at its clock."""
    asked = [bisect(story.asked_at, at + story.seconds) - n for n, at in enumerate(story.asked_at)]
    if asked and max(asked) > MOST_ASKED + 1:  # the one at the end of them belongs to the next
        raise NotYet(
            "a quiet server was sent {asked} pings within {seconds:g} s; at most {most} are allowed. What does your "
            "code wait for before it sends the next?",
            asked=max(asked),
            most=MOST_ASKED,
            seconds=story.seconds,
        )


async def _check_rate(watch: Callable[..., Any]) -> None:
    """Refuse a watchdog whose pings depend on no time that is given; its clock runs faster, and no alarm is judged.

    Counted are those that were sent after an answer had come: on a busy machine, many wait for one.
    """
    story = _Story(MUCH_TIME)

    async def answer(visit: Visit) -> None:
        async for _ in visit.connection:
            await visit.connection.send("pong")

    async with Witness(answer) as witness:
        with hurried(below=inf):
            async with _Watching(watch, witness.url, story):
                await asyncio.sleep((1 - EARLY) * story.seconds / FACTOR)
    asked = len({bisect(story.heard, at) for at in story.asked_at})
    if asked > MOST_ASKED + 1:
        raise NotYet(
            "your function was called once more, with {seconds:g} s, and its clock ran {factor} times as fast. By that "
            "clock, a quiet server was sent at least {asked} pings within them; at most {most} are allowed. Until when "
            "does your code wait before it sends the next?",
            seconds=story.seconds,
            factor=FACTOR,
            asked=asked,
            most=MOST_ASKED,
        )


async def _leaver(watch: Callable[..., Any], seconds: float, *, code: int, after: float) -> None:
    """A server that leaves, after a while in which it says nothing: who says goodbye is no reason for an alarm."""
    story = _Story(seconds)
    left_at = float("inf")

    async def leave(visit: Visit) -> None:
        nonlocal left_at
        await visit.connection.send("hello")
        await asyncio.sleep(after)
        left_at = time.monotonic()
        if code == ABNORMAL:
            visit.connection.transport.write(b"\xff\xff")  # no frame: a page fails the connection, with an error event
        else:
            await visit.connection.close(code)

    async with Witness(leave) as witness, _Watching(watch, witness.url, story) as ws:
        await ws.once("close")
        await asyncio.sleep(2 * seconds)
        if not story.alarms:
            return
        if story.alarms[0] < left_at:
            _judge_early(story, Text("the server speaks seldom, and"), is_heard=True)
        elif code == ABNORMAL:
            _judge_early(story, Text("the connection ended without a goodbye, with 1006, and"), is_heard=True)
            _judge_again(story)
        else:
            raise NotYet("the server said goodbye, the close event fired, and you gave the alarm as well.")


@named_as(WebSocket)
class _Asking(WebSocket):
    """A page's WebSocket that notes when it is told to send."""

    def __init__(self, url: str, asked_at: list[float]) -> None:
        super().__init__(url)
        self._asked_at = asked_at

    def send(self, data: object) -> None:
        """Send a message."""
        self._asked_at.append(time.monotonic())
        super().send(data)


class _Watching:
    """What the learner wrote, watching one connection for the length of a ``with``; what it raises is raised here."""

    def __init__(self, watch: Callable[..., Any], url: str, story: _Story) -> None:
        self._watch, self._url, self._story = watch, url, story

    async def __aenter__(self) -> WebSocket:
        self._ws = ws = _Asking(self._url, self._story.asked_at)
        await ws.once("open")
        self._story.heard.append(time.monotonic())
        ws.addEventListener("message", lambda _: self._story.heard.append(time.monotonic()))
        alarms = self._story.alarms
        self._task = asyncio.create_task(
            result_of(self._watch, ws, self._story.seconds, lambda: alarms.append(time.monotonic()))
        )
        self._task.add_done_callback(self._is_done)
        return ws

    async def __aexit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        failed = None
        if self._task.done() and not self._task.cancelled():
            failed = self._task.exception()
        self._task.cancel()
        self._ws.close()
        if failed is not None and not (kind and issubclass(kind, asyncio.CancelledError)):
            raise failed

    def _is_done(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._story.fell_silent = True  # nobody need wait for an alarm any more


def _judge_early(story: _Story, what: Text, *, is_heard: bool = False) -> None:
    if story.alarms and story.silence < (1 - EARLY) * story.seconds:
        clause = Text("Whatever comes is a sign of life.")
        is_early = story.alarms[0] - story.heard[0] < (1 - EARLY) * story.seconds  # whatever was heard
        if is_heard or is_early or story.silence > PAUSE * story.seconds:
            clause = Text("The alarm may not come earlier.")
        raise NotYet(
            "{what} you gave the alarm after {silence:.2f} s of silence; {given} {clause}",
            what=what,
            silence=story.silence,
            given=_given(story),
            clause=clause,
        )


def _judge_again(story: _Story) -> None:
    if len(story.alarms) > 1:
        raise NotYet("one silence, and {count} alarms.", count=len(story.alarms))


def _given(story: _Story) -> Text:
    return Text("{seconds:g} s were given.", seconds=story.seconds)


# 2: who learns what ---------------------------------------------------------------------------------------------------


@long_exercise
async def ex2(seen: Mapping[str, int | str | None]) -> Text:
    """What the page sees in six bad moments: play each of them, and compare."""
    check_mapping("seen", seen)
    guesses = [seen.get(ending) for ending in ENDINGS]
    if missing := guesses.count(None):
        advice = Text("The board above can play most of them.")
        if missing == 1:
            raise NotYet("1 of {count} has no answer yet. {advice}", count=len(ENDINGS), advice=advice)
        raise NotYet(
            "{missing} of {count} have no answer yet. {advice}", missing=missing, count=len(ENDINGS), advice=advice
        )
    if strange := [guess for guess in guesses if guess != NOTHING and not isinstance(guess, int)]:
        raise NotYet(
            "an answer is a close code, such as 1000, or the word 'nothing', and not {strange}.",
            strange=shown(strange[0]),
        )
    codes = await asyncio.gather(*map(_play, range(len(ENDINGS))))
    wrong = [n for n, (code, guess) in enumerate(zip(codes, guesses, strict=True)) if code != guess]
    if wrong:
        others = len(wrong) - 1
        more = Text(" {others} more are wrong.", others=others) if others else Text("")
        if others == 1:
            more = Text(" 1 more is wrong.")
        raise NotYet(
            "{ending}: the page does not see {guess!r}; we just tried it.{more}",
            ending=ENDINGS[wrong[0]],
            guess=guesses[wrong[0]],
            more=more,
        )
    return Text("we played all six, and the page saw what you said.")


async def _play(place: int) -> int | str:
    """Play one of the six; return the code of the page's close event, or that there was none."""
    pings = place in (3, 4)
    came: asyncio.Future[ServerConnection] = asyncio.get_running_loop().create_future()

    async def handle(connection: ServerConnection) -> None:
        came.set_result(connection)
        if place == 1:
            raise RuntimeError("on purpose")
        await connection.wait_closed()

    server = await serve(
        handle,
        "127.0.0.1",
        0,
        ping_interval=PING_SECONDS if pings else None,
        ping_timeout=PING_SECONDS,
        close_timeout=1,
        logger=_quiet,
    )
    port = server.sockets[0].getsockname()[1]
    with chaos.Proxy("127.0.0.1", port) as cable:
        ws = WebSocket(cable.url)
        try:
            return await _seen(place, ws, cable, came)
        finally:
            ws.close()
            for connection in server.connections:
                connection.transport.abort()
            server.close()


async def _seen(place: int, ws: WebSocket, cable: chaos.Proxy, came: asyncio.Future[ServerConnection]) -> int | str:
    await ws.once("open")
    close = asyncio.ensure_future(ws.once("close"))
    if place == 0:
        cable.cut()
    if place > 1:
        cable.freeze()
    if place == 5:
        ws.close(4000)
    if place in (3, 4):
        await (await came).wait_closed()  # the server has given up, however long that takes on a busy machine
    await asyncio.wait([close], timeout=NOTHING_SECONDS)
    if place == 4:
        cable.thaw()
    if place in (0, 1, 4):
        await close
    if not close.done():
        close.cancel()
        return NOTHING
    code: int = close.result().code
    return code
