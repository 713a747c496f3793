"""The exercises of notebook 10, Live with slow readers."""

from __future__ import annotations

import asyncio
import gc
import random
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from itertools import pairwise
from numbers import Real
from operator import eq
from statistics import median
from typing import Any, Final
from weakref import WeakSet

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State as ConnectionState

from chatlib.exercises.hall import says_closed, serving
from chatlib.exercises.hurry import FACTOR, SLOW_SECONDS, hurried
from chatlib.exercises.quizzes.nb10 import QUIZ as QUIZ
from chatlib.exercises.uplink import TICK_SECONDS, Uplink, pieces_to_send, piping
from chatlib.exercises.verdict import NotYet, is_learners, long_exercise, raised, result_of, shown, take_note
from chatlib.exercises.viewer import State, Viewer, new_mark, page_for
from chatlib.exercises.watchdog import Stuck
from chatlib.experiments import whereabouts
from chatlib.machine import tab
from chatlib.words import Text

SECONDS: Final = 3.0  # for what comes at once if the answer is right
TURN_SECONDS: Final = 0.01
KILO: Final = 1000
SMALL: Final = 16 * 2**10  # bytes that are asked for
# KiB that are asked for: what leaves one out is not within a factor of two of each run, nor is one number for them all.
LITTLE: Final = 20
MUCH: Final = range(180, 206)  # most systems give no more; and it is far from what the notebook's gauges show
ALIKE: Final = range(188, 206)
MESSAGE: Final = 8 * KILO
STILL_TURNS: Final = 20  # in which nothing more was sent

PAGES: Final = 50
STATE_BYTES: Final = (14_000, 16_000)
STATES: Final = (150, 170)
FILLED: Final = 15  # states, after which no buffer has room for another
STILL_FROZEN: Final = 55  # states
MOST_BEHIND: Final = 10  # states: 100 ms, at a hundred states a second
MOST_BYTES: Final = 2_000_000
PATIENT_TURNS: Final = 2 * PAGES  # in which what waits for nobody is done

QUEUED: Final = 64_000
LEAST_USED: Final = 0.8
RATES: Final = (400, 640)  # kB a second
FEW_PIECES: Final = 90  # more than the queue may hold
QUEUED_PIECES: Final = 20  # that it may hold
CLOSED: Final = Text(
    "your pump closed the connection. It sends, and no more: perhaps somebody else has something to say."
)


# 1: when the naive loop stands still ----------------------------------------------------------------------------------


@long_exercise
async def ex1(stops_after: Callable[..., Any]) -> Text:
    """Predict after how many kB the naive loop stands still: four runs, each with other buffers."""
    if tab.is_here():
        raise NotYet.saying(tab.NO_BUFFERS)
    for asked in _rooms():
        rooms, stood = await _naive_run(*asked)
        said = await result_of(stops_after, *rooms)
        if isinstance(said, bool) or not isinstance(said, Real):
            raise NotYet(
                "stops_after{rooms} returned {said}. A number of kB is asked for.", rooms=rooms, said=shown(said)
            )
        said = float(said)
        if not stood / 2 <= said <= stood * 2:
            raise NotYet(
                "there was room for {their} kB in the page's kernel, {our} kB in the server's kernel, and {heap} kB in "
                "the server's memory. The loop stood still after {stood} kB; you said {said:.0f}. {hint}",
                their=rooms[0],
                our=rooms[1],
                heap=rooms[2],
                stood=stood,
                said=said,
                hint=_why(said, stood),
            )
    return Text("four runs, and each time the loop stood still where you said, within a factor of two.")


def _why(said: float, stood: int) -> Text:
    if said > 500 * stood:
        return Text("Are those bytes? 1,000 of them are a kB.")
    if said > stood:
        return Text("Each place is filled once, and only for the page that does not read.")
    return Text("In how many places can a message wait?")


