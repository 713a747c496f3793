"""The exercises of notebook 05, Run asyncio in a notebook."""

from __future__ import annotations

import asyncio
import inspect
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from math import inf
from pickle import PicklingError
from typing import Any, Final, NoReturn
from unittest import mock

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConcurrencyError, ConnectionClosed
from websockets.protocol import State

from chatlib.exercises.hall import serving
from chatlib.exercises.hurry import FACTOR, hurried
from chatlib.exercises.naps import Naps
from chatlib.exercises.quizzes.nb05 import QUIZ as QUIZ
from chatlib.exercises.strangers import tell_of_strangers
from chatlib.exercises.swallowed import TURNS, check_none_failed, found_by, what_is_wrong
from chatlib.exercises.ticking import TICK_SECONDS, check_patience, check_two_sockets
from chatlib.exercises.timer import Timer
from chatlib.exercises.verdict import (
    STILL_THERE,
    NotYet,
    differs_at,
    exercise,
    named_as,
    names_around,
    raised,
    result_of,
    shown,
)
from chatlib.exercises.witness import Visit, Witness
from chatlib.machine import tab
from chatlib.words import Text

PEOPLE: Final = 3
PATIENCE_SECONDS: Final = 2.0  # for what comes at once if the answer is right
GRACE_SECONDS: Final = 0.5  # for what must not come
LATE_SECONDS: Final = 0.6  # after a timer of the same loop
FIRST_TICK_SECONDS: Final = 0.75  # a timer that begins with it is late
UNFINISHED: Final = 100  # who waits for each a little waits for long


@exercise
async def ex1(handler: Callable[[ServerConnection], Any]) -> Text:
    """Unfreeze a server: three people ask two things each, and the library notes who asks it, and when."""
    if tab.is_here():
        raise NotYet.saying(tab.NO_THREAD)
    errors: list[Exception] = []

    async def watched(connection: ServerConnection) -> None:
        assert connection.request is not None
        person = connection.request.path.rpartition("/")[2]
        try:
            with library.notes_who_sends(connection, person):
                await result_of(handler, connection)
        except ConnectionClosed:
            pass  # may escape: the people leave
        except Exception as error:
            errors.append(error)
        finally:
            library.look_whether_it_waits(person)

    library = _Library()
    people = [secrets.token_hex(3) for _ in range(PEOPLE)]
    questions = {p: [f" {p}: first ", *[f" {p}: second "] * 2, f"{p}: last"] for p in people}
    with library.instead_of_slow_answer(handler) as original:
        async with serving(watched) as url:
            with hurried() as timers:
                answers = await asyncio.gather(*(_ask(f"{url}/{person}", questions[person]) for person in people))
    if errors and isinstance(errors[0], NotYet):  # it is no function that could handle a connection
        raise errors[0]
    if not await _is_slow(original):
        raise NotYet(
            "slow_answer is not what it was: it blocks for half a second, and answers in capitals. Leave it as it is; "
            "it is a library's."
        )
    did_not_wait, asked = bool(timers) and library.did_not_wait, [*questions.values()]
    _judge_loop(library, errors, did_not_wait=did_not_wait)
    _judge_strangers(asked, answers)
    if did_not_wait:  # who has given up an answer has begun the next question, too
        _judge_answers(asked, answers, did_not_wait=True)
    if library.overtaken:
        raise NotYet(
            "somebody's second question was begun before the first was answered. Answer one person's questions one "
            "after the other."
        )
    _judge_answers(asked, answers, did_not_wait=False)
    if library.most_people < PEOPLE:
        raise NotYet(
            "the loop went on. But of {people} people who asked at once, {most_people} could be "
            "answered at a time: the others waited.",
            people=PEOPLE,
            most_people=library.most_people,
        )
    return Text("three people asked at once, and slow_answer worked for all three at the same time.")


