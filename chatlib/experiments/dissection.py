"""The bytes of one connection, taken apart for people: which bits are which field, and where the standard says so.

Pure, and for display only: what a frame holds is read by the parser of ``websockets``; this module says where in the
frame each part lies. Sections are those of RFC 6455.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from websockets.exceptions import ProtocolError
from websockets.frames import Frame, Opcode

from chatlib import json_text
from chatlib.experiments import close_codes
from chatlib.words import Text

OPCODES: Final = {
    Opcode.CONT: (Text("continuation: the message goes on"), "5.4"),
    Opcode.TEXT: (Text("a text message begins"), "5.6"),
    Opcode.BINARY: (Text("a binary message begins"), "5.6"),
    Opcode.CLOSE: (Text("control frame: close"), "5.5.1"),
    Opcode.PING: (Text("control frame: ping"), "5.5.2"),
    Opcode.PONG: (Text("control frame: pong"), "5.5.3"),
}
HEADERS: Final = {
    "host": (Text("the server that is asked"), "4.1"),
    "upgrade": (Text("the protocol to change to"), "4.1"),
    "connection": (Text("this header and the connection belong together: change it"), "4.1"),
    "origin": (Text("where the page that asks is from; a program need not say"), "4.1"),
    "sec-websocket-key": (Text("16 random bytes in base64: the server must answer this very request"), "11.3.1"),
    "sec-websocket-version": (Text("the version of the protocol: 13"), "11.3.5"),
    "sec-websocket-protocol": (Text("subprotocols: offered, then the one that was chosen"), "11.3.4"),
    "sec-websocket-extensions": (Text("extensions: offered, then those in use"), "11.3.2"),
    "sec-websocket-accept": (Text("SHA-1 of the key and a fixed text, in base64: the server understood"), "11.3.3"),
}
SHOWN_BYTES: Final = 256
SHOWN_CHARACTERS: Final = 500
WHOLE_BYTES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Field:
    """A part of a frame: ``size`` bits from bit ``start`` on (the first is 0); ``value`` is as people write it."""

    name: str
    start: int
    size: int
    value: str
    meaning: Text
    section: str


@dataclass(frozen=True, slots=True)
class Dissection:
    """A frame taken apart; ``payload`` is unmasked, ``raw`` is as it went over the wire."""

    raw: bytes
    opcode: Opcode
    fin: bool
    masking_key: bytes | None
    payload: bytes
    fields: tuple[Field, ...]

    @property
    def summary(self) -> Text:
        """The frame in a few words."""
        said = f"{self.opcode.name} {_shown(self.opcode, self.payload)}".rstrip()
        return Text.of_data(said) if self.fin else Text("{said}, more follows", said=said)

    def field(self, name: str) -> Field:
        """Return a field by its name in RFC 6455, 5.2; KeyError if the frame has no such one."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"this frame has no field {name!r}; it has {[field.name for field in self.fields]}")

    def bits(self, name: str) -> str:
        """Return a field's bits as zeros and ones, in the order of the wire."""
        field = self.field(name)
        first, last = field.start // 8, (field.start + field.size + 7) // 8
        bits = "".join(f"{byte:08b}" for byte in self.raw[first:last])
        return bits[field.start - 8 * first :][: field.size]

    def as_object(self) -> dict[str, Any]:
        """Return it as the front end draws it: of a long frame its beginning; ``payload`` is where that begins."""
        return {
            "summary": self.summary,
            "opcode": self.opcode.name,
            "size": len(self.raw),
            "raw": self.raw[:SHOWN_BYTES].hex(),
            "key": self.masking_key.hex() if self.masking_key is not None else None,
            "payload": len(self.raw) - len(self.payload),
            "fields": [asdict(field) for field in self.rows],
        }

    @property
    def rows(self) -> list[Field]:
        """The fields as a table has them: the three bits that are reserved stand in one row."""
        first, *rest = self.fields
        reserved, others = rest[:3], rest[3:]
        values = " ".join(field.value for field in reserved)
        return [first, replace(reserved[0], name="RSV1–3", size=3, value=values), *others]

    @property
    def json_text(self) -> str | None:
        """The payload, if it is a whole JSON object or array, and not too long to be drawn as one."""
        if self.opcode is not Opcode.TEXT or not self.fin or len(self.payload) > WHOLE_BYTES:
            return None
        try:
            text = self.payload.decode()
            return text if isinstance(json_text.loads(text), dict | list) else None
        except ValueError:
            return None


