"""A learner's handler under a flood: what a bucket lets through, what becomes of who has no token, and who waits."""

from __future__ import annotations

import asyncio
import inspect
import secrets
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import wraps
from itertools import pairwise
from numbers import Real
from pathlib import Path
from typing import Any, Final
from unittest import mock

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from chatlib.exercises.hall import Guest, Hall, Registry
from chatlib.exercises.token_bucket import MakeBucket, taken
from chatlib.exercises.verdict import NotYet
from chatlib.words import Text


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a bucket answered, and the time that it was given."""

    bucket: Any
    now: Any
    has_token: bool


RATE: Final = 20  # messages a second
BURST: Final = 40
WHOLE_BURSTS: Final = 3  # new tokens may come meanwhile, on a busy machine: then one tells nothing
HONEST: Final = 35  # messages at once, of each of two
FLOODS: Final = 5  # at the most, where the machine is so busy that one tells nothing
MOST_WAITED: Final = 3  # of these, in which somebody waits: one may be the machine's fault
FLOOD: Final = 300
FLOOD_RATE: Final = 500  # messages a second
FLOOD_STEP: Final = 10
QUESTIONS: Final = 20
QUESTION_EVERY: Final = 1 / RATE  # seconds, as often as one may for ever
MORE_WORDS: Final = 10  # at that pace, after a burst
SLACK: Final = 2  # messages: the clock goes on between two looks at it
WAIT_SECONDS: Final = 0.1  # at the 95th percentile
CLOSE_SECONDS: Final = 1.0  # a flood stands before the answer to a Close frame: nobody waits long for that
REST_SECONDS: Final = 0.5
SECONDS: Final = 3.0
TURN_SECONDS: Final = 0.01
ROUNDING: Final = 1e-6  # of a token


async def check_handler(
    make: MakeBucket, handler: Callable[[ServerConnection], Any], guests: Collection[ServerConnection]
) -> None:
    """Refuse a handler that is hard on an honest guest, soft on a flood, or lets others wait for either."""
    registry = Registry(handler, guests)
    with _answers_noted(make) as answers:
        async with Hall(handler, close_timeout=CLOSE_SECONDS) as hall:
            everybody = await hall.quiet_guests(3)
            ears = [_Ear(guest) for guest in everybody]
            await _hear_bursts(hall, everybody[:2], ears)
            hall.check_registered("guests", everybody, registry)
            await _hear_on(hall, ears[0])
            try:
                await _until_it_tells(lambda word: _survive_a_flood(hall, ears[0], answers, word))
            except _Waited:
                # On a busy machine the answer to a Close frame is late: who waits for it is told so, which says more.
                await _until_it_tells(lambda word: _wait_for_no_goodbye(hall, ears[0], f"first {word}"))
                raise
            for _ in range(WHOLE_BURSTS):
                await _use_up_a_burst(hall, ears[0])
            await _end_at_the_first(hall, ears[0], answers)
            await _rest(hall, ears[0], answers)
            await _until_it_tells(lambda word: _wait_for_no_goodbye(hall, ears[0], word))
            await hall.cut(everybody[1])
            await hall.check_gone("guests", registry)


class _Ear:
    """Hears for a guest, and knows when each text came first; who does not read would not even hear of its end."""

    def __init__(self, guest: Guest) -> None:
        self.heard: dict[str | bytes, float] = {}
        self.count: Counter[str | bytes] = Counter()
        self._task = asyncio.create_task(self._listen(guest))

    async def _listen(self, guest: Guest) -> None:
        with suppress(ConnectionClosed):
            async for text in guest.client:
                self.heard.setdefault(text, time.monotonic())
                self.count[text] += 1

    def times(self, word: str) -> list[float]:
        """Return when each text came that begins with this."""
        return [at for text, at in self.heard.items() if isinstance(text, str) and text.startswith(word)]

    async def until(self, texts: Collection[str | bytes]) -> None:
        """Wait until all of these were heard, or it takes too long."""
        await _soon(lambda: self.heard.keys() >= set(texts))


async def _soon(condition: Callable[[], bool]) -> None:
    """Wait until it is true, for so many turns of the loop: on a busy machine these are late, too."""
    for _ in range(round(SECONDS / TURN_SECONDS)):
        if condition():
            return
        await asyncio.sleep(TURN_SECONDS)


async def _hear_bursts(hall: Hall, speakers: list[Guest], ears: list[_Ear]) -> None:
    """Have two people say many things at once, as a paste or a slow network does: together more than a burst.

    One of them says them in bytes, and the other an empty text in the end.
    """
    texts: list[str | bytes] = []
    for n in range(HONEST * len(speakers)):
        text = f"{n} {secrets.token_hex(4)} " if n < HONEST * len(speakers) - 1 else ""
        texts.append(text if n % len(speakers) else text.encode())
        await speakers[n % len(speakers)].says(texts[-1])
    for ear in ears:
        await ear.until(texts)
        hall.check()
        if set(texts) - ear.heard.keys() == {""}:
            raise NotYet(
                "a guest said an empty text, and somebody who is here did not hear it. What passes goes to all."
            )
        if len(ear.heard) < len(texts):
            raise NotYet(
                "two guests said {count} things each, at once, and of these {said}, somebody who is here heard "
                "{heard}. An honest burst passes, each connection has a bucket of its own, and what passes goes to "
                "all.",
                count=HONEST,
                said=len(texts),
                heard=len(ear.heard),
            )
        if others := [text for text in ear.heard if text not in texts]:
            raise NotYet(
                "somebody said {first!r} and more, and {heard!r} was heard. What passes is sent on as it came.",
                first=texts[0],
                heard=others[0],
            )
        twice, count = ear.count.most_common(1)[0]
        if count > 1:
            raise NotYet(
                "somebody said {text!r} once, and somebody heard it {count} times. What passes goes to all, once.",
                text=twice,
                count=count,
            )


async def _hear_on(hall: Hall, ear: _Ear) -> None:
    """Have somebody use up a burst, nearly, and go on as fast as one may for ever: never faster, on any machine."""
    (speaker,) = await hall.guests(1)
    _ = _Ear(speaker)
    at_once, slowly = [
        [f"{word} {secrets.token_hex(4)} {n}" for n in range(count)]
        for word, count in (("much", BURST - SLACK), ("more", MORE_WORDS))
    ]
    for text in at_once:
        await speaker.says(text)
    await ear.until(at_once)
    for text in slowly:
        await asyncio.sleep(QUESTION_EVERY)
        await speaker.says(text)
    await ear.until(slowly)
    hall.check_raised()
    if missing := len({*at_once, *slowly} - ear.heard.keys()):
        raise NotYet(
            "somebody said {count} things at once, and then {more} more, one each {seconds:g} s. Of these {missing} "
            "did not come through. How many tokens come each second, in your handler?",
            count=len(at_once),
            more=len(slowly),
            seconds=QUESTION_EVERY,
            missing=missing,
        )


class _Waited(NotYet):
    """Somebody waited to be heard: for the learner's handler, or for a machine that was busy just then."""


