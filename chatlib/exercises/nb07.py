"""The exercises of notebook 07, Design the chat protocol."""

from __future__ import annotations

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from chatlib import wire
from chatlib.client.websocket import WebSocket
from chatlib.errors import BadMessage
from chatlib.exercises.company import Ear
from chatlib.exercises.hall import LAST_WORDS, say_and_leave, says_closed, serving
from chatlib.exercises.hurry import SLOW_SECONDS, hurried
from chatlib.exercises.quizzes.nb07 import QUIZ as QUIZ
from chatlib.exercises.verdict import (
    STILL_THERE,
    NotYet,
    differs_at,
    during,
    exercise,
    is_list,
    raised,
    result_of,
    shown,
)
from chatlib.exercises.watchdog import Stuck
from chatlib.words import Text, joined

NAMES: Final = ("Dora", "Emil", "Finn", "Gita", "Hugo", "Iris")
PLAIN: Final = Text("came, said nothing, and closed the connection")
CUT: Final = Text("was cut off")
WORDS: Final = ("apples", "bread", "clouds", "drums", "elephants", "flutes", "grapes", "hats")
HISTORY: Final = 20
SHOWN_NAMES: Final = 12
MANY_NAMES: Final = 120  # more than a loop has that goes as far as somebody found likely
TOGETHER: Final = ("this", "that")
HASTE: Final = "haste"
PATIENCE_SECONDS: Final = 5.0  # for a handler to return when nobody is there any more


@exercise
async def ex1(free_name: Callable[[str, list[str]], Any]) -> Text:
    """Unique names."""
    name, other, third = random.sample(NAMES, 3)
    small = name.lower()
    played: tuple[tuple[str, list[str], str], ...] = (
        ("Ada", [], "Ada"),
        (name, [other, third], name),
        (name, [f"{name}m", f"{name} (2)"], name),
        (name, [other, name], f"{name} (2)"),
        (name, [name, f"{name} (2)"], f"{name} (3)"),
        (name, [name, other, f"{other} (2)"], f"{name} (2)"),
        (name, [name, f"{name}m (2)"], f"{name} (2)"),
        (f"{name} (2)", [other], f"{name} (2)"),
        (name, [f"{name} (3)", name], f"{name} (2)"),
        (name, [f"{name} (2)", name], f"{name} (3)"),
        (name, [name, *(f"{name} ({number})" for number in range(2, 12))], f"{name} (12)"),
        (name, [name, *(f"{name} ({number})" for number in range(2, MANY_NAMES))], f"{name} ({MANY_NAMES})"),
        (small, [name], f"{small} (2)"),
        (small, [name, f"{name} (2)"], f"{small} (3)"),
        (f"{name} (C++)", [f"{small} (c++)"], f"{name} (C++) (2)"),  # no pattern, and no number of ours at its end
    )
    for wanted, taken, expected in played:
        names = list(taken)
        with during(Text("the call was free_name({wanted!r}, {taken})", wanted=wanted, taken=_briefly(taken))):
            given = await result_of(free_name, wanted, names)
        if given != expected:
            raise NotYet.saying(_wrong_name(given, wanted, taken))
        if names != taken:
            raise NotYet(
                "free_name({wanted!r}, {taken}) returned {given!r}, and then taken was {names}. Leave it as it is: "
                "somebody who asks for a name has not come in yet.",
                wanted=wanted,
                taken=_briefly(taken),
                given=given,
                names=_briefly(names),
            )
    taken = [f"{name} (2)"]
    given = await result_of(free_name, taken[0], [*taken])
    if given in taken:  # which other one it is then, is left open
        raise NotYet.saying(_wrong_name(given, taken[0], taken))
    return Text("nobody has a name that somebody else has.")


def _briefly(names: list[str]) -> str:
    """Return what a list of names looks like, the many in the middle of a long one left out."""
    return repr(names) if len(names) <= SHOWN_NAMES else f"[{names[0]!r}, {names[1]!r}, …, {names[-1]!r}]"


