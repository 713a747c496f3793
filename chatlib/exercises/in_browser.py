"""Exercises in JavaScript: a page that the learner wrote runs in the learner's browser, and its server is the judge.

::

    stage = await in_browser.echo_stage()
    page = BrowserPage(stage.url, "<script> … </script>")     # shown, it runs
    await in_browser.five_steps(stage, page)
"""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from chatlib.exercises.learners_page import (
    BACK_TO_YOU,
    DEAF,
    MOST_SECONDS,
    THINGS,
    Page,
    as_html,
    check_no_field,
    check_stays,
    check_typed,
    comes_after,
    is_deaf,
    opened,
    shows,
    side_by_side,
    soon,
    trouble,
)
from chatlib.exercises.own_chat_page import chat_page
from chatlib.exercises.stages import WORDS, BubbleStage, EchoStage, Stage, broadcast_stage, bubble_stage, echo_stage
from chatlib.exercises.verdict import NotYet, long_exercise
from chatlib.exercises.witness import Visit
from chatlib.words import Text

ERROR_BREATHS: Final = 3  # of a page, to log what comes at once
SLIP: Final = re.compile(r"(Uncaught )?(\(in promise\) )?(Reference|Syntax|Type)Error\b")  # of the page's own code
ADDRESS: Final = re.compile(r"wss?://[^\s\"']*")
NUMBER: Final = re.compile(r"(?<!\d)(?!1006(?!\d))\d+(\.\d+)*")


@long_exercise
async def five_steps(stage: EchoStage, page: Page) -> Text:
    """Create, open, send, receive, error, in JavaScript: three words out and back, then close with 1000."""
    await opened(page)
    if not await soon(page, stage.until(lambda: stage.visits)):
        raise NotYet(
            "no connection of your page came to the server. Step one is new WebSocket(url).{trouble}",
            trouble=trouble(page.console),
        )
    stage.check_addresses()
    visit = stage.visits[0]
    has_all = await soon(page, stage.until(lambda: len(visit.messages) >= len(WORDS) or len(stage.visits) > 1))
    if len(stage.visits) > 1:
        raise NotYet(
            "your page made {count} connections, and one is enough. If it was loaded twice, run its cell again.",
            count=len(stage.visits),
        )
    if not has_all:
        raise _too_few(page, visit.messages)
    await soon(page, stage.everyone_left(MOST_SECONDS))
    if visit.messages != WORDS:
        raise NotYet("the server was sent {messages}, and not {words}.", messages=visit.messages, words=WORDS)
    if not (visit.is_over or visit.has_goodbye):
        raise NotYet(
            "all three words came, and the connection is still open. Close it after the third answer.{trouble}",
            trouble=trouble(page.console),
        )
    answers = stage.answers
    if len(answers) < len(WORDS):
        raise NotYet(
            "when your page closed the connection, {count} of three answers had come. Close after the third.",
            count=len(answers),
        )
    await _check_goodbye(stage, visit, page)
    if is_deaf() and not page.asides:
        page.open_aside(None)
        raise NotYet("all went well at the server. ipykernel 6 hears your page only now: run this cell once more.")
    if not await shows(page, lambda: _are_logged(answers, page.console)):
        raise NotYet(
            "the answers were {answers}, and your console has {console}. Log the data of each message event.",
            answers=answers,
            console=page.console,
        )
    for line in page.console:
        if page.console.count(line) > 1 and any(answer in line for answer in answers):
            raise NotYet("your console has {line!r} twice. Log each answer once.", line=line)
    heard_aside = page.aside
    try:
        varying = await _check_patience(stage, page)
        await _check_error(page, varying, heard_aside)
    finally:
        if not is_deaf():
            page.close_aside()  # one that tries again would do so for ever
    return Text("the five steps, in the browser's own language.")


