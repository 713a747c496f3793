"""The exercises of notebook 08b, Chat between notebooks: be Bo."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any, Final

from chatlib.client.chat_client import ChatClient
from chatlib.client.conditions import check_plain
from chatlib.exercises.company import SECONDS, Ear, listed, people
from chatlib.exercises.quizzes.nb08b import QUIZ as QUIZ
from chatlib.exercises.verdict import NotYet, exercise, named_as, raised, result_of
from chatlib.exercises.watchdog import Stuck
from chatlib.transcript import TypingSeen, Update
from chatlib.words import Text, joined

NAMES: Final = ("Dora", "Emil", "Finn", "Gita", "Hugo")
SURNAMES: Final = ("Lee", "van Dyk", "de Luca")
WORDS: Final = ("apples", "bread", "clouds", "drums", "elephants", "flutes", "grapes", "hats")


@named_as(ChatClient)
class _Watched(ChatClient):
    """A client that keeps what its subscribers raise, and knows how many there were and are.

    It calls them on the running loop: one that never returns would have the background loop to itself, and with it all
    of ``chatlib``; here the watchdog sees it.
    """

    def __init__(self, url: str, *, name: str) -> None:
        self.subscribed = 0  # how many there are now
        self.gone = 0
        self.told = 0  # how often one was called because somebody is writing
        self.raised: list[tuple[Update, Exception]] = []
        self._loop = asyncio.get_running_loop()
        super().__init__(url, name=name)

    def subscribe(self, subscriber: Callable[[Update], object], *, replay: bool = False) -> Callable[[], None]:
        """Have it called, and keep what it raises."""
        check_plain("a subscriber", subscriber)
        self.subscribed += 1

        has_left = False

        def called(update: Update) -> None:
            if has_left:
                return
            self.told += isinstance(update, TypingSeen)
            try:
                subscriber(update)
            except Stuck:
                pass  # the watchdog says so itself
            except Exception as error:
                self.raised.append((update, error))

        end = super().subscribe(lambda update: self._loop.call_soon_threadsafe(called, update), replay=replay)

        def leave() -> None:
            nonlocal has_left
            self.gone += not has_left
            self.subscribed -= not has_left
            has_left = True
            end()

        return leave

    def check(self) -> None:
        """Refuse a subscriber that has raised something."""
        if self.raised:
            update, error = self.raised[0]
            raise NotYet(
                "your listener was called with an event of type {kind}, and raised {error}.",
                kind=type(update).__name__,
                error=raised(error),
            )


@exercise
async def ex1(watch_typing: Callable[..., Any]) -> Text:
    """Tell who is writing: two of them write, one says something, and the other goes, comes back, and writes again.

    By then there is a second client, with somebody of its own to tell.
    """
    ear, other_ear = Ear(), Ear()
    names = ear.said
    first, second = (f"{name} {random.choice(SURNAMES)}" for name in random.sample(NAMES, 2))
    async with people(first, second) as (one, two):
        cleo, ada = _Watched(one.url, name="Cleo"), _Watched(one.url, name="Ada")
        try:
            await cleo.joined()
            await ada.joined()
            await result_of(watch_typing, ada, ear.hear)
            for writer in (one, two):
                before, told = len(names), ada.told
                await _writes(writer, ada)
                await ear.until(before + 1)
                ada.check()
                _judge_told(names[before:], writer.name, ada, was_called=ada.told > told)
            await one.delivered(one.send("I have written it."))
            await ada.until(lambda: ada.messages, timeout=SECONDS)
            two.close()
            await ada.until(lambda: len(ada.people) == 3, timeout=SECONDS)
            again = ChatClient(one.url, name=second)
            try:
                await result_of(watch_typing, cleo, other_ear.hear)
                await again.joined()
                before = len(names)
                await _writes(again, ada)
                await asyncio.gather(ear.until(before + 1), other_ear.until(1))
            finally:
                again.close()
        finally:
            cleo.close()
            ada.close()
    ada.check()
    cleo.check()
    _judge_all_told(names, other_ear.said, first, second)
    return Text("you were told of everybody who was writing, and of nothing else.")


async def _writes(writer: ChatClient, ada: ChatClient) -> None:
    """Have somebody write; return when every subscriber that Ada had before has heard of it."""
    loop, heard = asyncio.get_running_loop(), asyncio.Event()

    def listen(update: Update) -> None:
        if isinstance(update, TypingSeen):
            loop.call_soon_threadsafe(heard.set)

    end = ChatClient.subscribe(ada, listen)
    writer.typing()
    await heard.wait()
    end()


def _judge_told(told: list[str], writer: str, ada: _Watched, *, was_called: bool) -> None:
    story = Text("{writer} was writing, and", writer=writer)
    if not told and was_called:
        raise NotYet("{story} your listener was called, but did not call tell.", story=story)
    if not told and ada.gone:
        raise NotYet("{story} you were not told: you had called what subscribe() returned, which ends it.", story=story)
    if not told:
        raise NotYet("{story} you were not told: nothing was subscribed to the client then.", story=story)
    if told != [writer]:
        what = (repr(each) if isinstance(each, str) else Text("a {kind}", kind=type(each).__name__) for each in told)
        raise NotYet(
            "{story} you told {what}. Tell the user of a TypingSeen, once.",
            story=story,
            what=joined(what, Text(" and ")),
        )


def _judge_all_told(names: list[str], others: list[str], first: str, second: str) -> None:
    """Refuse anything but the whole story to the first tell, and its end to the other client's."""
    if [*names, *others] == [first, second, second, second] and len(others) != 1:
        raise NotYet(
            "your function was called for two clients, with a tell of each. Then {second} wrote, the first tell was "
            "told {one}, and the second {other}. What do they share?",
            second=second,
            one=listed(names[2:]),
            other=listed(others),
        )
    if names != [first, second, second]:
        raise NotYet(
            "{first} wrote, {second} wrote, {first} said something, {second} left, came back, and wrote again, and you "
            "told {names}.",
            first=first,
            second=second,
            names=names,
        )
    if others != [second]:
        raise NotYet(
            "your function was called for a second client, with a tell of its own. Then {second} wrote, and the second "
            "tell was told {listed}.",
            second=second,
            listed=listed(others),
        )