def dissect(raw: bytes) -> Dissection:
    """Take apart the bytes of exactly one frame.

    Raises:
        ValueError: they are not one whole frame that RFC 6455 allows without an extension.
    """
    frame = _parse(raw)
    first, second = raw[:2]
    is_masked, short = bool(second & 0x80), second & 0x7F
    size = len(frame.data)
    payload = bytes(frame.data)
    fields = [
        Field("FIN", 0, 1, str(first >> 7), _END if frame.fin else _NO_END, "5.4"),
        *(Field(f"RSV{n}", n, 1, str(first >> 7 - n & 1), _RESERVED, "5.2") for n in (1, 2, 3)),
        Field(
            "opcode",
            4,
            4,
            f"0x{frame.opcode:x}",
            Text("{name}: {meaning}", name=frame.opcode.name, meaning=OPCODES[frame.opcode][0]),
            OPCODES[frame.opcode][1],
        ),
        Field("MASK", 8, 1, str(second >> 7), _MASKED if is_masked else _UNMASKED, "5.1"),
        Field("Payload len", 9, 7, str(short), _LENGTHS.get(short, _length(size)), "5.2"),
    ]
    at = 16
    if short > 125:
        width = 16 if short == 126 else 64
        fields.append(Field("Extended payload length", at, width, str(size), _length(size), "5.2"))
        at += width
    key = raw[at // 8 : at // 8 + 4] if is_masked else None
    if key is not None:
        fields.append(Field("Masking-key", at, 32, key.hex(" "), _XOR, "5.3"))
        at += 32
    fields += _payload_fields(frame.opcode, payload, at)
    return Dissection(raw, frame.opcode, frame.fin, key, payload, tuple(fields))


_END: Final = Text("the message ends here")
_NO_END: Final = Text("more frames follow")
_RESERVED: Final = Text("reserved for extensions: 0")
_MASKED: Final = Text("a client masks what it sends")
_UNMASKED: Final = Text("a server does not mask what it sends")
_LENGTHS: Final = {
    126: Text("126: the length is in the next 16 bits"),
    127: Text("127: the length is in the next 64 bits"),
}
_XOR: Final = Text("payload XOR this key, over and over")
_REASON: Final = Text("why, for people; UTF-8")


def _parse(raw: bytes) -> Frame:
    rest = memoryview(raw)

    def read(size: int) -> Generator[None, None, bytes]:
        nonlocal rest
        if len(rest) < size:
            raise EOFError
        data, rest = bytes(rest[:size]), rest[size:]
        return data
        yield  # what the parser takes is a generator; all bytes are here, so that it never waits

    try:
        next(Frame.parse(read, mask=len(raw) > 1 and bool(raw[1] & 0x80)))
    except StopIteration as end:
        frame: Frame = end.value
    except EOFError:
        raise ValueError(f"these {len(raw)} bytes are no whole frame: some are missing") from None
    except ProtocolError as error:
        raise ValueError(f"not a frame that RFC 6455 allows without an extension: {error}") from None
    if rest:
        raise ValueError(f"{len(rest)} bytes are left behind the frame: dissect one frame at a time")
    return frame


def _payload_fields(opcode: Opcode, payload: bytes, at: int) -> list[Field]:
    if opcode is Opcode.CLOSE and len(payload) >= 2:
        code = int.from_bytes(payload[:2], "big")
        fields = [Field("Status code", at, 16, str(code), close_codes.meaning(code), "7.4.1")]
        if reason := payload[2:]:
            fields.append(Field("Reason", at + 16, 8 * len(reason), _text(reason), _REASON, "7.1.6"))
        return fields
    if not payload:
        return []
    meaning = {
        Opcode.TEXT: Text("text in UTF-8"),
        Opcode.BINARY: Text("bytes: what they mean is the application's affair"),
        Opcode.CONT: Text("the next part of the message"),
        Opcode.PING: Text("comes back in the pong"),
        Opcode.PONG: Text("what came in the ping"),
    }.get(opcode, Text(""))
    section = OPCODES[opcode][1]
    return [Field("Payload Data", at, 8 * len(payload), _shown(opcode, payload), meaning, section)]


def _shown(opcode: Opcode, payload: bytes) -> str:
    """Return a payload as people read it."""
    if opcode is Opcode.CLOSE and len(payload) >= 2:
        return f"{int.from_bytes(payload[:2], 'big')} {_text(payload[2:])}".rstrip()
    return _text(payload) if opcode is not Opcode.BINARY else _hex(payload)


def _text(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:  # a fragment may end within a character
        return _hex(data)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def _hex(data: bytes) -> str:
    return data[:16].hex(" ") + (" …" if len(data) > 16 else "")


def _length(size: int) -> Text:
    return Text("1 byte of payload") if size == 1 else Text("{size} bytes of payload", size=size)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the opening handshake."""

    text: str
    meaning: Text
    section: str


def read_handshake(raw: bytes) -> list[Line]:
    """Return the lines of an opening request or of its answer, with what each is for."""
    first, *headers = raw.decode("latin-1").rstrip("\r\n").split("\r\n")
    if first.startswith("HTTP/"):
        is_accepted = first.split(" ")[1:2] == ["101"]
        answer = Text("agreed: from here on frames") if is_accepted else Text("refused: this stays HTTP")
        lines = [Line(first, answer, "4.2.2")]
    else:
        lines = [Line(first, Text("an ordinary HTTP request, with a wish"), "4.1")]
    for header in headers:
        name = header.partition(":")[0].lower()
        lines.append(Line(header, *HEADERS.get(name, (Text("an ordinary HTTP header"), ""))))
    return lines