async def _check_goodbye(stage: EchoStage, visit: Visit, page: Page) -> None:
    """Refuse a page that says no goodbye, or another than 1000, or that sends without asking whether it is open.

    The last two the server knows of itself, and the page tells of where a proxy stands between them.
    """
    if not visit.has_goodbye:
        raise NotYet("all three words came, and the connection ended with no goodbye. close(1000) says one.")
    close_code = visit.close_code if stage.knows_code_of(visit) else await _given_code(page)
    if close_code != 1000:
        code = Text("no code") if close_code == 1005 else Text("code {close_code}", close_code=close_code)
        raise NotYet("your page closed with {code}. close(1000) says that all is well.", code=code)
    if not (stage.is_direct(visit) or is_deaf() or await shows(page, lambda: page.asks_for_open)):
        raise NotYet(
            "your page asked neither for its open event nor for its readyState. Here a proxy opens its connection at "
            "once, and elsewhere that takes a while. It may send once its open event has come."
        )


async def _given_code(page: Page) -> int:
    """Return the code with which the page has called close(), where no server can know it."""
    if is_deaf():
        return 1000
    await shows(page, lambda: bool(page.codes))
    return next(iter(page.codes), None) or 1005


def _too_few(page: Page, messages: list[str | bytes]) -> NotYet:
    if not messages:
        return NotYet(
            "your page connected, and sent nothing.{trouble} It may send once its open event has come.",
            trouble=trouble(page.console),
        )
    wanted = Text("{words}, each with a send() of its own", words=WORDS)
    return NotYet(
        "your page sent {messages}, and not {wanted}.{trouble}",
        messages=messages,
        wanted=wanted,
        trouble=trouble(page.console),
    )


async def _check_patience(stage: EchoStage, page: Page) -> set[str]:
    """Refuse a page that hopes for an event, and does not wait for it; return what it logs in other words each time."""
    async with stage.slower() as slower:
        page.open_aside(slower.url)
        seconds = slower.handshake_seconds
        if not await soon(page, slower.until(lambda: slower.messages), seconds):
            if not slower.was_asked:
                raise NotYet("the check opened your page once more, and it did not connect by itself.")
            raise NotYet(
                "the check opened your page once more, and now the handshake took {seconds:.1f} seconds. Your page "
                "sent nothing.{trouble} It may send once its open event has come.",
                seconds=seconds,
                trouble=trouble(page.aside),
            )
        seconds = slower.last_answer_seconds
        if await soon(page, slower.everyone_left(MOST_SECONDS), seconds) and len(slower.answers) < len(WORDS):
            raise NotYet(
                "the check opened your page once more, and now the last answer took {seconds:.1f} seconds. Close after "
                "the third answer: your page closed when {count} had come.",
                seconds=seconds,
                count=len(slower.answers),
            )
        await soon(page, page.breathe(1))  # what it logs at the end comes by another way
        return {_shape(line) for line in {*page.console} ^ {*page.aside}}


async def _check_error(page: Page, varying: set[str], heard_aside: list[str]) -> None:
    """Refuse a page that logs nothing of its own where no server takes its connection."""

    def tells(lines: Iterable[str]) -> bool:
        return any(
            line not in page.console and _shape(line) not in varying and not re.match(SLIP, line) for line in lines
        )

    page.open_aside(None)
    if is_deaf():
        told = tells(heard_aside)
    else:
        told = await soon(page, page.until(lambda: tells(page.aside), timeout=MOST_SECONDS), breaths=ERROR_BREATHS)
        heard_aside = page.aside
    if not told:
        raise NotYet(
            "the check opened your page once more, where no server takes its connection, and your page logged nothing "
            "new.{trouble} Which event tells of an error?",
            trouble=trouble(line for line in heard_aside if re.match(SLIP, line)),
        )


def _shape(line: str) -> str:
    """Return a line without what may be another each time: the server's address, and numbers, but no broken 1006."""
    return re.sub(NUMBER, "0", re.sub(ADDRESS, "ws:", line))