def _judge_loop(library: _Library, errors: list[Exception], *, did_not_wait: bool) -> None:
    if library.was_sent_away:
        raise NotYet(
            "slow_answer was sent to another process, where this check cannot see it. A thread can wait for it, too."
        )
    if library.sent_elsewhere:
        raise NotYet(
            "something was sent from another thread than the loop's. A connection is not made for that: let the thread "
            "only answer, and send what it answers in the handler."
        )
    if errors and library.blocked:
        raise NotYet(
            "the handler raised {error}. The loop had stood still before: who calls slow_answer, the handler or a "
            "thread?",
            error=raised(errors[0]),
        )
    if errors and (did_not_wait or isinstance(errors[0], TimeoutError)):
        raise NotYet("the handler raised {error}. {patience}", error=raised(errors[0]), patience=_patience())
    if errors:
        raise NotYet("the handler raised {error}.", error=raised(errors[0]))
    if library.blocked:
        raise NotYet("the loop stood still while it answered. Which call blocks, and who could wait for it instead?")
    if not library.asked:
        raise NotYet("people asked, and your handler did not call slow_answer.")


def _judge_strangers(questions: list[list[str]], answers: list[list[str | None]]) -> None:
    """Refuse that somebody was sent what another one asked for."""
    everything = {question.upper() for asked in questions for question in asked}
    for asked, answered in zip(questions, answers, strict=True):
        others = everything - {question.upper() for question in asked}
        if others.intersection(answered):
            raise NotYet(
                "{asked} were asked, and the answers were {answered} (None where none came). Among them is one to "
                "somebody else's question. What do the handlers of two connections share?",
                asked=asked,
                answered=answered,
            )


def _judge_answers(questions: list[list[str]], answers: list[list[str | None]], *, did_not_wait: bool) -> None:
    for asked, answered in zip(questions, answers, strict=True):
        if answered == [question.upper() for question in asked]:
            continue
        raise NotYet(
            "{asked} were asked, and the answers were {answered} (None where none came). {hint}",
            asked=asked,
            answered=answered,
            hint=_patience() if did_not_wait else Text("Send what slow_answer says to each."),
        )


def _patience() -> Text:
    return Text(
        "The clock of your code ran {factor} times as fast. By that clock, slow_answer was very slow. Wait for it "
        "however long it takes.",
        factor=FACTOR,
    )


class _Library:
    """A ``slow_answer`` that notes who asks: it answers once three people ask at the same time, or never will."""

    def __init__(self) -> None:
        self.asked = 0
        self.blocked = False  # asked on the loop's own thread, or by somebody for whom the loop waits
        self.most_people = 0
        self.overtaken = False
        self.was_sent_away = False  # to another process, which would get a copy of this
        self.sent_elsewhere = False  # not on the loop's thread
        self.did_not_wait = False  # something was sent, or raised, while it had not answered
        self._loop = asyncio.get_running_loop()
        self._loops_thread = threading.get_ident()
        self._inside: list[str] = []
        self._answered: set[str] = set()
        self._gave_up = False
        self._changed = threading.Condition()

    def __call__(self, question: str) -> str:
        self.asked += 1
        answer = question.upper()
        if threading.get_ident() == self._loops_thread or self.blocked or not self._loop_turns():
            self.blocked = True
            return answer
        with self._changed:
            person, _, place = question.strip().partition(": ")
            self.overtaken |= place == "second" and person not in self._answered
            self.look_whether_it_waits(person)
            self._inside.append(person)
            self.most_people = max(self.most_people, len(set(self._inside)))
            self._changed.notify_all()
            if not self._gave_up and not self._changed.wait_for(self._everybody_is_here, PATIENCE_SECONDS):
                self._gave_up = True
            if place == "first":  # a second question that comes now does not wait for this answer
                self._changed.wait_for(lambda: self.overtaken, GRACE_SECONDS)
            self._inside.remove(person)
            self._answered.add(person)
        return answer

    def __reduce__(self) -> NoReturn:
        self.was_sent_away = True
        raise PicklingError("slow_answer is watched, and stays in this process")

    def _everybody_is_here(self) -> bool:
        return self.most_people == PEOPLE or self._gave_up

    def _loop_turns(self) -> bool:
        turned = threading.Event()
        self._loop.call_soon_threadsafe(turned.set)
        return turned.wait(PATIENCE_SECONDS)

    def look_whether_it_waits(self, person: str) -> None:
        """Note whether something becomes of a person's question before it is answered."""
        self.did_not_wait |= person in self._inside

    @contextmanager
    def notes_who_sends(self, connection: ServerConnection, person: str) -> Iterator[None]:
        """Note when its bytes go out, and on which thread, whatever it was that sent them."""
        send_data = connection.send_data

        def noted() -> None:
            self.sent_elsewhere |= threading.get_ident() != self._loops_thread
            self.look_whether_it_waits(person)
            send_data()

        with mock.patch.object(connection, "send_data", noted):
            yield

    @contextmanager
    def instead_of_slow_answer(self, handler: Callable[..., Any]) -> Iterator[Callable[[str], Any] | None]:
        """Stand in for the notebook's ``slow_answer``; yield that one.

        Its code is exchanged as well: the notebook may have it under another name, in a partial or a default value.
        """
        notebook = names_around(handler)
        original = notebook.get("slow_answer")
        notebook["slow_answer"] = self
        whole = original if inspect.isfunction(original) and not original.__closure__ else None
        if whole is not None:
            before = whole.__code__, whole.__defaults__
            whole.__code__, whole.__defaults__ = _ask_library.__code__, (self,)
        try:
            with Naps(notebook) as naps:
                yield original
            self.blocked |= bool(naps.line)
        finally:
            notebook["slow_answer"] = original
            if whole is not None:
                whole.__code__, whole.__defaults__ = before