def _wrong_name(given: object, wanted: str, taken: list[str]) -> Text:
    got = Text("free_name({wanted!r}, {taken}) returned {given!r}.", wanted=wanted, taken=_briefly(taken), given=given)
    if not isinstance(given, str):
        return Text("{got} A name is a string.", got=got)
    if given.casefold() in (name.casefold() for name in taken):
        return Text("{got} To a person, somebody else has that name already.", got=got)
    if wanted.casefold() not in (name.casefold() for name in taken):
        return Text("{got} The name itself was free.", got=got)
    if given not in [f"{wanted} ({number})" for number in range(2, 2 * MANY_NAMES)]:
        return Text(
            "{got} A new name is {wanted!r}, a blank, and a number from 2 on in brackets.", got=got, wanted=wanted
        )
    return Text("{got} That one is free, and so is one with a lower number.", got=got)


@exercise
async def ex2(visit: Callable[..., Any]) -> Text:
    """Enter and leave: after a plain close, after a goodbye with a code, whatever it is, and without a word."""
    first, second = random.sample(WORDS, 2)
    texts = [first, first, f" {second.capitalize()} ", ""]  # nobody asked for another spelling, or for fewer
    codes = random.randrange(4002, 5000), random.randrange(3000, 4000), 1000, 1001, 1011, 1002, 1008, 1009
    door = _Door(visit)
    async with serving(door.receive) as url:
        with hurried():
            plain = WebSocket(f"{url}/plain")  # as a page does: its close() sends no code
            await plain.once("open")
            await door.heard("plain", [])
            await asyncio.sleep(SLOW_SECONDS)  # who says nothing is there all the same
            plain.close()
            await door.returned(PLAIN)
        for how in (str(codes[0]), "cut", *map(str, codes[1:])):  # how one ended says nothing about the next
            async with connect(f"{url}/{how}", proxy=None) as connection:
                with suppress(ConnectionClosed):
                    for text in texts:
                        await connection.send(text)
                    await (await connection.ping())  # all are there by then
                await door.heard(how, texts)
                if how == "cut":
                    connection.transport.abort()
                else:
                    await connection.close(int(how))  # no reason has to be given
            await door.returned(CUT if how == "cut" else _coded(how))
        await _visit_together(door, url)
        await _visit_in_haste(door, url)
    if door.errors:
        raise door.errors[0]
    if door.too_early:
        raise NotYet(
            "somebody came, and what you said was {came}. Then it was the server who said goodbye: your function "
            "returned, or closed the connection, while they were still there. How long does a visit last?",
            came=door.ears[door.too_early[0]].said,
        )
    _judge_visit(door.ears["plain"].said, [], PLAIN, "left")
    for code in map(str, codes):
        _judge_visit(door.ears[code].said, texts, _coded(code), "left")
    _judge_visit(door.ears["cut"].said, texts, CUT, "was cut off")
    if door.late:
        raise door.late
    endings = dict(zip(TOGETHER, ("was cut off", "left"), strict=True))
    if any(door.ears[name].said != ["entered", name, ending] for name, ending in endings.items()):
        raise NotYet(
            "two were there at once, and sent {texts}. The one was cut off, and then the other closed the connection. "
            "What you said of the one was {one}, and of the other {other}. What do the two visits share?",
            texts=joined(map(repr, TOGETHER), Text(" and ")),
            one=door.ears[TOGETHER[0]].said,
            other=door.ears[TOGETHER[1]].said,
        )
    _judge_haste(door.ears[HASTE].said, _last_words())
    return Text("you noticed how each of them left.")


async def _visit_together(door: _Door, url: str) -> None:
    """Have two there at once, who go in two ways; each sends the path that it comes on."""
    async with connect(f"{url}/{TOGETHER[0]}", proxy=None) as one, connect(f"{url}/{TOGETHER[1]}", proxy=None) as other:
        with suppress(ConnectionClosed):
            for page, text in zip((one, other), TOGETHER, strict=True):
                await page.send(text)
                await (await page.ping())
        one.transport.abort()  # while the other is still there
        await door.returned(CUT)
    await door.returned(_coded("1000"))


