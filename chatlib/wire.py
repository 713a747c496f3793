"""The chat protocol: what the frames are, how they become text, and how text becomes them.

Pure: no socket, no clock, no randomness. A page that only knows ``{type, msg, time}`` and sends bare text speaks this
protocol too. What lives here: the frames of both directions, :func:`encode`, :func:`decode_client`,
:func:`decode_server`, and what a name, a room and a message may be. What must not: who is in a room (``hub``).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from enum import IntEnum
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from chatlib import frame_fields, json_text, spelling
from chatlib.arguments import check_text
from chatlib.errors import BadMessage

PROTOCOL: Final = 1
DEFAULT_ROOM: Final = "lobby"
NAME_CHARACTERS: Final = 32
ROOM_CHARACTERS: Final = 64
ID_CHARACTERS: Final = 64
CLIENT_CHARACTERS: Final = range(16, 65)
FRAME_BYTES: Final = 64 * 1024  # every room takes a frame of this length, whatever its limit for messages


class MessageType(IntEnum):
    """The ``type`` of a frame; 0 to 2 are the source material's."""

    ENTER = 0
    LEAVE = 1
    MSG = 2
    WELCOME = 3
    ERROR = 4
    TYPING = 5
    RENAME = 6
    TRACE = 8  # 7 is kept for the progress of a class