async def _until_it_tells(trial: Callable[[str], Awaitable[bool]]) -> None:
    """Carry out a trial until it tells who waits for whom: on a busy machine everybody waits.

    It is given a word of its own each time.
    """
    waited = 0
    for number in range(FLOODS):
        try:
            if await trial(f"{number}."):
                return
        except _Waited:
            waited += 1
            if waited == MOST_WAITED:
                raise


@dataclass(frozen=True, slots=True)
class _Waits:
    """How many of the things that somebody said did not come, how long the others took, and the machine's part."""

    missing: int
    seconds: float  # at the 95th percentile
    machine: float  # seconds

    @property
    def are_long(self) -> bool:
        """Tell whether they were too long, even for a machine as busy as this one."""
        return self.seconds > max(WAIT_SECONDS, self.machine)

    @property
    def tell(self) -> bool:
        """Tell whether nobody waited."""
        return self.seconds <= WAIT_SECONDS


async def _speaks(neighbour: Guest, ear: _Ear, question: str) -> _Waits:
    """Have somebody say something twenty times a second, as fast as one may for ever."""
    due = {}
    began, queued = time.monotonic(), queued_seconds()
    with _lateness() as late:
        for number in range(QUESTIONS):
            due[f"{question}{number}"] = at = began + number * QUESTION_EVERY
            await asyncio.sleep(at - time.monotonic())
            await neighbour.says(f"{question}{number}")
        await ear.until(due)
    queued = queued_seconds() - queued
    waits = sorted(ear.heard[text] - at for text, at in due.items() if text in ear.heard)
    return _Waits(
        missing=len(due) - len(waits),
        seconds=waits[round(0.95 * (len(waits) - 1))] if waits else 0.0,
        machine=max(4 * max(late, default=0.0), 2 * queued),
    )