@long_exercise
async def two_pages(stage: Stage, page: Page) -> Text:
    """What one page sends, both pages show."""
    await opened(page)
    loads = page.loads
    if is_deaf():
        raise NotYet.saying(DEAF)
    if not await soon(page, stage.until(lambda: len(stage.visits) >= 2)):
        raise NotYet(
            "of your two pages, {count} made a connection before the check clicked.{trouble}",
            count=len(stage.visits),
            trouble=trouble(page.console),
        )
    stage.check_addresses()
    connections = len(stage.visits)
    things = [f"{thing.title()} {random.randint(100, 999)}" for thing in random.sample(THINGS, 2)]
    for copy, thing in enumerate(things):
        await _sent(stage, page, loads, copy, thing)
        await _shown_by_both(page, loads, copy, thing)
    # all of the first came back by now: page 1 shows what was sent after that
    if (times := stage.messages.count(things[0])) > 1:
        raise NotYet(
            "{thing!r} was typed in page 1, its button was clicked once, and the server was sent it {times} times.",
            thing=things[0],
            times=times,
        )
    for number, thing in enumerate(things, 1):
        one, two = (text.count(thing) for text in page.texts)
        if max(one, two) > 1:
            raise NotYet(
                "page {number} sent {thing!r} once. How often it is shown: {one} in page 1, and {two} in page 2. "
                "{back_to_you}",
                number=number,
                thing=thing,
                one=one,
                two=two,
                back_to_you=BACK_TO_YOU,
            )
    _check_lines(page, *things)
    page.types(draft := f"not yet {secrets.token_hex(3)}", clicks=False)
    await _sent(stage, page, loads, 0, things[1])  # as page 2 has said
    if draft in stage.messages:
        raise NotYet(
            "{draft!r} was typed in page 1, its button was not clicked, and the server was sent it.", draft=draft
        )
    if not await shows(page, lambda: all(text.count(things[1]) == 2 for text in page.texts)):
        one, two = (text.count(things[1]) for text in page.texts)
        raise NotYet(
            "page 2 sent {thing!r}, and then page 1 sent the same. How often it is shown: {one} in page 1, and {two} "
            "in page 2. Show every message.",
            thing=things[1],
            one=one,
            two=two,
        )
    await _sent(
        stage, page, loads, 1, html := f' <i>{random.choice(THINGS)}</i> &amp; "tea" {random.randint(100, 999)} '
    )
    await _shown_by_both(page, loads, 1, html)
    _check_last(stage, page, things[0], connections)
    return Text("what one page sends, both show.")


def _check_last(stage: Stage, page: Page, first: str, connections: int) -> None:
    """Refuse a page that does not show any more what was sent first, or that has connected again since."""
    for number, text in enumerate(page.texts, 1):
        if first not in text:
            raise NotYet(
                "{first!r} was sent first, and when more had come page {number} did not show it any more. Let each "
                "line stay.",
                first=first,
                number=number,
            )
    if len(stage.visits) > connections:
        raise NotYet(
            "before the first click your pages had made {before} connections, and after the last one {after}. One for "
            "each page is enough.",
            before=connections,
            after=len(stage.visits),
        )


async def _sent(stage: Stage, page: Page, loads: list[int], copy: int, thing: str) -> None:
    """Have a page send it."""
    before = len(stage.messages)
    page.types(thing, copy=copy)
    if not await soon(page, stage.until(lambda: thing in stage.messages[before:])):
        check_typed(page)
        check_stays(page, loads)
        raise NotYet(
            "{thing!r} was typed into the first field of page {copy}, its first button was clicked, and the server was "
            "sent {messages}.{trouble}",
            thing=thing,
            copy=copy + 1,
            messages=stage.messages[before:],
            trouble=trouble(page.console),
        )


async def _shown_by_both(page: Page, loads: list[int], copy: int, thing: str) -> None:
    is_shown = await shows(page, lambda: all(thing.strip() in text for text in page.texts))
    check_stays(page, loads)
    if is_shown:
        return
    for other, fields in enumerate(page.fields):
        if other != copy:  # in its own field it was typed
            check_no_field(fields, thing.strip())
    blind, text = next((number, text) for number, text in enumerate(page.texts, 1) if thing.strip() not in text)
    if part := as_html(thing.strip(), text):
        raise NotYet(
            "page {copy} sent {thing!r}, and page {blind} shows {as_html!r}. textContent shows a text as it is.",
            copy=copy + 1,
            thing=thing,
            blind=blind,
            as_html=part,
        )
    for line in page.lines[blind - 1]:
        if set(re.findall(r"\w+", thing)) <= set(re.findall(r"\w+", line)):
            raise NotYet.saying(_not_as_it_is(thing, blind, line))
    raise NotYet(
        "page {copy} sent {thing!r}, and page {blind} does not show it.{trouble}",
        copy=copy + 1,
        thing=thing,
        blind=blind,
        trouble=trouble(page.console),
    )


