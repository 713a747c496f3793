"""The exercises of notebook 09b, Survive bad networks: come back."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Real
from typing import Any, Final

from chatlib.client.events import MessageEvent
from chatlib.exercises.outbox_trial import WAIT_SECONDS, Books, Forgetful, carry, not_async, soon
from chatlib.exercises.quizzes.nb09b import QUIZ as QUIZ
from chatlib.exercises.verdict import NotYet, check_mapping, during, long_exercise, named_as, raised, result_of, shown
from chatlib.exercises.witness import Visit, Witness
from chatlib.experiments.ladder import Guarantee
from chatlib.experiments.staying_socket import StayingSocket
from chatlib.words import Text

CLIENTS: Final = 200
OUTAGE_SECONDS: Final = 20.0
BUCKET_SECONDS: Final = 0.1
MOST_IN_BUCKET: Final = 0.05
GROWTH: Final = 1.3  # of the first waits, at the least
# Chance has no say: the mean of many rounds is judged, and who is at the very limit (a cap of 4 s) is within it.
ROUNDS: Final = 40
LENIENCE: Final = 1.14
FIRST_SECONDS: Final = 2.0
CAP_SECONDS: Final = 30.0
FAILURES: Final = 30
NIGHT_FAILURES: Final = 2000  # so many take some hours, and what grew with each of them is too large for a float
MINUTES: Final = (10, 12)  # of connections that were a success
BLOCKED_SECONDS: Final = 0.5
MOST_TRIES: Final = 1000
NEXT: Final = "next(lasted)"

CUTS: Final = 100
CUTS_TO_COMPARE: Final = 40
SUBSCRIBE_SECONDS: Final = 5.0


# 1: delays with jitter ------------------------------------------------------------------------------------------------


@long_exercise
async def ex1(backoff: Callable[[], Any]) -> Text:
    """Delays for 200 clients that lost their server in the same moment; in simulated time."""
    if not callable(backoff):
        raise NotYet("this check needs a class, and was given {value}.", value=shown(backoff))
    _judge_sleeper(_Delays(backoff()))
    clients = [_Delays(backoff()) for _ in range(CLIENTS)]
    firsts = [client.next(0) for client in clients]
    if (first := max(firsts)) > FIRST_SECONDS:
        _judge_shared(backoff, first)
        raise NotYet(
            "the first wait was up to {first:.2f} s. Most outages are short: stay below {most:g} s.",
            first=first,
            most=FIRST_SECONDS,
        )
    waits = [[client.next(0) for _ in range(FAILURES)] for client in clients]
    if (longest := max(max(each) for each in waits)) > CAP_SECONDS:
        raise NotYet(
            "within {failures} failures a client once waited {longest}. Put a cap on it: {cap:g} s.",
            failures=FAILURES,
            longest=_spoken(longest),
            cap=CAP_SECONDS,
        )
    late = _mean(each[-1] for each in waits)
    if late <= GROWTH * _mean(firsts):
        raise NotYet(
            "the first waits were {first:.1f} s on average, and after {failures} failures they were {late:.1f} s. They "
            "should grow with each one.",
            first=_mean(firsts),
            failures=FAILURES,
            late=late,
        )
    _judge_growth([_mean(at_once) for at_once in zip(*waits, strict=True)])
    _judge_flapping(clients, late)
    _judge_never_up(backoff, late)
    _judge_night(_Delays(backoff()))
    await _judge_crowd(backoff)
    for n, minutes in enumerate(MINUTES):
        if (again := max(client.next(60 * minutes) for client in clients[n :: len(MINUTES)])) > FIRST_SECONDS:
            raise NotYet(
                "a connection lasted {minutes} minutes, and the wait after it was up to {again:.2f} s. That is a new "
                "beginning.",
                minutes=minutes,
                again=again,
            )
    _judge_next_outage(clients, late, [each[0] for each in waits])
    await _judge_next_crowd(backoff)
    return Text("of {clients} clients, only a few come in the same moment.", clients=CLIENTS)


class _Delays:
    """A learner's delays, of which each must be a number of seconds."""

    def __init__(self, delays: Any) -> None:
        if not callable(getattr(delays, "next", None)):
            raise NotYet("your class makes {value}, and that has no method {name}.", value=shown(delays), name=NEXT)
        self._delays = delays

    def next(self, lasted: float) -> float:
        """Return the next one."""
        seconds = not_async("next", self._delays.next(lasted))
        if isinstance(seconds, bool) or not isinstance(seconds, Real):
            raise NotYet("next() returned {seconds}. A number of seconds is asked for.", seconds=shown(seconds))
        if seconds < 0:
            raise NotYet("next() returned {seconds!r}. Nobody can wait for less than nothing.", seconds=seconds)
        return float(seconds)


