"""Eight attacks on a victim of this machine's own, each bounded in time: they really happen, byte by byte.

The kernel plays the browser in which an evil page is open: it writes the request that a browser would write, with the
page's Origin and with the victim's cookie, which a browser adds by itself. What an attack came to is read from the
bytes that came back, and from what the victim's page draws, and from nothing else.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser
from typing import Final
from urllib.parse import quote

from chatlib.experiments.intruder import Intruder, Piece
from chatlib.experiments.victim import COOKIE, HANDSHAKE_SECONDS, MOST_BYTES, Defence, Victim
from chatlib.words import Text

EVIL_HOST: Final = "evil.example"
SCRIPT: Final = "<img src onerror=\"document.body.textContent = 'This page is mine now.'\">"
FLOOD: Final = 300  # messages
FLOOD_RATE: Final = 500  # a second
FLOOD_STEP: Final = 10
HUGE_BYTES: Final = 2 * 2**20
SLOW_SECONDS: Final = 3 * HANDSHAKE_SECONDS
SLOW_STEP: Final = 0.25
SECONDS: Final = 10.0


class Attack(StrEnum):
    """What can be done to the victim."""

    HIJACK = "hijack"
    REBIND = "rebind"
    FLOOD = "flood"
    HUGE = "huge"
    SLOW = "slow"
    NAME = "name"
    MESSAGE = "message"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attack came to: which defence stopped it, None if none did; ``page`` is a line of the victim's page."""

    attack: Attack
    stopped_by: Defence | None
    said: Text
    pieces: tuple[Piece, ...] = ()
    page: str = ""

    def __repr__(self) -> str:
        end = f"stopped by {self.stopped_by}" if self.stopped_by else "got through"
        return f"<Outcome of {self.attack}: {end}>"


@dataclass(frozen=True, slots=True)
class Case:
    """Whom an attack is about: the victim, where the evil page comes from, and the connection that it is made on."""

    victim: Victim
    evil_origin: str
    intruder: Intruder

    heard: int
    """How many messages the victim's page had been sent before."""

    @property
    def host(self) -> str:
        """The victim's Host, as a browser writes it."""
        return f"127.0.0.1:{self.victim.port}"

    async def page(self, what: str) -> str:
        """Return the line of the victim's page that shows this."""
        return await self.victim.until_shown(what, self.heard, SECONDS)


Ending = tuple[Defence | None, Text, str]


async def carry_out(attack: Attack, victim: Victim, evil_origin: str) -> Outcome:
    """Attack the victim; return what came of it, after some seconds at the most."""
    intruder = await Intruder.connect(victim.port)
    try:
        async with asyncio.timeout(2 * SECONDS):
            stopped_by, said, page = await _CARRIED_OUT[attack](Case(victim, evil_origin, intruder, victim.heard))
    finally:
        await intruder.leave()
    return Outcome(attack, stopped_by, said, intruder.pieces, page)


async def _hijack(case: Case) -> Ending:
    """A page of another origin connects, and the browser adds Ada's cookie."""
    cookie = f"{COOKIE}={case.victim.session}"
    case.intruder.asks("/chat", case.host, Origin=case.evil_origin, Cookie=cookie)
    if refused := await _refused(case):
        return refused
    read = json.loads(bytes(case.intruder.frames[0].data))["msg"]
    case.intruder.says("Please send me your passwords.")
    page = await case.page("your passwords")
    return None, Text('it is logged in as Ada: it read "{read}", and wrote in her name.', read=read), page


async def _rebind(case: Case) -> Ending:
    """The name of an evil host suddenly means 127.0.0.1: to the browser, page and server have one origin."""
    host = f"{EVIL_HOST}:{case.victim.port}"
    case.intruder.asks("/chat", host, Origin=f"http://{host}")
    if refused := await _refused(case):
        return refused
    case.intruder.says("Hello from the internet.")
    page = await case.page("from the internet")
    return None, Text("a page of {host} talks with a server of this machine.", host=EVIL_HOST), page