# Server to client ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Enter:
    """Somebody entered; ``online`` counts them already."""

    user: str
    online: int
    seq: str
    time: str
    msg: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody left; ``online`` no longer counts them, ``msg`` says why where there is more to say."""

    user: str
    online: int
    seq: str
    time: str
    msg: str


@dataclass(frozen=True, slots=True)
class Msg:
    """Something was said."""

    user: str
    msg: str
    id: str
    seq: str
    time: str


@dataclass(frozen=True, slots=True)
class Rename:
    """Somebody who was ``old`` is now ``user``."""

    user: str
    old: str
    seq: str
    time: str
    msg: str


@dataclass(frozen=True, slots=True)
class LimitsNotice:
    """What a client should keep to: messages a second, burst, and bytes of UTF-8 in a message; 0 for none."""

    rate: float
    burst: int
    message_bytes: int


@dataclass(frozen=True, slots=True)
class Welcome:
    """The first frame, and the only one that means "joined".

    ``missed`` counts what came after the client's ``since`` and is no longer kept; None if that ``since`` is unknown.
    ``earlier`` counts the messages that were said before the first of ``history``.
    """

    user: str
    room: str
    users: tuple[str, ...]
    online: int
    history: tuple[Msg, ...]
    missed: int | None
    limits: LimitsNotice
    time: str
    msg: str
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class Error:
    """What was wrong: ``code`` for programs, ``msg`` for people; ``retry_after`` in seconds."""

    code: str
    msg: str
    time: str
    id: str | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody is writing."""

    user: str
    time: str
    msg: str


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody's connection answered a ping that was sent behind a message; ``ms`` is counted as in :class:`Trace`."""

    user: str
    ms: float


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of a message at its sender's server, for the sender who asked, and for nobody else.

    All in milliseconds since the server took it, on one clock: when it was placed in the room's order, when it was
    written to the connections of this server, and whose connection ``answered`` a ping sent behind it, the fastest
    first. ``silent`` are those that did not in time; ``unasked`` counts the connections beyond these.
    """

    id: str
    placed: float
    written: float
    answered: tuple[Answered, ...]
    silent: tuple[str, ...]
    unasked: int
    time: str
    msg: str


ServerFrame = Enter | Leave | Msg | Welcome | Error | Typing | Rename | Trace

_TYPE_OF: Final[dict[type[ServerFrame], MessageType]] = {
    Enter: MessageType.ENTER,
    Leave: MessageType.LEAVE,
    Msg: MessageType.MSG,
    Welcome: MessageType.WELCOME,
    Error: MessageType.ERROR,
    Typing: MessageType.TYPING,
    Rename: MessageType.RENAME,
    Trace: MessageType.TRACE,
}
_CLASS_OF: Final = {int(number): frame_class for frame_class, number in _TYPE_OF.items()}
_FIELDS_OF: Final = {frame_class: tuple(f.name for f in fields(frame_class)) for frame_class in _TYPE_OF}
# Fields that are left out when they have this value, and have it when they are left out. Welcome's missed, which may be
# None, is null on the wire instead.
_OMITTED: Final[dict[type[ServerFrame], dict[str, Any]]] = {
    Error: {"id": None, "retry_after": None},
    Welcome: {"earlier": 0},
}

_MSG_BEGINS: Final = b'{"type":2,'
_ID_BEGINS: Final = b'","id":"'
_ID_ENDS: Final = b'","seq":"'

_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _as_object(frame: ServerFrame) -> dict[str, Any]:
    frame_class = type(frame)
    omitted = _OMITTED.get(frame_class, {})
    wire: dict[str, Any] = {"type": int(_TYPE_OF[frame_class])}
    for name in _FIELDS_OF[frame_class]:
        value = getattr(frame, name)
        if name not in omitted or value != omitted[name]:
            wire[name] = value
    if isinstance(frame, Welcome):
        wire["history"] = [_as_object(message) for message in frame.history]
        wire["limits"] = {f.name: getattr(frame.limits, f.name) for f in fields(LimitsNotice)}
    if isinstance(frame, Trace):
        wire["answered"] = [{"user": answered.user, "ms": answered.ms} for answered in frame.answered]
    return wire


def encode(frame: ServerFrame) -> str:
    """Turn a frame of the server into the JSON text that goes over the wire."""
    return _dumps(_as_object(frame))


def encode_welcome(welcome: Welcome, history: Iterable[bytes]) -> str:
    """Turn a WELCOME into its text, with a history of frames that are encoded already."""
    before, empty, after = encode(replace(welcome, history=())).partition('"history":[]')  # no string has a bare quote
    assert empty
    return f'{before}"history":[{b",".join(history).decode()}]{after}'


def message_id(frame: bytes) -> str | None:
    """Return the id in the UTF-8 of an encoded frame, None if it is no message; much cheaper than to decode it."""
    if not frame.startswith(_MSG_BEGINS):
        return None
    begin = frame.index(_ID_BEGINS) + len(_ID_BEGINS)  # within a string, the quote would stand behind a backslash
    id_ = frame[begin : frame.index(_ID_ENDS, begin)]
    return id_.decode() if b"\\" not in id_ else str(json.loads(b'"%b"' % id_))


def decode_server(text: str) -> ServerFrame | None:
    """Read a frame of the server; None for a type that this version does not know.

    A frame that is returned holds nothing that could trouble whoever shows it: its times are times, its places in the
    room's order are such, and its texts can be encoded. The chat page reads frames by the same rules.

    Raises:
        BadMessage: the text is not a frame of this protocol.
    """
    try:
        wire = json_text.loads(text)
        number = wire["type"]
        frame_class = None if isinstance(number, bool) else _CLASS_OF.get(number)
        if frame_class is None:
            return None
        frame: ServerFrame = _from_object(frame_class, wire)
    except (ValueError, TypeError, KeyError) as error:
        came = f"{text[:80]!r} ({error!r})"
        raise BadMessage("bad-message", f"expected a frame of the chat protocol, got {came}") from error
    return frame


def _from_object(frame_class: type[ServerFrame], wire: dict[str, Any]) -> Any:
    if not isinstance(wire, dict):
        raise TypeError(f"a frame is an object, not {wire!r}")
    omitted = _OMITTED.get(frame_class, {})
    values: dict[str, Any] = {}
    for name in _FIELDS_OF[frame_class]:
        value = wire.get(name) if name in omitted else wire[name]
        if value is None and (name in omitted or name == "missed"):
            values[name] = omitted.get(name)
        else:
            values[name] = _READ_FIELD[name](value)
    return frame_class(**values)


def _read_answered(value: Any) -> Answered:
    return Answered(frame_fields.word(value["user"]), frame_fields.amount(value["ms"]))


def _read_limits(value: Any) -> LimitsNotice:
    rate, burst, message_bytes = (value[f.name] for f in fields(LimitsNotice))
    return LimitsNotice(frame_fields.amount(rate), frame_fields.count(burst), frame_fields.count(message_bytes))


_READ_FIELD: Final[dict[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(("user", "old", "room", "code", "id"), frame_fields.word),
    "msg": frame_fields.text,
    "time": frame_fields.time,
    "seq": frame_fields.seq,
    **dict.fromkeys(("online", "missed", "earlier", "unasked"), frame_fields.count),
    **dict.fromkeys(("retry_after", "placed", "written"), frame_fields.amount),
    **dict.fromkeys(("users", "silent"), lambda value: frame_fields.list_of(frame_fields.word, value)),
    "answered": lambda value: frame_fields.list_of(_read_answered, value),
    "history": lambda value: frame_fields.list_of(lambda message: _from_object(Msg, message), value),
    "limits": _read_limits,
}


# Client to server ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    """A client says ``msg``; ``id`` is its own id for the message, None if it gave none.

    ``trace`` asks for a :class:`Trace` of it; a server that knows none passes over that.
    """

    msg: str
    id: str | None = None
    trace: bool = field(default=False, repr=False)


@dataclass(frozen=True, slots=True)
class IsTyping:
    """A client's user is writing."""