def _judge_sleeper(client: _Delays) -> None:
    """Refuse one that waits itself for as long as it says: nothing else can run meanwhile."""
    began, told = time.monotonic(), 0.0
    for _ in range(FAILURES):
        told += client.next(0)
        waited = time.monotonic() - began
        if waited > max(BLOCKED_SECONDS, told / 2):
            raise NotYet(
                "next() has waited {waited:.1f} s itself. Let it return the number, and at once: its caller waits.",
                waited=waited,
            )
        if waited < told / 2:
            return


def _judge_shared(backoff: Callable[[], Any], first: float) -> None:
    """Refuse what all clients have in common: then a new one's first wait is long only where others have failed."""
    after_success = 0.0
    for _ in range(CLIENTS):
        _Delays(backoff()).next(600)
        after_success = max(after_success, _Delays(backoff()).next(0))
    if after_success < first / 3:
        raise NotYet(
            "where others had failed, the first wait of a new client was up to {first:.2f} s; where another had been "
            "connected for ten minutes, up to {after:.2f} s. What do your clients share?",
            first=first,
            after=after_success,
        )


def _judge_growth(means: list[float]) -> None:
    """Refuse waits that become short again while all attempts fail: at the cap they stay as they are."""
    for failures, mean in enumerate(means, start=1):
        if mean < max(means[:failures]) / 2:
            raise NotYet(
                "the waits were up to {longest:.1f} s on average, and then, after {failures} failures and no success, "
                "{mean:.1f} s. They should grow with each one.",
                longest=max(means[:failures]),
                failures=failures,
                mean=mean,
            )


def _judge_flapping(clients: list[_Delays], late: float) -> None:
    """A server that takes everybody, and drops them at once, again and again: that is no success."""
    flapping = _mean([client.next(0.1) for _ in range(FAILURES)][-1] for client in clients)
    if flapping < late / 3:
        raise NotYet(
            "after many failures the waits were {late:.1f} s on average. Then {times} connections lasted 0.1 s each,"
            " and they were {flapping:.1f} s. A server that drops everybody at once would be stormed.",
            late=late,
            times=FAILURES,
            flapping=flapping,
        )


def _judge_never_up(backoff: Callable[[], Any], late: float) -> None:
    """It does so from the beginning."""
    flapping = _mean(
        [client.next(0.1) for _ in range(FAILURES)][-1] for client in [_Delays(backoff()) for _ in range(CLIENTS)]
    )
    if flapping < late / 3:
        raise NotYet(
            "{times} connections, the first of all, lasted 0.1 s each, and then the waits were {flapping:.1f} s on "
            "average; where none had opened they were {late:.1f} s. A server that drops everybody at once would be "
            "stormed.",
            times=FAILURES,
            flapping=flapping,
            late=late,
        )


def _judge_next_outage(clients: list[_Delays], late: float, first_waits: Sequence[float]) -> None:
    """The server is gone again, after a success: the waits grow as they did the first time, from the second on."""
    waits = [[client.next(0) for _ in range(FAILURES)] for client in clients]
    again, second = _mean(each[-1] for each in waits), _mean(each[0] for each in waits)
    if second > 3 * (at_first := _mean(first_waits)):
        raise NotYet(
            "a connection lasted for minutes, and the second wait after it was {second:.1f} s on average; the first "
            "time it was {at_first:.1f} s. After a success all begins anew, and not one wait alone.",
            second=second,
            at_first=at_first,
        )
    if again < late / 3:
        raise NotYet(
            "after {failures} failures the waits were {late:.1f} s on average. Then a connection lasted for minutes, "
            "and after {failures} failures more they were {again:.1f} s. They should grow with each one, as before.",
            failures=FAILURES,
            late=late,
            again=again,
        )


def _judge_night(client: _Delays) -> None:
    """A server that is gone for a night: whoever doubles at each failure has a large number by then."""
    for failures in range(NIGHT_FAILURES):
        with during(Text("a server was gone all night and next() was called {count} times", count=failures + 1)):
            client.next(0)


