"""Addresses as browsers read and write them (https://url.spec.whatwg.org), as far as ws URLs go."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import quote, unquote

from websockets.headers import build_host
from websockets.uri import WebSocketURI

from chatlib.client import domain, webidl
from chatlib.errors import DOMException
from chatlib.server_url import ipv6_text

PRINTABLE: Final = "".join(map(chr, range(0x21, 0x7F)))
KEPT_IN_QUERY: Final = "".join(c for c in PRINTABLE if c not in "\"#<>'")
KEPT_IN_PATH: Final = "".join(c for c in PRINTABLE if c not in '"#<>?^`{}')
KEPT_IN_USERINFO: Final = "".join(c for c in KEPT_IN_PATH if c not in "/:;=@[\\]|")
FORBIDDEN_IN_HOST: Final = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|]")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
SCHEMES: Final = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}


def parse_url(text: object) -> tuple[str, str, WebSocketURI]:
    """Read an address as a browser does; return it as a browser writes it, its origin, and its parts.

    Raises DOMException (SyntaxError) for one that is invalid, relative, of another scheme, or has a fragment.
    """
    cleaned = re.sub(r"[\t\n\r]", "", webidl.usv_string(text).strip("".join(map(chr, range(0x21)))))
    scheme, colon, rest = cleaned.partition(":")
    scheme = SCHEMES.get(scheme.lower(), "")
    if not colon or not scheme:
        raise DOMException(f"a WebSocket's URL begins with ws:// or wss://, and this does not: {text!r}", "SyntaxError")
    if "#" in rest:
        raise DOMException(f"a WebSocket's URL has no fragment (#), and this has one: {text!r}", "SyntaxError")
    hierarchy, question_mark, query = rest.lstrip("/\\").partition("?")
    authority, *segments = re.split(r"[/\\]", hierarchy)
    userinfo, _, host_and_port = authority.rpartition("@")
    try:
        host, port = _parse_host_and_port(host_and_port)
    except ValueError as error:
        raise DOMException(f"this URL has an invalid host or port ({error}): {text!r}", "SyntaxError") from None

    username, _, password = userinfo.partition(":")
    uri = WebSocketURI(
        secure=scheme == "wss",
        host=host,
        port=port if port is not None else {"ws": 80, "wss": 443}[scheme],
        path=quote(_resolve_dots(segments), safe=KEPT_IN_PATH),
        query=quote(query, safe=KEPT_IN_QUERY),
        username=unquote(username) if userinfo else None,
        password=unquote(password) if userinfo else None,
    )
    user, secret = quote(username, safe=KEPT_IN_USERINFO), quote(password, safe=KEPT_IN_USERINFO)
    credentials = f"{user}:{secret}@" if secret else f"{user}@" if user else ""
    address = build_host(host, uri.port, uri.secure)
    url = f"{scheme}://{credentials}{address}{uri.path}{question_mark}{uri.query}"
    return url, f"{scheme}://{address}", uri


def _parse_host_and_port(text: str) -> tuple[str, int | None]:
    parts = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::([0-9]*))?", text)
    if not parts:
        raise ValueError("a port is a number")
    host, digits = parts.groups()
    port = int(digits) if digits else None
    if port is not None and port > 65535:
        raise ValueError("a port is at most 65535")
    if host.startswith("["):
        if "%" in host:
            raise ValueError("a URL has no place for a network interface")
        return ipv6_text(host[1:-1]), port
    host = domain.to_ascii(unquote(host))
    if not host or FORBIDDEN_IN_HOST.search(host):
        raise ValueError("a host is a name or an address")
    if _NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2]):
        host = str(_parse_ipv4(host.removesuffix(".").split(".")))
    return host, port


def _parse_ipv4(parts: list[str]) -> ipaddress.IPv4Address:
    """Read one to four numbers, decimal, octal or hexadecimal, the last for all bytes that are left: 127.1."""
    if not all(_NUMBER.fullmatch(part) for part in parts):
        raise ValueError("not an IPv4 address")
    *first, last = [
        int(part[2:] or "0", 16) if part.startswith("0x") else int(part, 8 if part.startswith("0") else 10)
        for part in parts
    ]
    if len(first) > 3 or any(byte > 255 for byte in first) or last >= 256 ** (4 - len(first)):
        raise ValueError("not an IPv4 address")
    return ipaddress.IPv4Address(sum(byte << 24 - 8 * place for place, byte in enumerate(first)) + last)


def _resolve_dots(segments: list[str]) -> str:
    """Join a path's segments, in which ``.`` is this folder and ``..`` the one above."""
    path: list[str] = []
    for segment in segments:
        dots = segment.lower().replace("%2e", ".")
        if dots == "..":
            del path[-1:]
        elif dots != ".":
            path.append(segment)
    if segments and dots in (".", ".."):
        path.append("")
    return "/" + "/".join(path)
