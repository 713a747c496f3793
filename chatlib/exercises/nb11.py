"""The exercises of notebook 11, Keep intruders out."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Collection, Iterator, MutableSet
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from websockets.asyncio.server import ServerConnection

from chatlib.exercises.flood_trial import check_handler
from chatlib.exercises.quizzes.nb11 import QUIZ as QUIZ
from chatlib.exercises.token_bucket import MakeBucket, check_bucket
from chatlib.exercises.verdict import NotYet, during, exercise, long_exercise, names_around, result_of, shown
from chatlib.words import Text

Allow = Callable[[str | None, str], Any]

HUB: Final = "hub.example.org"
HERE: Final = "127.0.0.1:3000"
NO_ORIGIN: Final = Text("There is no Origin: a program sends it, not a page. It may come in.")
OWN_PAGE: Final = Text("Its name is one of ours, and the port does not matter.")
BRACKETS: Final = Text("An IPv6 address is in brackets, and its colons are no port.")
BEHIND_A_PROXY: Final = Text("A proxy may write another Host than the page's; both names are ours.")
STRANGER: Final = Text("That is the hijack: a page of somebody else.")
LOOK_ALIKE: Final = Text("It only looks like one of ours. Compare the whole name.")
NULL: Final = Text("A page from a disk says null, whoever wrote it, and so do others that hide their origin.")
MORE: Final = Text("Behind the name there may be a port, which is a number, and nothing else.")
NO_WEB_PAGE: Final = Text("It is no web page: those begin with http:// or https://.")
USER: Final = Text("An Origin has no @: its name begins right behind ://.")

NO_HOST: Final = Text("An empty Host is none of our names.")
REBINDING: Final = Text("That Host is none of our names: it is DNS rebinding, whatever the Origin says.")


@dataclass(frozen=True, slots=True)
class Request:
    """The two headers of an opening request, whether it may come in, and why."""

    origin: str | None
    host: str
    wanted: bool
    why: Text


REQUESTS: Final = (
    Request(None, HERE, True, NO_ORIGIN),
    Request("http://localhost:8888", "localhost:3000", True, OWN_PAGE),
    Request("http://127.0.0.1:8890", HERE, True, OWN_PAGE),
    Request("http://localhost", "localhost:3000", True, OWN_PAGE),
    Request("http://[::1]:8888", "[::1]:3000", True, BRACKETS),
    Request("http://localhost", "[::1]", True, BRACKETS),
    Request("http://[::1]", "[::1]:3000", True, BRACKETS),
    Request(f"https://{HUB}", HUB, True, OWN_PAGE),
    Request(f"https://{HUB}", HERE, True, BEHIND_A_PROXY),
    Request("http://localhost:81", "localhost:3000", True, OWN_PAGE),
    Request("https://evil.example", HERE, False, STRANGER),
    Request("http://evil.example:8888", "localhost:3000", False, STRANGER),
    Request("http://localhost.evil.example", HERE, False, LOOK_ALIKE),
    Request("http://127.0.0.1.evil.example:8888", HERE, False, LOOK_ALIKE),
    Request(f"https://{HUB}.evil.example", HUB, False, LOOK_ALIKE),
    Request(f"https://evil-{HUB}", HUB, False, LOOK_ALIKE),
    Request(f"https://{HUB.replace('.', '-', 1)}", HUB, False, LOOK_ALIKE),
    Request(f"https://evil.{HUB}", HUB, False, LOOK_ALIKE),
    Request("http://evil.localhost:8888", HERE, False, LOOK_ALIKE),
    Request("http://evil.example@localhost:8888", HERE, False, USER),
    Request("http://evil.example/localhost:8888", HERE, False, LOOK_ALIKE),
    Request("https://evil.example//localhost", HERE, False, LOOK_ALIKE),
    Request("http://localhost2", HERE, False, LOOK_ALIKE),
    Request("http://localhost:8888/chat", HERE, False, MORE),
    Request("http://localhost:8888/", HERE, False, MORE),
    Request("http://localhost:evil.example", HERE, False, MORE),
    Request("http://[::1].evil.example:8888", HERE, False, LOOK_ALIKE),
    Request("null", HERE, False, NULL),
    Request("localhost:8888", "localhost:3000", False, NO_WEB_PAGE),
    Request("capacitor://localhost", HERE, False, NO_WEB_PAGE),
    Request("ws://localhost:3000", HERE, False, NO_WEB_PAGE),
    Request("httpx://localhost", HERE, False, NO_WEB_PAGE),
    Request("xhttp://localhost", HERE, False, NO_WEB_PAGE),
    Request("http:localhost:8888", HERE, False, NO_WEB_PAGE),
    Request("http:/localhost:8888", HERE, False, NO_WEB_PAGE),
    Request("http:/x/localhost:8888", HERE, False, NO_WEB_PAGE),
    Request("http:xxlocalhost", HERE, False, NO_WEB_PAGE),
    Request("http:x/localhost", HERE, False, NO_WEB_PAGE),
    Request("http://localhost:evil.example:80", HERE, False, MORE),
    Request("http://localhost:80:80", HERE, False, MORE),
    Request("http://localhost::80", HERE, False, MORE),
    Request("http://localhost://evil.example", HERE, False, MORE),
    Request("http://localhost//evil.example", HERE, False, MORE),
    Request("http://localhost http://evil.example", HERE, False, MORE),
    Request("http://localhost,http://evil.example", HERE, False, MORE),
    Request("http://localhost:8888?x=1", HERE, False, MORE),
    Request("http://localhost#x", HERE, False, MORE),
    Request("http://https://localhost", HERE, False, LOOK_ALIKE),
    Request("http://localhttp://host", HERE, False, LOOK_ALIKE),
    Request("http://evil.example:3000", "evil.example:3000", False, REBINDING),
    Request(None, "evil.example:3000", False, REBINDING),
    Request("http://localhost:8888", "localhost.evil.example:3000", False, REBINDING),
    Request("http://localhost:8888", "localhost2:3000", False, REBINDING),
    Request(None, "[::1].evil.example:3000", False, REBINDING),
    Request(None, f"evil.{HUB}", False, REBINDING),
    Request(None, "", False, NO_HOST),
)


@exercise
async def ex1(allow: Allow) -> Text:
    """Let in programs and pages of our own names, and nobody who only looks like one."""
    for request in REQUESTS:
        await _check_allowed(allow, request)
    ours = names_around(allow).get("ours")
    if not isinstance(ours, MutableSet):
        raise NotYet(
            "ours is {ours}. Leave it the set that it was: whoever runs the server changes it.",
            ours=shown(ours),
        )
    new = f"a{secrets.token_hex(2)}7.example.net"  # never of letters alone, nor of digits
    page, port = f"https://{new}", random.randint(1024, 65535)
    await _check_allowed(allow, Request(page, HERE, False, STRANGER))
    with _added(ours, new):
        added = Text("{name} was added to ours. When do you look into it?", name=new)
        await _check_allowed(allow, Request(page, HERE, True, added))
        await _check_allowed(allow, Request(page, new, True, added))
        await _check_allowed(allow, Request(f"http://{new}:{port}", f"{new}:{port}", True, added))
        for like in (f"{new}.evil.example", f"x{new}", f"x.{new}", new.replace(".", "x")):
            await _check_allowed(allow, Request(f"https://{like}", new, False, LOOK_ALIKE))
            await _check_allowed(allow, Request(page, like, False, REBINDING))
    gone = Text("{name} was taken out of ours again. When do you look into it?", name=new)
    await _check_allowed(allow, Request(page, HERE, False, gone))
    return Text("your own pages and programs come in, and nobody else.")


async def _check_allowed(allow: Allow, request: Request) -> None:
    asked = Text("allow({origin!r}, {host!r})", origin=request.origin, host=request.host)
    with during(Text("the call was {asked}", asked=asked)):
        result = await result_of(allow, request.origin, request.host)
    if not isinstance(result, bool):
        raise NotYet("{asked} returned {result}. Return True or False.", asked=asked, result=shown(result))
    if result != request.wanted:
        raise NotYet("{asked} returned {result}. {why}", asked=asked, result=result, why=request.why)


@contextmanager
def _added(names: MutableSet[str], name: str) -> Iterator[None]:
    names.add(name)
    try:
        yield
    finally:
        names.discard(name)


# A limit that says why


@long_exercise
async def ex2(
    make: MakeBucket, handler: Callable[[ServerConnection], Any], guests: Collection[ServerConnection]
) -> Text:
    """A token bucket by a clock that is given; a handler that closes a flood with 1008, and nobody else suffers."""
    await check_bucket(make)
    await check_handler(make, handler, guests)
    return Text("bursts pass, a flood ends with 1008 and a reason, and nobody else waited.")