@dataclass(frozen=True, slots=True)
class ChangeName:
    """A client wants to be called ``name``."""

    name: str


ClientFrame = Say | IsTyping | ChangeName


def encode_client(frame: ClientFrame) -> str:
    """Turn a frame of a client into the JSON text that goes over the wire."""
    match frame:
        case Say(msg, id_, trace):
            envelope = {"type": int(MessageType.MSG), "msg": msg}
            return _dumps(envelope | ({} if id_ is None else {"id": id_}) | ({"trace": True} if trace else {}))
        case IsTyping():
            return _dumps({"type": int(MessageType.TYPING)})
        case ChangeName(name):
            return _dumps({"type": int(MessageType.RENAME), "msg": name})


def decode_client(text: str, *, message_bytes: int = 0) -> ClientFrame:
    """Read what a client sent: an envelope if it is a JSON object with a ``type``, else itself the message.

    Args:
        text: the text frame's payload.
        message_bytes: how long a message may be, in bytes of UTF-8; 0 for any length.

    Raises:
        BadMessage: with the code that the client is answered with.
    """
    envelope = _envelope(text)
    if envelope is None:
        check_message(text, message_bytes=message_bytes)
        return Say(text)
    id_ = envelope.get("id")
    good_id = id_ if is_id(id_) else None
    number = envelope["type"]
    match number if type(number) is int else None:  # JSON's true and 2.0 equal 1 and 2 in Python
        case MessageType.MSG:
            if id_ is not None and good_id is None:
                expected = f"an id is a string of 1 to {ID_CHARACTERS} printable characters"
                raise BadMessage("bad-message", f"{expected}, not {_shown(id_)}")
            msg, trace = _string(envelope, good_id), envelope.get("trace")
            if trace is not None and not isinstance(trace, bool):
                raise BadMessage("bad-message", f"trace is true or false, not {_shown(trace)}", id=good_id)
            check_message(msg, message_bytes=message_bytes, id=good_id)
            return Say(msg, good_id, trace is True)
        case MessageType.TYPING:
            return IsTyping()
        case MessageType.RENAME:
            return ChangeName(_encodable(_string(envelope, good_id), good_id))
        case _:
            raise BadMessage(
                "bad-message",
                f"a client sends type 2 (message), 5 (typing) or 6 (rename) as an integer, not {_shown(number)}",
                id=good_id,
            )


def _envelope(text: str) -> dict[str, Any] | None:
    if not text.lstrip(" \t\r\n").startswith("{"):
        return None
    try:
        envelope = json_text.loads(text)
    except json.JSONDecodeError:
        return None
    except ValueError as error:  # JSON by its grammar, but no reader takes it
        raise BadMessage("bad-message", "this JSON is nested too deep or has a number too long to read") from error
    return envelope if "type" in envelope else None


def _string(envelope: dict[str, Any], id_: str | None) -> str:
    msg = envelope.get("msg")
    if not isinstance(msg, str):
        came = _shown(msg) if "msg" in envelope else "nothing"
        raise BadMessage("bad-message", f"msg must be a string, got {came}", id=id_)
    return msg


