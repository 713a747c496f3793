"""The exercises of notebook 90, In ninety minutes: one at each stop."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from typing import Any, Final

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from chatlib import chaos
from chatlib.client.chat_client import ChatClient
from chatlib.client.websocket import WebSocket
from chatlib.exercises.at_once import MEETINGS, Together, twice_at_once
from chatlib.exercises.company import GRACE_SECONDS, leaving_is_told, no_message, not_yours
from chatlib.exercises.hall import SECONDS, Guest, Hall, Registry, first_asked, slow_ones_hear, two_speak_at_once
from chatlib.exercises.hurry import FACTOR, be_slow, hurried
from chatlib.exercises.quizzes.nb90 import QUIZ as QUIZ
from chatlib.exercises.verdict import NotYet, during, exercise, raised, result_of, shown
from chatlib.exercises.witness import Visit, Witness, code_of
from chatlib.server.ownership import serve
from chatlib.transcript import Message
from chatlib.words import Text

FROZEN_SECONDS: Final = 1.2
QUICK_SECONDS: Final = 0.5  # more than a call takes in which nobody sleeps
MORE_SECONDS: Final = 0.3  # than the first call took, all in all: who sleeps and hopes has slept too little then
MOST_SECONDS: Final = 2.5
SLOWLY: Final = Text(
    "the second question was asked, and the clock of your function ran {factor} times as fast: by that clock, it was "
    "slow to open, and the answer was slow to come",
    factor=FACTOR,
)
OTHER_CODES: Final = (1001, 1008, 1012, 1013, 1014, 1002, 1003, 1007, 1009, 1010)  # 1011 is a bug's


@exercise
async def ex1(ask: Callable[[str, str], Any]) -> Text:
    """Ask once, and say goodbye: twice, with words that nobody can know; and then twice at once."""
    answers: dict[str | bytes, str] = {}
    path = f"/{secrets.token_hex(3)}"
    pause = 0.0  # before it lets the second one in, and before it answers
    together, calls = Together(), asyncio.get_running_loop()

    async def answer(visit: Visit) -> None:
        async for message in visit.connection:
            visit.messages.append(message)
            if visit in witness.visits[1:2]:
                await be_slow(pause, calls)
            text = f" {secrets.token_hex(3)} is the answer to {message!r}\n"  # blanks are a part of it
            answers[message] = text  # before it is sent: the call may return at once
            send = partial(together.answer, str(message)) if visit in witness.visits[2:] else ServerConnection.send
            try:
                await send(visit.connection, text)
            except ConnectionClosed:
                del answers[message]

    async with Witness(answer) as witness:
        for question in (f" {secrets.token_hex(3)}", f"{secrets.token_hex(3)} "):
            visits, began = len(witness.visits), time.monotonic()
            with _hurried(2 * pause) if visits else nullcontext():
                result = await result_of(ask, witness.url + path, question)
            took = time.monotonic() - began
            slept = took if took > QUICK_SECONDS else 0
            pause = witness.handshake_seconds = 0 if visits else min(slept + MORE_SECONDS, MOST_SECONDS)
            left = await witness.everyone_left()
            visit = _only_visit(witness, visits, path)
            if visit.messages != [question]:
                raise NotYet(
                    "the question was {question!r}, and the server was sent {messages!r}.",
                    question=question,
                    messages=visit.messages,
                )
            if result is None or question not in answers:  # whether it has answered by now, is chance
                raise NotYet(
                    "{what}, and you returned {result}. Wait for what it answers, and return that.",
                    what=SLOWLY if visits else Text("the question came to the server"),
                    result=shown(result),
                )
            if result != answers[question]:
                raise NotYet(
                    "the server answered {answer!r}, and you returned {result!r}.",
                    answer=answers[question],
                    result=result,
                )
            _check_goodbye(visit, left=left)
        for _ in range(MEETINGS):
            await _ask_twice_at_once(ask, witness.url + path, answers)
    return Text("you asked, were answered, and said goodbye, twice.")


async def _ask_twice_at_once(ask: Callable[[str, str], Any], url: str, answers: Mapping[str | bytes, str]) -> None:
    one, other = sorted(secrets.token_hex(3) for _ in range(2))
    nothing = Text("its question never came to the server")
    await twice_at_once(ask, (url, one), (url, other), lambda: (answers.get(one, nothing), answers.get(other, nothing)))


def _check_goodbye(visit: Visit, *, left: bool) -> None:
    if not left:
        raise NotYet("you have the answer, but the connection is still open. Which of the five steps is left?")
    if not visit.has_goodbye:
        raise NotYet("you have the answer, and the connection ended with no goodbye. Use close().")
    if visit.close_code != 1000:
        raise NotYet("your goodbye had {has}. Which one is normal?", has=code_of(visit))


@contextmanager
def _hurried(lasts: float) -> Iterator[None]:
    with during(SLOWLY), hurried(lasts=lasts):
        yield


def _only_visit(witness: Witness, before: int, path: str) -> Visit:
    """Return the visit that a question brought; refuse none, and more than one, and one somewhere else."""
    visits = witness.visits[before:]
    if not visits:
        raise NotYet.saying(
            Text("the second question was asked, and no connection came to the server. Open one each time.")
            if before
            else Text("no connection came to the server. A WebSocket with the url opens one, in a moment.")
        )
    if len(visits) > 1:
        raise NotYet("the server had {count} visitors. One connection is enough.", count=len(visits))
    witness.check_address(visits[0], path)
    return visits[0]


@exercise
async def ex2(what_happened: Callable[[Any], Any]) -> Text:
    """Tell a goodbye from a cut cable, by the close event."""
    code, others = random.randrange(4100, 5000), (*OTHER_CODES, random.randrange(3000, 4000))
    endings = {  # which way a connection ends, by the path that asks for it, and what it is to its client
        "/1000": (Text("the server said goodbye with 1000"), "ended"),
        f"/{code}": (Text("the server said goodbye with {code}", code=code), "ended"),
        "/bug": (Text("the server's code failed, and the server said goodbye with 1011"), "ended"),
        "/no-code": (Text("there was a goodbye, with no number in it"), "ended"),
        "/cut": (Text("the cable was cut"), "lost"),
        **{f"/{other}": (Text("the server said goodbye with {code}", code=other), "ended") for other in others},
    }
    async with Witness(_end_as_asked) as witness:
        for path, (ending, expected) in endings.items():
            ws = WebSocket(witness.url + path)
            if path == "/no-code":
                await ws.once("open")
                ws.close()
            closed = await ws.once("close")
            with during(ending):
                told = await result_of(what_happened, closed)
            if told is None and path == "/1000":  # of a later one it may know nothing
                raise NotYet(
                    'you returned None. Return "ended" or "lost". Which part of the event says whether there was a '
                    "goodbye?"
                )
            if told != expected:
                raise NotYet(
                    "{ending}, the event was {closed!r}, and you returned {told!r}, not {expected!r}.",
                    ending=ending,
                    closed=closed,
                    told=told,
                    expected=expected,
                )
    return Text("you know a goodbye, whatever its number, and a connection that was lost.")


@exercise
async def ex3(chat: Callable[[ServerConnection], Any], pages: Collection[ServerConnection]) -> Text:
    """Turn the echo into a broadcast: three pages, of which one says goodbye and one is cut off."""
    pages = Registry(chat, pages)
    async with Hall(chat) as hall:
        ada, bo, cleo = everybody = await hall.quiet_guests(3)
        said = f" {secrets.token_hex(3)} "
        await ada.says(said)
        heard = [await page.hears() for page in everybody]
        hall.check()
        if heard == [said, None, None]:
            raise NotYet("Ada said something, and only Ada heard it. Who has to hear it, too?")
        if heard != [said] * 3:
            raise NotYet(
                "Ada said {said!r}, and Ada, Bo and Cleo heard {heard} (None: nothing).", said=said, heard=heard
            )
        if (more := await ada.hears(0.1)) is not None:
            raise NotYet("Ada said {said!r} once, and Ada heard it, and then {more!r}.", said=said, more=more)
        hall.check_registered("pages", everybody, pages)
        await ada.says(said)
        if (again := await asyncio.gather(*(page.hears() for page in everybody))) != [said] * 3:
            hall.check()
            raise NotYet(
                "Ada said {said!r} a second time, and Ada, Bo and Cleo heard {heard} (None: nothing).",
                said=said,
                heard=again,
            )
        await two_speak_at_once(hall, everybody)
        await slow_ones_hear(hall, everybody)
        await _hear_while_somebody_comes(hall, everybody)
        await hall.says_goodbye(bo)
        hall.check()
        if ada.server not in pages or cleo.server not in pages:
            raise NotYet("Bo said goodbye, and somebody who is still there is not in the set any more.")
        if not await hall.lets_go(pages, bo):
            raise NotYet("Bo said goodbye, and is still in the set. What takes a connection out, however it ended?")
        await hall.cut(cleo)
        hall.check()
        if not await hall.lets_go(pages, cleo):
            raise NotYet(
                "Cleo's cable was cut, and she is still in the set. What takes a connection out, however it ended?"
            )
        raw = b"\xff" + secrets.token_hex(2).encode()
        for last in (said, "", raw):  # an empty text is a message, too, and so are bytes
            await ada.says(last)
            if (heard_last := await ada.hears()) != last:
                hall.check()
                raise NotYet(
                    "when the others had gone, Ada said {said!r}, and heard {heard}.",
                    said=last,
                    heard=shown(heard_last),
                )
        hall.check()
    return Text("one in, three out, and whoever has gone is out of the set.")


async def _hear_while_somebody_comes(hall: Hall, everybody: list[Guest]) -> None:
    """Have a fourth page come, and go, while what Ada says is on its way to pages whose network is slow."""
    for page in everybody:
        page.server.make_slow()
    said = secrets.token_hex(3)
    hearing = asyncio.create_task(everybody[0].hears(2 * SECONDS))
    await everybody[0].says(said)
    await first_asked(everybody, hearing)
    (dora,) = await hall.guests(1)
    for page in everybody:
        page.server.gate.set()
    heard = [await hearing, *[await page.hears() for page in everybody[1:]]]
    hall.check()
    if heard != [said] * len(heard):
        raise NotYet(
            "Ada said {said!r}, a fourth page came meanwhile, and Ada, Bo and Cleo heard {heard} (None: nothing).",
            said=said,
            heard=heard,
        )
    await hall.says_goodbye(dora)


@exercise
async def ex4(say: Callable[[ChatClient, str], Any]) -> Text:
    """Say it and wait: two texts over a network that is frozen at first, and one of them again when it is fast."""
    text, other = (f" {secrets.token_hex(3)} " for _ in range(2))
    with serve(port=0) as server, chaos.Proxy("127.0.0.1", server.port) as network:
        ada, bo = ChatClient(network.url, name="Ada"), ChatClient(server.url, name="Bo")
        saying: list[asyncio.Task[Any]] = []
        try:
            await ada.joined()
            await bo.joined()
            network.freeze()
            with hurried(lasts=FROZEN_SECONDS) as timers:
                saying += [asyncio.create_task(result_of(say, ada, each)) for each in (text, other)]
                await asyncio.wait(saying, timeout=FROZEN_SECONDS)
            early = [each for each in saying if each.done()]
            theirs = {ada.send(each) for each in (text, f" {secrets.token_hex(3)} ")}  # said by another cell
            theirs.add((await bo.delivered(bo.send(f" {secrets.token_hex(3)} "))).id)  # comes before all of Ada's
            network.thaw()
            for each in early if timers else ():
                _judge_who_gave_up(each)
            first = await _in_time(saying[0], ada, text, theirs)
            with leaving_is_told():
                second = await _in_time(saying[1], ada, other, theirs)
            sent = [each.msg for each in ada.messages if each.id not in theirs]
            _judge_message(first, text, sent, theirs, is_early=bool(early))
            _judge_message(second, other, sent, theirs, is_early=bool(early))
            await asyncio.sleep(GRACE_SECONDS)  # it may be said once more a little later, by the loop or by a task
            with leaving_is_told():
                await ada.delivered(ada.send("That was all."))
            _check_said_once(ada, text, theirs)
            again = await _again(say, ada, text)
            _judge_message(again, text, sent, theirs)
            if again.id == first.id:
                raise NotYet(
                    "{text!r} was said a second time, and you returned the message of the first time: it has the same "
                    "id. What did send() return this time?",
                    text=text,
                )
        finally:
            ada.close()
            bo.close()
            for each in saying:
                if not each.cancel() and not each.cancelled():
                    each.exception()  # asyncio need not complain: the verdict tells
    return Text("the network was frozen, and you waited until the message was delivered.")


def _judge_who_gave_up(saying: asyncio.Task[Any]) -> None:
    """Refuse one that has returned nothing, or raised something, when some limit of its own was over."""
    what = Text(
        "the network was frozen: by the clock of your code, which ran {factor} times as fast, for a long time",
        factor=FACTOR,
    )
    try:
        if saying.result() is not None:
            return
        outcome = Text("you had returned None by then")
    except Exception as error:
        outcome = Text("your function raised {error}", error=raised(error))
    raise NotYet("{what}, and {outcome}. Wait however long it takes.", what=what, outcome=outcome)


async def _in_time(saying: asyncio.Task[Any], ada: ChatClient, text: str, theirs: Collection[str]) -> Any:
    """Return what it returns, soon after everything was delivered."""
    with suppress(TimeoutError):
        await ada.until(lambda: all(each.state == "delivered" for each in ada.messages), timeout=SECONDS)
    await asyncio.wait([saying], timeout=FROZEN_SECONDS)
    if saying.done():
        return saying.result()
    saying.cancel()
    _check_said_once(ada, text, theirs)
    raise NotYet(
        "two texts were said, one right after the other, while the network was frozen. {seconds:g} s after it was fast "
        "again you had not returned. What do you wait for?",
        seconds=FROZEN_SECONDS,
    )


def _check_said_once(ada: ChatClient, text: str, theirs: Collection[str]) -> None:
    if (times := sum(each.msg == text and each.id not in theirs for each in ada.messages)) > 1:
        raise NotYet(
            "your function was called once, and the text was said {times} times. One send() is enough.", times=times
        )


async def _again(say: Callable[[ChatClient, str], Any], ada: ChatClient, text: str) -> Any:
    """Return what it returns where nothing is in the way: sooner than one who slept while the network was frozen."""
    saying = asyncio.create_task(result_of(say, ada, text))
    await asyncio.wait([saying], timeout=FROZEN_SECONDS)
    if saying.done():
        return saying.result()
    saying.cancel()
    raise NotYet(
        "over a fast network it was said once more, and {seconds:g} s later you had not returned. What do you wait "
        "for?",
        seconds=FROZEN_SECONDS,
    )


def _judge_message(
    message: object, text: str, sent: list[str], theirs: Collection[str], *, is_early: bool = False
) -> None:
    if message is None:
        raise NotYet.saying(no_message(sent))
    if message == text:
        raise NotYet("you returned the text. Return the whole message, which has more: its id, its state.")
    if not isinstance(message, Message):
        raise NotYet(
            "you returned {message}. Return the Message itself, which delivered() gives when it is awaited.",
            message=shown(message),
        )
    if is_early and text in sent:
        raise NotYet("the network was frozen, so nobody had the message, and you had returned already.")
    if message.msg != text:
        raise NotYet(
            "you were given {text!r}, and the message that you returned says {msg!r}.", text=text, msg=message.msg
        )
    if text not in sent:
        raise NotYet("the client that you were given was not told to say {text!r}. Say it with that one.", text=text)
    if message.id in theirs:  # whatever its state is by now
        raise NotYet.saying(not_yours(text))
    if message.state != "delivered":
        raise NotYet(
            "the state of the Message that you returned is {state!r}. Wait until it is delivered, and take it then: a "
            "Message itself never changes.",
            state=message.state,
        )


@exercise
async def ex5(frame_size: Callable[[str], Any]) -> Text:
    """Say how many bytes a text takes on the wire: send it, and count."""
    async with Witness() as witness:
        ws = WebSocket(witness.url)
        sizes: list[int] = []  # of the frames that were sent; a message's is there before its echo
        ws.watch(lambda seen: sizes.append(len(seen.raw)) if (seen.direction, seen.kind) == ("sent", "frame") else None)
        await ws.once("open")
        for text in ("Hi", secrets.token_hex(secrets.choice(range(50, 63))), "你好", "", " Good morning 早上好 🌍 "):
            with during(Text("the text was {text!r}", text=text)):
                told = await result_of(frame_size, text)
            if told is None and text == "Hi":
                raise NotYet("you returned None. Return a number. Which three parts does a client's frame have?")
            if told is not None and not isinstance(told, int | float):
                raise NotYet("you returned {told}. Return a number.", told=shown(told))
            ws.send(text)
            await ws.once("message")
            if told != sizes[-1]:
                raise NotYet(
                    "{text!r} took {size} bytes on the wire, and you returned {told!r}. What is before the text, "
                    "and how many bytes has the text itself?",
                    text=text,
                    size=sizes[-1],
                    told=told,
                )
        ws.close(1000)
        await ws.once("close")
    return Text("we sent five texts, and each took as many bytes as you said.")


async def _end_as_asked(visit: Visit) -> None:
    """End the connection in the way that its path names."""
    match visit.path:
        case "/no-code":
            await visit.connection.wait_closed()
        case "/bug":
            raise RuntimeError("on purpose")
        case "/cut":
            visit.connection.transport.abort()
        case path:
            await visit.connection.close(int(path.removeprefix("/")))
