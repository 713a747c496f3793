"""The exercises of notebook 09b, Survive bad networks: come back."""

from __future__ import annotations

import asyncio
import inspect
import json
import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from chatlib import chaos
from chatlib.client.websocket import WebSocket
from chatlib.exercises.quizzes.nb09b import QUIZ as QUIZ
from chatlib.exercises.verdict import NotYet, check_mapping, exercise, long_exercise, result_of, shown
from chatlib.exercises.witness import Visit, Witness
from chatlib.experiments.ladder import Guarantee, strongest
from chatlib.experiments.staying_socket import StayingSocket
from chatlib.words import Text

CLIENTS: Final = 200
OUTAGE_SECONDS: Final = 20.0
BUCKET_SECONDS: Final = 0.1
MOST_IN_BUCKET: Final = 0.05
ROUNDS: Final = 20  # so that chance has no say: what is judged is their mean
FIRST_SECONDS: Final = 2.0
CAP_SECONDS: Final = 30.0
FAILURES: Final = 30
MOST_TRIES: Final = 1000
NEXT: Final = "next(lasted)"

CUTS: Final = 100
CUTS_TO_COMPARE: Final = 40
WAIT_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 0.005
TOO_EARLY_SECONDS: Final = 0.1
REST_SECONDS: Final = 1.0
REST: Final = "the judge's own"
MOST_SAID: Final = 12  # on one connection, after which it is cut whatever has passed


# 1: delays with jitter ------------------------------------------------------------------------------------------------


@exercise
async def ex1(backoff: Callable[[], Any]) -> Text:
    """Delays for 200 clients that lost their server in the same moment; in simulated time."""
    if not callable(backoff):
        raise NotYet("a class was to be checked, and this is {value}.", value=shown(backoff))
    clients = [_Delays(backoff()) for _ in range(CLIENTS)]
    if (first := max(client.next(0) for client in clients)) > FIRST_SECONDS:
        raise NotYet(
            "the first wait was up to {first:.1f} s. Most outages are short: stay below {most:g} s.",
            first=first,
            most=FIRST_SECONDS,
        )
    waits = [[client.next(0) for _ in range(FAILURES)] for client in clients]
    if (longest := max(max(each) for each in waits)) > CAP_SECONDS:
        raise NotYet(
            "after {failures} failures a client waits {longest}. Put a cap on it: {cap:g} s.",
            failures=FAILURES,
            longest=_spoken(longest),
            cap=CAP_SECONDS,
        )
    late = _mean(each[-1] for each in waits)
    if late < FIRST_SECONDS:
        raise NotYet(
            "after {failures} failures the waits are still {late:.1f} s on average. They should grow with each one.",
            failures=FAILURES,
            late=late,
        )
    _judge_flapping(clients, late)
    _judge_crowd(backoff)
    if (again := max(client.next(600) for client in clients)) > FIRST_SECONDS:
        raise NotYet(
            "a connection lasted ten minutes, and the wait after it was up to {again:.1f} s. That is a new beginning.",
            again=again,
        )
    return Text("of {clients} clients, only a few come in the same moment.", clients=CLIENTS)


class _Delays:
    """A learner's delays, of which each must be a number of seconds."""

    def __init__(self, delays: Any) -> None:
        if not callable(getattr(delays, "next", None)):
            raise NotYet("your class makes {value}, and that has no method {name}.", value=shown(delays), name=NEXT)
        self._delays = delays

    def next(self, lasted: float) -> float:
        """Return the next one."""
        seconds = _not_async("next", self._delays.next(lasted))
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise NotYet("next() returned {seconds}. A number of seconds is asked for.", seconds=shown(seconds))
        if seconds < 0:
            raise NotYet("next() returned {seconds!r}. Nobody can wait for less than nothing.", seconds=seconds)
        return float(seconds)


def _not_async(name: str, result: Any) -> Any:
    """Return what a method returned, unless it is a coroutine."""
    if inspect.iscoroutine(result):
        result.close()
        raise NotYet("{name} is an async def, and nobody awaits what that returns. Make it a def.", name=name)
    return result