async def _survive_a_flood(hall: Hall, ear: _Ear, answers: list[_Taken], word: str) -> bool:
    """Have Mallory send as fast as 500 a second, while a neighbour says something twenty times a second.

    Return whether that told who waited for whom.
    """
    answers.clear()
    flood = f"flood {word}"
    mallory, neighbour = await hall.guests(2)
    _ = [_Ear(guest) for guest in (mallory, neighbour)]
    began = time.monotonic()
    flooding = asyncio.create_task(_floods(mallory, flood))
    waits = await _speaks(neighbour, ear, f"question {word}")
    sent = await flooding
    lasted = time.monotonic() - began
    await _soon(lambda: mallory.client.state is State.CLOSED)
    hall.check_raised()  # who returns in place of closing with 1008 is told so below
    _check_closed(mallory, sent, lasted)
    if waits.missing:
        raise NotYet(
            "during the flood somebody else said {said} things, slowly, and {missing} did not come through. Whom does "
            "a flood end for?",
            said=QUESTIONS,
            missing=waits.missing,
        )
    await hall.ended(mallory)
    if floods := max(_of_each_bucket(answers), key=len, default=[]):  # no neighbour's is asked so often
        await _check_passed(ear, flood, floods)
    if waits.are_long:
        raise _Waited.saying(
            Text(
                "during the flood somebody else waited {wait:.0f} ms to be heard, and one time in twenty longer. Does "
                "your handler stop the whole loop?",
                wait=1000 * waits.seconds,
            )
        )
    return waits.tell


async def _check_passed(ear: _Ear, flood: str, answers: list[_Taken]) -> None:
    """Refuse a handler that lets more through than its bucket has given, or less; or that ends with tokens left."""
    given = sum(each.has_token for each in answers)
    await _soon(lambda: len(ear.times(flood)) >= given)  # what passed last may be on its way
    passed = len(ear.times(flood))
    if passed > given:
        raise NotYet(
            "of the flood {passed} messages came through, and its bucket had given {given} tokens. What becomes of the "
            "message for which there is none?",
            passed=passed,
            given=given,
        )
    if passed < given:
        raise NotYet(
            "of the flood {passed} messages came through, and its bucket had given {given} tokens. What becomes of a "
            "message for which there was one?",
            passed=passed,
            given=given,
        )
    times = [float(each.now) for each in answers if isinstance(each.now, Real)]
    if len(times) < len(answers):
        return
    await _check_made(answers[-1].bucket, times[-1])
    if given == len(answers) and (left := _tokens_left(times)) >= 1 + ROUNDING:
        raise NotYet(
            "the flood was closed after {given} messages, when there were {left:.1f} tokens in its bucket. Whom does "
            "your handler close?",
            given=given,
            left=left,
        )


async def _use_up_a_burst(hall: Hall, ear: _Ear) -> Guest:
    """Have somebody who has just come say as many things at once as there are tokens; return who it is."""
    (speaker,) = await hall.guests(1)
    _ = _Ear(speaker)
    texts = [f"{n} {secrets.token_hex(4)}" for n in range(BURST)]
    for text in texts:
        await speaker.says(text)
    await ear.until(texts)
    hall.check_raised()
    if missing := len({*texts} - ear.heard.keys()):
        raise NotYet(
            "somebody who had said nothing before said {count} things at once, and {missing} of them did not come "
            "through. How many tokens are there at first?",
            count=BURST,
            missing=missing,
        )
    return speaker