@exercise
async def ex2(bytes_of: Callable[[ChatClient, str], Any]) -> Text:
    """Find the bytes of one's own message, among others'."""
    async with people("Ada", "Bo") as (ada, bo):
        texts = (f"the first {random.choice(WORDS)}", "你好", f"the last {random.choice(WORDS)}")
        ids = []
        for text in texts:
            ids.append(ada.send(text))
            await ada.delivered(ids[-1])
            await bo.delivered(bo.send(text))
            _judge_bytes(await result_of(bytes_of, ada, ids[-1]), text, ids[-1], ada, is_first=len(ids) == 1)
        _judge_bytes(await result_of(bytes_of, ada, ids[0]), texts[0], ids[0], ada)  # others have come behind it
    return Text("these are the bytes that went over the wire, mask and all.")


def _judge_bytes(found: object, text: str, id_: str, ada: ChatClient, *, is_first: bool = False) -> None:
    out, back = (sighting.raw for sighting in ada.sightings(id_))
    if found is None and not is_first:
        raise NotYet("you were given the id of {text!r}, and returned None.", text=text)
    if found is None:
        raise NotYet("you returned None. Return the bytes. Which method of the client finds frames by a message's id?")
    if not isinstance(found, bytes):
        raise NotYet("you returned something of type {kind}, and not the bytes.", kind=type(found).__name__)
    if found == back:
        raise NotYet("this frame came back from the server: it is not masked. Look for the other one.")
    if text.encode() in found:
        raise NotYet("{text!r} can be read in these bytes. A client masks each frame that it sends.", text=text)
    if found != out:
        raise NotYet.saying(_what_is_not_the_frame(found, out, ada))


def _what_is_not_the_frame(found: bytes, out: bytes, ada: ChatClient) -> Text:
    for message in ada.messages:
        if message.id and any(found == sighting.raw for sighting in ada.sightings(message.id)):
            return Text("this frame carried another message: {msg!r}. You were given an id.", msg=message.msg)
    return Text(
        "these {count} bytes are not the frame that was sent with this id, which had {size} bytes.",
        count=len(found),
        size=len(out),
    )
