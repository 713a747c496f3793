"""A learner's outbox, tried: a page uses it over a cable that is cut again and again, and a server keeps the books.

Where a message is lost or comes twice, the cable did it, at a place that was chosen; never the speed of the machine.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import random
import secrets
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from chatlib import chaos
from chatlib.client.websocket import WebSocket
from chatlib.exercises.verdict import NotYet, named_as, shown
from chatlib.exercises.watchdog import Stuck
from chatlib.exercises.witness import Visit, Witness
from chatlib.experiments.ladder import Guarantee, strongest
from chatlib.words import Text

BAD_LUCK_EVERY: Final = 4  # one cut in so many comes right after the server has placed a message, one after its answer
HOPELESS: Final = range(41, 57)  # cuts that each come before anything is placed: nobody knows how often one tries
WAIT_SECONDS: Final = 30.0  # only what never comes takes so long
LOOK_SECONDS: Final = 0.005
TOO_EARLY_SECONDS: Final = 0.1
REST_SECONDS: Final = 2.0
DRAIN_SECONDS: Final = 40.0  # in which an outbox may go on sending what is left
REST: Final = "the judge's own"
SAID_AGAIN_EVERY: Final = 10  # one thing in so many is said twice, as people do
NOTHING_SAID: Final = 4  # in each so many, which of them is an empty text
SAID_BESIDE: Final = 20  # to another outbox, which must not matter to this one
ENDS: Final = ("", " ", ' said "yes"', r" \o/", " 你好")  # as people write; JSON writes some of it in another way
SAID_AWAY: Final = 300  # in the end, before the last connection: nobody knows how long one is away
MOST_AT_ONCE: Final = 3
MOST_SAID: Final = 12  # times, on one connection, after which it is cut whatever has passed


@dataclass(slots=True)
class Books:
    """What was said, what the server placed, and what it was sent again, or from another outbox (``mixed``)."""

    knows_ids: bool = True
    said: list[str] = field(default_factory=list)
    said_beside: list[str] = field(default_factory=list)
    placed: list[str] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    strange: str = ""
    again: int = 0
    repeated: int = 0
    mixed: int = 0
    acknowledged: set[str] = field(default_factory=set)
    bad_luck: list[Callable[[], object]] = field(default_factory=list)
    late_luck: list[Callable[[], object]] = field(default_factory=list)
    no_luck: list[Callable[[], object]] = field(default_factory=list)

    @property
    def lost(self) -> list[str]:
        """What was said, and not placed: so often, where something was said more than once."""
        return list((Counter(self.said) - Counter(self.placed)).elements())

    @property
    def doubled(self) -> list[str]:
        """What was placed more often than it was said."""
        return list(Counter(self.placed) - Counter(self.said))

    @property
    def kept(self) -> Guarantee | None:
        """What promise that is in keeping with."""
        return strongest(lost=bool(self.lost), doubled=bool(self.doubled))

    async def serve(self, visit: Visit) -> None:
        """Place what comes, and say so; with ``knows_ids`` each id once. Bad luck comes between the two, or after both.

        In the second case what was sent behind that message is lost, as if the cut had come before it; and with no luck
        that message is.
        """
        is_cut = False
        async for message in visit.connection:
            if self.no_luck:
                self.no_luck.pop()()
                is_cut = True
            if is_cut or (id_ := self._take(message)) is None:
                continue
            if self.bad_luck and id_ != REST:
                self.bad_luck.pop()()
            await visit.connection.send(json.dumps({"id": id_}))
            if self.late_luck and id_ != REST:
                await soon(partial(self.acknowledged.__contains__, str(id_)), seconds=TOO_EARLY_SECONDS)
                self.late_luck.pop()()
                is_cut = True

    def note(self, frame: object, sent: set[str]) -> None:
        """Note what the page sends, as it sends it; ``sent`` has the ids that this connection was given before.

        For nothing is sent again what is acknowledged by then, and what the same connection was given already.
        """
        with suppress(ValueError, TypeError, KeyError):
            message = json.loads(frame)  # type: ignore[arg-type]
            self.mixed += bool(message["msg"]) and message["msg"] in self.said_beside
            id_ = str(message["id"])
            self.again += id_ in self.acknowledged
            self.repeated += id_ in sent and id_ != REST
            sent.add(id_)

    def check_frames(self) -> None:
        """Refuse what the server could make nothing of, what nobody said, and two messages that were taken for one."""
        if self.mixed:
            raise NotYet(
                "there were two outboxes, and what was said to one of them came from the other as well. What do they "
                "share?"
            )
        if self.strange:
            raise NotYet(
                "the server was sent {strange}. It takes JSON with an id, another for each message, and a msg.",
                strange=self.strange,
            )
        if not self.placed:
            raise NotYet("{said} messages were said, and the server was sent none of them.", said=len(self.said))
        if foreign := next((text for text in self.placed if text not in self.said), None):
            raise NotYet(
                "the server was sent {msg} as a msg, and nobody said that. Send each text as it was said.",
                msg=shown(foreign),
            )
        if set(self.lost) == {""} and "" not in self.placed:
            raise NotYet(
                "an empty text was said {said} times, and the server was sent none of them. Send each text as it was "
                "said.",
                said=self.said.count(""),
            )
        if not self.doubled and (lost := self.lost) and set(lost) <= set(self.placed):
            merged = next(filter(None, lost), "")
            raise NotYet(
                "{msg} was said {said} times, and the server places each id once: it has {placed} of them. By what "
                "does your outbox tell two messages apart?",
                msg=repr(merged),
                said=self.said.count(merged),
                placed=self.placed.count(merged),
            )

    def _take(self, message: str | bytes) -> Any:
        try:
            match json.loads(message):
                case {"id": given, "msg": str(text)} if given is not None:
                    id_ = str(given)  # whatever can be written as JSON
                case _:
                    raise ValueError
        except ValueError:
            self.strange = self.strange or shown(message)
            return None
        if id_ == REST:
            return id_
        if self.knows_ids and id_ in self.ids:
            if self.ids[id_] != text:
                self.strange = self.strange or Text(
                    "the id {id!r} for {one!r}, and then for {other!r}", id=id_, one=self.ids[id_], other=text
                )
        else:
            self.ids[id_] = text
            self.placed.append(text)
        return given  # as it came: a number stays one


async def carry(outbox: Callable[[], Any], books: Books, cuts: int) -> None:
    """Have a learner's outbox used by a page whose connection is cut so often, and is good in the end."""
    if not callable(outbox):
        raise NotYet("this check needs a class, and was given {value}.", value=shown(outbox))
    page = _OutboxPage(outbox(), books)
    beside = _OutboxPage(outbox(), Books(said=books.said_beside))
    for _ in range(SAID_BESIDE):
        beside.say()
    async with Witness(books.serve) as witness:
        origin, _, page.path = witness.url.rpartition("/")
        host, _, port = origin.removeprefix("ws://").partition(":")
        with chaos.Proxy(host, int(port)) as cable:
            page.say()  # before there is any connection
            for number in range(cuts):
                match number % BAD_LUCK_EVERY:
                    case _ if number in HOPELESS:
                        books.no_luck[:] = [cable.cut]
                    case 0:
                        books.bad_luck[:] = [cable.cut]
                    case 1:
                        books.late_luck[:] = [cable.cut]
                    case _:
                        cable.cut(after_bytes=random.randint(1, 900))
                await page.lives(cable)
                books.bad_luck.clear()
                books.late_luck.clear()
                books.no_luck.clear()
                if random.random() < 0.3:
                    page.say()  # while there is none
            cable.heal()
            for _ in range(SAID_AWAY):
                page.say()
            await page.comes_to_rest(cable)
            if not books.lost:  # all is acknowledged now, however busy the machine was: nothing is to be sent again
                await page.comes_to_rest(cable)