async def _end_at_the_first(hall: Hall, ear: _Ear, answers: list[_Taken]) -> None:
    """Have somebody say no more once there was no token: the flood ended, but perhaps not before a later message."""
    answers.clear()
    began = time.monotonic()
    speaker = await _use_up_a_burst(hall, ear)
    sent = BURST
    while answers and answers[-1].has_token and sent < 2 * BURST and speaker.server.state is State.OPEN:
        await speaker.says(f"{sent} {secrets.token_hex(4)}")
        sent += 1
        await _heard_out(speaker, answers, sent)
    is_closing = speaker.server.state is not State.OPEN  # perhaps before anybody asked: the last token was taken
    if answers and (is_closing or not answers[-1].has_token):  # else the machine is slow, or none was noted
        lasted = time.monotonic() - began
        await _soon(lambda: speaker.client.state is State.CLOSED)
        hall.check_raised()
        _check_closed(speaker, sent, lasted)


async def _heard_out(speaker: Guest, answers: list[_Taken], count: int) -> None:
    """Wait until its bucket was asked so often, or nobody listens to it any more."""
    await _soon(lambda: len(answers) >= count or speaker.server.state is not State.OPEN)


async def _rest(hall: Hall, ear: _Ear, answers: list[_Taken]) -> None:
    """Have somebody use up all tokens, rest until new ones have come, and say one thing more.

    Who was closed meanwhile had none left, as the task says. On a machine so slow that tokens come as fast as one
    speaks, nobody uses them up.
    """
    answers.clear()
    (speaker,) = await hall.guests(1)
    _, sent, left = _Ear(speaker), 0, float(BURST)
    for _ in range(BURST):
        for _ in range(int(left)):
            await speaker.says(f"{sent} {secrets.token_hex(4)}")
            sent += 1
        await _heard_out(speaker, answers, sent)
        if len(answers) != sent or not all(isinstance(each.now, Real) and each.has_token for each in answers):
            return
        if (left := _tokens_left([float(each.now) for each in answers])) < 1:
            break
    else:
        return
    await asyncio.sleep(REST_SECONDS)
    if speaker.server.state is not State.OPEN:
        return
    await speaker.says(text := secrets.token_hex(4))
    await ear.until([text])
    hall.check_raised()
    if text not in ear.heard:
        raise NotYet(
            "somebody said {count} things, until no whole token was left, and {seconds:g} s later one more, which did "
            "not come through. How many tokens are there by then?",
            count=sent,
            seconds=REST_SECONDS,
        )


def _tokens_left(times: list[float]) -> float:
    """Return what a bucket has left that was full at the first of these times, and gave a token at each."""
    left = BURST - 1.0
    for before, now in pairwise(times):
        left = min(BURST, left + (now - before) * RATE) - 1
    return left


async def _wait_for_no_goodbye(hall: Hall, ear: _Ear, word: str) -> bool:
    """Have Mallory not read, so that she does not answer the Close frame; somebody else goes on, and is heard.

    Return whether that told who waited for whom.
    """
    mallory, neighbour = await hall.guests(2)
    _ = _Ear(neighbour)
    mallory.client.transport.pause_reading()
    mallory.server.close_timeout = None  # until she is cut off below
    try:
        for number in range(FLOOD):
            await mallory.says(f"silence {word}{number}")
        await _soon(lambda: mallory.server.state is not State.OPEN)
        if mallory.server.state is State.OPEN:
            return True
        waits = await _speaks(neighbour, ear, f"afterwards {word}")
    finally:
        mallory.server.transport.abort()  # it does not read either, with so much that nobody has taken
        await hall.cut(mallory)
    if waits.missing:
        raise NotYet(
            "somebody flooded, was closed, and does not answer the Close frame. Meanwhile somebody else said {count} "
            "things, slowly, and {missing} had not come through {later:g} s later. Who waits for whom?",
            count=QUESTIONS,
            missing=waits.missing,
            later=SECONDS,
        )
    if waits.are_long:
        raise _Waited.saying(
            Text(
                "somebody flooded, was closed, and does not answer the Close frame. Meanwhile somebody else waited "
                "{wait:.0f} ms to be heard, and one time in twenty longer. Who waits for whom?",
                wait=1000 * waits.seconds,
            )
        )
    return waits.tell