def _judge_flapping(clients: list[_Delays], late: float) -> None:
    """A server that takes everybody, and drops them at once: that is no success."""
    flapping = _mean(client.next(0.1) for client in clients)
    if flapping < late / 3:
        raise NotYet(
            "after many failures the waits were {late:.1f} s on average; then a connection lasted 0.1 s, and they were"
            " {flapping:.1f} s. A server that drops everybody at once would be stormed.",
            late=late,
            flapping=flapping,
        )


def _judge_crowd(backoff: Callable[[], Any]) -> None:
    """All lost the server at once, and it is back after some seconds: how many come in the same moment?"""
    crowd = Counter(int(_comeback(_Delays(backoff())) / BUCKET_SECONDS) for _ in range(CLIENTS * ROUNDS))
    share = max(crowd.values()) / (CLIENTS * ROUNDS)
    if share > MOST_IN_BUCKET:
        raise NotYet(
            "the server was gone for {seconds:g} s. Of {clients} clients, {count:.0f} came back in the same"
            " {bucket:g} ms; {most:g} may. What can make them differ?",
            seconds=OUTAGE_SECONDS,
            clients=CLIENTS,
            count=share * CLIENTS,
            bucket=1000 * BUCKET_SECONDS,
            most=MOST_IN_BUCKET * CLIENTS,
        )


def _comeback(client: _Delays) -> float:
    """Return when a client tries for the first time after the outage."""
    now = 0.0
    for _ in range(MOST_TRIES):
        now += client.next(0)
        if now >= OUTAGE_SECONDS:
            break
    return now