async def _judge_crowd(backoff: Callable[[], Any]) -> None:
    """All lost the server at once, and it is back after some seconds: how many come in the same moment?"""
    if (count := await _crowd(backoff)) > LENIENCE * MOST_IN_BUCKET * CLIENTS:
        raise NotYet.saying(_crowded(count))


async def _judge_next_crowd(backoff: Callable[[], Any]) -> None:
    """All of them had come back to the server once, for minutes: how many come in the same moment the next time?"""
    if (count := await _crowd(backoff, 0, 60 * MINUTES[0])) > LENIENCE * MOST_IN_BUCKET * CLIENTS:
        raise NotYet("all had come back, and were connected for minutes. Then {crowded}", crowded=_crowded(count))


async def _crowd(backoff: Callable[[], Any], *before: float) -> float:
    """Return how many of the clients come in the same moment; so long their connections lasted before, and then 0."""
    crowd = Counter[int]()
    for _ in range(ROUNDS):
        clients = [_Delays(backoff()) for _ in range(CLIENTS)]
        crowd.update(int(_comeback(client, *before) / BUCKET_SECONDS) for client in clients)
        await asyncio.sleep(0)  # on a busy machine all rounds take long, and the loop is to have its turns
    return max(crowd.values()) / ROUNDS


def _crowded(count: float) -> Text:
    return Text(
        "the server was gone for {seconds:g} s. Of {clients} clients, {count:.0f} came back in the same"
        " {bucket:g} ms; at most {most:g} may. What can make them differ?",
        seconds=OUTAGE_SECONDS,
        clients=CLIENTS,
        count=count,
        bucket=1000 * BUCKET_SECONDS,
        most=MOST_IN_BUCKET * CLIENTS,
    )


def _comeback(client: _Delays, *before: float) -> float:
    """Return when a client tries for the first time after the outage, which began when the last of these had ended."""
    now = 0.0
    for lasted in before:
        now = client.next(lasted)
    for _ in range(MOST_TRIES):
        if now >= OUTAGE_SECONDS:
            break
        now += client.next(0)
    return now


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers)


def _spoken(seconds: float) -> Text:
    if seconds < 3600:
        return Text("{seconds:.2f} s", seconds=seconds)
    return Text("{hours:.0f} hours", hours=seconds / 3600)


# 2: an outbox over a hundred cuts -------------------------------------------------------------------------------------


@long_exercise
async def ex2(outbox: Callable[[], Any]) -> Text:
    """An outbox over a hundred cuts, each after a random number of bytes: none lost, none twice, in order."""
    books = Books()
    await carry(outbox, books, CUTS)
    books.check_frames()
    said, lost, doubled = len(books.said), len(books.lost), len(books.doubled)
    if lost or doubled:
        name = Text("at least once: {doubled} of {said} came more than once", doubled=doubled, said=said)
        if lost:
            name = Text("at most once: {lost} of {said} never came", lost=lost, said=said)
        if lost and doubled:
            name = Text(
                "no guarantee at all: of {said}, {lost} never came, and {doubled} came more than once",
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
            "all {said} arrived once, and in order. But what was acknowledged already was sent again, {again} in all:"
            " when does your outbox forget a message?",
            said=said,
            again=books.again,
        )
    if books.repeated:
        raise NotYet(
            "all {said} arrived once, and in order. But {repeated} times a message was given to a connection that had "
            "it already. Within one connection TCP repeats what is lost: where is a message sent again?",
            said=said,
            repeated=books.repeated,
        )
    return Text("{said} messages over {cuts} cuts, each exactly once, and in order.", said=said, cuts=CUTS)


# 3: one listener ------------------------------------------------------------------------------------------------------


@long_exercise
async def ex3(start: Callable[..., Any]) -> Text:
    """One listener after three reconnects: each message is shown once, and each connection subscribes."""
    await _see_reconnects(start)
    pages = [asyncio.create_task(_see_reconnects(start)) for _ in range(2)]
    try:
        await asyncio.gather(*pages)
    except NotYet as hint:
        raise NotYet("your function was called for two other pages at once, and {hint}", hint=hint.hint) from None
    finally:
        for page in pages:
            page.cancel()
        await asyncio.gather(*pages, return_exceptions=True)
    return Text("three reconnects, and everything was shown once.")


