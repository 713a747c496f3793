"""The URL of a Redis, and how it is shown: never with what is secret in it.

Pure, so that it can be checked where the ``redis`` package is missing.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from chatlib.server_url import without_secrets

SHAPE: Final = "redis://[[user]:password@]host[:port][/database], rediss:// for TLS, or unix:///path"
TLS_OPTIONS: Final = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")


def shown(url: str) -> str:
    """Return the URL without what is secret in it.

    Raises:
        ValueError: it is none. It is not quoted, for whatever is wrong with it may be a part of the password.
    """
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0  # raises, if it is no number
        options = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        parts, has_port, options = urlsplit(""), False, []
    host = parts.hostname or ""
    is_host = has_port and re.fullmatch(r"[^\s\x00-\x1f\x7f]+", host)
    is_remote = parts.scheme in ("redis", "rediss") and is_host and re.fullmatch(r"(/[0-9]*)?", parts.path)
    is_local = parts.scheme == "unix" and parts.path and not host
    if parts.fragment or not (is_remote or is_local):
        raise ValueError(
            f"the URL of a Redis is expected: {SHAPE}; in a password, what is no letter or digit is percent-encoded"
        )
    if not {name for name, _ in options} <= {"db", *(TLS_OPTIONS if parts.scheme == "rediss" else ())}:
        tls = ", ".join(TLS_OPTIONS)
        raise ValueError(f"behind the question mark of a Redis' URL may be: db, {tls} (all but db with rediss:// only)")
    if not all(re.fullmatch("[0-9]*", value) for name, value in options if name == "db"):
        raise ValueError("the db of a Redis' URL is the number of a database")
    return without_secrets(url)