def _mean(values: Iterator[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers)


def _spoken(seconds: float) -> Text:
    if seconds < 3600:
        return Text("{seconds:.0f} s", seconds=seconds)
    return Text("{hours:.0f} hours", hours=seconds / 3600)


# 2: an outbox over a hundred cuts -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Books:
    """What was said, what the server placed, and what it was sent again."""

    knows_ids: bool = True
    said: list[str] = field(default_factory=list)
    placed: list[str] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    strange: str = ""
    again: int = 0
    acknowledged: set[str] = field(default_factory=set)

    @property
    def lost(self) -> list[str]:
        """What was said, and not placed."""
        placed = set(self.placed)
        return [text for text in self.said if text not in placed]

    @property
    def doubled(self) -> list[str]:
        """What was placed more than once."""
        return [text for text, times in Counter(self.placed).items() if times > 1]

    @property
    def kept(self) -> Guarantee | None:
        """What promise that is in keeping with."""
        return strongest(lost=bool(self.lost), doubled=bool(self.doubled))

    async def serve(self, visit: Visit) -> None:
        """Place what comes, and say so; with ``knows_ids`` each id once."""
        async for message in visit.connection:
            if (id_ := self._take(message)) is not None:
                await visit.connection.send(json.dumps({"id": id_}))

    def _take(self, message: str | bytes) -> str | int | None:
        try:
            match json.loads(message):
                case {"id": (str() | int()) as given, "msg": str(text)}:
                    id_ = str(given)
                case _:
                    raise ValueError
        except ValueError:
            self.strange = self.strange or shown(message)
            return None
        if id_ == REST:
            return id_
        self.again += id_ in self.acknowledged
        if self.knows_ids and id_ in self.ids:
            if self.ids[id_] != text:
                self.strange = self.strange or Text(
                    "the id {id!r} for {one!r}, and then for {other!r}", id=id_, one=self.ids[id_], other=text
                )
        else:
            self.ids[id_] = text
            self.placed.append(text)
        return given  # as it came: a number stays one


@long_exercise
async def ex2(outbox: Callable[[], Any]) -> Text:
    """An outbox over a hundred cuts, each after a random number of bytes: none lost, none twice, in order."""
    books = _Books()
    await _carried(outbox, books, CUTS)
    said, lost, doubled = len(books.said), len(books.lost), len(books.doubled)
    if books.strange:
        raise NotYet(
            "the server was sent {strange}. It takes JSON with an id, another for each message, and a msg.",
            strange=books.strange,
        )
    if not books.placed:
        raise NotYet("{said} messages were said, and the server was sent none of them.", said=said)
    if foreign := next((text for text in books.placed if text not in books.said), None):
        raise NotYet(
            "the server was sent {msg} as a msg, and nobody said that. Send each text as it was said.",
            msg=shown(foreign),
        )
    if lost or doubled:
        name = Text("at least once: {doubled} of {said} came twice", doubled=doubled, said=said)
        if lost:
            name = Text("at most once: {lost} of {said} are lost", lost=lost, said=said)
        if lost and doubled:
            name = Text(
                "no guarantee at all: of {said}, {lost} are lost, and {doubled} came twice",
                said=said,
                lost=lost,
                doubled=doubled,
            )
        raise NotYet(
            "{cuts} cuts, and your outbox gives {name}. What does it keep, and until when?", cuts=CUTS, name=name
        )
    if books.placed != books.said:
        first = next(n for n, pair in enumerate(zip(books.said, books.placed, strict=True)) if pair[0] != pair[1])
        raise NotYet(
            "none of {said} is lost, and none came twice. But message {first} is not in its place: what was said first"
            " is sent first, also when it is sent again.",
            said=said,
            first=first + 1,
        )
    if books.again:
        raise NotYet(
            "all {said} arrived once, and in order. But {again} times you sent again what was acknowledged: an outbox"
            " that forgets nothing grows for ever.",
            said=said,
            again=books.again,
        )
    return Text("{said} messages over {cuts} cuts, each exactly once, and in order.", said=said, cuts=CUTS)


async def _carried(outbox: Callable[[], Any], books: _Books, cuts: int) -> None:
    """Have a learner's outbox used by a page whose connection is cut again and again."""
    if not callable(outbox):
        raise NotYet("a class was to be checked, and this is {value}.", value=shown(outbox))
    page = _OutboxPage(outbox(), books)
    async with Witness(books.serve) as witness:
        host, _, port = witness.url.removeprefix("ws://").partition(":")
        with chaos.Proxy(host, int(port)) as cable:
            page.say()  # before there is any connection
            for _ in range(cuts):
                cable.cut(after_bytes=random.randint(1, 900))
                await page.lives(cable)
                if random.random() < 0.3:
                    page.say()  # while there is none
            cable.heal()
            await page.comes_to_rest(cable)
            if not books.lost:  # all is acknowledged now, however busy the machine was: nothing is to be sent again
                await page.comes_to_rest(cable)


class _OutboxPage:
    """A page that keeps to the contract with its outbox: say, opened, heard, closed."""

    def __init__(self, outbox: Any, books: _Books) -> None:
        for name in ("say", "opened", "heard", "closed"):
            if not callable(getattr(outbox, name, None)):
                raise NotYet("your class makes {value}, and that has no method {name}.", value=shown(outbox), name=name)
        self._outbox = outbox
        self._books = books
        self._raised: Exception | None = None
        self._rests = asyncio.Event()

    def say(self) -> None:
        """Say something, whether there is a connection or not."""
        text = f"{len(self._books.said)} {secrets.token_hex(random.randint(2, 40))}"
        self._books.said.append(text)
        self._call("say", text)

    async def lives(self, cable: chaos.Proxy) -> None:
        """Connect, and talk until the cable is cut."""
        before = cable.cuts
        ws, closed = self._connect(cable)
        for _ in range(MOST_SAID):
            if cable.cuts > before or ws.readyState > WebSocket.OPEN:
                break
            if ws.readyState == WebSocket.OPEN:
                self.say()
            await asyncio.sleep(0.001)
        while not closed.done():  # a cut that comes while it connects may come too early
            if cable.cuts == before:
                cable.cut()
            before = cable.cuts
            await asyncio.wait([closed], timeout=TOO_EARLY_SECONDS)
        self._check()

    async def comes_to_rest(self, cable: chaos.Proxy) -> None:
        """Connect once more, over a good network, and wait until all is placed, or nothing moves any more."""
        self._rests.clear()
        ws, closed = self._connect(cable)
        await ws.once("open")
        moved = -1
        while self._books.lost and moved < len(self._books.placed):
            moved = len(self._books.placed)
            await _soon(lambda: not self._books.lost, seconds=REST_SECONDS)
        ws.send(json.dumps({"id": REST, "msg": ""}))  # behind all that was sent: what comes twice has come by then
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rests.wait(), WAIT_SECONDS)
        ws.close()
        await closed
        self._check()

    def _check(self) -> None:
        """Raise what an outbox raised where nobody waits for it."""
        if self._raised is not None:
            raise self._raised

    def _connect(self, cable: chaos.Proxy) -> tuple[WebSocket, asyncio.Future[Any]]:
        ws = WebSocket(cable.url)
        closed = asyncio.ensure_future(ws.once("close"))
        ws.addEventListener("open", lambda _: self._tell("opened", ws))
        ws.addEventListener("message", self._hears)
        ws.addEventListener("close", lambda _: self._tell("closed"))
        return ws, closed

    def _hears(self, event: Any) -> None:
        id_ = str(json.loads(event.data)["id"])
        if id_ == REST:
            self._rests.set()
        else:
            self._books.acknowledged.add(id_)
            self._tell("heard", event.data)

    def _tell(self, name: str, *args: Any) -> None:
        try:
            self._call(name, *args)
        except Exception as error:
            self._raised = self._raised or error

    def _call(self, name: str, *args: Any) -> None:
        _not_async(name, getattr(self._outbox, name)(*args))


