"""The exercises of notebook 08a, Chat between notebooks: be Ada."""

from __future__ import annotations

import asyncio
import inspect
import random
import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from math import inf
from typing import Any, Final

import ipywidgets

from chatlib import background, chaos
from chatlib.client.chat_client import ChatClient
from chatlib.errors import NotDelivered
from chatlib.exercises.company import (
    GRACE_SECONDS,
    SECONDS,
    Ear,
    leaving_is_told,
    listed,
    no_message,
    not_yours,
    people,
)
from chatlib.exercises.hurry import FACTOR, hurried
from chatlib.exercises.quizzes.nb08a import QUIZ as QUIZ
from chatlib.exercises.verdict import NotYet, during, exercise, is_list, named_as, raised, result_of, shown
from chatlib.server.ownership import serve
from chatlib.transcript import Message
from chatlib.words import Text

FROZEN_SECONDS: Final = 2.0  # for so long no acknowledgement can come: who sleeps and hopes has slept enough by then
MOST_TIMES: Final = 5  # of a text: it is said twice by the learner's function, and once by somebody else
MEANWHILE: Final = "This was said meanwhile"  # by another cell, behind what the learner's function says
NAMES: Final = ("Dora", "Emil", "Finn", "Gita", "Hugo")
WORDS: Final = ("apples", "bread", "clouds", "drums", "elephants", "flutes", "grapes", "hats")


@exercise
async def ex1(say: Callable[[ChatClient, str], Any]) -> Text:
    """Say it and wait: the network is frozen at first, and one text is said twice."""
    text = f" Have you got {random.choice(WORDS)}? "
    with serve(port=0) as server:
        cable = chaos.Proxy("127.0.0.1", server.port)
        ada = _Counting(cable.url, name="Ada")
        try:
            await ada.joined()
            cable.freeze()
            theirs: set[str] = set()  # ids of what another cell says
            thaw = background.submit(_thaw_later(cable, ada, text, theirs, asyncio.get_running_loop()))
            try:
                with hurried(below=inf):  # the task says: however long it takes
                    message = await result_of(say, ada, text)
            except TimeoutError as error:
                raise NotYet(
                    "the network was frozen, and your function raised {error}. Wait however long it takes.",
                    error=raised(error),
                ) from error
            said = [_judge_said(message, text, ada, theirs, before=0)]
            await asyncio.wrap_future(thaw)
            before = len(ada.messages)
            with leaving_is_told():
                said.append(_judge_said(await result_of(say, ada, text), text, ada, theirs, before=before))
                await asyncio.sleep(GRACE_SECONDS)  # it may be said once more a little later, by the loop or by a task
                last = ada.send("That was all.")
                await ada.delivered(last)
                heard = [message.msg for message in ada.messages if message.id not in {last, *theirs}]
                at_once = [f"{secrets.token_hex(4)} at once" for _ in range(2)]
                both = await asyncio.gather(*(result_of(say, ada, each) for each in at_once))
                for each, its in zip(at_once, both, strict=True):
                    _judge_said(its, each, ada, theirs, before=before)
        finally:
            ada.close()
            cable.stop()
    if said[0].id == said[1].id:
        raise NotYet("your function was called twice with the same text, and returned the same message twice.")
    if len(heard) != len(said):
        raise NotYet(
            "your function was called twice with {text!r}, and the room heard {heard}.", text=text, heard=heard
        )
    return Text("the same text, two messages, and both have their place.")


@named_as(ChatClient)
class _Counting(ChatClient):
    """A client that refuses to say the same again and again; another cell may say it, too, once."""

    def __init__(self, url: str, *, name: str) -> None:
        super().__init__(url, name=name)
        self._times: Counter[str] = Counter()

    def send(self, text: str, *, id: str | None = None) -> str:  # noqa: A002 - the field's name
        """Say it."""
        self._times[text] += 1
        if self._times[text] > MOST_TIMES:
            raise NotYet(
                "the network was frozen for long by the clock of your code, which ran {factor} times as fast, and your "
                "function has sent {text!r} again and again. Send it once, and wait however long it takes.",
                factor=FACTOR,
                text=text,
            )
        return super().send(text, id=id)


async def _thaw_later(
    cable: chaos.Proxy, ada: ChatClient, text: str, theirs: set[str], loop: asyncio.AbstractEventLoop
) -> None:
    """Thaw the network after some time, when the learner's loop can do something else: who blocks it waits in vain.

    By then another cell has had Ada say the same text and something else, with ids that go to ``theirs``: so neither
    the last message nor the last with this text is what the function was to say.
    """
    await asyncio.sleep(FROZEN_SECONDS)
    has_a_turn = asyncio.Event()
    loop.call_soon_threadsafe(background.call, has_a_turn.set)
    await has_a_turn.wait()
    theirs |= {ada.send(text), ada.send(MEANWHILE)}
    cable.thaw()


