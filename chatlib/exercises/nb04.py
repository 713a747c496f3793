"""The exercises of notebook 04, Read the wire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from websockets.frames import Frame, Opcode
from websockets.utils import accept_key

from chatlib.exercises.quizzes.nb04 import QUIZ as QUIZ
from chatlib.exercises.verdict import NotYet, exercise, result_of

KEY: Final = "x3JJHMbDL1EzLkh9GBhXDw=="
OTHER_KEY: Final = "AQIDBAUGBwgJCgsMDQ4PEA=="
MASK: Final = bytes.fromhex("37 fa 21 3d")


@exercise
async def ex1(understands: Callable[[str, str], Any]) -> str:
    """Compute the accept key: tell genuine answers from others."""
    genuine = accept_key(KEY)
    played = (
        ("an answer to its own key", True, _request(KEY), _response(f"Sec-WebSocket-Accept: {genuine}")),
        ("headers in lower case", True, _request(KEY).lower().replace(KEY.lower(), KEY),
         _response(f"sec-websocket-accept: {genuine}")),
        ("an answer to somebody else's key", False, _request(OTHER_KEY), _response(f"Sec-WebSocket-Accept: {genuine}")),
        ("the key itself, sent back", False, _request(KEY), _response(f"Sec-WebSocket-Accept: {KEY}")),
        ("no such header", False, _request(KEY), _response("Server: says yes to everything")),
    )  # fmt: skip
    for what, expected, request, response in played:
        answer = await result_of(understands, request, response)
        if answer is None:
            raise NotYet("you returned None. Which header of the request do you need, and which of the response?")
        if bool(answer) != expected:
            raise NotYet(f"the response had {what}, and you returned {answer!r}.")
    return "you know a server that understands from one that does not."


@exercise
async def ex2(unmask: Callable[[bytes], Any]) -> str:
    """Unmask frames of two sizes."""
    for payload in (b"Hi", "你好, wire".encode(), bytes(range(125)), b"abc" * 42, b"long " * 60):
        raw = _masked(payload)
        found = await result_of(unmask, raw)
        size = len(payload)
        if found is None:
            raise NotYet("you returned None. Where does the mask stand in a frame, and where the payload?")
        if not isinstance(found, bytes | bytearray):
            raise NotYet(f"the payload is bytes, and you returned {type(found).__name__}.")
        if found == payload:
            continue
        if found == raw[-size:]:
            raise NotYet("this is the payload as it went over the wire. Now mix in the mask.")
        if size > 125:
            raise NotYet(f"a payload of {size} bytes came out wrong. Where is the length then, and where the mask?")
        raise NotYet(f"{bytes(found)!r} came out of a frame that says {payload!r}. Which byte belongs to which?")
    return "you read short frames and long ones."


@exercise
async def ex3(message_in: Callable[[Sequence[bytes]], Any]) -> str:
    """Find one message in three frames, with control frames in between and a character cut in two."""
    text = "One 消息 in three frames"
    encoded = text.encode()
    first, second = 5, 12  # the first cut is within a character
    frames = [
        _frame(Opcode.PING, b"before"),
        _frame(Opcode.TEXT, encoded[:first], fin=False),
        _frame(Opcode.PING, b"are you there?"),
        _frame(Opcode.CONT, encoded[first:second], fin=False),
        _frame(Opcode.PONG, b"I am"),
        _frame(Opcode.CONT, encoded[second:]),
        _frame(Opcode.CLOSE, (1000).to_bytes(2, "big") + b"bye"),
    ]
    try:
        found = await result_of(message_in, frames)
    except UnicodeDecodeError:
        raise NotYet("a frame ended in the middle of a Chinese character. When is the text whole?") from None
    if found is None:
        raise NotYet("you returned None. Which opcodes belong to a message, and at which place of a frame are they?")
    if isinstance(found, bytes | bytearray):
        raise NotYet("you returned bytes, and the message was text.")
    if "there?" in found or "bye" in found or "before" in found:
        raise NotYet(f"you returned {found!r}. Some of these frames are control frames.")
    if "\ufffd" in found:
        raise NotYet("a character was broken: a frame ended in the middle of it. When is the text whole?")
    if found != text:
        raise NotYet(f"you returned {found!r}, and there is more, or less, in these frames.")
    return "one message, and the control frames were left aside."


def _request(key: str) -> str:
    return f"GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nSec-WebSocket-Key: {key}\r\n\r\n"


def _response(header: str) -> str:
    return f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n{header}\r\n\r\n"


def _frame(opcode: Opcode, payload: bytes, *, fin: bool = True) -> bytes:
    return Frame(opcode, payload, fin=fin).serialize(mask=False)


def _masked(payload: bytes) -> bytes:
    """Return a client's text frame; always with the same mask, so that a hint can be looked into."""
    head = _frame(Opcode.TEXT, payload)[: -len(payload)]
    mixed = bytes(byte ^ MASK[place % 4] for place, byte in enumerate(payload))
    return head[:1] + bytes([head[1] | 0x80]) + head[2:] + MASK + mixed