class _OutboxPage:
    """A page that keeps to the contract with its outbox: say, opened, heard, closed."""

    def __init__(self, outbox: Any, books: Books) -> None:
        for name in ("say", "opened", "heard", "closed"):
            if not callable(getattr(outbox, name, None)):
                raise NotYet("your class makes {value}, and that has no method {name}.", value=shown(outbox), name=name)
        self.path = ""  # of the server
        self._outbox = outbox
        self._books = books
        self._raised: Exception | None = None
        self._rests = asyncio.Event()

    def say(self) -> None:
        """Say something, whether there is a connection or not."""
        said = self._books.said
        text = f"{len(said)} {secrets.token_hex(random.randint(2, 40))}{random.choice(ENDS)}"
        if len(said) % SAID_AGAIN_EVERY == SAID_AGAIN_EVERY - 1:
            text = said[-1]
        if len(said) % SAID_AGAIN_EVERY == NOTHING_SAID:
            text = ""
        said.append(text)
        self._call("say", text)

    async def lives(self, cable: chaos.Proxy) -> None:
        """Connect, and talk until the cable is cut."""
        before = cable.cuts
        ws, closed = self._connect(cable)
        with suppress(ConnectionError):  # cut before it opened
            await ws.once("open")
        for _ in range(MOST_SAID):
            if cable.cuts > before or ws.readyState > WebSocket.OPEN:
                break
            if ws.readyState == WebSocket.OPEN:
                for _ in range(random.randint(1, MOST_AT_ONCE)):  # then there are several that nobody has answered
                    self.say()
            await asyncio.sleep(0.001)
        while not closed.done():  # a cut that comes while it connects may come too early
            if cable.cuts == before:
                cable.cut()
            before = cable.cuts
            await asyncio.wait([closed], timeout=TOO_EARLY_SECONDS)
        self._check()

    async def comes_to_rest(self, cable: chaos.Proxy) -> None:
        """Connect over a good network, say one thing more, and wait until all is placed, or nothing moves any more."""
        ws, closed = self._connect(cable)
        await ws.once("open")
        self.say()
        await self._answered(ws)
        moved, began = -1, time.monotonic()
        while self._books.lost and moved < len(self._books.placed) and time.monotonic() < began + DRAIN_SECONDS:
            moved = len(self._books.placed)
            await soon(lambda: not self._books.lost, seconds=REST_SECONDS)
        self._check()
        self._judge_rest(moves=moved < len(self._books.placed))
        await self._answered(ws)
        ws.close()
        await closed
        self._check()

    def _judge_rest(self, *, moves: bool) -> None:
        if self._books.strange:  # what the server could make nothing of was sent, and says more
            return
        lost = self._books.lost
        if lost and moves:
            raise NotYet(
                "the network is good again, and {seconds:g} s later your outbox has not sent {lost} of {said} messages"
                " yet. What does it wait for?",
                seconds=DRAIN_SECONDS,
                lost=len(lost),
                said=len(self._books.said),
            )
        if lost == self._books.said[-1:] and len(self._books.said) > 1:
            raise NotYet(
                "while there was a connection, something was said, and the server was not sent it. What can be sent at"
                " once does not wait for the next connection."
            )

    async def _answered(self, ws: WebSocket) -> None:
        """Return when the server has answered a frame of our own: all that was sent before it has come by then."""
        self._rests.clear()
        ws.send(json.dumps({"id": REST, "msg": ""}))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rests.wait(), WAIT_SECONDS)

    def _check(self) -> None:
        """Raise what an outbox raised where nobody waits for it."""
        if self._raised is not None:
            raise self._raised

    def _connect(self, cable: chaos.Proxy) -> tuple[WebSocket, asyncio.Future[Any]]:
        ws = _NotedSocket(f"{cable.url}/{self.path}", self._books)
        closed = asyncio.ensure_future(ws.once("close"))

        def opened(_: object) -> None:
            ws.addEventListener("close", lambda _: self._tell("closed"))  # what never came does not go
            self._tell("opened", ws)

        ws.addEventListener("open", opened)
        ws.addEventListener("message", self._hears)
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
        except Stuck:
            pass  # the watchdog says so itself
        except Exception as error:
            self._raised = self._raised or error

    def _call(self, name: str, *args: Any) -> None:
        not_async(name, getattr(self._outbox, name)(*args))