def _judge_said(message: object, text: str, client: ChatClient, theirs: set[str], *, before: int) -> Message:
    if message is None:
        raise NotYet.saying(no_message(each.msg for each in client.messages[before:] if each.id not in theirs))
    if message == text:
        raise NotYet("you returned the text. Return the whole message, which has more: its id, its state.")
    if not isinstance(message, Message):
        raise NotYet(
            "you returned {message}. Return the Message itself, which delivered() gives when it is awaited.",
            message=shown(message),
        )
    if message.msg != text:
        raise NotYet(
            "you were given {text!r}, and the message that you returned says {msg!r}.", text=text, msg=message.msg
        )
    if message.id in theirs:
        raise NotYet.saying(not_yours(text))
    if message.state != "delivered":
        raise NotYet(
            "the state of the Message that you returned is {state!r}. Wait until it is delivered, and take it then: a "
            "Message itself never changes.",
            state=message.state,
        )
    return message


@exercise
async def ex2(others: Callable[[ChatClient], Any]) -> Text:
    """Who else is here: two of them want the same name."""
    first, twice = random.sample(NAMES, 2)
    async with people(first, twice, twice) as (one, two, second):
        for client in (one, two, second):
            await _judge_others(others, client)
        for leaver in (two, second):
            leaver.close()
            await one.until(lambda name=leaver.name: name not in one.people, timeout=SECONDS)  # type: ignore[misc]
            await _judge_others(others, one)
    return Text("everybody sees the others, even with nearly the same name.")


async def _judge_others(others: Callable[[ChatClient], Any], client: ChatClient) -> None:
    here = ", ".join(client.people)
    expected = [name for name in client.people if name != client.name]
    found = await result_of(others, client)
    if not expected and not (is_list(found) and len(found) == 0):
        raise NotYet(
            "{name} is here, and nobody else. {name} asked who else is, and you returned {found}. A list of no names "
            "is [].",
            name=client.name,
            found=shown(found),
        )
    if found is None:
        raise NotYet("{here} are here, {name} asked who else is, and you returned None.", here=here, name=client.name)
    if not is_list(found):
        raise NotYet(
            "{here} are here, {name} asked who else is, and you returned {found}, and not a list.",
            here=here,
            name=client.name,
            found=shown(found),
        )
    found = list(found)
    if sorted(map(str, found)) != sorted(expected):
        raise NotYet(
            "{here} are here, {name} asked who else is, and you returned {found}.",
            here=here,
            name=client.name,
            found=found,
        )


@named_as(ipywidgets.Button)
class _Button(ipywidgets.Button):  # type: ignore[misc]
    """A button that keeps what its callbacks raise, which ipywidgets only prints, and what they return."""

    def __init__(self) -> None:
        super().__init__()
        self.raised: list[Exception] = []
        self.returned: list[Any] = []
        self._kept: dict[Callable[..., Any], Callable[..., Any]] = {}

    def on_click(self, callback: Callable[..., Any], remove: bool = False) -> None:
        """Have it called with this button when somebody clicks."""
        if not callable(callback):
            raise NotYet(
                "you handed on_click {callback!r}, and not a function. Write its name, with no quotation marks and no "
                "brackets.",
                callback=callback,
            )

        def called(button: ipywidgets.Button) -> None:
            try:
                self.returned.append(callback(button))
            except Exception as error:
                self.raised.append(error)

        super().on_click(self._kept.setdefault(callback, called), remove)