async def _visit_in_haste(door: _Door, url: str) -> None:
    """Have somebody send something and leave in the same breath."""
    async with connect(f"{url}/{HASTE}", proxy=None) as page:
        say_and_leave(page, _last_words())
        await door.returned(_coded("1000"))


def _judge_haste(said: list[str], texts: list[str]) -> None:
    if said != ["entered", *texts, "left"]:
        raise NotYet(
            "somebody sent {count} texts, and closed the connection right behind them. You said {heard} of them, and "
            "{last} last. What was sent before a goodbye can still be received.",
            count=len(texts),
            heard=len(set(texts).intersection(said)),
            last=repr(said[-1]) if said else Text("nothing"),
        )


def _last_words() -> list[str]:
    return [f"text {number}" for number in range(LAST_WORDS)]


def _coded(code: str) -> Text:
    return Text("closed with code {code}", code=code)


class _Door:
    """Where people come and go: what is said of each, by the path that they come on, and how the function ended."""

    def __init__(self, visit: Callable[..., Any]) -> None:
        self.ears: defaultdict[str, Ear] = defaultdict(Ear)
        self.errors: list[Exception] = []
        self.too_early: list[str] = []  # for whom it ended while they were there
        self.late: NotYet | None = None  # of the first of whom not all was said in time
        self._visit = visit
        self._ended = asyncio.Queue[None]()

    async def receive(self, connection: ServerConnection) -> None:
        """Have the learner's function take care of somebody; that they have gone is nobody's bug."""
        assert connection.request is not None
        how = connection.request.path.rpartition("/")[2]
        try:
            await result_of(self._visit, connection, self.ears[how].hear)
        except Stuck:
            pass  # the watchdog says so itself
        except Exception as error:
            if not says_closed(error):  # else nothing below the loop was reached: what was not said tells
                self.errors.append(error)
        finally:
            ends = connection.protocol
            if connection.state is State.OPEN or (ends.close_sent and not ends.close_rcvd_then_sent):
                self.too_early.append(how)
            self._ended.put_nowait(None)

    async def heard(self, how: str, texts: list[str]) -> None:
        """Wait until it was said who is there and what they have sent; once, if it is not said before they go."""
        if self.late:
            return
        ear, expected = self.ears[how], ["entered", *texts]
        await ear.until(len(expected), grace=0)
        if ear.said != expected:
            came = [*ear.said]
            self.late = NotYet(
                'somebody came. While they were still there, you had said {came}. Say "entered" when they come: they '
                "may stay for hours.",
                came=came,
            )
            if texts:
                self.late = NotYet(
                    "somebody came, and sent {texts}. While they were still there, you had said {came}. Say each text "
                    "when it comes: they may stay for hours.",
                    texts=texts,
                    came=came,
                )

    async def returned(self, went: Text) -> None:
        """Wait until the function has returned for who has gone."""
        try:
            await asyncio.wait_for(self._ended.get(), PATIENCE_SECONDS)
        except TimeoutError:
            raise NotYet(
                "somebody {went}, and your function has not returned. What is it waiting for?", went=went
            ) from None


def _judge_visit(came: list[str], texts: list[str], went: Text, last: str) -> None:
    story = Text("somebody {went}, and what you said was {came}.", went=went, came=came)
    if came == ["entered", *texts, last]:
        return
    if came.count("entered") > 1:
        raise NotYet('{story} "entered" is said once, when they come.', story=story)
    if came[:1] != ["entered"]:
        raise NotYet('{story} It begins with "entered", also for those who say nothing.', story=story)
    ends = [text for text in came if text in ("left", "was cut off")]
    if not ends and any(text not in ("entered", *texts) for text in came):
        raise NotYet('{story} Of somebody who goes you say "left" or "was cut off", in just these words.', story=story)
    if not ends:
        raise NotYet('{story} However the loop ends, you say "left" or "was cut off" after it.', story=story)
    if len(ends) > 1:
        raise NotYet("{story} They leave once.", story=story)
    if ends != [last]:
        frame = Text("No Close frame came") if last == "was cut off" else Text("A Close frame came")
        raise NotYet(
            "{story} {frame}, and so it is {last!r}; the close_code tells.", story=story, frame=frame, last=last
        )
    if not texts:
        raise NotYet(
            '{story} They had sent nothing: between "entered" and {last!r} say nothing.', story=story, last=last
        )
    raise NotYet(
        '{story} They had sent {texts}: between "entered" and {last!r}, say these, each once.',
        story=story,
        texts=texts,
        last=last,
    )


