"""Why a connection to a chat server ended, in words, and whether another attempt is any use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from chatlib import wire
from chatlib.client.address import Address
from chatlib.client.transport import End
from chatlib.machine import health
from chatlib.words import Text

# Trying again would change nothing; where somebody was once let in, most of them pass while a server is restarted.
FINAL_STATUSES: Final = frozenset({401, 403})
FINAL_AT_FIRST_STATUSES: Final = FINAL_STATUSES | {400, 404, 405, 410, 414, 426}

START_ONE: Final = Text(
    "start one there (chatlib.serve(), or python -m chatlib serve), or correct the URL ($CHATLIB_URL)"
)
RESTART_IT: Final = Text("restart the kernel, or the program, that runs the server there, if it lasts")
# What a server may say last and is not always the same, as `ChatServer` and `hub.send_away` write it.
FAREWELLS: Final = (
    Text("you left more than {size} bytes unread: connect again"),
    Text("you read nothing for {seconds} s: connect again"),
    Text("no answer to a ping for {seconds} s"),
    Text("{why}: connect again, and nothing is lost"),
)
PASSCODE: Final = Text("ask whoever runs it, and put ?passcode=... behind the URL ($CHATLIB_URL)")


@dataclass(frozen=True, slots=True)
class Loss:
    """A connection that ended, and what was known of it: a welcome, the server's last words, a machine that slept.

    ``lasted`` is for how many seconds it was welcome.
    """

    end: End
    was_welcome: bool = False
    lasted: float = 0
    farewell: wire.Error | None = None
    slept: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """What there is to say about a loss; ``is_final`` if another attempt would change nothing."""

    text: Text
    is_final: bool = False


async def explain(loss: Loss, address: Address, *, known: bool, secret: str) -> Ending:
    """Say why a connection ended; it may take as long as ``/healthz`` does.

    ``known`` tells that the server once said welcome; ``secret`` is to be kept out of the text, like the passcode.
    """
    end, shown = loss.end, address.shown
    if loss.farewell is not None:
        return Ending(_recognized(loss.farewell.msg), is_final=loss.farewell.code == "seat-taken")
    if loss.slept:
        return Ending(Text("this machine was asleep"))
    if loss.was_welcome:
        why = end.error or Text("close code {code}", code=end.code)
        return Ending(Text("the connection to {shown} was lost: {why}", shown=shown, why=why))
    if end.status is not None:
        return _of_status(end.status, end.body, address, known=known, secret=secret)
    answer = await health.ask(address.url)
    if answer.status is None and answer.is_held:
        held = Text("something holds {shown}, but {trouble}.", shown=shown, trouble=answer.trouble)
        return Ending(Text("{what} What to do: {mend}.", what=held, mend=RESTART_IT))
    if answer.status is None:
        nobody = Text("no server answers at {shown}: {trouble}.", shown=shown, trouble=answer.trouble)
        return Ending(Text("{what} What to do: {mend}.", what=nobody, mend=START_ONE))
    # A proxy in between opens the connection and swallows the refusal behind it; /healthz goes through.
    if answer.status != HTTPStatus.OK:
        return _of_status(answer.status, answer.body, address, known=known, secret=secret)
    if not answer.health:
        other = Text("what answers at {shown} is no chat server.", shown=shown)
        text = Text("{what} What to do: {mend}.", what=other, mend=Text("correct the URL ($CHATLIB_URL)"))
        # If it was one, what answers now may be a proxy, while the server restarts.
        return Ending(text, is_final=not known)
    if "rooms" not in answer.health:
        return _of_status(HTTPStatus.UNAUTHORIZED, b"", address, known=known, secret=secret)
    if answer.health.get("engine_answers") is False:
        return Ending(
            Text("the server at {shown} waits for its Redis: what you said is placed when it is back", shown=shown)
        )
    early = Text(
        "the server at {shown} ended the connection before its welcome ({error})", shown=shown, error=end.error
    )
    return Ending(early)


def _recognized(said: str) -> Text:
    """Return what a server said as the text that it was, which can be said in another language."""
    for text in FAREWELLS:
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(text.template))
        if found := re.fullmatch(pattern, said):
            values = {name: Text.of_data(value) for name, value in found.groupdict().items()}
            return Text.of_data(text.template, **values)
    return Text.of_data(said)


def _of_status(status: int, body: bytes, address: Address, *, known: bool, secret: str) -> Ending:
    shown = address.shown
    if status == HTTPStatus.UNAUTHORIZED:
        closed = Text("the server at {shown} wants its passcode, and did not get it.", shown=shown)
        return Ending(Text("{what} What to do: {mend}.", what=closed, mend=PASSCODE), is_final=True)
    said = body.decode("utf-8", "replace").strip().partition("\n")[0].rstrip()
    said = address.hide_secrets(said.replace(secret, "…"))[:300]  # another program's error page may repeat the URL
    final = FINAL_STATUSES if known else FINAL_AT_FIRST_STATUSES
    refused = Text(
        "the server at {shown} refused with HTTP {status}: {said}",
        shown=shown,
        status=status,
        said=Text.of_data(said) if said else Text("no reason"),
    )
    return Ending(refused, is_final=status in final)
