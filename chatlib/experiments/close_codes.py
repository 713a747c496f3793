"""What close codes mean, in words: RFC 6455, 7.4, and the registry that it founded.

Pure: numbers in, words out.
"""

from __future__ import annotations

from typing import Final

from chatlib.words import Text

MEANINGS: Final = {
    1000: Text("normal closure: the purpose is fulfilled"),
    1001: Text("going away: a server stops, or a page is left"),
    1002: Text("protocol error: the peer broke the rules of WebSocket"),
    1003: Text("unsupported data: the peer sent a type of message that is not taken here"),
    1005: Text("no status received: the Close frame had no code; nobody may send this number"),
    1006: Text("abnormal closure: the connection ended with no Close frame; nobody may send this number"),
    1007: Text("invalid data: a text message was not UTF-8"),
    1008: Text("policy violation: against the rules of this server"),
    1009: Text("message too big"),
    1010: Text("mandatory extension: the client wanted an extension that the server has not"),
    1011: Text("internal error: one side could not go on"),
    1012: Text("service restart: the server comes back"),
    1013: Text("try again later: the server has too much to do"),
    1014: Text("bad gateway: a proxy got a bad answer from the server behind it"),
    1015: Text("TLS handshake failed; nobody may send this number"),
}


def meaning(code: int) -> Text:
    """Return what a close code says, for every number that may stand in a close event or a Close frame."""
    if code in MEANINGS:
        return MEANINGS[code]
    if 3000 <= code <= 3999:
        return Text("registered: a library or framework gave this number its meaning")
    if 4000 <= code <= 4999:
        return Text("private: this application gave the number its meaning")
    if 1000 <= code <= 2999:
        return Text("reserved: for later versions of the protocol and its extensions")
    return Text("not a close code: they lie between 1000 and 4999")