# 3: one listener ------------------------------------------------------------------------------------------------------


@long_exercise
async def ex3(start: Callable[..., Any]) -> Text:
    """One listener after three reconnects: each message is shown once, and each connection subscribes."""
    stage = _Reconnects()
    async with Witness(stage.serve) as witness:
        socket = StayingSocket(witness.url)
        try:
            await result_of(start, socket, stage.shown.append)
            for number in range(1, 5):
                await stage.comes(number)
                await stage.speaks(number)
        finally:
            socket.close()
    return Text("three reconnects, and everything was shown once.")


AFTER: Final = (
    Text("before the first reconnect"),
    Text("after one reconnect"),
    Text("after {count} reconnects", count=2),
    Text("after {count} reconnects", count=3),
)


class _Reconnects:
    """A server that tells its news to those who subscribe, and drops its guest three times."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self._visits: list[tuple[Visit, asyncio.AbstractEventLoop]] = []
        self._subscribed: list[int] = []

    async def serve(self, visit: Visit) -> None:
        self._visits.append((visit, asyncio.get_running_loop()))
        self._subscribed.append(0)
        number = len(self._visits) - 1
        async for message in visit.connection:
            if message == "subscribe":
                self._subscribed[number] += 1
            else:
                visit.messages.append(message)

    async def comes(self, number: int) -> None:
        """Wait for this connection, and that it subscribes."""
        what = Text("your page connected") if number == 1 else Text("your page was connected again")
        if not await _soon(lambda: len(self._visits) >= number):
            raise NotYet(
                "connection {number} of your page never came to the server. The socket makes a new one by itself, until"
                " somebody closes it.",
                number=number,
            )
        if not await _soon(lambda: self._subscribed[number - 1]):
            if sent := self._visits[number - 1][0].messages:
                raise NotYet("{what}, and sent {sent}, but no 'subscribe'.", what=what, sent=sent)
            raise NotYet(
                "{what}, and did not subscribe. A server knows nothing of earlier connections: say so at each open.",
                what=what,
            )

    async def speaks(self, number: int) -> None:
        """Tell some news, see how often they are shown, and drop the guest."""
        visit, loop = self._visits[number - 1]
        again, other = secrets.token_hex(4), secrets.token_hex(4)
        news = [again, again, other]  # as people do
        for text in news:
            asyncio.run_coroutine_threadsafe(visit.connection.send(text), loop)
        await _soon(lambda: all(self.shown.count(text) >= news.count(text) for text in news))
        await asyncio.sleep(0.02)  # for a twin
        times = self.shown.count(other)
        after = AFTER[number - 1]
        if any(text not in self.shown for text in news):
            raise NotYet(
                "{after}, the server sent {news}, and you showed {shown}.",
                after=after,
                news=news,
                shown=shown(self.shown),
            )
        if times > 1:
            raise NotYet(
                "{after}, each message is shown {times} times. How many listeners are there by now?",
                after=after,
                times=times,
            )
        if self.shown.count(again) == 1:
            raise NotYet(
                "{after}, the server sent {again!r} twice, and you showed it once. Who says the same again wants to be"
                " heard again: do not look at the words.",
                after=after,
                again=again,
            )
        if strange := [text for text in self.shown if text not in news]:
            raise NotYet(
                "the server sent {news}, and your page showed {strange}.", news=news, strange=shown(strange[0])
            )
        if self._subscribed[number - 1] > 1:
            raise NotYet(
                "{after}, your page subscribed {subscribed} times on one connection.",
                after=after,
                subscribed=self._subscribed[number - 1],
            )
        self.shown.clear()
        loop.call_soon_threadsafe(visit.connection.transport.abort)


async def _soon(condition: Callable[[], Any], *, seconds: float = WAIT_SECONDS) -> bool:
    for _ in range(round(seconds / LOOK_SECONDS)):
        if condition():
            return True
        await asyncio.sleep(LOOK_SECONDS)
    return False


# 4: which guarantee? --------------------------------------------------------------------------------------------------

PROGRAMS: Final = (
    "send() and forget",
    "an outbox, and a server that places whatever comes",
    "an outbox, and a server that places each id once",
)


class _Forgetful:
    """Sends if it can, and forgets."""

    def __init__(self) -> None:
        self._ws: WebSocket | None = None
        self._count = 0

    def say(self, text: str) -> None:
        self._count += 1
        self._send(str(self._count), text)

    def opened(self, ws: WebSocket) -> None:
        self._ws = ws

    def heard(self, data: str) -> None:
        """Not interested."""

    def closed(self) -> None:
        self._ws = None

    def _send(self, id_: str, text: str) -> None:
        if self._ws is not None:
            self._ws.send(json.dumps({"id": id_, "msg": text}))


class _Keeping(_Forgetful):
    """Keeps each message until it is acknowledged, and sends it again at each connection."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[str, str] = {}

    def say(self, text: str) -> None:
        self._waiting[str(self._count + 1)] = text
        super().say(text)

    def opened(self, ws: WebSocket) -> None:
        super().opened(ws)
        for id_, text in self._waiting.items():
            self._send(id_, text)

    def heard(self, data: str) -> None:
        self._waiting.pop(json.loads(data)["id"], None)


