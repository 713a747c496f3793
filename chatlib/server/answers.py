"""The answers to plain HTTP: the chat page, what runs here, and refusals, whose body says what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.utils import formatdate
from http import HTTPStatus
from typing import Final

from websockets.datastructures import Headers
from websockets.http11 import Response

from chatlib import wire
from chatlib.errors import Refused
from chatlib.front_end import chat_page
from chatlib.machine.health import SERVICE
from chatlib.version import __version__

SAFE: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
    "Referrer-Policy": "no-referrer",  # the page's URL may hold a passcode
}
BESIDE: Final = {  # what a status wants beside it (RFC 9110, sections 15.5.6 and 15.5.22)
    HTTPStatus.METHOD_NOT_ALLOWED: {"Allow": "GET"},
    HTTPStatus.UPGRADE_REQUIRED: {"Upgrade": "websocket"},
}


def page() -> Response:
    """Answer with the chat page."""
    return _answer(
        HTTPStatus.OK,
        chat_page.page(),
        "text/html; charset=utf-8",
        SAFE | {"Content-Security-Policy": chat_page.policy()},
    )


def health(counts: Mapping[str, object]) -> Response:
    """Say what runs here; ``counts`` is for those who know the passcode."""
    about = {"service": SERVICE, "version": __version__, "protocol": wire.PROTOCOL, **counts}
    return _answer(HTTPStatus.OK, json.dumps(about), "application/json", SAFE)


def refusal(refused: Refused) -> Response:
    """Say why a request is refused."""
    status = HTTPStatus(refused.status)
    return _answer(status, refused.text + "\n", "text/plain; charset=utf-8", BESIDE.get(status, {}))


def to_request_line(line: bytes) -> Response | None:
    """Refuse the requests to which websockets' parser gives no answer; None for all others."""
    method, _, rest = line.partition(b" ")
    if method.isalpha() and method != b"GET":
        return refusal(Refused(HTTPStatus.METHOD_NOT_ALLOWED, "only GET is served here"))
    if not rest.isascii():
        return refusal(Refused(HTTPStatus.BAD_REQUEST, "a URL's path is percent-encoded ASCII"))
    return None


def _answer(status: HTTPStatus, text: str, content_type: str, more: Mapping[str, str]) -> Response:
    body = text.encode()
    headers = Headers(
        {
            "Date": formatdate(usegmt=True),
            "Connection": "close",
            "Content-Length": str(len(body)),
            "Content-Type": content_type,
            **more,
        }
    )
    return Response(status.value, status.phrase, headers, body)
