"""The exercises of notebook 04, Read the wire."""

from __future__ import annotations

import base64
import random
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from websockets.frames import Frame, Opcode
from websockets.utils import accept_key

from chatlib.exercises.quizzes.nb04 import QUIZ as QUIZ
from chatlib.exercises.verdict import (
    STILL_THERE,
    NotYet,
    differs_at,
    during,
    exercise,
    is_list,
    raised,
    result_of,
    shown,
)
from chatlib.words import Text

SHOWN_BYTES: Final = 24
TWO_BYTES: Final = 126  # the smallest payload whose length is in two bytes of its own
CHARACTERS: Final = "消息你好線路字節"


@exercise
async def ex1(understands: Callable[[str, str], Any]) -> Text:
    """Compute the accept key: tell genuine answers from others."""
    key, other_key = _random_key(), _random_key()
    genuine = accept_key(key)
    no_key = _request(key).replace(f"Sec-WebSocket-Key: {key}", "X-Request-Id: 7")
    played = _handshakes(key, other_key, no_key)
    for what, expected, asked, response in played:
        with during(what):
            answer = await result_of(understands, asked, response)
        if answer is None and what is played[0][0]:  # later on it says no in this way
            raise NotYet(
                "you returned None. Return True or False. Which header of the request do you need, and which of the "
                "response?"
            )
        if answer and not isinstance(answer, bool):
            raise NotYet(
                "{what}, and you returned {answer}, which Python takes for True. Return True or False.",
                what=what,
                answer=shown(answer),
            )
        if answer and asked is no_key:
            raise NotYet(
                "{what}: False is right there, and you returned {answer!r}. An accept key is made of a key.",
                what=what,
                answer=answer,
            )
        if bool(answer) != expected:
            raise NotYet(
                "{what}: {expected} is right there, and you returned {answer!r}. To the key {key} belongs {accept}.",
                what=what,
                expected=str(expected),
                answer=answer,
                key=other_key if key not in asked else key,
                accept=accept_key(other_key) if key not in asked else genuine,
            )
    return Text("you know a server that understands from one that does not.")


def _handshakes(key: str, other_key: str, no_key: str) -> tuple[tuple[Text, bool, str, str], ...]:
    """Return what is played: what it is, whether the server has understood, the request, and the response."""
    request, accept = _request(key), "Sec-WebSocket-Accept"
    genuine = accept_key(key)
    swapped = genuine.swapcase()
    right = _response(f"{accept}: {genuine}")
    return (
        (Text("the answer was made of the key"), True, request, right),
        (Text("the response's headers were in lower case"), True, request, _response(f"{accept.lower()}: {genuine}")),
        (Text("the response's headers were in upper case"), True, request, _response(f"{accept.upper()}: {genuine}")),
        (Text("the response's headers were in mixed case"), True, request, _response(f"{_mixed(accept)}: {genuine}")),
        (Text("the request's headers were in lower case"), True, _named(request, str.lower), right),
        (Text("the request's headers were in upper case"), True, _named(request, str.upper), right),
        (Text("the request's headers were in mixed case"), True, _named(request, _mixed), right),
        (Text("the answer was made of another key"), False, _request(other_key), right),
        (Text("the response sent the key itself back"), False, request, _response(f"{accept}: {key}")),
        (Text("the answer had small letters for large ones"), False, request, _response(f"{accept}: {swapped}")),
        (Text("there was no such header"), False, request, _response("Server: says yes to everything")),
        (Text("the right value was in another header"), False, request, _response(f"X-Trace: {genuine}")),
        (
            Text("the accept key was wrong, and the right value was in another header"),
            False,
            request,
            _response(f"{accept}: {accept_key(other_key)}\r\nX-Trace: {genuine}"),
        ),
        (Text("other headers looked alike"), True, *_with_others(key, other_key)),
        *(
            (Text("{wrong}, and the right value was in headers that look alike", wrong=wrong), False, request, response)
            for wrong, response in _with_the_right_value_in_others(genuine, accept_key(other_key))
        ),
        (Text("neither header was there"), False, no_key, _response("Server: says yes to everything")),
        (Text("the request had no key"), False, no_key, _response(f"{accept}: {accept_key('')}")),
        (
            Text("the accept key had four letters too many"),
            False,
            request,
            _response(f"{accept}: {accept_key(other_key)[:4]}{genuine}"),
        ),
        (
            Text("the accept key had four letters too few"),
            False,
            request,
            _response(f"{accept}: {genuine[4:]}"),
        ),
        (
            Text("the accept key had four letters too many at its end"),
            False,
            request,
            _response(f"{accept}: {genuine}{accept_key(other_key)[:4]}"),
        ),
        (
            Text("the accept key lacked its last four letters"),
            False,
            request,
            _response(f"{accept}: {genuine[:-4]}"),
        ),
    )