_Library.__name__ = "function"  # as Python calls it where it is not used as one
_Library.__call__.__qualname__ = "slow_answer"


def _ask_library(question: str, library: _Library) -> str:
    return library(question)


async def _is_slow(function: Callable[[str], Any] | None) -> bool:
    """Tell whether it still is a plain function that blocks for half a second, and answers in capitals."""
    if function is None or inspect.iscoroutinefunction(function):
        return False
    began = time.monotonic()
    try:
        answer = await asyncio.to_thread(function, "how long?")
    except Exception:  # it takes something else now
        return False
    return answer == "HOW LONG?" and time.monotonic() - began >= 0.4


async def _ask(url: str, questions: list[str]) -> list[str | None]:
    """Ask all at once; return the answers up to that to the last question, None for one that does not come."""
    answers: list[str | None] = []
    async with connect(url, proxy=None, compression=None) as connection:
        with suppress(ConnectionClosed):  # that no answer comes will tell
            for question in questions:
                await connection.send(question)
        while len(answers) < len(questions) and answers[-1:] != [questions[-1].upper()]:
            is_silent = answers[-1:] == [None]
            answers.append(None if is_silent else await _answer(connection))
    return answers


async def _answer(connection: ClientConnection) -> str | None:
    with suppress(ConnectionClosed, TimeoutError):
        return str(await asyncio.wait_for(connection.recv(), 3 * PATIENCE_SECONDS))
    return None


@exercise
async def ex2(swallowed: Callable[[list[asyncio.Task[None]]], Any]) -> Text:
    """Find the swallowed exceptions, among tasks that are fine, cancelled, or not finished."""

    async def fail(error: Exception, turns: int = 0) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        raise error

    twice, *others = random.sample(kinds := [ValueError, KeyError, OSError, RuntimeError, TimeoutError], k=len(kinds))
    bug = f"bug {secrets.token_hex(2)}"  # two tasks failed in the same way
    errors = [twice(bug), twice(bug), *(kind(f"bug {secrets.token_hex(2)}") for kind in others)]
    cancelled, *waiting = (asyncio.create_task(asyncio.Event().wait()) for _ in range(1 + UNFINISHED))
    fine = asyncio.create_task(asyncio.sleep(0))
    failed = [asyncio.create_task(fail(error)) for error in errors]
    cancelled.cancel()
    await asyncio.wait([fine, cancelled, *failed])
    last, *before = failed
    soon = asyncio.create_task(fail(late := twice("a late bug"), TURNS))
    soon.add_done_callback(lambda task: task.cancelled() or task.exception())
    tasks: list[asyncio.Task[Any]] = [fine, cancelled, *waiting, soon, *before]
    random.shuffle(tasks)
    tasks.append(last)  # who stops at another one does not find it
    given = [*tasks]
    try:
        with hurried(below=inf, spares=asyncio.all_tasks()) as waited:  # those of the notebook's cells go on
            found = await found_by(swallowed, given, errors)
    finally:
        for unfinished in (*waiting, soon):
            unfinished.cancel()
        for task in failed:
            task.exception()  # so that asyncio does not complain when they go
    if waited:  # whether another task has failed by then, is chance
        raise NotYet(
            "your function waited for {seconds:.2g} s. Some tasks never finish. Ask a task whether it is done, and do "
            "not wait for it.",
            seconds=max(waited),
        )
    if late in found:
        raise NotYet(
            "a task that was not finished when your function was called failed a moment later, and you returned what "
            "it raised: you waited. Some tasks never finish."
        )
    if len(found) != len(errors) or any(error not in found for error in errors):
        raise NotYet.saying(what_is_wrong(found, errors))
    if given != tasks:
        raise NotYet("you returned what is right, and changed the list that you were given. Leave it as it is.")
    error = twice("the latest bug")
    latest = asyncio.create_task(fail(error))
    await asyncio.wait([latest])
    again = await found_by(swallowed, [latest], [error])
    if any(error in again for error in errors):
        raise NotYet(
            "your function was called once more, with one task that had failed, and returned {found!r}. {hint}",
            found=again,
            hint=STILL_THERE,
        )
    await check_none_failed(swallowed)
    return Text("all exceptions are found, and nobody else was disturbed.")