def _not_as_it_is(thing: str, number: int, line: str) -> Text:
    return Text(
        "{first!r} was sent, and a line of page {number} is {line!r}. Show each message as it is, with nothing else in "
        "its line.",
        first=thing,
        number=number,
        line=line,
    )


def _check_lines(page: Page, first: str, second: str) -> None:
    """Refuse pages in which a message does not stay, or has no line of its own."""
    for number, (text, lines) in enumerate(zip(page.texts, page.lines, strict=True), 1):
        if first not in text:
            raise NotYet(
                "{first!r} was sent, and then {second!r}, and page {number} shows only the last. Let each line stay.",
                first=first,
                second=second,
                number=number,
            )
        for line in lines:
            if first in line and second not in line and re.findall(r"\w+", line) != re.findall(r"\w+", first):
                raise NotYet.saying(_not_as_it_is(first, number, line))
            if first in line and second in line:
                raise NotYet(
                    "{first!r} was sent, and then {second!r}, and a line of page {number} is {line!r}. Show each "
                    "message in a line of its own.",
                    first=first,
                    second=second,
                    number=number,
                    line=line,
                )
        if side_by_side(page, first, second, copy=number - 1):
            raise NotYet(
                "{first!r} was sent, and then {second!r}, and they are side by side in page {number}. Show each "
                "message in a line of its own.",
                first=first,
                second=second,
                number=number,
            )


# It runs as soon as it is drawn. What waits for the focus never runs in JupyterLab, where a cell has it.
ATTRIBUTES: Final = """'" oncontentvisibilityautostatechange={run} style=display:block;content-visibility:auto x"""
# What runs if a page takes it for HTML: in a name, in a message and in a time, inside and outside of an attribute, with
# quotes of either kind or none. The first six need nothing but that an image cannot be loaded: they have run before the
# page shows what came after them.
BAITS: Final = (
    ("user", '<img src onerror="{run}">'),
    ("msg", '<img src onerror="{run}">'),
    ("time", '<img src onerror="{run}">'),
    ("user", '"><img src onerror="{run}">'),
    ("msg", '\'><img src onerror="{run}">'),
    ("time", '"><img src onerror="{run}">'),
    ("user", ATTRIBUTES),
    ("msg", ATTRIBUTES),
    ("time", ATTRIBUTES),
    ("user", '<iframe srcdoc="<script>parent.{run}</script>"></iframe>'),
    ("msg", "</script><script>{run}</script>"),
    ("time", "<script>{run}</script>"),
    ("user", '<video><source onerror="{run}"></video>'),
    ("msg", '<a href="javascript:{run}" onfocus="{run}" autofocus>free tickets</a>'),
    ("time", "<ScRiPt>{run}</sCrIpT><IMG SRC ONERROR={run}>"),
)
FIELDS: Final = {"user": Text("name"), "msg": Text("message"), "time": Text("time")}


