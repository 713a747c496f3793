"""The exercises of notebook 02, Talk to an echo server."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final
from unittest import mock

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close, Frame, Opcode

from chatlib.client.events import MessageEvent
from chatlib.client.websocket import CloseEvent, WebSocket
from chatlib.exercises.at_once import Together, twice_at_once
from chatlib.exercises.hurry import FACTOR, hurried
from chatlib.exercises.quizzes.nb02 import QUIZ as QUIZ
from chatlib.exercises.timer import Ticker, Timer
from chatlib.exercises.verdict import STILL_THERE, NotYet, during, exercise, is_list, result_of, shown
from chatlib.exercises.witness import Handler, Visit, Witness, code_of
from chatlib.words import Text

WORDS: Final = ["one", "two", "three"]
PATH: Final = "/echo"  # whoever puts another one behind it is found out
SLOW_PATH: Final = "/slow"
TWO_PATHS: Final = ("/one", "/other")  # of two pages that come at once
NETWORK_SECONDS: Final = 0.1
QUICK_SECONDS: Final = 0.5  # more than a call takes in which nobody sleeps, and the network takes no time
MORE_SECONDS: Final = 0.2  # than all of such a call took: who slept in it slept too little, and short limits are over
MOST_SECONDS: Final = 1.3
SLOWLY: Final = Text(
    "your function was called once more, and its clock ran {factor} times as fast. By that clock, each answer was "
    "slow to come",
    factor=FACTOR,
)
SHORT: Final = 0.4
ANSWER_AFTER: Final = 0.57  # who looks every half second has then to wait for most of the next
LONG: Final = 5.0
SOON: Final = 0.1
NOT_SOON_TICKS: Final = 14  # tenths of SOON: who looks every tenth of a second needs ten at most
LATE_TICKS: Final = 16  # tenths of SHORT: not yet twice as long as that, and a right answer needs ten
TRIES: Final = 3  # where the machine halts meanwhile, nobody knows how late somebody was
MORE: Final = "and one more"
QUESTIONS: Final = ("5", b"5", bytearray(b"5"), "你好")


@exercise
async def ex1(echo_three: Callable[[str], Any]) -> Text:
    """Echo three, then close: to an echo that puts a number behind each word, so that nobody knows the answers."""
    sent: defaultdict[str, list[str]] = defaultdict(list)  # by the path of the visit
    expected = sent[PATH]
    together = Together()

    async def echo_with_numbers(visit: Visit) -> None:
        async for message in visit.connection:
            visit.messages.append(message)
            sent[visit.path].append(f"{message!s} {random.randrange(1000)} ")  # a strip() would be seen
            send = partial(together.answer, visit.path) if visit.path in TWO_PATHS else ServerConnection.send
            with suppress(ConnectionClosed):
                await send(visit.connection, sent[visit.path][-1])

    async with Witness(echo_with_numbers, delay=NETWORK_SECONDS) as witness:
        result = await result_of(echo_three, witness.url + PATH)
        was_told = any(visit.has_goodbye for visit in witness.visits)
        left = await witness.everyone_left()
    _heard_three(witness)
    _check_goodbye(witness.visits[0], left=left)
    answers, code = _answers_and_code(result)
    _check_answers(answers, expected)
    if isinstance(code, CloseEvent):
        raise NotYet("you returned the close event. Which of its fields is the code?")
    if code != 1000:
        raise NotYet(
            "the list is right, and the second thing that you returned is {code}. Return the code of the close event.",
            code=shown(code),
        )
    if not was_told:
        raise NotYet("you returned before the server had read your goodbye. Wait for the close event: it has the code.")
    paths = (PATH, SLOW_PATH, *TWO_PATHS)
    goodbyes = dict(zip(paths, random.sample(range(4000, 5000), k=len(paths)), strict=True))
    handler = _closing_with(goodbyes, echo_with_numbers)
    slept = await _check_once_more(echo_three, handler, expected, goodbyes)
    await _check_slow_network(echo_three, handler, goodbyes[SLOW_PATH], sent, slept)
    async with Witness(handler) as witness:
        await _check_two_pages(echo_three, witness.url, sent, goodbyes)
    return Text("the server was sent three words and a clean goodbye, and you returned what it answered.")


def _answers_and_code(result: Any) -> tuple[list[Any], Any]:
    match result:
        case (answers, code) if is_list(answers):
            return list(answers), code
    raise NotYet(
        "you returned {result}. Return two things: first the list of answers, and then the close code.",
        result=shown(result),
    )


def _check_goodbye(visit: Visit, *, left: bool) -> None:
    if not left:
        raise NotYet("the server got all three words, but no goodbye. The last step is close().")
    if not visit.has_goodbye:
        raise NotYet("the server got all three words, and then the connection ended with no goodbye. Use close().")
    if visit.close_code != 1000:
        raise NotYet(
            "the server got all three words, and then a goodbye with {has}. Which one should it be?", has=code_of(visit)
        )


async def _check_slow_network(
    echo_three: Callable[[str], Any], echo: Handler, goodbye: int, sent: Mapping[str, list[str]], took: float
) -> None:
    """Refuse who slept for so long and found all done: over this network everything takes longer than that."""
    seconds = min(took + MORE_SECONDS, MOST_SECONDS)
    async with Witness(echo, delay=seconds / 2) as witness:
        with during(SLOWLY), hurried(lasts=(len(WORDS) + 2) * seconds):
            result = await result_of(echo_three, witness.url + SLOW_PATH)
    witness.check_one_visit(SLOWLY)
    match result:
        case (answers, code) if is_list(answers) and list(answers) == sent[SLOW_PATH] and code == goodbye:
            return
    raise NotYet("{what}, and you returned {found}. Wait for each event.", what=SLOWLY, found=shown(result))


async def _check_two_pages(
    echo_three: Callable[[str], Any], url: str, sent: Mapping[str, list[str]], goodbyes: Mapping[str, int]
) -> None:
    """Two pages come at once, on paths of their own."""

    async def answers_and_code(path: str) -> tuple[list[str], Any]:
        answers, code = await result_of(echo_three, url + path)
        return list(answers), code

    def expected() -> Iterator[object]:
        for path in TWO_PATHS:
            yield (sent[path], goodbyes[path]) if sent[path] else Text("nothing of its own has come to the server")

    one, other = TWO_PATHS
    await twice_at_once(answers_and_code, (one,), (other,), expected)


async def _check_once_more(
    echo_three: Callable[[str], Any], handler: Handler, heard: list[str], goodbyes: dict[str, int]
) -> float:
    """Refuse answers that the first call has heard, and a code that was typed in or heard earlier: here it is another.

    Return for how many seconds the function slept: the network takes no time here. Who asserts that the code is 1000
    shall hear that, from now on.
    """
    try:
        result, slept = await _once_more(echo_three, handler)
    except Exception:
        goodbyes.update(dict.fromkeys(goodbyes, 1000))
        result, slept = await _once_more(echo_three, handler)
    answers, code = _answers_and_code(result)
    if answers[: len(WORDS)] == heard[: len(WORDS)]:
        raise NotYet(
            "your function was called once more, and the list of answers was {answers!r}. {hint}",
            answers=answers,
            hint=STILL_THERE,
        )
    if code != goodbyes[PATH]:
        raise NotYet(
            "your function was called once more. This server's goodbye had the code {other}, and you returned {code}. "
            "Return the code of the close event.",
            other=goodbyes[PATH],
            code=shown(code),
        )
    return slept


async def _once_more(echo_three: Callable[[str], Any], handler: Handler) -> tuple[Any, float]:
    async with Witness(handler) as witness:
        began = time.monotonic()
        result = await result_of(echo_three, witness.url + PATH)
        took = time.monotonic() - began
    return result, took if took > QUICK_SECONDS else 0


def _closing_with(goodbyes: Mapping[str, int], echo: Handler) -> Handler:
    """Return a handler whose server answers a goodbye with a code for each path."""

    async def echo_and_close(visit: Visit) -> None:
        protocol = visit.connection.protocol
        send_frame = protocol.send_frame

        def send_other(frame: Frame) -> None:
            is_close = frame.opcode is Opcode.CLOSE
            send_frame(Frame(Opcode.CLOSE, Close(goodbyes[visit.path], "").serialize()) if is_close else frame)

        with mock.patch.object(protocol, "send_frame", send_other):
            await echo(visit)

    return echo_and_close


def _heard_three(witness: Witness) -> None:
    if not witness.visits:
        raise NotYet(
            "no connection to the server has opened. Step 1 creates a WebSocket, with the url; step 2 waits until it "
            "is open."
        )
    if len(witness.visits) > 1:
        raise NotYet(
            "the server had {count} visitors. Send all three words on one connection.", count=len(witness.visits)
        )
    witness.check_address(witness.visits[0], PATH)
    heard = witness.visits[0].messages
    if heard == WORDS:
        return
    if not heard:
        raise NotYet('somebody came, and said nothing. Send "one", "two" and "three" once the connection is open.')
    if sorted(map(str, heard)) == sorted(WORDS):
        raise NotYet("the server was sent {heard!r}. The order is one, two, three.", heard=heard)
    if any(isinstance(message, bytes) for message in heard):
        raise NotYet("the server was sent {heard!r}. Those with a b are bytes; send texts.", heard=heard)
    raise NotYet("the server was sent {heard!r}. Send these three texts: {words!r}.", heard=heard, words=WORDS)


def _check_answers(answers: list[Any], expected: list[str]) -> None:
    if answers == expected:
        return
    if answers == WORDS:
        raise NotYet(
            "you returned the words that you sent. An answer has a number behind its word: return what comes back."
        )
    if any(isinstance(answer, MessageEvent) for answer in answers):
        raise NotYet("there is an event in your list. In which of its fields is the answer?")
    if answers == expected[: len(answers)]:
        raise NotYet(
            "the server had three answers for you, and your list has {count} of them. Wait for each, keep each, and "
            "close after the third.",
            count=len(answers),
        )
    raise NotYet(
        "the answers to your words are {expected!r}, and your list is {answers!r}.", expected=expected, answers=answers
    )


@exercise
async def ex2(listen_for: Callable[[WebSocket, float], Any]) -> Text:
    """Be patient, but not for ever."""

    async def answer_slowly(visit: Visit) -> None:
        async for message in visit.connection:
            visit.messages.append(message)
            await asyncio.sleep(ANSWER_AFTER)
            for text in (message, MORE):
                await visit.connection.send(text)

    async with Witness(answer_slowly) as witness:
        ws = WebSocket(witness.url)
        await ws.once("open")
        waited = await _hear_nothing(listen_for, ws)
        # what a strip, an `or None` and a str() change
        words: list[str | bytes] = [f" hi {random.randrange(1000)} ", "", f"bye {random.randrange(1000)}".encode()]
        for word in words:
            ws.send(word)
            came: list[int] = []  # after how many ticks
            with Ticker(SOON) as ticker:

                def note(_: object, ticker: Ticker = ticker, came: list[int] = came) -> None:
                    came.append(ticker.ticks)

                ws.addEventListener("message", note)
                heard, took = await _listen(listen_for, ws, LONG)
            late = bool(came) and ticker.ticks - came[0] >= NOT_SOON_TICKS
            if own := [message for message in witness.visits[0].messages if message not in words]:
                raise NotYet("your function sent {own!r}. It has only to listen.", own=own[0])
            _check_heard(heard, word, took, has_come=bool(came))
            if late:
                raise NotYet(
                    "the server spoke after {answer_after:g} s, and you returned after {took:.2f} s. Return as soon as "
                    "it comes.",
                    answer_after=ANSWER_AFTER,
                    took=took,
                )
            _check_open(ws, Text("after a call in which a message came"))
            while len(came) < 2:
                await ws.once("message")
            ws.removeEventListener("message", note)
        ws.close()
        await ws.once("close")
    if waited < 0.9 * SHORT:
        raise NotYet(
            "{short} {when}. Wait for all of `seconds`, even where they are less than one.",
            short=_short(),
            when=Text("at once") if waited < SHORT / 4 else Text("after {took:.1f} s", took=waited),
        )
    for speaks_first in (False, True):
        await _check_two_listen(listen_for, speaks_first=speaks_first)
    await _check_two_hear(listen_for)
    return Text("you heard what was said, and did not wait for ever.")


async def _check_two_listen(listen_for: Callable[[WebSocket, float], Any], *, speaks_first: bool) -> None:
    """Two listen at once: to one nobody speaks, and the other has more time."""
    word = f"hi {random.randrange(1000)}"
    async with Witness(delay=SHORT / 8) as witness:
        silent, speaks = sockets = WebSocket(witness.url), WebSocket(witness.url)
        for ws in sockets:
            await ws.once("open")
        speaks.send(word)
        calls = [((silent, SHORT), None), ((speaks, LONG), word)]
        (one, its), (other, others) = reversed(calls) if speaks_first else calls
        await twice_at_once(listen_for, one, other, lambda: (its, others))
        for ws in sockets:
            ws.close()
            await ws.once("close")


async def _check_two_hear(listen_for: Callable[[WebSocket, float], Any]) -> None:
    """Two listen at once, and each is told something else, at the same time."""
    words = dict(zip(TWO_PATHS, (f"{word} {random.randrange(1000)}" for word in ("hi", "ho")), strict=True))
    together = Together()

    async def speak(visit: Visit) -> None:
        async for _ in visit.connection:
            await together.answer(visit.path, visit.connection, words[visit.path])

    async with Witness(speak) as witness:
        one, other = sockets = [WebSocket(witness.url + path) for path in TWO_PATHS]
        for ws in sockets:
            await ws.once("open")
        for _ in range(2):  # it speaks first to the one, and then to the other
            for ws in sockets:
                ws.send("go")
            await twice_at_once(listen_for, (one, LONG), (other, LONG), words.values)
        for ws in sockets:
            ws.close()
            await ws.once("close")


async def _hear_nothing(listen_for: Callable[[WebSocket, float], Any], ws: WebSocket) -> float:
    """Have it listen for a short time in which nobody speaks; return after how many seconds it returned."""
    for _ in range(TRIES):
        with Ticker(SHORT) as ticker:
            silence, waited = await _listen(listen_for, ws, SHORT)
        if silence is not None:
            raise NotYet(
                "nobody had said anything, and you returned {silence}. Return None when nothing came.",
                silence=shown(silence),
            )
        _check_open(ws, Text("after a call in which nothing came"))
        if ticker.ticks >= LATE_TICKS:
            raise NotYet("{short} after {waited:.1f} s. Return when `seconds` are over.", short=_short(), waited=waited)
        if waited < LATE_TICKS / 10 * SHORT:
            break
    return waited


def _short() -> Text:
    return Text("you were given {short:g} s, nobody spoke, and you returned", short=SHORT)


async def _listen(listen_for: Callable[[WebSocket, float], Any], ws: WebSocket, seconds: float) -> tuple[Any, float]:
    """Return what it returned, and how long that took."""
    timer = Timer(seconds)
    try:
        heard = await result_of(listen_for, ws, seconds)
    except TimeoutError:
        raise NotYet("a TimeoutError came out of your function. Catch it there.") from None
    if timer.is_overdue:
        raise NotYet(
            "your function still kept the loop to itself when `seconds` were over, and meanwhile nothing can come in. "
            "Which line waits there with no await?"
        )
    return heard, timer.since_start


def _check_open(ws: WebSocket, when: str) -> None:
    if ws.readyState != WebSocket.OPEN:
        raise NotYet("{when}, the connection was no longer open. Leave it open.", when=when)


def _check_heard(heard: Any, word: str | bytes, took: float, *, has_come: bool) -> None:
    if heard is None and has_come:
        raise NotYet("the server said {word!r}, and you returned None. Return the data of the message.", word=word)
    if heard is None:
        raise NotYet(
            "an answer takes {answer_after:g} s. You were given {long:g} s, and returned None {what}. Wait for it "
            "until `seconds` are over, and return its data.",
            answer_after=ANSWER_AFTER,
            long=LONG,
            what=Text("at once") if took < ANSWER_AFTER / 4 else Text("after {took:.1f} s", took=took),
        )
    if isinstance(heard, MessageEvent):
        raise NotYet("a message came, and you returned the event. In which field is what was said?")
    if heard == MORE and not has_come:
        raise NotYet(
            "in this call the server had said nothing yet, and you returned {heard!r}. Return the data of the message "
            "that comes in this call.",
            heard=heard,
        )
    if heard == MORE:
        raise NotYet("the server spoke twice, and you returned {heard!r}. Return what it said first.", heard=heard)
    if heard != word:
        raise NotYet(
            "the server said {word!r}, and you returned {heard}. Return the data of the message that comes in this "
            "call.",
            word=word,
            heard=shown(heard),
        )


@exercise
async def ex3(questions: Sequence[Any], guesses: Sequence[Any]) -> Text:
    """Text or bytes: ask the echo."""
    if not is_list(questions) or tuple(questions) != QUESTIONS:
        raise NotYet(
            "the questions are {questions}. Change the guesses only.", questions=", ".join(map(repr, QUESTIONS))
        )
    if not is_list(guesses):
        raise NotYet("guesses is {guesses}. Leave it a list of four, as it was.", guesses=shown(guesses))
    if len(guesses) != len(QUESTIONS):
        raise NotYet(
            "there are {asked} questions, and the length of guesses is {guessed}.",
            asked=len(QUESTIONS),
            guessed=len(guesses),
        )
    async with Witness() as witness:
        ws = WebSocket(witness.url)
        await ws.once("open")
        for question, guess in zip(QUESTIONS, guesses, strict=True):
            ws.send(question)
            event = await ws.once("message")
            if guess not in (type(event.data), type(event.data).__name__):
                raise NotYet.saying(_no_such_type(question, guess))
        ws.close()
        await ws.once("close")
    return Text("all four came back as you said.")


def _no_such_type(question: Any, guess: Any) -> Text:
    if guess == "?":
        return Text(
            "no guess yet for {question!r}. It is sent as text or as bytes, and an echo keeps which.", question=question
        )
    name = guess.__name__ if isinstance(guess, type) else guess
    if name not in ("str", "bytes"):
        return Text(
            'a message is a "str" or a "bytes", and you guessed {name!r} for {question!r}.',
            name=name,
            question=question,
        )
    return Text(
        "we sent {question!r}, and no {name} came back. Is it text, or bytes? An echo keeps which.",
        question=question,
        name=name,
    )