@long_exercise
async def ex4(guarantees: Mapping[str, str | None]) -> Text:
    """Which of the three guarantees does each of three programs give? Each is tried over a bad network."""
    check_mapping("guarantees", guarantees)
    guesses = [guarantees.get(program) for program in PROGRAMS]
    if missing := guesses.count(None):
        raise NotYet.saying(
            Text("1 of 3 has no guarantee yet.")
            if missing == 1
            else Text("{missing} of 3 have no guarantee yet.", missing=missing)
        )
    if strange := [guess for guess in guesses if guess not in list(Guarantee)]:
        names = ", ".join(repr(str(each)) for each in Guarantee)
        raise NotYet("the three guarantees are {names}, and not {strange}.", names=names, strange=shown(strange[0]))
    for n, (program, guess) in enumerate(zip(PROGRAMS, guesses, strict=True)):
        books = _Books(knows_ids=n != 1)
        await _carried(_Keeping if n else _Forgetful, books, CUTS_TO_COMPARE)
        if books.kept != guess:
            raise NotYet(
                "{program}: we just tried it over {cuts} cuts. Of {said} messages, {lost} are lost, and {doubled} came"
                " twice. Is that {guess!r}?",
                program=program,
                cuts=CUTS_TO_COMPARE,
                said=len(books.said),
                lost=len(books.lost),
                doubled=len(books.doubled),
                guess=guess,
            )
    return Text("we tried all three, and each kept what you said, and no more.")