def _of_each_bucket(answers: list[_Taken]) -> Collection[list[_Taken]]:
    found: dict[int, list[_Taken]] = {}
    for each in answers:
        found.setdefault(id(each.bucket), []).append(each)
    return found.values()


async def _check_made(bucket: Any, now: float) -> None:
    """Ask the bucket that the handler had made, by a clock of ours, how many tokens it holds, and how many come."""
    held = await taken(bucket, [now + 1000] * 2 * BURST)
    came = await taken(bucket, [now + 1000.5] * 2 * BURST)
    if held != BURST or abs(came - RATE / 2) > 1:
        raise NotYet(
            "the bucket that your handler had made for the flood was asked once more, 1000 s later, by `now`: it gave "
            "{held} tokens, and half a second after that {came} more. With 20 a second and a burst of 40 these are 40 "
            "and 10.",
            held=held,
            came=came,
        )


async def _floods(mallory: Guest, flood: str) -> int:
    """Send up to 300 messages, 500 a second; stop when the connection is closed. Return how many were sent."""
    with suppress(ConnectionClosed):
        for number in range(FLOOD):
            await mallory.client.send(f"{flood}{number}")
            if number % FLOOD_STEP == FLOOD_STEP - 1:
                await asyncio.sleep(FLOOD_STEP / FLOOD_RATE)
        return FLOOD
    return number


@contextmanager
def _answers_noted(make: MakeBucket) -> Iterator[list[_Taken]]:
    """Write down which bucket answers what, and when.

    Nothing is written down where it is not made by a class with a ``take`` of its own, or an inherited one.
    """
    answers: list[_Taken] = []
    take = inspect.getattr_static(make, "take", None) if inspect.isclass(make) else None
    if not inspect.isfunction(take):
        yield answers
        return

    def note(before: int, has_token: Any, bucket: Any, *args: Any, **options: Any) -> Any:
        answers[before:] = [each for each in answers[before:] if each.bucket is not bucket]  # it has asked itself again
        answers.append(_Taken(bucket, next(iter((*args, *options.values())), None), has_token))
        return has_token

    @wraps(take)
    def noted(*args: Any, **options: Any) -> Any:
        return note(len(answers), take(*args, **options), *args, **options)

    @wraps(take)
    async def noted_later(*args: Any, **options: Any) -> Any:
        return note(len(answers), await take(*args, **options), *args, **options)

    with mock.patch.object(make, "take", noted_later if inspect.iscoroutinefunction(take) else noted):
        yield answers


def _check_closed(mallory: Guest, sent: int, lasted: float) -> None:
    code, reason = mallory.client.close_code, mallory.client.close_reason
    if code is None:
        raise NotYet(
            "somebody sent {sent} messages within {seconds:.1f} s, and {later:g} s later the connection is still open. "
            "What becomes of one who has no token left?",
            sent=sent,
            seconds=lasted,
            later=SECONDS,
        )
    if mallory.client.protocol.close_rcvd is None:
        raise NotYet("the flood's connection ended with no Close frame, so nobody was told why. Close it with 1008.")
    if code != 1008:
        raise NotYet("the flood was closed with {code}. The code for a broken rule is 1008.", code=code)
    if not (reason or "").strip():
        raise NotYet(
            "the flood was closed with 1008, and no reason: nobody was told why. A Close frame has room for one."
        )


def queued_seconds() -> float:
    """Return for how long this thread has waited for a processor so far, where the system counts that (Linux), else 0.

    Another thread need not have waited: the one that has much to do waits for longest.
    """
    with suppress(OSError):
        return int(Path("/proc/thread-self/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    return 0.0


@contextmanager
def _lateness() -> Iterator[list[float]]:
    """Measure, on a thread of its own, how late this machine is: what the learner's code has no part in."""
    late: list[float] = []
    is_over = threading.Event()

    def watch() -> None:
        began = time.monotonic()
        while not is_over.wait(0.01):
            now = time.monotonic()
            late.append(now - began - 0.01)
            began = now

    thread = threading.Thread(target=watch, name="chatlib lateness", daemon=True)
    with suppress(RuntimeError):  # no thread can start in a browser's tab: nothing is measured there
        thread.start()
    try:
        yield late
    finally:
        is_over.set()
        if thread.ident is not None:
            thread.join()
