"""A chat server's URL, as people type it: in quotes, without a scheme, with a passcode in any script.

Pure. Where the meaning is certain it is taken; everything else is one error, which shows what came, but no passcode.
"""

from __future__ import annotations

import ipaddress
import re
import string
import unicodedata
from typing import Final
from urllib.parse import quote, urlsplit

LOCALHOST: Final = "127.0.0.1"
LOCALHOST_6: Final = "::1"
LOOPBACK: Final = frozenset({"localhost", LOCALHOST, LOCALHOST_6})  # the hosts that are this machine for itself alone

EXAMPLE: Final = "ws://192.0.2.7:3000/?passcode=..."

# What comes along when a text is copied out of a chat or a page, beside white space.
_AROUND: Final = f"{string.whitespace}\u00a0\u3000\u200b\u200e\u200f\u2060\ufeff"
_CLOSING: Final = {'"': '"', "'": "'", "`": "`", "<": ">", "“": "”", "„": "“", "‘": "’", "«": "»", "「": "」"}
_SCHEMES: Final = {"": "ws", "ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}
_NEVER_IN_HOST: Final = re.compile(r"[\s\x00-\x20\x7f\"<>^`{|}%=;(]")
_PASSCODE: Final = re.compile(r"(^|&)\s*passcode\s*[=＝]", re.IGNORECASE)  # a telephone begins with a capital
_KEPT: Final = "%/:?@!$&()*+,;=[]'"  # what is encoded already, and what RFC 3986 reserves


def unquoted(text: str) -> str:
    """Return a text without the white space, the quotes and the invisible characters around it."""
    bare = text.strip(_AROUND)
    while len(bare) > 1 and _CLOSING.get(bare[0]) == bare[-1]:
        bare = bare[1:-1].strip(_AROUND)
    return bare


def read(text: str) -> str:
    """Return the URL that is meant: ws or wss, percent-encoded, without a slash at the path's end.

    Raises:
        ValueError: it is none that a chat server can have.
    """
    typed = re.sub(r"[\t\r\n]", "", unquoted(text))  # a long line that was wrapped
    before, query = re.split("[?？]", typed + "?", maxsplit=1)
    # A Chinese input method makes wide colons, slashes and digits, and full stops of its own.
    before = unicodedata.normalize("NFKC", before).replace("。", ".").replace("\\", "/")
    scheme, slashes, rest = re.findall(r"^(?:([a-zA-Z][\w+.-]*):(?=/))?(/*)(.*)$", before)[0]
    userinfo, at, address = rest.partition("/")[0].rpartition("@")
    if "#" in typed:
        reason = "it has a #, which is written %23 in a passcode"
    elif "passcode" in before:
        reason = "its passcode stands behind no question mark"
    elif scheme.lower() not in _SCHEMES:
        reason = "its scheme is neither ws nor wss"
    elif not address or (slashes == "/" and not scheme):
        reason = "it has no host"
    else:
        reason = _wrong_with(address)
    if reason:
        shown = re.split("[?？#]|passcode", typed)[0].rpartition("@")[2]
        raise ValueError(f"a chat server's URL looks like {EXAMPLE}, not {shown!r}: {reason}")
    path = quote(rest.partition("/")[2].strip("/"), safe=_KEPT, errors="surrogateescape")
    query = quote(_PASSCODE.sub(r"\1passcode=", query[:-1]), safe=_KEPT, errors="surrogateescape")
    return f"{_SCHEMES[scheme.lower()]}://{userinfo}{at}{address}{path and f'/{path}'}{query and f'?{query}'}"


def without_secrets(url: str) -> str:
    """Return a URL for people: without user, password and query, where a passcode or a token is; any kind of URL."""
    parts = urlsplit(url if "//" in url else f"//{url}")
    scheme = f"{parts.scheme}://" if parts.scheme else ""
    return f"{scheme}{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"


def ipv6_text(text: str) -> str:
    """Return an IPv6 address as a URL has it (https://url.spec.whatwg.org/#concept-ipv6-serializer).

    Raises:
        ValueError: it is none.
    """
    address = ipaddress.IPv6Address(text)
    if mapped := address.ipv4_mapped:  # which newer Pythons write with the dots of IPv4
        high, low = divmod(int(mapped), 2**16)
        return f"::ffff:{high:x}:{low:x}"
    return str(address)


def _wrong_with(address: str) -> str:
    """Return what is wrong with a host and its port, "" if nothing is."""
    parts = re.fullmatch(r"(?:\[([^\]]*)\]|([^:\[\]]+))(?::([0-9]{0,5}))?", address)
    if not parts:
        return "its host or its port cannot be one"
    numeric, name, port = parts.groups()
    if port and not 0 < int(port) <= 65_535:
        return "its port is none from 1 to 65535"
    try:
        if numeric is not None:
            ipaddress.IPv6Address(numeric)
    except ValueError:
        return "its host is no IPv6 address"
    return "its host has a character that none has" if name and _NEVER_IN_HOST.search(name) else ""
