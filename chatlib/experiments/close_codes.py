"""What close codes mean, in words: RFC 6455, 7.4, and the registry that it founded.

Pure: numbers in, words out.
"""

from __future__ import annotations

from typing import Final

MEANINGS: Final = {
    1000: "normal closure: the purpose is fulfilled",
    1001: "going away: a server stops, or a page is left",
    1002: "protocol error: the peer broke the rules of WebSocket",
    1003: "unsupported data: the peer sent a type of message that is not taken here",
    1005: "no status received: the Close frame had no code; nobody may send this number",
    1006: "abnormal closure: the connection ended with no Close frame; nobody may send this number",
    1007: "invalid data: a text message was not UTF-8",
    1008: "policy violation: against the rules of this server",
    1009: "message too big",
    1010: "mandatory extension: the client wanted an extension that the server has not",
    1011: "internal error: the server's own code failed",
    1012: "service restart: the server comes back",
    1013: "try again later: the server has too much to do",
    1014: "bad gateway: a proxy got a bad answer from the server behind it",
    1015: "TLS handshake failed; nobody may send this number",
}


def meaning(code: int) -> str:
    """Return what a close code says, for every number that may stand in a close event or a Close frame."""
    if code in MEANINGS:
        return MEANINGS[code]
    if 3000 <= code <= 3999:
        return "registered: a library or framework gave this number its meaning"
    if 4000 <= code <= 4999:
        return "private: this application gave the number its meaning"
    if 1000 <= code <= 2999:
        return "reserved: for later versions of the protocol and its extensions"
    return "not a close code: they lie between 1000 and 4999"