async def _see_reconnects(start: Callable[..., Any]) -> None:
    stage = _Reconnects()
    async with Witness(stage.serve) as witness:
        socket = _Socket(witness.url)
        try:
            await result_of(start, socket, stage.shown.append)
            for number in range(1, 5):
                await stage.comes(number, socket)
                await stage.speaks(number)
            if socket.raised:
                raise NotYet("everything was shown once, and all the same something went wrong.")
        except NotYet as hint:
            if not socket.raised:
                raise
            raise NotYet(
                "{hint} A listener of yours raised {error}.", hint=hint.hint, error=raised(socket.raised[0])
            ) from None
        finally:
            socket.close()


@named_as(StayingSocket)
class _Socket(StayingSocket):
    """One that keeps what its listeners raise, and knows whether it was closed: then no other connection comes."""

    def __init__(self, url: str) -> None:
        self.raised: list[BaseException] = []
        self.was_closed = False
        super().__init__(url)

    def close(self) -> None:
        """Close it, and stay away."""
        self.was_closed = True
        super().close()

    def _report(self, error: BaseException) -> None:
        self.raised.append(error)
        super()._report(error)


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

    async def comes(self, number: int, socket: _Socket) -> None:
        """Wait for this connection, and that it subscribes; for none of a socket that was closed."""
        what = Text("your page connected") if number == 1 else Text("your page was connected again")
        await soon(lambda: len(self._visits) >= number or socket.was_closed, seconds=WAIT_SECONDS)
        if len(self._visits) < number:
            raise NotYet(
                "connection {number} of your page never came to the server. The socket makes a new one by itself, until"
                " somebody closes it.",
                number=number,
            )
        if not await soon(lambda: self._subscribed[number - 1], seconds=SUBSCRIBE_SECONDS):
            if sent := self._visits[number - 1][0].messages:
                raise NotYet("{what}, and sent {sent}, but no 'subscribe'.", what=what, sent=sent)
            raise NotYet(
                "{what}, and did not subscribe. A server knows nothing of earlier connections: say so at each open.",
                what=what,
            )

    async def speaks(self, number: int) -> None:
        """Tell some news, see how often they are shown, and drop the guest."""
        visit, loop = self._visits[number - 1]
        again, other = f" {secrets.token_hex(4)} ", secrets.token_hex(4)
        news = [again, again, "", other]  # as people do
        for text in news:
            asyncio.run_coroutine_threadsafe(visit.connection.send(text), loop)
        await soon(lambda: all(self.shown.count(text) >= news.count(text) for text in news), seconds=SUBSCRIBE_SECONDS)
        await asyncio.sleep(0.02)  # for a twin
        times = self.shown.count(other)
        after = AFTER[number - 1]
        if any(isinstance(each, MessageEvent) for each in self.shown):
            raise NotYet("your page showed an event. In which of its fields is what was said?")
        if any(text not in self.shown for text in news):
            raise NotYet(
                "{after}, the server sent {news}, and you showed {shown}.",
                after=after,
                news=news,
                shown=self.shown or Text("nothing"),
            )
        if times > 1:
            raise NotYet(
                "{after}, what the server sent once was shown {times} times. How many listeners are there by now?",
                after=after,
                times=times,
            )
        if self.shown.count(again) == 1:
            raise NotYet(
                "{after}, the server sent {again!r} twice, and you showed it once. Two equal messages are still two.",
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


# 4: which guarantee does your code give? ------------------------------------------------------------------------------

PROGRAMS: Final = (
    "send() and forget",
    "your outbox, and a server that places whatever comes",
    "your outbox, and a server that places each id once",
)


@long_exercise
async def ex4(guarantees: Mapping[str, str | None], outbox: Callable[[], Any]) -> Text:
    """Which of the three guarantees does their own code give? Each is tried over a bad network."""
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
        books = Books(knows_ids=n != 1)
        await carry(outbox if n else Forgetful, books, CUTS_TO_COMPARE)
        books.check_frames()
        if books.kept != guess:
            raise NotYet(
                "{program}: we just tried it over {cuts} cuts. Of {said} messages, {lost} never came, and {doubled} "
                "came more than once. {question}",
                program=program,
                cuts=CUTS_TO_COMPARE,
                said=len(books.said),
                lost=len(books.lost),
                doubled=len(books.doubled),
                question=_question(books, guess),
            )
    return Text("we tried all three with your own outbox, and each kept what you said, and no more.")


def _question(books: Books, guess: str | None) -> Text:
    if books.kept is None:
        return Text("None of the three allows that: exercise 2 comes first.")
    return Text("Is that {guess!r}?", guess=guess)