@exercise
async def ex3(listen_then_stop: Callable[..., Any]) -> Text:
    """Two tasks on one socket: the server says a new tick only when the last one was shown."""
    seconds = round(random.uniform(2.15, 2.25), 2)  # a good deal more than two, and less than three
    clock = _Clock(seconds)
    async with (
        AsyncExitStack() as stack,
        Witness(clock.tick_until_stopped) as witness,
        connect(witness.url, proxy=None, create_connection=_Noting) as connection,
    ):
        assert isinstance(connection, _Noting)
        connection.note_send = clock.note_sent
        clock.timer = Timer(seconds)
        closing = asyncio.create_task(connection.wait_closed())
        closing.add_done_callback(clock.note_closed)
        clock.hurry = lambda: stack.enter_context(hurried())
        await _listens(listen_then_stop, connection, clock, seconds)
        returned = time.monotonic()
        is_closed = connection.state is State.CLOSED
        closed_first = connection.protocol.close_rcvd_then_sent is False
        await connection.close()
        await witness.everyone_left(PATIENCE_SECONDS)
    _judge_stop(clock, seconds)
    if len(clock.sent) > 1:
        raise NotYet("the server waits for one word, and you sent {sent!r}.", sent=clock.sent)
    if clock.shown_at_stop < 3:
        raise NotYet(
            '{shown_at_stop} of {said_at_stop} ticks had been shown when you said "stop". A tick '
            "comes when the one before was shown: show each when it comes.",
            shown_at_stop=clock.shown_at_stop,
            said_at_stop=clock.said_at_stop,
        )
    if closed_first:
        raise NotYet("you closed the connection. The server has one last thing to say, and then it closes.")
    if not is_closed:
        raise NotYet("you returned before the server had closed. Listen to the end.")
    if clock.shown != clock.said:
        place = differs_at(clock.said, clock.shown)
        raise NotYet(
            "message {number} of the server was {said}, and number {number} that was shown was {shown}.",
            number=place + 1,
            said=_nth(clock.said, place),
            shown=_nth(clock.shown, place),
        )
    if connection.was_shared:
        raise NotYet(
            "two of your tasks received at the same time, and one of them was refused. Let one task receive, and the "
            "other only send."
        )
    if returned - clock.closed_at > LATE_SECONDS:
        raise NotYet(
            "the server closed, and your function returned {late:.1f} seconds later. Return when it has closed.",
            late=returned - clock.closed_at,
        )
    await check_two_sockets(listen_then_stop)
    await check_patience(listen_then_stop)
    return Text("every tick was shown when it came, and the server closed.")


async def _listens(listen_then_stop: Callable[..., Any], connection: _Noting, clock: _Clock, seconds: float) -> None:
    try:
        await result_of(listen_then_stop, connection, clock.show, seconds)
    except TimeoutError as error:
        if not clock.sent:
            raise
        raise NotYet(
            "you said {word!r}, and from then on the clock of your code ran {factor} times as fast. By that clock, "
            "the server was slow to close, and your function raised {error}. Wait however long it takes.",
            word=clock.sent[0],
            factor=FACTOR,
            error=raised(error),
        ) from None


