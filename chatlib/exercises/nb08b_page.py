"""The third exercise of notebook 08b: a page for the chat, whose server and whose Bo are the judges."""

from __future__ import annotations

import random
import re
import secrets
from typing import Final

from chatlib.client.chat_client import ChatClient
from chatlib.exercises.learners_page import (
    BACK_TO_YOU,
    DEAF,
    THINGS,
    Page,
    check_stays,
    check_typed,
    is_deaf,
    opened,
    shows,
    soon,
    trouble,
)
from chatlib.exercises.verdict import NotYet, long_exercise
from chatlib.words import Text

OWN_NAMES: Final = frozenset({"you", "me", "i", "myself", "我", "你"})  # what a page may call whoever sits at it


@long_exercise
async def chat_page(url: str, page: Page) -> Text:
    """A page for the chat: it says what is typed, and shows who says what, as text."""
    await opened(page)
    loads = page.loads
    if is_deaf():
        raise NotYet.saying(DEAF)
    thing, other = (f"{thing} {random.randint(100, 999)}" for thing in random.sample(THINGS, 2))  # new to the room
    judge = ChatClient(url, name="Bo <i>the judge</i>")
    try:
        await judge.joined()
        await soon(page, judge.until(lambda: len(judge.people) > 1))  # before that it cannot send
        page.types(f"Do you like {thing}?")
        asked = f"Do you like {thing}?"
        await soon(page, judge.until(lambda: any(message.msg == asked for message in judge.messages)))
        said = [message for message in judge.messages if thing in message.msg]
        if not said:
            check_typed(page)
            check_stays(page, loads)
            raise NotYet(
                "{asked!r} was typed, the button was clicked, and the room did not hear it. {who}{trouble}",
                asked=asked,
                who=Text("Your page had come in.")
                if len(judge.people) > 1
                else Text("Your page had not come in, either."),
                trouble=trouble(page.console),
            )
        if said[0].msg != asked:
            raise NotYet("{asked!r} was typed, and the room heard {msg!r}.", asked=asked, msg=said[0].msg)
        answer = f"I like <i>{other}</i>."
        await judge.delivered(judge.send(answer))
        await shows(page, lambda: answer in page.texts[0])
        check_stays(page, loads)
        shown = page.texts[0]
        _check_shown(shown, answer, other, judge.name, trouble(page.console))
        await _check_more(page, judge, answer)
        if (times := sum(message.msg == asked for message in judge.messages)) > 1:
            raise NotYet(
                "{asked!r} was typed, the button was clicked once, and the room heard it {times} times.",
                asked=asked,
                times=times,
            )
        if (times := shown.count(asked)) > 1:
            raise NotYet(
                "{asked!r} was typed once. How often your page shows it: {times}; and how often what Bo said: "
                "{others}. {back_to_you}",
                asked=asked,
                times=times,
                others=shown.count(answer),
                back_to_you=BACK_TO_YOU,
            )
        await _check_own(page, judge, asked, f"And {other}?")
        if judge.name not in page.texts[0].replace(f"{judge.name} entered", ""):
            raise NotYet(
                "Bo said {answer!r}, and when something was said in your page after that, it did not say any more who "
                "Bo was. Show the user of each message.",
                answer=answer,
            )
    finally:
        judge.close()
    return Text("you wrote a chat page, and strangers cannot change it.")


def _check_shown(shown: str, answer: str, other: str, name: str, trouble: Text) -> None:
    """Refuse a page that does not show what Bo said, as it was said, and who said it."""
    if answer not in shown and other in shown:
        part = re.search(rf"(I like .{{0,9}})?{re.escape(other)}[^.]{{0,20}}\.?", shown)
        raise NotYet(
            "Bo said {answer!r}, and your page shows {part!r}. textContent shows a text as it is.",
            answer=answer,
            part=part[0] if part else other,
        )
    if answer not in shown:
        raise NotYet("Bo said {answer!r}, and your page does not show it.{trouble}", answer=answer, trouble=trouble)
    shown = shown.replace(f"{name} entered", "")  # that is the text of another message
    if name not in shown and (as_html := re.sub("<.*?>", "", name)) in shown:
        raise NotYet(
            "somebody is called {name!r}, and your page shows {as_html!r}. textContent shows a name as it is, too.",
            name=name,
            as_html=as_html,
        )
    if name not in shown:
        raise NotYet("Bo said {answer!r}, and your page does not say who it was. A message has a user.", answer=answer)
    if '"msg"' in shown:
        raise NotYet("your page shows JSON. JSON.parse(event.data) makes an object of it, and that has fields.")


async def _check_more(page: Page, judge: ChatClient, answer: str) -> None:
    """Refuse a page that forgets what was said as soon as somebody says something else, or takes it for said once."""
    more = f"And you? {secrets.token_hex(3)}"
    await judge.delivered(judge.send(more))
    if await shows(page, lambda: more in page.texts[0]) and answer not in page.texts[0]:
        raise NotYet(
            "Bo said {answer!r}, and then {more!r}, and your page shows only the last. Let each line stay.",
            answer=answer,
            more=more,
        )
    await judge.delivered(judge.send(more))
    if not await shows(page, lambda: page.texts[0].count(more) > 1):
        raise NotYet(
            "Bo said {more!r} twice. How often your page shows it: {times}. Show every message.",
            more=more,
            times=page.texts[0].count(more),
        )


async def _check_own(page: Page, judge: ChatClient, asked: str, again: str) -> None:
    """Refuse a page that does not show what was said in it, or whose button works only once."""
    if not await shows(page, lambda: asked in page.texts[0]):
        raise NotYet(
            "{asked!r} was typed, the room heard it, and your page does not show it. {back_to_you}",
            asked=asked,
            back_to_you=BACK_TO_YOU,
        )
    page.types(draft := f"not yet {secrets.token_hex(3)}", clicks=False)
    page.types(again)
    if not await soon(page, judge.until(lambda: any(message.msg == again for message in judge.messages))):
        raise NotYet(
            "{again!r} was typed then, the button was clicked again, and the room did not hear it.{trouble}",
            again=again,
            trouble=trouble(page.console),
        )
    if any(message.msg == draft for message in judge.messages):
        raise NotYet(
            "{draft!r} was typed in your page, its button was not clicked, and the room heard it.", draft=draft
        )
    one, other = (next(message.user for message in judge.messages if message.msg == text) for text in (asked, again))
    if one != other:
        raise NotYet(
            "{asked!r} was typed in your page, then {again!r}, and the room heard them from two people: {one} and "
            "{other}. Each connection is somebody of its own: how many does your page make?",
            asked=asked,
            again=again,
            one=one,
            other=other,
        )
    await shows(page, lambda: again in page.texts[0])
    for line in page.lines[0]:
        if again in line and judge.name in line and one not in line:
            raise NotYet(
                "{again!r} was typed in your page, and a line of it is {line!r}. It was {one} who said that, not Bo: "
                "each message has its own user.",
                again=again,
                line=line,
                one=one,
            )
    shown = page.texts[0]
    for words in (f"{one} entered", judge.name, *(message.msg for message in judge.messages)):  # these name nobody
        shown = shown.replace(words, "")
    if one not in shown and not OWN_NAMES & set(re.findall(r"\w+", shown.casefold())):
        raise NotYet(
            "{asked!r} was typed in your page, and your page does not say that it was {one}. Show the user of each "
            "message, of your own too.",
            asked=asked,
            one=one,
        )