@exercise
async def ex3(last_twenty: Callable[[Sequence[str]], Any]) -> Text:
    """A history of 20."""
    few = [
        _message(number, msg, spaced=True)
        for number, msg in ((0, "User 1 entered"), (2, "hello"), (2, "hello"), (2, "  "), (2, "bye"))
    ]
    some = [
        _message(2, f"{random.choice(WORDS)} {number}", spaced=True) for number in range(15)
    ]  # more than half of 20
    many = []
    for number in range(random.randint(30, 40)):
        many.append(_message(2, f"{random.choice(WORDS)} {number}", hour=(22 + number // 10) % 24))  # past midnight
        if random.random() < 0.4:
            many.append(_message(random.randrange(2), f"User {number} came or went"))
    many.append(_message(4, "a message needs something to read"))
    many.append(_message(1, "User 1 left the room"))
    quiet = [text for text in many if json.loads(text)["type"] != 2]
    earlier: list[str] = []
    for messages in (few, some, many, quiet, []):
        expected = [text for text in messages if json.loads(text)["type"] == 2][-HISTORY:]
        given = list(messages)
        with during(Text("{count} things had been said", count=len(expected))):
            told = await result_of(last_twenty, given)
        if told is None and not expected:
            raise NotYet("nobody had said anything, and you returned None. Return a list: there is nothing in it then.")
        if told is None:
            raise NotYet("you returned None, and not a list.")
        if not is_list(told):
            raise NotYet("you returned {told}, and not a list.", told=shown(told))
        told = list(told)
        if told != expected:
            raise NotYet.saying(_wrong_history(told, expected, messages, earlier))
        if given != messages:
            raise NotYet(
                "your list is right, and messages has changed: {count} texts were in it, and now it is {given}. Leave "
                "it as it is: the next newcomer is told of it, too.",
                count=len(messages),
                given=shown(given),
            )
        earlier += messages
    return Text("a newcomer hears the last twenty that were said.")


def _wrong_history(told: list[Any], expected: list[str], messages: list[str], earlier: list[str]) -> Text:
    strange = [text for text in told if text not in messages]
    if strange and strange[0] in earlier:
        return Text(
            "your function was called once more, and returned {told}. {hint}", told=shown(told), hint=STILL_THERE
        )
    if strange:
        return Text(
            "{strange!r} is in your list. Return the JSON texts, just as they are in messages.", strange=strange[0]
        )
    if gone := [text for text in told if json.loads(text)["type"] != 2]:
        return Text("{msg!r} is in your list, and nobody said that: its type is not 2.", msg=json.loads(gone[0])["msg"])
    if len(told) != len(expected):
        said = sum(json.loads(text)["type"] == 2 for text in messages)
        wanted = Text("the last {history} of them", history=HISTORY) if said > HISTORY else Text("all of them")
        return Text(
            "{said} things were said, a newcomer is told {wanted}, and your list has {count}.",
            said=said,
            wanted=wanted,
            count=len(told),
        )
    if sorted(told) == sorted(expected):
        return Text("these are the right ones; the oldest comes first.")
    place = differs_at(expected, told)
    return Text(
        "number {number} in your list is {msg!r}, and number {number} that a newcomer is told is {wanted!r}.",
        number=place + 1,
        msg=json.loads(told[place])["msg"],
        wanted=json.loads(expected[place])["msg"],
    )


@exercise
async def ex4(read_strictly: Callable[[str], Any]) -> Text:
    """Refuse bad JSON: a server with the learner's gate, and somebody who sends all kinds of things."""
    word = random.choice(WORDS)
    texts = (
        word,
        f" 你好 {word} ",
        "{not json",
        "[1, 2]",
        str(random.randint(3, 99)),
        '"type"',
        f'{{"msg": "{word} without a type"}}',
        f'{{"type": 2, "msg": "{word}"}}',
        f'{{"type": 2, "msg": " {word} "}}',
        f'{{"type": 7, "msg": "{word}"}}',
        f'{{"type": "2", "msg": "{word}"}}',
        '{"type": 2}',
        '{"type": 2, "msg": null}',
        '{"type": 2.0, "msg": "hi"}',
        '{"type": 2, "msg": ""}',
        '{"type": 2, "msg": "  "}',
        "   ",
        "\t\n",
        f'{{"type": 2, "msg": {random.randint(3, 99)}}}',
        f'{{"type": null, "msg": "{word}"}}',
        f'{{"type": 2, "msg": "{word}", "id": "{random.randrange(1000)}"}}',
        f'{{"type": 2e0, "msg": "{word}"}}',
        f'{{"type": 2, "msg": "{word} 2.0"}}',
        "🌍?!",
        "",
        *(f' {{"type": {number}, "msg": "{word}"}}\n' for number in (2, 7)),
        *("{}", "[]", '""', "0", "false", "null", f"{random.randint(3, 99)}.5"),
        f'[{{"type": 7, "msg": "{word}"}}]',
        *(f'{{"msg":"{word}","type":{number}}}' for number in (2, 7)),  # as a page writes it: no blanks, in any order
        *(f'{{"type": {number}, "msg": "{word}"}}' for number in (0, 1)),  # a server's, and no page's
        *(f'{{"type":{two},"msg":"{word}"}}' for two in ("2.0", "2.00", "20e-1")),
        *(f'{{"type": 2, "msg": {msg}}}' for msg in (f'["{word}"]', "{}", "true", '"\\t"')),
        '["type"]',
    )

    outcomes: list[tuple[object, Exception | None]] = []  # what was returned of each, or raised

    async def gate(connection: ServerConnection) -> None:
        async for text in connection:
            try:
                outcomes.append((await result_of(read_strictly, str(text)), None))
            except Stuck:
                return  # the watchdog says so itself
            except Exception as error:
                outcomes.append((None, error))
            await connection.send("next, please")

    async with serving(gate) as url, connect(url, proxy=None) as connection:
        for text in texts:
            await connection.send(text)
            await connection.recv()
            _judge_gate(text, *outcomes[-1])
    return Text("messages pass, nonsense is told what it is, and the connection lived.")


def _judge_gate(text: str, said: object, error: Exception | None) -> None:
    if isinstance(error, NotYet):
        raise error
    try:
        frame = wire.decode_client(text)
    except BadMessage:
        wanted = Text("Raise ValueError, with words of your own.")
        if error is None:
            raise NotYet(
                "{text!r} is no message, and you returned {said!r}. {wanted}", text=text, said=said, wanted=wanted
            ) from None
        if not isinstance(error, ValueError):
            raise NotYet(
                "{text!r} is no message, and your function raised {error}. {wanted}",
                text=text,
                error=raised(error),
                wanted=wanted,
            ) from None
        if not str(error):
            raise NotYet("{text!r} was refused, but with no words. What should the page do?", text=text) from None
        return
    assert isinstance(frame, wire.Say)
    if error is not None:
        raise NotYet("{text!r} is a message, and your function raised {error}.", text=text, error=raised(error))
    if said != frame.msg:
        raise NotYet(
            "{text!r} is a message, which says {msg!r}, and you returned {said!r}.",
            text=text,
            msg=frame.msg,
            said=said,
        )


def _message(number: int, msg: str, *, spaced: bool = False, hour: int = 12) -> str:
    """Return a message as programs write it: with blanks behind its commas and colons, or, as most do, without."""
    separators = None if spaced or random.random() < 0.3 else (",", ":")
    fields = {"type": number, "user": "User 1", "msg": msg, "time": f"{hour:02}:00:00"}
    return json.dumps(fields, separators=separators) + "\n" * spaced