@exercise
async def ex3(connect: Callable[..., Any]) -> Text:
    """Do not send on blur: play a page in which somebody types, leaves the field, comes back, and clicks.

    Beside it is another page, with a text in its field already; there somebody only clicks, in the end.
    """
    ear, other_ear = Ear(), Ear()
    said = ear.said
    field, button = ipywidgets.Text(), _Button()
    draft = f"Typed before, and {random.choice(WORDS)}"
    other_field, other_button = ipywidgets.Text(draft), _Button()
    text = f"Half a sentence, and {random.choice(WORDS)}"
    try:
        await result_of(connect, field, button, ear.hear)
        await result_of(connect, other_field, other_button, other_ear.hear)
        await ear.until(0)
        if said:
            raise NotYet("nobody has typed or clicked yet, and {said} was said.", said=said)
        _type(field, "Half a sent")
        await ear.until(0)
        if said:
            raise NotYet("somebody typed 'Half a sent', left the field, and {said} was said.", said=said)
        _type(field, text)
        await _click(button)
        await ear.until(1)
        if said != [text]:
            raise NotYet("{text!r} was typed, the button was clicked, and {said} was said.", text=text, said=said)
        if field.value:
            raise NotYet("it was said, and the field still holds {value!r}.", value=field.value)
        await _click(button)
        await ear.until(1)
        if len(said) > 1:
            raise NotYet("nothing was typed, the button was clicked, and {said!r} was said.", said=said[-1])
        _type(field, text)
        await _click(button)
        await ear.until(2)
        if said[1:] != [text]:
            raise NotYet(
                "{text!r} was typed once more, the button was clicked, and {said} was said.", text=text, said=said[1:]
            )
        _type(field, "And another one")
        await _click(button)
        await ear.until(3)
        if said[2:] != ["And another one"]:
            raise NotYet(
                "'And another one' was typed then, the button was clicked, and {said} was said.", said=said[2:]
            )
        await _click(other_button)
        await other_ear.until(1)
        if other_ear.said != [draft]:
            raise NotYet(
                "your function was called for a second page, whose field held {draft!r} already. There the button was "
                "clicked, and {said} was said.",
                draft=draft,
                said=other_ear.said,
            )
    finally:
        for widget in (field, button, other_field, other_button):
            widget.close()
    return Text("the button says it, and leaving the field says nothing.")


async def _click(button: _Button) -> None:
    button.click()
    for result in button.returned:
        if inspect.iscoroutine(result):
            result.close()
            raise NotYet("the button was clicked, and called your async def: nobody awaits what that returns.")
        if isinstance(result, asyncio.Task):
            await result
    for error in button.raised:
        was_called = error.__traceback__ is not None and error.__traceback__.tb_next is not None
        if isinstance(error, TypeError) and not was_called:
            raise NotYet(
                "the button was clicked: {error}. A button hands itself to the function that it calls.", error=error
            )
        raise error


def _type(field: ipywidgets.Text, text: str) -> None:
    """Do what a page does when somebody types a text and leaves the field."""
    if field.continuous_update:
        for length in range(1, len(text)):
            field.value = text[:length]
    field.value = text


def _said_as_it_is(name: str) -> tuple[str, ...]:
    return (
        f"Hello, {name}",
        "Hello!",
        "Hello!",
        f"/nicknames for {name}",
        f"Type /nick {name} to be that",
        "  two blanks  ",
    )


@exercise
async def ex4(enter: Callable[[ChatClient, str], Any]) -> Text:
    """/nick: another name, and everything else is said as it is."""
    first, last = random.choice(("kim", "nick", "cindy")), random.choice(("First", "Second", "Third"))
    plain = f"{first} the {last}"
    async with people("Ada", "Bo") as (ada, bo):

        async def heard_by_bo(typed: str) -> list[str]:
            """Have Ada type this; return what Bo hears by the time that what comes behind it is there."""
            before = len(bo.messages)
            with during(Text("{text!r} was typed", text=typed)), suppress(NotDelivered):  # of an empty text
                await result_of(enter, ada, typed)
            await asyncio.sleep(GRACE_SECONDS)  # it may be said a little later: by the loop, or by a task
            if ada.state != "OPEN":
                raise NotYet(
                    "{text!r} was typed, and then Ada's client was {state}. It has to stay in the room.",
                    text=typed,
                    state=ada.state,
                )
            mark = secrets.token_hex(8)
            ada.send(mark)
            await bo.until(lambda: any(message.msg == mark for message in bo.messages[before:]), timeout=SECONDS)
            return [message.msg for message in bo.messages[before:] if message.msg != mark]

        for text in _said_as_it_is(plain):
            heard = await heard_by_bo(text)
            if "Ada" not in bo.people:
                raise NotYet(
                    "{text!r} was typed, and Ada is here no more: now these are here: {names}. What exactly does the "
                    "command look like?",
                    text=text,
                    names=", ".join(bo.people),
                )
            if heard != [text]:
                raise NotYet("{text!r} was typed, and Bo heard {listed}.", text=text, listed=listed(heard))
        called = "Ada"
        for name in (plain, f"{first} the /nick {last}"):  # in the middle of a name it is no command
            command = f"/nick {name}"
            if heard := await heard_by_bo(command):
                raise NotYet(
                    "{command!r} was typed, and Bo heard {listed}. Should the room hear that?",
                    command=command,
                    listed=listed(heard),
                )
            if sorted(bo.people) != sorted([name, "Bo"]):
                raise NotYet(
                    "{called} and Bo are here, {called} typed {command!r}, and now these are here: {names}.",
                    called=called,
                    command=command,
                    names=", ".join(bo.people),
                )
            called = name
        for typed in ("/nick", "", "   "):  # with no name, or nothing at all: whatever that does, nothing is raised
            await heard_by_bo(typed)
    return Text("Ada is called as she likes, and everything else was said.")