def _with_others(key: str, other_key: str) -> tuple[str, str]:
    """Return a request and its response with headers whose names, or values, look like those that count."""
    return (
        _among(
            _request(key),
            f"X-Api-Key: {other_key}",
            f"Sec-WebSocket-Key1: {other_key}",
            f"X-Sec-WebSocket-Key: {other_key}",
            "Access-Control-Request-Headers: Sec-WebSocket-Key",
        ),
        _among(
            _response(f"Sec-WebSocket-Accept: {accept_key(key)}"),
            "Accept-Ranges: none",
            "Sec-WebSocket-Accept-Ranges: none",
            f"X-Sec-WebSocket-Accept: {other_key}",
            "Access-Control-Expose-Headers: Sec-WebSocket-Accept",
        ),
    )


def _with_the_right_value_in_others(right: str, wrong: str) -> Iterator[tuple[Text, str]]:
    for what, header in (
        (Text("the accept key was wrong"), f"Sec-WebSocket-Accept: {wrong}"),
        (Text("there was no such header"), "Server: says yes to everything"),
    ):
        others = (f"{name}: {right}" for name in ("X-Sec-WebSocket-Accept", "Sec-WebSocket-Accept-Ranges"))
        yield what, _among(_response(header), *others)


@exercise
async def ex2(unmask: Callable[[bytes], Any]) -> Text:
    """Unmask frames of two sizes, each with a mask of its own."""
    for size in (11, 125, TWO_BYTES, 300, 512, 65_535, 0):
        payload = _payload(size)
        raw = _masked(payload)
        what = Text("the payload of the frame had {size} bytes", size=size)
        with during(what):
            try:
                found = await result_of(unmask, raw)
            except UnicodeDecodeError as error:
                raise NotYet(
                    "{what}, and your function raised {error}. A payload need not be text: return it as bytes.",
                    what=what,
                    error=raised(error),
                ) from None
        if is_list(found) and list(found) == list(payload):
            raise NotYet("you returned {found}. These are the right numbers. Return them as bytes.", found=shown(found))
        if not isinstance(found, bytes | bytearray):
            raise NotYet(
                "the payload of the frame had {size} bytes, and you returned {found}. Return them as bytes. Where is "
                "the mask in a frame, and where the payload?",
                size=size,
                found=shown(found),
            )
        if found != payload:
            raise NotYet.saying(_what_is_wrong(bytes(found), payload, raw))
    return Text("you read short frames and long ones.")


def _payload(size: int) -> bytes:
    """Return random bytes, which are no text. What looks like space at both ends, or a zero, is there by no chance."""
    ends = {TWO_BYTES - 1: b" \0", 300: b"\0\xff"}.get(size, b"\xff\xff")
    return (ends[:1] + secrets.token_bytes(max(0, size - 2)) + ends[1:])[:size]


def _masked(payload: bytes) -> bytes:
    """Return a client's frame. Its mask has four bytes that differ, and no 0: then no mistake looks like another."""
    while True:
        raw = Frame(Opcode.BINARY, payload).serialize(mask=True)
        at = len(raw) - len(payload)
        if len({0, *raw[at - 4 : at]}) == 5:
            return raw


