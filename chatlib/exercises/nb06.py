"""The exercises of notebook 06, Build echo, then broadcast."""

from __future__ import annotations

import asyncio
import inspect
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final
from unittest import mock

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from chatlib.exercises.hall import (
    SECONDS,
    Guest,
    Hall,
    HallConnection,
    Registry,
    changed_size,
    check_slow_ones_stay,
    first_asked,
    last_words_are_heard,
    says_closed,
    slow_ones_hear,
    some_overtake,
    two_speak_at_once,
)
from chatlib.exercises.hurry import FACTOR, hurried
from chatlib.exercises.hurry import SLOW_SECONDS as HURRIED_SLOW_SECONDS
from chatlib.exercises.quizzes.nb06 import QUIZ as QUIZ
from chatlib.exercises.verdict import HOLDS_ON, NotYet, during, exercise, names_around, result_of
from chatlib.words import Text

PAGES: Final = 5
SLOW_SECONDS: Final = 0.2  # a network may well be as slow as that
MOST_SECONDS: Final = 2.0  # whoever sleeps for so long at each message has waited for all
GRACE_SECONDS: Final = 1.0  # for what must not come
MANY: Final = 12
QUICK: Final = " quick question "
RESPONSE_SECONDS: Final = 0.4  # what ``answer`` sleeps, divided by the letters of the question

Tell = Callable[[set[HallConnection], str | bytes], Any]


@exercise
async def ex1(handler: Callable[[ServerConnection], Any], guests: Collection[ServerConnection]) -> Text:
    """Finish the handler: guests say goodbye, are cut off, and leave while a message goes out."""
    guests = Registry(handler, guests)
    async with Hall(handler) as hall:
        ada, _bo, _cleo, dan, *others = everybody = await hall.quiet_guests(7)
        await _all_hear(hall, ada, everybody)
        hall.check_registered("guests", everybody, guests)
        await _all_hear_anything(hall, ada, everybody)
        await two_speak_at_once(hall, everybody)
        await slow_ones_hear(hall, everybody)
        for count, (name, code) in enumerate((("Bo", 1000), ("Cleo", random.randint(3000, 4999))), start=1):
            await hall.says_goodbye(everybody[count], code)
            hall.check()
            await _is_out(
                hall,
                name,
                Text("said goodbye with {code}", code=code),
                everybody[count],
                guests,
                [ada, *everybody[count + 1 :]],
            )
        await hall.cut(dan)
        await _is_out(hall, "Dan", Text("was cut off"), dan, guests, [ada, *others])
        others = await _leave_in_the_middle(hall, ada, others, guests, hall.cut)
        others = await _leave_in_the_middle(hall, ada, others, guests, hall.says_goodbye)
        others = await _leave_in_the_middle(hall, ada, others, guests, hall.cut, is_told=True)
        await last_words_are_heard(hall, [ada, *others])
    if not await hall.lets_go(guests, *everybody):
        raise NotYet("everybody has gone, and the set is not empty.")
    return Text("all heard it, and nobody who has gone is in the set.")


async def _all_hear(hall: Hall, ada: Guest, everybody: Sequence[Guest]) -> None:
    texts = [_word(), _word()]
    for text in texts:
        await ada.says(text)
    heard = await asyncio.gather(*(guest.hears() for guest in everybody))
    hall.check()
    if heard == [None, *[texts[0]] * (len(everybody) - 1)]:
        raise NotYet("Ada said something, and all heard it but herself. She is one of the guests.")
    if heard != [texts[0]] * len(everybody):
        raise NotYet(
            "Ada said {text!r}, and this is what all the guests heard, Ada first: {heard} (None: nothing).",
            text=texts[0],
            heard=heard,
        )
    heard = await asyncio.gather(*(guest.hears() for guest in everybody))
    hall.check()
    if texts[0] in heard:
        raise NotYet("Ada said it once, and somebody heard it twice.")
    if heard != [texts[1]] * len(everybody):
        raise NotYet(
            "Ada said {text!r} then, and this is what all heard, Ada first: {heard} (None: nothing).",
            text=texts[1],
            heard=heard,
        )