@named_as(WebSocket)
class _NotedSocket(WebSocket):
    """A page's WebSocket; the books note what is given to ``send``."""

    def __init__(self, url: str, books: Books) -> None:
        super().__init__(url)
        self._books = books
        self._ids: set[str] = set()

    def send(self, data: object) -> None:
        """Send a message."""
        self._books.note(data, self._ids)
        super().send(data)


class Forgetful:
    """The outbox of ``send()`` and forget: it sends if it can, and keeps nothing."""

    def __init__(self) -> None:
        self._ws: WebSocket | None = None
        self._count = 0

    def say(self, text: str) -> None:
        """Send it, if there is a connection."""
        self._count += 1
        if self._ws is not None:
            self._ws.send(json.dumps({"id": str(self._count), "msg": text}))

    def opened(self, ws: WebSocket) -> None:
        """There is a connection."""
        self._ws = ws

    def heard(self, data: str) -> None:
        """Not interested."""

    def closed(self) -> None:
        """There is none any more."""
        self._ws = None


def not_async(name: str, result: Any) -> Any:
    """Return what a method returned, unless it is a coroutine."""
    if inspect.iscoroutine(result):
        result.close()
        raise NotYet(
            "{name}() returned a coroutine, as an async def does, and nobody awaits it. Make it a def that is done "
            "when it returns.",
            name=name,
        )
    return result


async def soon(condition: Callable[[], Any], *, seconds: float) -> bool:
    """Wait until it is true, for so many turns of the loop: on a busy machine these are late, too."""
    for _ in range(round(seconds / LOOK_SECONDS)):
        if condition():
            return True
        await asyncio.sleep(LOOK_SECONDS)
    return False