def _what_is_wrong(found: bytes, payload: bytes, raw: bytes) -> Text:
    size = len(payload)
    if not size:
        return Text(
            "the frame was {frame}: its payload has no bytes, and you returned {count}.",
            frame=raw.hex(" "),
            count=len(found),
        )
    if found == raw[-size:]:
        return Text("this is the payload as it went over the wire. Now mix in the mask.")
    if len(found) != size:
        wrong = Text("the payload has {size} bytes, and you returned {count}.", size=size, count=len(found))
    else:
        place = differs_at(payload, found)
        wrong = Text(
            "of a payload of {size} bytes, number {number} is {expected:02x}, and in yours it is {byte:02x}.",
            size=size,
            number=place + 1,
            expected=payload[place],
            byte=found[place],
        )
    if size >= TWO_BYTES:
        return Text("{wrong} Where is the length of so long a payload, and where the mask?", wrong=wrong)
    return Text("{wrong} The frame began with {frame}.", wrong=wrong, frame=raw[:SHOWN_BYTES].hex(" "))


@exercise
async def ex3(message_in: Callable[[Sequence[bytes]], Any]) -> Text:
    """Find one message in three frames, with control frames in between and characters cut in two."""
    earlier: list[str] = []
    for before in random.sample(range(3), 3):
        text = f" {_word()} {random.choice(CHARACTERS)}{random.choice(CHARACTERS)} {_word()} "
        pieces = _cut_in_three(text)
        controls = [_word().encode() for _ in range(3)]
        frames = _conversation(pieces, controls, before)
        given = [*frames]
        try:
            found = await result_of(message_in, given)
        except UnicodeDecodeError as error:
            raise NotYet.saying(_what_is_no_text(error, pieces, controls)) from None
        if isinstance(found, str) and text in found and any(each in found for each in earlier):
            raise NotYet(
                "your function was called once more, and returned {found!r}. {hint}", found=found, hint=STILL_THERE
            )
        if found != text:
            raise NotYet.saying(_what_is_no_message(found, text, pieces, controls))
        if given != frames:
            raise NotYet("you returned what is right, and changed the list that you were given. Leave it as it is.")
        earlier.append(text)
    return Text("one message, and the control frames were left aside.")


def _conversation(pieces: Sequence[bytes], controls: Sequence[bytes], before: int) -> list[bytes]:
    """Return the frames of a server: a message in three pieces, and control frames before, between and after."""
    first, second, third = pieces
    pong, ping = _frame(Opcode.PONG, controls[0]), _frame(Opcode.PING, controls[1])
    earlier, later = random.sample([[pong], [ping] * random.randint(1, 2)], 2)
    return [
        *[ping] * before,
        pong,
        _frame(Opcode.TEXT, first, fin=False),
        *earlier,
        _frame(Opcode.CONT, second, fin=False),
        *later,
        _frame(Opcode.CONT, third),
        *[ping] * random.randint(0, 1),
        _frame(Opcode.CLOSE, (1000).to_bytes(2, "big") + controls[2]),
    ]


def _what_is_no_text(error: UnicodeDecodeError, pieces: Sequence[bytes], controls: Sequence[bytes]) -> Text:
    first, second, _third = pieces
    decoded = error.object
    if error.encoding != "utf-8":
        return Text("you decoded with {codec}. The text of a message is UTF-8.", codec=error.encoding)
    if decoded in (first, first + second):
        return Text("a frame ended in the middle of a Chinese character. When is the text whole?")
    if any(word in decoded for word in controls):
        return Text("you decoded {decoded}. Some of these frames are control frames.", decoded=shown(decoded))
    whole = b"".join(pieces)
    return Text("you decoded {decoded}, and the message was {whole}.", decoded=shown(decoded), whole=shown(whole))