async def _all_hear_anything(hall: Hall, ada: Guest, everybody: Sequence[Guest]) -> None:
    """Ada says what is easily changed or left out on the way: blanks, the same again, nothing at all, bytes."""
    for said in (blanks := f" {_word()}\n", blanks, "", b"\xff" + secrets.token_hex(2).encode()):
        await ada.says(said)
        heard = await asyncio.gather(*(guest.hears() for guest in everybody))
        hall.check()
        if heard != [said] * len(everybody):
            raise NotYet(
                "Ada said {text!r} then, and this is what all heard, Ada first: {heard} (None: nothing).",
                text=said,
                heard=heard,
            )


async def _is_out(
    hall: Hall, name: str, what: str, gone: Guest, guests: Collection[ServerConnection], staying: Iterable[Guest]
) -> None:
    if any(guest.server not in guests for guest in staying):
        raise NotYet(
            "{name} {what}, and somebody else, who is still there, is not in the set any more.", name=name, what=what
        )
    if not await hall.lets_go(guests, gone):
        raise NotYet(
            "{name} {what}, and is still in the set. What takes a connection out, however it ended?",
            name=name,
            what=what,
        )


async def _leave_in_the_middle(
    hall: Hall,
    ada: Guest,
    others: Sequence[Guest],
    guests: Collection[ServerConnection],
    leave: Callable[[Guest], Awaitable[None]],
    *,
    is_told: bool = False,
) -> list[Guest]:
    """Have one guest leave while a message goes out: before its turn, if the handler sends to one after the other.

    Of those who wait for their turn it is the first, so that there is somebody behind, who must hear it all the same;
    and all who stay must hear the next one. ``is_told``: it leaves while the message is on its way to it. Return who
    of the others stays.
    """
    order = list(guests)
    others = sorted(others, key=lambda guest: order.index(guest.server))
    everybody = [ada, *others]
    for guest in everybody:
        guest.server.make_slow()
    text = _word()
    hearing = asyncio.create_task(ada.hears(3.0))
    await ada.says(text)
    asked = await first_asked(everybody, hearing)
    if is_told and asked == [ada]:  # who comes before the others
        ada.server.gate.set()
        asked = await first_asked(others)
    leaver = next((guest for guest in others if (guest in asked) == is_told), others[0])
    await leave(leaver)
    await _slow_ones_stay(hall, [ada, *(guest for guest in others if guest is not leaver)])
    for guest in everybody:
        guest.server.gate.set()
    staying = [guest for guest in others if guest is not leaver]
    heard = await asyncio.gather(hearing, *(guest.hears() for guest in staying))
    hall.check_raised()
    _nobody_stops(hall)
    if heard != [text] * len(heard):
        raise NotYet(
            "Ada said {text!r}, then somebody left, and this is what those heard who stayed, Ada first: {heard} (None: "
            "nothing).",
            text=text,
            heard=heard,
        )
    await ada.says(last := _word())
    heard = await asyncio.gather(*(guest.hears() for guest in (ada, *staying)))
    hall.check()
    if heard != [last] * len(heard):
        raise NotYet(
            "somebody had left in the middle of a message. Ada said {text!r} then, and this is what those heard who "
            "stayed, Ada first: {heard} (None: nothing).",
            text=last,
            heard=heard,
        )
    return staying