@long_exercise
async def bubbles(stage: BubbleStage, page: Page) -> Text:
    """A page that shows name, message and time of each message, and none of fifteen scripts runs."""
    await opened(page)
    if is_deaf():
        raise NotYet.saying(DEAF)
    if not await soon(page, stage.until(lambda: stage.visits)):
        raise NotYet(
            "no connection of your page came to the server. Step one is new WebSocket(url).{trouble}",
            trouble=trouble(page.console),
        )
    stage.check_addresses()
    secret = secrets.token_hex(4)
    first = {"user": f"Ada {secret}", "msg": f"I like {random.choice(THINGS)} {secret}.", "time": f"12:00 {secret}"}
    stage.says(**first)
    await shows(page, lambda: all(value in page.texts[0] for value in first.values()))
    for field, value in first.items():
        if value not in page.texts[0]:
            check_no_field(page.fields[0], value)
            raise NotYet(
                "the {field} of a message was {value!r}, and your page does not show it.{trouble}",
                field=FIELDS[field],
                value=value,
                trouble=trouble(page.console),
            )
    if '"msg"' in page.texts[0]:
        raise NotYet("your page shows JSON. JSON.parse(event.data) makes an object of it, and that has fields.")
    baits = [(field, html.format(run=f"console.log(`{secret}-{n}`)")) for n, (field, html) in enumerate(BAITS)]
    for field, bait in baits:
        stage.says(**{"user": "Mallory", "msg": "hello", "time": "12:01", field: bait})
    last = {"user": f"Bo {secret}", "time": f"12:02 {secret}"}
    fences = f"That is all, {secret}.", f"Really, {secret}."
    for fence in fences:  # what runs has run before the second is seen
        stage.says(msg=fence, **last)
        if not await shows(page, lambda: fence in page.texts[0]):  # noqa: B023
            raise NotYet(
                "after some strange messages your page shows nothing more.{trouble}", trouble=trouble(page.console)
            )
    await soon(page, page.breathe(1))  # what a page shows, and what ran in it, come here by two ways
    if first["msg"] not in page.texts[0]:
        raise NotYet("the first message is gone from your page. Show each message below the one before it.")
    if (times := page.texts[0].count(first["msg"])) > 1:
        raise NotYet("{msg!r} was said once, and your page shows it {times} times.", msg=first["msg"], times=times)
    _judge_baits(baits, page, secret)
    _check_below(page, [first["msg"], *(bait for _, bait in baits), *fences])
    _check_repeated(page, last)
    return Text("fifteen scripts came as names, messages and times, and all of them were read.")


def _check_below(page: Page, texts: Sequence[str]) -> None:
    """Refuse a page that does not show each message below the one before it; of each it is told a text of its own."""
    for first, last in pairwise(texts):
        if side_by_side(page, last, first) or any(first in line and last in line for line in page.lines[0]):
            raise NotYet(
                "{first!r} and {last!r} are in one line of your page. Show each message below the one before it.",
                first=first,
                last=last,
            )
        if not comes_after(page, last, first):
            raise NotYet(
                "{last!r} was said after {first!r}, and your page shows it above. Show each message below the one "
                "before it.",
                last=last,
                first=first,
            )


def _check_repeated(page: Page, fields: Mapping[str, str]) -> None:
    """Refuse a page that leaves out what the message before had, too."""
    for field, value in fields.items():
        if (times := page.texts[0].count(value)) < 2:
            raise NotYet(
                "the {field} of two messages was {value!r}. How often your page shows it: {times}. Show it with each "
                "message.",
                field=FIELDS[field],
                value=value,
                times=times,
            )


def _judge_baits(baits: Sequence[tuple[str, str]], page: Page, secret: str) -> None:
    for n, (field, bait) in enumerate(baits):
        if f"{secret}-{n}" in page.console:
            raise NotYet("a script ran in your page: the {field} was {bait}.", field=FIELDS[field], bait=bait)
    for field, bait in baits:
        if bait in page.texts[0]:
            continue
        if bait.replace("<", "&lt;") in page.texts[0].replace("&quot;", '"').replace("&gt;", ">").replace("&#39;", "'"):
            raise NotYet(
                "the {field} was {bait}, and your page shows &lt; where < was. What is set as text needs no escaping.",
                field=FIELDS[field],
                bait=bait,
            )
        raise NotYet(
            "the {field} was {bait}, and nobody can read that in your page. Show it as text, all of it.",
            field=FIELDS[field],
            bait=bait,
        )


def _are_logged(answers: Sequence[str], console: Iterable[str]) -> bool:
    """Tell whether each answer is in a line of its own, in this order; people write "received: one 7", too."""
    lines = iter(console)
    return all(any(re.search(rf"\b{re.escape(answer)}\b", line) for line in lines) for answer in answers)


__all__ = ["broadcast_stage", "bubble_stage", "bubbles", "chat_page", "echo_stage", "five_steps", "two_pages"]