def _what_is_no_message(found: Any, text: str, pieces: Sequence[bytes], controls: Sequence[bytes]) -> Text:
    if found is None:
        return Text(
            "you returned None. Return the text. Which opcodes belong to a message, and at which place of a frame are "
            "they?"
        )
    if isinstance(found, bytes | bytearray):
        return Text("you returned bytes, and the message was text.")
    if not isinstance(found, str):
        return Text("the message is one text, and you returned a value of the type {kind}.", kind=type(found).__name__)
    if any(word.decode() in found for word in controls):
        return Text("you returned {found!r}. Some of these frames are control frames.", found=found)
    if found == text.strip():
        return Text(
            "the message was {text!r}, and you returned {found!r}. The spaces at its ends belong to it.",
            text=text,
            found=found,
        )
    if found in ("".join(piece.decode(errors=errors) for piece in pieces) for errors in ("ignore", "replace")):
        return Text(
            "the message was {text!r}, and you returned {found!r}: a frame ended within a character.",
            text=text,
            found=found,
        )
    whole = b"".join(pieces)
    if found in (str(whole), "".join(map(str, pieces))):
        return Text(
            "the message was {text!r}, and you returned {found!r}: what its bytes look like. Decode them.",
            text=text,
            found=found,
        )
    if found in (whole.decode(codec, errors="replace") for codec in ("latin-1", "cp1252", "gbk", "utf-16")):
        return Text(
            "the message was {text!r}, and you returned {found!r}. These are its bytes, and they are UTF-8.",
            text=text,
            found=found,
        )
    return Text(
        "the message was {text!r}, and you returned {found!r}. Which frames are its three pieces?",
        text=text,
        found=found,
    )


def _cut_in_three(text: str) -> list[bytes]:
    """Cut a text of a word, two Chinese characters and a word: the first cut is within the first of these."""
    encoded = text.encode()
    first = text.index(" ", 1) + 1 + random.randint(1, 2)
    second = len(encoded) - random.randint(1, 3)
    return [encoded[:first], encoded[first:second], encoded[second:]]


def _word() -> str:
    return secrets.token_hex(4)


def _random_key() -> str:
    """Return a key with a "+" in its accept key: to who takes that for a pattern, it is a sign."""
    while "+" not in accept_key(key := base64.b64encode(secrets.token_bytes(16)).decode()):
        pass
    return key


def _request(key: str) -> str:
    """Return a request in which the key is at some place, but neither the first nor the last header of its kind."""
    before, after = "Host: example.com\r\nSec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: chat"
    return f"GET /chat HTTP/1.1\r\n{before}\r\n{_somewhere(f'Sec-WebSocket-Key: {key}')}\r\n{after}\r\n\r\n"


def _named(request: str, case: Callable[[str], str]) -> str:
    """Return the request with the names of its headers in other letters: what stands behind the colon is as it was."""
    return re.sub(r"(?m)^[\w-]+(?=:)", lambda name: case(name[0]), request)


def _mixed(name: str) -> str:
    return "".join(random.choice([str.lower, str.upper])(letter) for letter in name)


def _among(text: str, *headers: str) -> str:
    """Put others before its headers and behind them: who takes the first or the last that looks alike is found out."""
    start, rest = text.split("\r\n", 1)
    return "\r\n".join([start, *headers, rest.removesuffix("\r\n\r\n"), *headers, "", ""])


def _response(header: str) -> str:
    before, after = "Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Extensions: permessage-deflate"
    return f"HTTP/1.1 101 Switching Protocols\r\n{before}\r\n{_somewhere(header)}\r\n{after}\r\n\r\n"


def _somewhere(header: str) -> str:
    """Put it among others that every handshake has: who counts lines does not find it."""
    headers = ["Upgrade: websocket", "Connection: Upgrade", "Date: Thu, 01 Jan 2026 12:00:00 GMT", header]
    return "\r\n".join(random.sample(headers, len(headers)))


def _frame(opcode: Opcode, payload: bytes, *, fin: bool = True) -> bytes:
    return Frame(opcode, payload, fin=fin).serialize(mask=False)