async def _slow_ones_stay(hall: Hall, slow: Sequence[Guest]) -> None:
    """Refuse a handler that takes a slow network for an end."""
    closing = [asyncio.create_task(guest.server.wait_closed()) for guest in slow]
    await asyncio.wait(closing, timeout=SLOW_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for task in closing:
        task.cancel()
    hall.check_raised()
    _nobody_stops(hall)
    check_slow_ones_stay(slow)


def _nobody_stops(hall: Hall) -> None:
    if hall.returned:
        raise NotYet(
            "somebody left while a message went out, and the handler of another guest, who was still there, returned: "
            "the server said goodbye to that one. Whom should the end of a connection stop?"
        )


@exercise
async def ex2(tell: Tell) -> Text:
    """Survive a leaver in the middle of a broadcast; the pages are real connections."""
    for play in (_one_has_gone, _another_leaves, _the_slow_one_leaves, _all_are_slow, _somebody_cancels):
        pages: set[HallConnection] = set()

        async def stay(connection: ServerConnection, pages: set[HallConnection] = pages) -> None:
            await connection.wait_closed()
            pages.discard(connection)

        async with Hall(stay) as hall:
            guests = await hall.guests(PAGES)
            pages.update(guest.server for guest in guests)
            await play(tell, pages, hall, guests)
    return Text("some went, some had gone, and everybody else heard it.")


async def _one_has_gone(tell: Tell, pages: set[HallConnection], hall: Hall, guests: list[Guest]) -> None:
    """The first two pages in the set have gone already, and are in it still: one said goodbye, one was cut off."""
    order = list(pages)
    *ghosts, _, _, _ = sorted(guests, key=lambda guest: order.index(guest.server))
    for ghost, leave in zip(ghosts, random.sample((hall.cut, hall.says_goodbye), 2), strict=True):
        await leave(ghost)
        pages.add(ghost.server)
    staying = [guest for guest in guests if guest not in ghosts]
    for guest in staying:
        guest.server.asked.clear()
    before: str | bytes | None = None
    for message in (_word(), blanks := f" {_word()}\n", blanks, "", b"\xff" + secrets.token_hex(2).encode()):
        await _told(tell, pages, message)
        await _judge_heard(message, before, staying, pages)
        before = message
    if not pages.issuperset(ghost.server for ghost in ghosts):
        raise NotYet("a page that had gone is not in the set any more. Its handler takes it out; you only send.")
    if not any(guest.server.asked.is_set() for guest in staying):
        raise NotYet("all heard it, but not by send(): the task is to do it without broadcast().")


async def _another_leaves(tell: Tell, pages: set[HallConnection], hall: Hall, guests: list[Guest]) -> None:
    """While a page is slow to take the message, one leaves that was not told yet."""
    await _leave_while_told(tell, pages, hall, guests, lambda asked, guest: guest not in asked)


async def _the_slow_one_leaves(tell: Tell, pages: set[HallConnection], hall: Hall, guests: list[Guest]) -> None:
    """The very page that is slow to take the message leaves."""
    await _leave_while_told(tell, pages, hall, guests, lambda asked, guest: guest in asked)


async def _all_are_slow(tell: Tell, pages: set[HallConnection], hall: Hall, guests: list[Guest]) -> None:
    """All pages are slow to take the message, for longer than the function may find likely; nobody leaves."""
    for guest in guests:
        guest.server.make_slow()
    with hurried():
        telling = asyncio.create_task(_told(tell, pages, _word()))
        await asyncio.wait({telling}, timeout=HURRIED_SLOW_SECONDS)
    is_early = telling.done()
    for guest in guests:
        guest.server.gate.set()
    what = Text(
        "your function was called once more, and its clock ran {factor} times as fast. By that clock, all {count} "
        "pages were slow to take the message",
        factor=FACTOR,
        count=len(guests),
    )
    with during(what):
        await telling
    heard = await asyncio.gather(*(guest.hears() for guest in guests))
    if silent := heard.count(None):
        raise NotYet("{what}, and {silent} of them never heard it. Slow is not gone.", what=what, silent=silent)
    if is_early:
        raise NotYet("{what}, and you returned before all had it. Wait for each send(), and not for a time.", what=what)
    await _two_are_told(tell, pages, guests)


async def _two_are_told(tell: Tell, pages: set[HallConnection], guests: Sequence[Guest]) -> None:
    """Somebody tells them something else while all are slow to take the first message."""
    for guest in guests:
        guest.server.make_slow()
    texts = one, other = _word(), _word()
    first = asyncio.create_task(_told(tell, pages, one))
    await first_asked(guests, first)
    both = asyncio.gather(first, _told(tell, pages, other))
    await some_overtake(guests)
    for guest in guests:
        guest.server.gate.set()
    await both
    for guest in guests:
        heard = [await guest.hears(), await guest.hears()]
        if Counter(heard) != Counter(texts):
            raise NotYet(
                "your function was called twice at once, with {one!r} and with {other!r}, and a page heard {heard} "
                "(None: nothing). What do the two calls share?",
                one=one,
                other=other,
                heard=heard,
            )


async def _somebody_cancels(tell: Tell, pages: set[HallConnection], hall: Hall, guests: list[Guest]) -> None:
    """Whoever tells them has had enough: it is cancelled while all are slow to take the message."""
    for guest in guests:
        guest.server.make_slow()
    telling = asyncio.create_task(_told(tell, pages, _word()))
    await first_asked(guests, telling)
    telling.cancel()
    await asyncio.wait({telling}, timeout=SECONDS)
    goes_on = not telling.done()
    for guest in guests:
        guest.server.gate.set()
    if goes_on:
        telling.cancel()
        raise NotYet(
            "your function was cancelled while it waited for a slow page, and it went on. {hint}", hint=HOLDS_ON
        )
    if not telling.cancelled():
        telling.result()


async def _leave_while_told(
    tell: Tell,
    pages: set[HallConnection],
    hall: Hall,
    guests: list[Guest],
    is_leaver: Callable[[list[Guest], Guest], bool],
) -> None:
    began = time.monotonic()
    await _told(tell, pages, text := _word())
    took = time.monotonic() - began
    await _judge_heard(text, None, guests, pages)
    for guest in guests:
        guest.server.make_slow()
    text = _word()
    telling = asyncio.create_task(_told(tell, pages, text))
    try:
        asked = await first_asked(guests, telling)
        if telling.done() and not telling.exception():
            raise NotYet(
                "you returned before any page had the message. Who waits for your send(), and hears what it raises?"
            )
        leaver = next((guest for guest in guests if is_leaver(asked, guest)), guests[0])
        await hall.cut(leaver)
        leaver.server.gate.set()  # what was sent to it raises, and all others are still slow
        await asyncio.wait({telling}, timeout=min(took + SLOW_SECONDS, MOST_SECONDS))
        if telling.done() and not telling.exception():
            if took > SLOW_SECONDS:
                raise NotYet(
                    "your function took {took:.1f} s where nobody was slow. Then pages were slow for longer, and you "
                    "returned before all had the message. Wait for each send(), and not for a time.",
                    took=took,
                )
            raise NotYet(
                "one page left, and you returned while others were still slow to take the message. Does the end of one "
                "send() end your wait for all?"
            )
        for guest in guests:
            guest.server.gate.set()
        await telling
    finally:
        telling.cancel()
    staying = [guest for guest in guests if guest is not leaver]
    await _judge_heard(text, None, staying, pages)
    for guest in staying:  # what comes before the end, if anything does
        await guest.server.send(end := _word())
        if (heard := await guest.hears()) != end:
            raise NotYet(
                "a page heard {text!r}, and after it {heard!r}. Send the message once, and nothing else.",
                text=text,
                heard=heard,
            )


async def _told(tell: Tell, pages: set[HallConnection], message: str | bytes) -> None:
    try:
        await result_of(tell, pages, message)
    except RuntimeError as error:
        if "changed size" not in str(error):
            raise
        raise NotYet.saying(changed_size(error)) from None
    except (ConnectionClosed, ExceptionGroup) as error:
        if not says_closed(error):
            raise
        raise NotYet(
            "one page had gone, and its ConnectionClosed came out of your function. Who catches it for this page alone?"
        ) from None


async def _judge_heard(
    message: str | bytes, before: str | bytes | None, staying: list[Guest], pages: set[HallConnection]
) -> None:
    heard = await asyncio.gather(*(guest.hears() for guest in staying))
    if before not in (None, message) and before in heard:
        raise NotYet("some pages heard it twice.")
    if silent := sum(each is None for each in heard):
        raise NotYet(
            "the message was {message!r}, your function returned, and {silent} of {count} pages that stayed heard "
            "nothing. Was each send() awaited, whatever became of the one before?",
            message=message,
            silent=silent,
            count=len(staying),
        )
    if heard != [message] * len(staying):
        raise NotYet("the message was {message!r}, and the pages heard {heard}.", message=message, heard=heard)
    if any(guest.server not in pages for guest in staying):
        raise NotYet("all pages heard it, but some that stayed are not in the set any more. You only send.")


@exercise
async def ex3(answering: Callable[[ServerConnection], Any]) -> Text:
    """Keep each client's order, and let no client wait for another: Bo asks while Ada's network is slow."""
    async with Hall(answering) as hall:
        ada, bo, cleo, *many = await hall.quiet_guests(3 + MANY)
        await _check_answer(answering, cleo)
        asked = [letter * 4**n for n, letter in enumerate(random.sample("abcdefgh", 3))]
        ada.server.make_slow()
        for question in asked:
            await ada.says(question)
        is_asked = await first_asked([ada])
        hall.check()
        if not is_asked:
            raise NotYet(
                "Ada asked {asked}, and {seconds:g} s later nothing had been sent to her with send(). When is the "
                "first question answered?",
                asked=asked,
                seconds=SECONDS,
            )
        with _naps(answering) as naps:
            await bo.says(QUICK)
            quick = await bo.hears()
        with suppress(TimeoutError):
            await asyncio.wait_for(ada.server.overtaken.wait(), GRACE_SECONDS)
        ada.server.gate.set()
        answers = await _heard(ada, len(asked))
        for question in [asked[1]] * 2 if None not in answers else []:  # what comes late, before the answer to these
            await ada.says(question)  # the same again is a question, too
            asked.append(question)
            answers.append(await ada.hears())
        quick_after_all = quick or await bo.hears()
        more = [f"{secrets.token_hex(random.randint(4, 12))} {number}" for number in range(MANY)]
        served = await _serves_many(many, more) if quick else MANY
        heard = await asyncio.gather(*(guest.hears() for guest in many if quick and served == MANY))
        later = await _heard(many[0], len(more)) if heard and None not in heard else []
        hall.check()
    if not (_is_used(answering, bo) or RESPONSE_SECONDS / len(QUICK) in naps):
        raise NotYet(
            "something was sent to Bo, but not by `answer`. Leave it as it is, and change who calls it, and when."
        )
    _judge_answers(asked, answers, quick_after_all)
    if ada.server.overtaken.is_set():
        raise NotYet(
            "Ada's order was right this time. But while her network held one answer back, the next was sent: they can"
            " change places. Who can wait for one answer before the next?"
        )
    if quick is None:
        raise NotYet(
            "Ada's order is right. But while her network was slow, Bo asked something short, and {seconds:g} s later "
            "he had heard nothing. What did his answer wait for?",
            seconds=SECONDS,
        )
    if served < MANY:
        raise NotYet(
            "Ada's order is right, and Bo did not wait for her. Then {count} others asked something, and while the "
            "network of each was slow, answers went to {served} of them. What did the rest wait for?",
            count=MANY,
            served=served,
        )
    _judge_patience(heard, more, later)
    return Text("each was answered in order, and nobody waited for the other.")


async def _heard(guest: Guest, count: int) -> list[Any]:
    """Return the next messages; once nothing came, nothing will."""
    heard: list[Any] = []
    while len(heard) < count:
        heard.append(await guest.hears() if None not in heard else None)
    return heard


def _judge_patience(heard: list[Any], more: list[str], later: list[Any]) -> None:
    """Refuse a limit of some seconds on an answer, or on how many may wait for theirs."""
    if deaf := len(heard) - heard.count(QUICK.upper()):
        raise NotYet(
            "the clock of your code ran {factor} times as fast. By that clock, the network of {count} people was "
            "slow, and {deaf} of them never heard the answer to their question. Slow is not gone.",
            factor=FACTOR,
            count=MANY,
            deaf=deaf,
        )
    answers = [question.upper() for question in more]
    if later != answers and Counter(later) == Counter(answers):
        raise NotYet(
            "while the network of one was slow, {count} more questions came from there, and they were answered in "
            "another order. Who can wait for one answer before the next?",
            count=len(more),
        )
    if later != answers:
        raise NotYet(
            "while the network of one was slow, {count} more questions came from there, and {answered} of them were "
            "answered. What becomes of a question that has to wait?",
            count=len(more),
            answered=sum((Counter(later) & Counter(answers)).values()),
        )


def _judge_answers(asked: list[str], answers: list[Any], quick: Any) -> None:
    """Refuse anything but one answer to each question, and Ada's in the order of her questions."""
    expected = [question.upper() for question in asked]
    if Counter(answers) != Counter(expected) or quick != QUICK.upper():
        raise NotYet(
            "Ada asked {asked}, and was sent {answers}. Bo asked {quick!r}, and was sent {heard!r} (None: nothing). To "
            "each question there is one answer, the one that `answer` sends.",
            asked=asked,
            answers=answers,
            quick=QUICK,
            heard=quick,
        )
    if answers != expected:
        raise NotYet(
            "Ada asked {asked}, and was answered {answers}. Who can wait for one answer before the next?",
            asked=asked,
            answers=answers,
        )


async def _serves_many(guests: Sequence[Guest], more: Iterable[str]) -> int:
    """Have all ask something, and one ask more, while nobody's network takes an answer; count who is sent one."""
    for guest in guests:
        guest.server.make_slow()
    sent = [asyncio.create_task(guest.server.asked.wait()) for guest in guests]
    with hurried():
        await asyncio.gather(*(guest.says(QUICK) for guest in guests))
        for question in more:
            await guests[0].says(question)
        _, silent = await asyncio.wait(sent, timeout=SECONDS)
        if not silent:
            await asyncio.sleep(HURRIED_SLOW_SECONDS)
    for guest, task in zip(guests, sent, strict=True):
        task.cancel()
        guest.server.gate.set()
    return sum(guest.server.asked.is_set() for guest in guests)


def _is_used(answering: Callable[..., Any], guest: Guest) -> bool:
    """Tell whether it was the notebook's ``answer`` that sent something; True if nothing was sent or it has gone."""
    answer = names_around(answering).get("answer")
    return not (guest.server.senders and inspect.isfunction(answer)) or answer.__code__ in guest.server.senders


async def _check_answer(answering: Callable[..., Any], guest: Guest) -> None:
    """Refuse an ``answer`` of the notebook that does not sleep as long as it did, if it can be asked."""
    answer = names_around(answering).get("answer")
    if not inspect.iscoroutinefunction(answer) or len(inspect.signature(answer).parameters) != 2:
        return
    with _naps(answering) as slept, suppress(ConnectionClosed):  # it says why the handler ended
        for question in ("hm", "hmhm"):
            await answer(guest.server, question)
    if slept not in ([RESPONSE_SECONDS / 2], [RESPONSE_SECONDS / 2, RESPONSE_SECONDS / 4]):
        raise NotYet(
            "answer is not what it was: the shorter the question, the longer it sleeps. Leave it as it is, and change "
            "answering."
        )


@contextmanager
def _naps(answering: Callable[..., Any]) -> Iterator[list[float]]:
    """Yield how long the notebook's ``answer`` sleeps each time, whatever connection it was given."""
    code = getattr(names_around(answering).get("answer"), "__code__", None)
    sleep = asyncio.sleep
    naps: list[float] = []

    def noted(delay: float, *args: Any) -> Any:
        if sys._getframe(1).f_code is code:
            naps.append(delay)
        return sleep(delay, *args)

    with mock.patch.object(asyncio, "sleep", noted):
        yield naps


def _word() -> str:
    return secrets.token_hex(4)
