"""Host and Origin, taken apart to the letter (RFC 9110, section 7.2; RFC 6454, section 6.2).

Pure. A Host is ``host[:port]``, an Origin is ``scheme://host[:port]``, and whatever is not is none: a parser that
mends what it reads would take ``http://[::1].evil.example`` for this machine.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from chatlib.server_url import LOOPBACK, ipv6_text

_LONGEST_NAME: Final = 253  # RFC 1035
_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")  # a name that ends in one is an IPv4 address, or nothing
_AUTHORITY: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")
_PORT_OF: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Authority:
    """A host, in lower case and without brackets, and its port where one is named."""

    host: str
    port: int | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a web page came from; as text it is what a browser sends."""

    scheme: str
    authority: Authority

    @property
    def host(self) -> str:
        """The authority's host."""
        return self.authority.host

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"


def parse_host(text: str) -> Authority:
    """Read a Host header.

    Raises:
        ValueError: it is none.
    """
    found = _AUTHORITY.fullmatch(text)
    with suppress(ValueError):
        if found and (found["port"] is None or 0 < int(found["port"]) <= 65_535):
            return Authority(_host(found["host"]), int(found["port"]) if found["port"] else None)
    raise ValueError(f"a Host looks like example.org or 127.0.0.1:8888, not {text!r}")


def parse_origin(text: str) -> Origin:
    """Read an Origin header of a page that came over HTTP.

    Raises:
        ValueError: it is none.
    """
    scheme, separator, rest = text.partition("://")
    try:
        if not separator or scheme.lower() not in _PORT_OF:
            raise ValueError(text)
        scheme, authority = scheme.lower(), parse_host(rest)
    except ValueError:
        expected = "an origin looks like https://example.org or http://example.org:8888"
        raise ValueError(f"{expected}, not {text!r}") from None
    if authority.port == _PORT_OF[scheme]:
        authority = Authority(authority.host)
    return Origin(scheme, authority)


def canonical_host(text: str) -> str:
    """Return the one spelling of a host name or an address, as one may type it: with brackets or without.

    Raises:
        ValueError: it is neither.
    """
    try:
        return _host(f"[{text}]" if ":" in text and not text.startswith("[") else text)
    except ValueError:
        raise ValueError(f"a host is a name or an address, such as localhost, 127.0.0.1 or ::1, not {text!r}") from None


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address, however it is typed, is this machine for itself alone."""
    with suppress(ValueError):
        return canonical_host(host) in LOOPBACK
    return False


def normalised_origins(origins: Iterable[str]) -> frozenset[str]:
    """Return origins as browsers send them; white space around one, or a slash behind it, are no matter.

    Raises:
        ValueError: one of them is none; the text says which.
    """
    return frozenset(str(parse_origin(origin.strip().removesuffix("/"))) for origin in origins)


def parse_origins(text: str) -> frozenset[str]:
    """Read origins separated by commas or white space, as ``$CHATLIB_ORIGINS`` has them.

    Raises:
        ValueError: one of them is none; the text says which.
    """
    try:
        return normalised_origins(text.replace(",", " ").split())
    except ValueError as error:
        raise ValueError(f"in $CHATLIB_ORIGINS: {error}") from None


def _host(text: str) -> str:
    if text.startswith("[") and text.endswith("]"):
        return ipv6_text(text[1:-1])
    if len(text) > _LONGEST_NAME or not _NAME.fullmatch(text):
        raise ValueError(text)
    if _NUMBER.fullmatch(text.rpartition(".")[2]):
        return str(ipaddress.IPv4Address(text))
    return text.lower()