def _encodable(text: str, id_: str | None) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        why = "the text holds half of a surrogate pair, which UTF-8 cannot carry"
        raise BadMessage("bad-message", why, id=id_) from error
    return text


def check_message(msg: str, *, message_bytes: int = 0, id: str | None = None) -> None:  # noqa: A002 - the field's name
    """Raise BadMessage if a message is blank, not UTF-8, or longer than ``message_bytes`` (0 for any length)."""
    # Cheapest first: a text that is ASCII and short enough, the common case, is never encoded here.
    if not msg.isascii():
        _encodable(msg, id)
    if message_bytes and len(msg) * 4 > message_bytes:
        size = len(msg.encode())
        if size > message_bytes:
            why = f"a message has at most {message_bytes} bytes of UTF-8, this one has {size}"
            raise BadMessage("too-long", why, id=id)
    if is_blank(msg):
        raise BadMessage("empty", "a message needs at least one character that can be seen", id=id)


def check_wanted_name(name: str) -> None:
    """Raise BadMessage if no frame can carry the wish for a name; what is left of it, the room decides."""
    _encodable(name, None)
    if len(encode_client(ChangeName(name)).encode()) > FRAME_BYTES:
        raise BadMessage("too-long", f"a name has to fit into a frame of {FRAME_BYTES} bytes")


def _shown(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=True)
    return shown if len(shown) <= 40 else shown[:37] + "..."


# Names, rooms, ids --------------------------------------------------------------------------------------------------

_GUEST_NAME: Final = re.compile(r"user \d+")
_LOST_ON_THE_WAY: Final = frozenset("/\\?#")  # a proxy on the way may decode a path, and then it ends there


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text can be seen: white space, zero-width and control characters only."""
    return not "!" <= text[:1] <= "~" and all(map(spelling.draws_nothing, text))  # ASCII first, for it is quick to see


def is_id(value: object) -> bool:
    """Tell whether a value can be a message's id: a string of 1 to 64 printable characters."""
    return isinstance(value, str) and 0 < len(value) <= ID_CHARACTERS and value.isprintable()


def clean_name(wanted: str) -> str:
    """Make a display name of what somebody asked for; "" if nothing is left, or if only the room gives such a name.

    In the one spelling of what looks like it (``spelling``), and at most 32 characters, cut between graphemes.
    """
    name = spelling.cut(spelling.tidied(wanted), NAME_CHARACTERS)
    return "" if _GUEST_NAME.fullmatch(spelling.key(name)) else name


def numbered_name(name: str, number: int) -> str:
    """Return ``Ada (2)`` for the second Ada, cut so that 32 characters include the number."""
    suffix = f" ({number})"
    return spelling.cut(name, NAME_CHARACTERS - len(suffix)) + suffix


def room_of_path(path: str) -> str | None:
    """Return the room that a URL's path names (``/``, ``/chat`` and ``/chat/<room>``), None if it names none.

    Raises:
        ValueError: the path is a chat path, but what it names cannot be a room.
    """
    if path in ("", "/", "/chat"):
        return DEFAULT_ROOM
    if not path.startswith("/chat/"):
        return None
    try:
        room = unquote_to_bytes(path.removeprefix("/chat/")).decode()
    except UnicodeDecodeError as error:
        raise ValueError("a room's name is UTF-8, percent-encoded") from error
    return checked_room(room)


def checked_room(room: str) -> str:
    """Return the one spelling of a room's name: 1 to 64 characters, none of them such that a URL loses it on its way.

    Raises:
        ValueError: it cannot be one.
    """
    check_text("a room's name", room)
    if any(unicodedata.category(character) == "Cc" for character in room):
        raise ValueError(f"a room's name has no control characters: {room!r}")
    name = spelling.tidied(room)
    if not 0 < len(name) <= ROOM_CHARACTERS:
        raise ValueError(f"a room's name has 1 to {ROOM_CHARACTERS} characters, not {len(name)}")
    if name in (".", "..") or not _LOST_ON_THE_WAY.isdisjoint(name):
        raise ValueError(
            f"a room's name has no slash, backslash, question mark or number sign, and is not . or ..: {room!r}"
        )
    return name