def _nth(values: list[Any], place: int) -> Text:
    return shown(values[place]) if place < len(values) else Text("nothing")


def _judge_stop(clock: _Clock, seconds: float) -> None:
    if clock.heard is None:
        raise NotYet(
            'when your function returned, the server had not heard "stop". Say it after `seconds` seconds, and stay '
            "until the server has closed."
        )
    if clock.heard != "stop":
        raise NotYet('the server waits for "stop", and heard {heard!r}.', heard=clock.heard)
    if clock.loop_stood_still:
        raise NotYet(
            "when {seconds:.2f} seconds were over, your code kept the loop to itself: nobody could listen. Which line "
            "waits there with no await?",
            seconds=seconds,
        )
    if clock.late > LATE_SECONDS:
        raise NotYet(
            '"stop" came after {after:.2f} seconds; say it after {seconds:.2f}, as you were given, whether a message '
            "comes just then or not.",
            seconds=seconds,
            after=clock.stopped_after,
        )
    if clock.was_early:
        raise NotYet(
            '"stop" came after {after:.2f} seconds; say it after {seconds:.2f}, as you were given.',
            seconds=seconds,
            after=clock.stopped_after,
        )


@named_as(ClientConnection)
class _Noting(ClientConnection):
    """A connection that says when something is sent, and notes whether two tasks received from it at once."""

    note_send: Callable[[Any], None]
    was_shared = False

    def send_data(self) -> None:
        tell_of_strangers(self.loop)
        super().send_data()

    async def recv(self, decode: bool | None = None) -> Any:
        try:
            return await super().recv(decode)
        except ConcurrencyError:
            self.was_shared = True
            raise

    async def send(self, message: Any, **options: Any) -> None:
        self.note_send(message)
        await super().send(message, **options)


class _Clock:
    """A server that ticks until it hears "stop", says one last thing, and closes; and what was shown of it."""

    def __init__(self, seconds: float) -> None:
        self.said: list[str] = []
        self.shown: list[Any] = []
        self.heard: str | bytes | None = None
        self.sent: list[Any] = []
        self.timer: Timer | None = None
        self.hurry: Callable[[], object] = lambda: None  # called when the first word is sent
        self.was_early = self.loop_stood_still = False
        self.stopped_after = self.late = 0.0
        self.said_at_stop = self.shown_at_stop = 0
        self.closed_at = 0.0
        self._silence = (seconds - GRACE_SECONDS, seconds + 2 * LATE_SECONDS)  # who waits for a tick then is late

    def show(self, message: Any) -> None:
        self.shown.append(message)

    def note_sent(self, message: Any) -> None:
        """Take down what the learner sends, and how far everything is at the first time."""
        self.sent.append(message)
        if len(self.sent) == 1:
            self.hurry()
        if self.timer is not None and not self.stopped_after:
            self.was_early, self.loop_stood_still = not self.timer.is_over, self.timer.is_overdue
            self.stopped_after, self.late = self.timer.since_start, self.timer.since_end
            self.said_at_stop, self.shown_at_stop = len(self.said), len(self.shown)

    def note_closed(self, _: object) -> None:
        self.closed_at = time.monotonic()

    async def tick_until_stopped(self, visit: Visit) -> None:
        hearing = asyncio.create_task(visit.connection.recv())
        try:
            while not hearing.done():
                if len(self.shown) >= len(self.said) and not self._is_silent():
                    await self._say(visit, f"tick {len(self.said) + 1}")
                await asyncio.wait([hearing], timeout=TICK_SECONDS)
            self.heard = hearing.result()
            for text in [f"tick {len(self.said) + 1}"] * 2 + [""]:  # as if they had been on their way
                await self._say(visit, text)
        finally:
            hearing.cancel()
        await asyncio.sleep(GRACE_SECONDS)  # time enough to return too early
        await self._say(visit, f" bye {secrets.token_hex(2)}\n")

    def _is_silent(self) -> bool:
        begins, ends = self._silence
        now = self.timer.since_start if self.timer is not None else 0.0
        return now < FIRST_TICK_SECONDS or begins < now < ends

    async def _say(self, visit: Visit, text: str) -> None:
        self.said.append(text)
        await visit.connection.send(text)