def _rooms() -> Iterator[tuple[int, int, int]]:
    """Yield the bytes that are asked for in each run: all rooms alike, and then one of them much larger than others."""
    alike = random.choice(ALIKE) * 2**10
    yield alike, alike, 2 * alike
    for large in random.sample(range(3), 3):
        rooms = [LITTLE * 2**10] * 3
        rooms[large] = random.choice(MUCH) * 2**10 * (1 + (large == 2))  # a system doubles what is its own
        yield rooms[0], rooms[1], rooms[2]


async def _naive_run(their: int, our: int, heap: int) -> tuple[tuple[int, int, int], int]:
    """Run the naive loop before three pages of which one does not read; return the rooms and what each was sent, in kB.

    The rooms are those that the kernel really gave.
    """
    connections: list[ServerConnection] = []

    async def keep(connection: ServerConnection) -> None:
        connections.append(connection)
        await connection.wait_closed()

    async with serving(keep, kernel_buffer=our, write_limit=heap, ping_interval=None) as url, AsyncExitStack() as stack:
        pages = [await page_for(stack, url, str, their) for _ in range(3)]
        await _until(lambda: len(connections) == len(pages))
        slow = random.choice(pages)
        slow.throttle(0)
        naive = _Naive(connections)
        sending = asyncio.create_task(naive.send())
        stack.callback(sending.cancel)
        await naive.stands()
        ours = connections[0].transport.get_extra_info("socket")
        send_buffer, receive_buffer = whereabouts.kernel_buffers(ours, slow.socket)
    return (receive_buffer // KILO, send_buffer // KILO, heap // KILO), naive.sent


class _Naive:
    """The loop of notebook 06: a message for one page after the other. It is so large that its frame is no matter."""

    def __init__(self, connections: Sequence[ServerConnection]) -> None:
        self.sent = 0  # kB, to each of them
        self._connections = connections

    async def send(self) -> None:
        """Go on for as long as it can."""
        with suppress(ConnectionClosed):
            while True:
                for connection in self._connections:
                    await connection.send("x" * MESSAGE)
                self.sent += MESSAGE // KILO
                await asyncio.sleep(0)

    async def stands(self) -> None:
        """Return when nothing more has been sent for some turns."""
        before, still = -1, 0
        while still < STILL_TURNS:
            await asyncio.sleep(TURN_SECONDS)
            before, still = self.sent, still + 1 if self.sent == before else 0


# 2: a queue for each page, and the newest wins ------------------------------------------------------------------------


class _Show:
    """A server around the learner's two functions, and its viewers; states are numbered from 1 on."""

    def __init__(self, serve_page: Callable[..., Any], publish: Callable[..., Any], stack: AsyncExitStack) -> None:
        self.viewers: list[Viewer] = []
        self.published = 0
        self.texts: dict[str, int] = {}  # of all states that were published, the number of each
        self.mark = new_mark()
        self.came = 0
        self.running = 0
        self.returned = 0
        self.connections: list[ServerConnection] = []
        self.took: list[float] = []  # seconds, each time that publish was called
        self._serve_page = serve_page
        self._publish = publish
        self._stack = stack
        self.raised: Exception | None = None
        self.publishing: WeakSet[asyncio.Task[Any]] = WeakSet()
        self._kept: WeakSet[State] = WeakSet()

    async def receive(self, connection: ServerConnection) -> None:
        """Have the learner's function serve a page; that a page has gone is nobody's bug."""
        self.connections.append(connection)
        self.running += 1
        try:
            await result_of(self._serve_page, connection)
            self.returned += not connection.transport.is_closing()
        except Stuck:
            pass  # the watchdog says so itself
        except Exception as error:
            if not says_closed(error):
                self.raised = self.raised or error
        finally:
            self.running -= 1

    async def fill(self, url: str) -> None:
        """Have all viewers come."""
        for _ in range(PAGES):
            viewer = Viewer(self.texts, self.mark)
            viewer.page = await page_for(self._stack, url, viewer.hear, SMALL)
            self.viewers.append(viewer)
        await _until(lambda: len(self.connections) == PAGES)

    async def publish(self) -> None:
        """Publish another state; refuse a function that waits for a page."""
        self.published += 1
        size = random.randint(*STATE_BYTES)
        text = f" {self.published} {self.mark} {secrets.token_hex(4)} ".ljust(size, "x") + "\n"  # no strip() is unseen
        self.texts[text] = self.published
        state = State(text)
        self._kept.add(state)
        publishing = asyncio.create_task(result_of(self._timed, state))
        publishing.add_done_callback(take_note)
        self.publishing.add(publishing)
        del state
        for _ in range(PATIENT_TURNS):
            await asyncio.sleep(0)
            if publishing.done():
                break
        else:
            await asyncio.wait([publishing], timeout=2 * TURN_SECONDS)
        if not publishing.done():
            publishing.cancel()
            raise NotYet(
                "publish had not returned when everybody else had long had their turn. What does it wait for? Let it "
                "only put the state where the page's own task finds it."
            )
        await publishing

    def _timed(self, state: State) -> Any:
        began = time.monotonic()
        try:
            return self._publish(state)
        finally:
            self.took.append(time.monotonic() - began)

    def connection_of(self, viewer: Viewer) -> ServerConnection:
        """Return the server's end of a viewer's connection."""
        return self.connections[self.viewers.index(viewer)]

    def is_disconnecting(self, viewer: Viewer) -> bool:
        """Tell whether the server has closed it, or begun to: a Close frame waits behind what was not read."""
        connection = self.connection_of(viewer)
        return connection.state is not ConnectionState.OPEN or connection.transport.is_closing()

    @property
    def held(self) -> int:
        """How many bytes the server's memory holds: in write buffers, and in whatever the learner's code keeps."""
        gc.collect()
        buffers = sum(connection.transport.get_write_buffer_size() for connection in self.connections)
        return buffers + sum(map(len, self._kept))

    @property
    def references(self) -> int:
        """How many references to the newest state are left, now that it was published."""
        gc.collect()
        newest = [state for state in self._kept if self.texts[state] == self.published]
        return sum(sys.getrefcount(state) - 3 for state in newest)  # without our own list, name and argument

    def check(self) -> None:
        """Raise what serve_page raised where nobody waits for it, and say where it returned too soon."""
        if self.raised is not None:
            raise self.raised
        if self.returned:
            raise NotYet(
                "serve_page returned while its page was there, so the server said goodbye. What can it wait for?"
            )


@long_exercise
async def ex2(serve_page: Callable[..., Any], publish: Callable[..., Any]) -> Text:
    """A queue for each page, the newest wins: 50 pages, one frozen, which is thawed in the end."""
    if tab.is_here():
        raise NotYet.saying(tab.NO_BUFFERS)
    before = asyncio.all_tasks()
    async with AsyncExitStack() as stack:
        show = _Show(serve_page, publish, stack)
        served = serving(show.receive, kernel_buffer=SMALL, ping_interval=None)
        url = await stack.enter_async_context(served)
        with hurried():
            await show.fill(url)
            await asyncio.sleep(SLOW_SECONDS)  # in which nothing is published
            await _all_hear(show)
            await asyncio.sleep(SLOW_SECONDS)
        slow = random.choice(show.viewers)
        await _freeze(show, slow)
        await _thaw(show, slow)
        await _leave(show, before)
    return Text("the others did not wait, the server's memory stayed small, and the frozen page got the newest.")


async def _all_hear(show: _Show) -> None:
    await show.publish()
    await _until(lambda: all(viewer.last for viewer in show.viewers) or show.returned)
    show.check()
    if strange := next((viewer.strange for viewer in show.viewers if viewer.strange), ""):
        raise NotYet("a page was sent {strange}. Send it the state as it is.", strange=shown(strange))
    if silent := sum(not viewer.last for viewer in show.viewers):
        raise NotYet(
            "{count} pages are there, one state was published, and {silent} of them did not get it.",
            count=PAGES,
            silent=silent,
        )


async def _freeze(show: _Show, slow: Viewer) -> None:
    """Publish a hundred states a second while one page does not read."""
    assert slow.page is not None
    slow.page.throttle(0)
    await _freeze_for_long(show, slow)
    others = [viewer for viewer in show.viewers if viewer is not slow]
    behind: list[int] = []
    for _ in range(random.randint(*STATES)):
        await show.publish()
        await asyncio.sleep(TURN_SECONDS)
        behind += (show.published - viewer.last for viewer in others)
    show.check()
    if (took := median(show.took)) > TURN_SECONDS / 2:
        raise NotYet(
            "publish was called a hundred times a second, and took {took:.0f} ms, more or less. Nothing else runs "
            "meanwhile: let it return at once.",
            took=KILO * took,
        )
    late = sorted(behind)[int(0.95 * len(behind))]
    if late > MOST_BEHIND:
        raise NotYet(
            "while one page was frozen, the others were {late} states behind ({allowed} at most: 100 ms at a hundred a "
            "second). Who waits for whom?",
            late=late,
            allowed=MOST_BEHIND,
        )
    if slow.page.is_over or show.is_disconnecting(slow):
        raise NotYet(
            "the frozen page was disconnected. That is a way, too; here it stays, and is sent the newest later."
        )
    held = show.held
    if held > MOST_BYTES:
        raise NotYet(
            "one page was frozen, {count} states were published, and the server's memory holds {held} kB of them; "
            "at most {most} kB are allowed. What is thrown away, and when?",
            count=show.published,
            held=held // KILO,
            most=MOST_BYTES // KILO,
        )


async def _freeze_for_long(show: _Show, slow: Viewer) -> None:
    """Publish while one page does not read for long, by the clock of the learner's code: what waits for it stays."""
    connection = show.connection_of(slow)
    timers = await _publish_fast(show, FILLED)
    before = connection.transport.get_write_buffer_size()
    timers += await _publish_fast(show, STILL_FROZEN - FILLED)
    if not timers:
        return
    what = Text(
        "the clock of your code ran {factor} times as fast, and by it one page was frozen for a long time",
        factor=FACTOR,
    )
    is_over = show.returned or show.is_disconnecting(slow)
    if isinstance(show.raised, TimeoutError) or (is_over and not show.raised):
        raise NotYet("{what}. It was disconnected; here it stays, however long it is frozen.", what=what)
    show.check()
    now = connection.transport.get_write_buffer_size()
    if now > before + 2 * max(STATE_BYTES):
        raise NotYet(
            "{what}. Meanwhile its write buffer grew from {before} to {now} kB, and has no limit: what was given to "
            "send() stays there, whether anybody waits for it or not.",
            what=what,
            before=before // KILO,
            now=now // KILO,
        )


async def _publish_fast(show: _Show, states: int) -> list[float]:
    """Publish while the clock of the learner's code is fast; return the seconds of its timers that ran out so far.

    Its other clocks run ahead anew each time: who looks for how long nobody took anything finds that out after a while.
    """
    with hurried(spares=show.publishing) as timers:  # who waits in publish is told so, and nothing else
        for _ in range(states):
            await show.publish()
            await asyncio.sleep(TURN_SECONDS)
    return timers


async def _thaw(show: _Show, slow: Viewer) -> None:
    """Let the page read again: nothing new is published."""
    assert slow.page is not None
    slow.page.throttle(None)
    await _until(lambda: slow.last == show.published)
    show.check()
    if slow.last != show.published:
        raise NotYet(
            "the frozen page reads again, and the last that it got is state {last}; the newest is {newest}. Which do "
            "you throw away, and who tells the page's task of the newest?",
            last=slow.last,
            newest=show.published,
        )
    for viewer in show.viewers:
        for one, other in pairwise(viewer.states):
            if one >= other:
                raise NotYet(
                    "a page was sent state {other} after state {one}. Each state is sent once at most, and none after "
                    "a newer one.",
                    one=one,
                    other=other,
                )


async def _leave(show: _Show, before: set[asyncio.Task[Any]]) -> None:
    """Have a page go, then all: the others hear on, and nothing of the learner's goes on for those who are gone."""
    leaver, *staying = random.sample(show.viewers, PAGES)
    assert leaver.page is not None
    leaver.page.leave()
    await _until(lambda: any(connection.transport.is_closing() for connection in show.connections))
    await show.publish()
    await _until(lambda: all(viewer.last == show.published for viewer in staying))
    show.check()
    if silent := sum(viewer.last != show.published for viewer in staying):
        raise NotYet("a page left, and {silent} of those who stayed did not get the next state.", silent=silent)
    for viewer in staying:
        assert viewer.page is not None
        viewer.page.leave()
    await asyncio.sleep(TURN_SECONDS)
    await show.publish()  # who finds out only at the next state has it
    await _until(lambda: not show.running and not _left_over(before))
    show.check()
    if show.running:
        raise NotYet(
            "all pages have gone, and for {count} of them serve_page goes on. What ends it?", count=show.running
        )
    if left := _left_over(before):
        raise NotYet("all pages have gone. Tasks of yours that go on: {count}. What ends a task?", count=len(left))
    await show.publish()
    if (count := show.references) > PAGES // 2:
        raise NotYet(
            "all {pages} pages have gone, and when another state was published, {count} references to it stayed. What "
            "of a page is still there when it has gone?",
            pages=PAGES,
            count=count,
        )


def _left_over(before: set[asyncio.Task[Any]]) -> list[asyncio.Task[Any]]:
    """Return the tasks that run the learner's code, and did not before."""
    now = asyncio.all_tasks() - before
    return [task for task in now if is_learners(task.get_coro())]


# 3: a pump that looks at bufferedAmount -------------------------------------------------------------------------------


@long_exercise
async def ex3(pump: Callable[..., Any]) -> Text:
    """A pump: never more than 64 kB queued, and the network is used; the connection may end in the middle."""
    rate = max(RATES) * KILO  # where a pump that sleeps too long is found out; on a slow network it may be good enough
    pieces = pieces_to_send()
    async with piping(rate) as uplink:
        await _pumped(pump, uplink, pieces)
    if uplink.was_closed:
        raise NotYet.saying(CLOSED)
    if not uplink.sent:
        raise NotYet("your pump was given {count} pieces, and sent none.", count=len(pieces))
    if uplink.most_queued > QUEUED:
        raise NotYet(
            "bufferedAmount rose to {most}, and at most {allowed} is allowed. When do you look at it? A piece counts "
            "as soon as it is sent, in bytes of UTF-8.",
            most=uplink.most_queued,
            allowed=QUEUED,
        )
    if len(uplink.sent) != len(pieces):
        raise NotYet("your pump was given {count} pieces, and sent {sent}.", count=len(pieces), sent=len(uplink.sent))
    if uplink.sent != pieces:
        raise NotYet("your pump sent other texts than it was given, or in another order.")
    if uplink.used < LEAST_USED:
        raise NotYet(
            "the network could take {rate} kB/s, and it had so little to take that {used:.0%} of that was used; "
            "{least:.0%} are asked for. How full is the queue while you wait?",
            rate=rate // KILO,
            used=int(100 * uplink.used) / 100,
            least=LEAST_USED,
        )
    await _check_cut(pump, pieces)
    async with piping(max(RATES) * KILO, cut_after=0) as uplink:  # it ends where the page waits, be it after the last
        await _pumped(pump, uplink, pieces[:QUEUED_PIECES], is_cut=True)
    await _check_two_pages(pump, pieces)
    return Text("never more than 64 kB were queued, and {used:.0%} of the network was used.", used=uplink.used)


async def _check_cut(pump: Callable[..., Any], pieces: Sequence[str]) -> None:
    """The network of a second connection takes nothing for a while; later the connection ends."""
    cut = random.randint(100, 160) * KILO
    async with piping(random.randint(*RATES) * KILO, cut_after=cut, rests=True) as uplink:
        with hurried():
            was_cut = await _pumped(pump, uplink, pieces, is_cut=True)
    if not uplink.sent:
        raise NotYet(
            "your pump was called for a second connection, with {count} pieces, and sent none.", count=len(pieces)
        )
    what = Text(
        "your pump was called for a second connection, and its clock ran {factor} times as fast. By that clock, the "
        "network took nothing for a long time",
        factor=FACTOR,
    )
    if uplink.most_queued > QUEUED:
        raise NotYet(
            "{what}, and bufferedAmount rose to {most}; at most {allowed} is allowed. Wait however long it takes.",
            what=what,
            most=uplink.most_queued,
            allowed=QUEUED,
        )
    if not was_cut:
        raise NotYet(
            "{what}. Your pump returned while the connection was open, and had sent {sent} of {count} pieces. Slow is "
            "not gone.",
            what=what,
            sent=len(uplink.sent),
            count=len(pieces),
        )
    if uplink.bufferedAmount > QUEUED:
        raise NotYet(
            "the connection ended in the middle, and your pump went on sending: bufferedAmount rose to {most}. "
            "There is nobody to send to: return.",
            most=uplink.bufferedAmount,
        )


async def _check_two_pages(pump: Callable[..., Any], pieces: Sequence[str]) -> None:
    """Two pages have some pieces each; the one's are not the other's."""
    given = [pieces[:FEW_PIECES], pieces[-FEW_PIECES:]]
    async with piping(max(RATES) * KILO) as first, piping(max(RATES) * KILO) as second:
        pumping = [asyncio.create_task(_pumped(pump, *page)) for page in zip((first, second), given, strict=True)]
        _, pending = await asyncio.wait(pumping, timeout=SECONDS)
        for task in pumping:
            task.cancel()
            task.add_done_callback(take_note)
    one, other = (sum(map(eq, page.sent, its)) for page, its in zip((first, second), given, strict=True))
    if pending or [first.sent, second.sent] != given:
        raise NotYet(
            "your pump was called for two pages at once, and given {count} pieces for each. Of its own, the one page "
            "sent {one} in their places, and the other {other}. What do the two calls share?",
            count=FEW_PIECES,
            one=one,
            other=other,
        )
    for task in pumping:
        task.result()


async def _pumped(pump: Callable[..., Any], uplink: Uplink, pieces: Sequence[str], *, is_cut: bool = False) -> bool:
    """Have the pump do its work; where the connection is cut, it has a while to find out. Return whether it was cut."""
    pumping = asyncio.create_task(result_of(pump, uplink, list(pieces)))
    pumping.add_done_callback(take_note)
    try:
        while not pumping.done() and uplink.readyState == uplink.OPEN:
            await asyncio.wait([pumping], timeout=TICK_SECONDS)
        was_cut = uplink.readyState != uplink.OPEN
        if is_cut:
            await asyncio.wait([pumping], timeout=SECONDS)
        if not pumping.done():
            if uplink.was_closed:
                raise NotYet.saying(CLOSED)
            raise NotYet(
                "the connection ended in the middle, and {seconds:g} s later your pump had not returned. "
                "bufferedAmount does not fall any more: what else tells that there is nobody to send to?",
                seconds=SECONDS,
            )
        if is_cut and (error := pumping.exception()) and not isinstance(error, NotYet):
            raise NotYet(
                "the connection ended in the middle, and your pump raised {error}. Let it return then.",
                error=raised(error),
            )
        await pumping
    finally:
        pumping.cancel()
    return was_cut


# What all of them stand on --------------------------------------------------------------------------------------------


async def _until(condition: Callable[[], Any]) -> None:
    """Wait until it is true, for so many turns of the loop: on a busy machine these are late, too."""
    for _ in range(int(SECONDS / TURN_SECONDS)):
        if condition():
            return
        await asyncio.sleep(TURN_SECONDS)