async def _flood(case: Case) -> Ending:
    """Many messages in a short time."""
    case.intruder.asks("/chat?name=Mallory", case.host)
    if refused := await _refused(case):
        return refused
    for n in range(0, FLOOD, FLOOD_STEP):
        for number in range(n, n + FLOOD_STEP):
            case.intruder.says(f"buy! {number}")
        await case.intruder.drained()
        if await case.intruder.until(lambda: case.intruder.closed, FLOOD_STEP / FLOOD_RATE):
            break  # it was told to stop
    everything = FLOOD + 1  # the welcome, and each of its own
    await case.intruder.until(lambda: case.intruder.closed or len(case.intruder.frames) >= everything, SECONDS)
    await case.victim.settled(SECONDS)
    if closed := case.intruder.closed:
        count = case.victim.heard - case.heard
        said = Text("{count} of {all} messages came through. Then: {code}.", count=count, all=FLOOD, code=closed)
        return Defence.RATE, said, ""
    page = await case.page(f"buy! {FLOOD - 1}")
    return None, Text("Ada's page was sent all {count} messages.", count=case.victim.heard - case.heard), page


async def _huge(case: Case) -> Ending:
    """One message of 2 MiB."""
    case.intruder.asks("/chat?name=Mallory", case.host)
    if refused := await _refused(case):
        return refused
    case.intruder.says("x" * HUGE_BYTES)
    await case.intruder.until(lambda: case.intruder.closed or len(case.intruder.frames) > 1, SECONDS)
    if closed := case.intruder.closed:
        return Defence.SIZE, Text("more than {most} bytes: {code}.", most=MOST_BYTES, code=closed), ""
    page = await case.page("xxx")
    return None, Text("the server took {count} bytes, and sent them to everybody.", count=HUGE_BYTES), page


async def _slow(case: Case) -> Ending:
    """A request that never ends: a place is taken, and it costs the intruder some bytes a second."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    case.intruder.dribbles("GET /chat HTTP/1.1", f"Host: {case.host}")
    for n in range(round(SLOW_SECONDS / SLOW_STEP)):
        if await case.intruder.until(lambda: case.intruder.is_over, SLOW_STEP):
            seconds = loop.time() - began
            return Defence.TIMEOUT, Text("the server dropped it after {seconds:.1f} s.", seconds=seconds), ""
        case.intruder.dribbles(f"X-{n}: slow")
    return None, Text("after {seconds:g} s the server still waits, and keeps a place for it.", seconds=SLOW_SECONDS), ""


async def _script_in_name(case: Case) -> Ending:
    return await _script(case, name=SCRIPT)


async def _script_in_message(case: Case) -> Ending:
    return await _script(case, msg=SCRIPT)


async def _script_in_time(case: Case) -> Ending:
    return await _script(case, time=SCRIPT)


async def _script(case: Case, *, name: str = "Mallory", msg: str = "hello", time: str = "12:00") -> Ending:
    """HTML where the victim's page expects a name, a message, or a time."""
    case.intruder.asks(f"/chat?name={quote(name)}", case.host)
    if refused := await _refused(case):
        return refused
    case.intruder.says(json.dumps({"msg": msg, "time": time}))
    line = await case.page("onerror")
    if handlers := handlers_in(line):
        return None, Text("the page has an element with {handler}: its script runs in it.", handler=handlers[0]), line
    of_script = {name: Defence.NAME, msg: Defence.MESSAGE, time: Defence.TIME}
    return of_script[SCRIPT], Text("the page shows it as text: nothing runs."), line


async def _refused(case: Case) -> Ending | None:
    """Wait for the answer to the request; return what it came to if that was no, else None with the welcome there."""
    intruder = case.intruder
    await intruder.until(lambda: intruder.status is not None and (intruder.frames or intruder.is_over), SECONDS)
    if intruder.status == 101:
        return None
    body = intruder.answer.partition(b"\r\n\r\n")[2].decode().strip()
    said = Text("refused before there is a WebSocket: {status} {body}.", status=intruder.status or 0, body=body)
    if intruder.status == 401:
        return Defence.PASSCODE, said, ""
    return Defence.HOST if body.startswith("Host") else Defence.ORIGIN, said, ""


_CARRIED_OUT: Final[dict[Attack, Callable[[Case], Awaitable[Ending]]]] = {
    Attack.HIJACK: _hijack,
    Attack.REBIND: _rebind,
    Attack.FLOOD: _flood,
    Attack.HUGE: _huge,
    Attack.SLOW: _slow,
    Attack.NAME: _script_in_name,
    Attack.MESSAGE: _script_in_message,
    Attack.TIME: _script_in_time,
}


class _Handlers(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [name for name, _ in attrs if name.startswith("on")]


def handlers_in(html: str) -> list[str]:
    """Return the event handlers that a browser would find in HTML: those of elements, and none that are text."""
    parser = _Handlers()
    parser.feed(html)
    return parser.found
