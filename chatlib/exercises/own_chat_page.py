"""The third exercise of notebook 08b: a page for the chat, whose server and whose Bo are the judges."""

from __future__ import annotations

import random
import re
import secrets
from collections import Counter
from typing import Final

from chatlib.client.chat_client import ChatClient
from chatlib.exercises.learners_page import (
    BACK_TO_YOU,
    DEAF,
    THINGS,
    Page,
    as_html,
    check_no_field,
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

OWN_NAMES: Final = frozenset(  # of whoever sits at a page
    [
        "you",
        "me",
        "i",
        "my",
        "mine",
        "myself",
        "ich",
        "du",
        "moi",
        "vous",
        "toi",
        "tu",
        "tú",
        "ty",
        "yo",
        "eu",
        "io",
        "я",
        "вы",
        "você",
        "usted",
        "ik",
        "jij",
    ]
)
OWN_CHARACTERS: Final = frozenset("我你您私")  # the same, where nothing stands between two words


class _Talk:
    """What is said in a room while a learner's page is in it, and how the page shows that."""

    def __init__(self, page: Page, judge: ChatClient) -> None:
        self.page = page
        self.judge = judge
        self.said: Counter[str] = Counter()  # each message, and how often
        self.typed: set[str] = set()  # those that were typed in the page; the others are Bo's

    async def bo_says(self, msg: str) -> bool:
        """Have the judge say it; tell whether the page shows it."""
        self.said[msg] += 1
        await self.judge.delivered(self.judge.send(msg))
        return await shows(self.page, lambda: self.times(msg) >= self.said[msg])

    async def is_heard(self, msg: str) -> bool:
        """Have it typed in the page, and its button clicked; tell whether the room heard it."""
        self.said[msg] += 1
        self.typed.add(msg)
        self.page.types(msg)
        return await soon(
            self.page, self.judge.until(lambda: any(message.msg == msg for message in self.judge.messages))
        )

    def times(self, msg: str) -> int:
        """Return how often the page shows it."""
        return self.page.texts[0].count(msg)

    def beside(self, msg: str) -> tuple[str, str]:
        """Return what stands in the page before and after a message, up to what somebody else said.

        Where several stand together that one person said, a page may say once who it was. What stands in a line with
        one of them is told of those below it, too, and not of those above.
        """
        laid_out = "\n".join(self.page.lines[0])  # where no two things stand together that are apart for people
        shown = laid_out if all(each in laid_out for each in self.said) else self.page.texts[0]
        parts = re.split(f"({'|'.join(map(re.escape, self.said))})", shown)
        begin = end = at = parts.index(msg)
        while begin > 1 and self._is_same(parts[begin - 2], msg):
            begin -= 2
        while end < len(parts) - 2 and self._is_same(parts[end + 2], msg):
            end += 2
        before, after = parts[begin - 1 : at : 2], parts[at + 1 : end + 2 : 2]
        if begin > 1:
            before[0] = before[0].split("\n", 1)[-1]  # without the rest of the line of somebody else's
        after[1:] = [part.split("\n", 1)[-1] for part in after[1:]]
        for place, part in enumerate(after):
            if "\n" in part and at + 1 + 2 * place < len(parts) - 1:
                after[place] = part.rpartition("\n")[0]  # without the beginning of the next one's line
        return "\n".join(before).strip(), "\n".join(after).strip()

    def _is_same(self, one: str, other: str) -> bool:
        return (one in self.typed) == (other in self.typed)


@long_exercise
async def chat_page(url: str, page: Page) -> Text:
    """A page for the chat: it says what is typed, and shows who says what, as text."""
    await opened(page)
    loads = page.loads
    if is_deaf():
        raise NotYet.saying(DEAF)
    thing, other = (f"{thing} {random.randint(100, 999)}" for thing in random.sample(THINGS, 2))  # new to the room
    first, last = f"Hello {secrets.token_hex(3)}!", f"Good night {secrets.token_hex(3)}!"
    asked, answer, again = f"Do you like {thing}?", f'I like <i>{other} &amp; "tea"</i>.', f"And <i>{other}</i>?"
    judge = ChatClient(url, name="Bo <i>the judge</i>")
    talk = _Talk(page, judge)
    try:
        await judge.joined()
        had_come = await soon(page, judge.until(lambda: len(judge.people) > 1))  # before that it cannot send
        is_shown = await talk.bo_says(first)
        if not is_shown:
            check_no_field(page.fields[0], first)
        await _check_asked(talk, loads, thing, asked)
        await talk.bo_says(answer)
        check_stays(page, loads)
        shown = page.texts[0]
        _check_shown(page, answer, other, judge.name)
        if not is_shown and not talk.times(first):
            raise NotYet(
                "Bo said {first!r} before anything was typed in your page, and your page does not show it. {who} What "
                "he said after the first click it shows: {answer!r}.",
                first=first,
                who=Text("Your page had come in.") if had_come else Text("Your page had not come in yet."),
                answer=answer,
            )
        await _check_more(talk, asked, answer)
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
        one = await _check_own(talk, asked, again)
        await talk.bo_says(last)
        await _check_all(talk)
        _check_names(talk, one)
    finally:
        judge.close()
    return Text("you wrote a chat page, and it shows as text who says what.")


async def _check_asked(talk: _Talk, loads: list[int], thing: str, asked: str) -> None:
    """Refuse a page that does not say what was typed in it."""
    page, judge = talk.page, talk.judge
    await talk.is_heard(asked)
    said = [message for message in judge.messages if thing in message.msg]
    if not said:
        check_typed(page)
        check_stays(page, loads)
        has_come = len(judge.people) > 1
        raise NotYet(
            "{asked!r} was typed into the first field of your page, its first button was clicked, and the room did not "
            "hear it. {who}{trouble}",
            asked=asked,
            who=Text("Your page had come in.") if has_come else Text("Your page had not come in, either."),
            trouble=trouble(page.console),
        )
    if said[0].msg != asked:
        raise NotYet("{asked!r} was typed, and the room heard {msg!r}.", asked=asked, msg=said[0].msg)


def _check_as_text(page: Page, msg: str) -> None:
    if part := as_html(msg, page.texts[0]):
        raise NotYet(
            "{msg!r} was said, and your page shows {part!r}. textContent shows a text as it is.", msg=msg, part=part
        )


def _check_shown(page: Page, answer: str, other: str, name: str) -> None:
    """Refuse a page that does not show what Bo said, as it was said, and who said it."""
    shown = page.texts[0]
    if any('"msg"' in line and other in line for line in page.lines[0]):
        raise NotYet("your page shows JSON. JSON.parse(event.data) makes an object of it, and that has fields.")
    if answer not in shown:
        check_no_field(page.fields[0], answer)
        _check_as_text(page, answer)
        for line in page.lines[0]:
            if other in line:
                raise NotYet(
                    "Bo said {answer!r}, and a line of your page is {line!r}. Show each message as it is.",
                    answer=answer,
                    line=line,
                )
        raise NotYet(
            "Bo said {answer!r}, and your page does not show it.{trouble}", answer=answer, trouble=trouble(page.console)
        )
    if (plain := re.sub("<.*?>", "", name)) in shown:  # be it once, where people enter
        raise NotYet(
            "somebody is called {name!r}, and your page shows {as_html!r}. textContent shows a name as it is, too.",
            name=name,
            as_html=plain,
        )
    if name.casefold() not in shown.replace(f"{name} entered", "").casefold():  # that is the text of another message
        for line in page.lines[0]:
            if re.search(r"\bbo(?![^\W_])", line.replace(f"{name} entered", "").casefold()):
                raise NotYet(
                    "Bo said {answer!r}. He is called {name!r}, and a line of your page is {line!r}. Show a name as it "
                    "is.",
                    answer=answer,
                    name=name,
                    line=line,
                )
        raise NotYet("Bo said {answer!r}, and your page does not say who it was. A message has a user.", answer=answer)


async def _check_more(talk: _Talk, asked: str, answer: str) -> None:
    """Refuse a page that forgets what was said as soon as somebody says something else, or takes it for said once."""
    page, was_shown = talk.page, talk.times(asked) > 0
    more = f"And you? {secrets.token_hex(3)}"
    if await talk.bo_says(more) and not talk.times(answer):
        _check_as_text(page, answer)
        raise NotYet(
            "Bo said {answer!r}, and then {more!r}, and your page shows only the last. Let each line stay.",
            answer=answer,
            more=more,
        )
    if not await talk.bo_says(more):
        raise NotYet(
            "Bo said {more!r} twice. How often your page shows it: {times}. Show every message.",
            more=more,
            times=talk.times(more),
        )
    if was_shown and not talk.times(asked):  # it keeps its last lines only
        await _check_all(talk)


async def _check_own(talk: _Talk, asked: str, again: str) -> str:
    """Refuse a page that does not show what was said in it, or whose button works only once; return who it is."""
    page, judge = talk.page, talk.judge
    if not await shows(page, lambda: talk.times(asked) > 0):
        raise NotYet(
            "{asked!r} was typed, the room heard it, and your page does not show it. {back_to_you}",
            asked=asked,
            back_to_you=BACK_TO_YOU,
        )
    page.types(draft := f"not yet {secrets.token_hex(3)}", clicks=False)
    if not await talk.is_heard(again):
        raise NotYet(
            "{again!r} was typed then, the button was clicked again, and the room did not hear it.{trouble}",
            again=again,
            trouble=trouble(page.console),
        )
    if not await shows(page, lambda: talk.times(again) > 0):
        _check_as_text(page, again)
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
    if (strangers := len(judge.people) - 1) > 1 and page.connections[0] > 1:
        raise NotYet(
            "your page has made {connections} connections, and {count} people are in the room besides Bo. Each "
            "connection is somebody of its own: how many does one person need?",
            connections=page.connections[0],
            count=strangers,
        )
    return one


async def _check_all(talk: _Talk) -> None:
    """Refuse a page that does not show in the end all that was said, as often as it was said."""
    await shows(talk.page, lambda: all(talk.times(msg) == said for msg, said in talk.said.items()))
    for msg, said in talk.said.items():
        if (times := talk.times(msg)) != said:
            raise NotYet(
                "how often {msg!r} was said: {said}; and how often your page shows it now: {times}. Show every "
                "message once, and let each line stay.",
                msg=msg,
                said=said,
                times=times,
            )


def _check_names(talk: _Talk, one: str) -> None:
    """Refuse a page that does not show beside a message who said it."""
    bo, sitting = talk.judge.name.casefold(), one.casefold()  # a style may show names in capitals
    for msg in (each for each in talk.said if each not in talk.typed):
        before, after = talk.beside(msg)
        if bo not in f"{before}\n{after}".casefold().replace(f"{bo} entered", ""):
            raise NotYet(
                "Bo said {msg!r}. Before it your page shows {before!r}, and after it, up to what somebody else "
                "said, {after!r}. That does not say that it was Bo: show the user of each message.",
                msg=msg,
                before=before,
                after=after,
            )
    for msg in (each for each in talk.said if each in talk.typed):
        beside = "\n".join(talk.beside(msg)).casefold().replace(bo, "")  # his name is of another message
        if sitting in beside or OWN_NAMES & set(re.findall(r"[^\W\d_]+", beside)) or OWN_CHARACTERS & set(beside):
            continue
        for line in talk.page.lines[0]:
            if talk.judge.name in line and [each for each in talk.said if each in line] == [msg]:
                raise NotYet(
                    "{again!r} was typed in your page, and a line of it is {line!r}. It was {one} who said that, not "
                    "Bo: each message has its own user.",
                    again=msg,
                    line=line,
                    one=one,
                )
        raise NotYet(
            "{asked!r} was typed in your page, and your page does not say that it was {one}. Show the user of each "
            "message, of your own too.",
            asked=msg,
            one=one,
        )
