"""What hubs write into a room's stream for each other, and how it is read: entries, places, the room as it was.

Another program may write there too, so that whatever comes is checked like what comes from a client. Pure: bytes in,
bytes out.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, Self, get_args

import chatlib.server.journal_format as journal_format
from chatlib import wire
from chatlib.errors import BadMessage
from chatlib.records import Record, Resumed
from chatlib.server.journal_format import JournalError

# Hubs that share a namespace have to decide alike about the same records. What a name looks like depends on Unicode's
# tables, and those on the version of Python.
PROTOCOL: Final = f"1, Unicode {unicodedata.unidata_version}"

HUB_CHARACTERS: Final = 8
MOST_BYTES: Final = 2 * 1024 * 1024  # of one entry, when it is read: more than the longest frame of a client
MOST_MESSAGE_BYTES: Final = 128 * 1024  # of UTF-8; with every character escaped, it still fits in an entry
ENTRY_BYTES: Final = 128 * 1024  # that are written into one, unless one record is longer
ENTRY_RECORDS: Final = 100
HUBS_REMEMBERED: Final = 1000
BIGGEST: Final = 2**53

_ID: Final = re.compile(r"[0-9a-f]{8,64}")
_HUB: Final = re.compile(rf"[0-9a-f]{{{HUB_CHARACTERS}}}")
_PLACE: Final = re.compile(rb"(\d{1,20})-(\d{1,20})")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_GUEST: Final = re.compile(r"User \d{1,16}")  # what a room calls somebody, and nobody calls himself


class EntryError(ValueError):
    """What stands in the stream was not written by a hub of this version."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a stream, as Redis counts: milliseconds, and a number within them."""

    ms: int = 0
    number: int = 0

    @classmethod
    def read(cls, text: bytes) -> Self:
        """Return the place that Redis writes so.

        Raises:
            EntryError: it writes none so.
        """
        found = _PLACE.fullmatch(text)
        if found is None:
            raise EntryError(f"{text[:40]!r} is no place in a stream")
        return cls(int(found[1]), int(found[2]))

    def __bytes__(self) -> bytes:
        return b"%d-%d" % (self.ms, self.number)


@dataclass(slots=True)
class Reading:
    """How far a stream was read: up to which place, and of each hub up to which of its numbers.

    A hub that got no answer writes its entries again, with the numbers that they had: those count once.
    """

    place: Place = Place()
    numbers: dict[str, int] = field(default_factory=dict)

    def is_new(self, hub: str, number: int) -> bool:
        """Note an entry, and tell whether it came for the first time."""
        last = self.numbers.pop(hub, 0)
        self.numbers[hub] = max(last, number)  # at the end: whoever was not heard of for longest comes first
        if len(self.numbers) > HUBS_REMEMBERED:
            del self.numbers[next(iter(self.numbers))]
        return number > last


@dataclass(slots=True)
class Trail:
    """Where in a stream its reader was, and when by the reader's own clock; ``apart`` and ``longest`` are seconds.

    What time stands in a place tells nothing: the store's clock may be set, and whoever writes there may choose a time
    that is years ahead, which all have that are appended behind it.
    """

    apart: float
    longest: float
    _marks: deque[tuple[float, Place]] = field(default_factory=deque)

    def note(self, place: Place, *, now: float) -> None:
        """Take note that the reader is here, if it was not asked to just now."""
        if self._marks and now - self._marks[-1][0] < self.apart:
            return
        self._marks.append((now, place))
        while len(self._marks) > 1 and self._marks[1][0] <= now - self.longest:
            self._marks.popleft()

    def before(self, seconds: float, *, now: float) -> Place:
        """Return a place that it had read so many seconds ago, the stream's beginning if it knows none."""
        return next((place for at, place in reversed(self._marks) if at <= now - seconds), Place())


# Entries ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """What one hub wrote into a room's stream at once, and what of it cannot be read."""

    hub: str
    number: int
    records: tuple[Record, ...]
    bad: tuple[EntryError, ...] = ()


def entries(records: Iterable[Record]) -> Iterator[tuple[bytes, Sequence[Record]]]:
    """Yield the lines of these records, as many together as one entry takes, each time with their records."""
    batch: list[Record] = []
    lines: list[bytes] = []
    size = 0
    for record in records:
        line = journal_format.head(record)
        if lines and (size + len(line) > ENTRY_BYTES or len(lines) == ENTRY_RECORDS):
            yield b"".join(lines), batch
            batch, lines, size = [], [], 0
        batch.append(record)
        lines.append(line)
        size += len(line)
    if lines:
        yield b"".join(lines), batch


def entry(hub: str, number: int, lines: bytes) -> dict[bytes, bytes]:
    """Return the fields of an entry with these lines."""
    return {b"hub": hub.encode(), b"n": b"%d" % number, b"records": lines}


def read_entry(written: Mapping[bytes, bytes], room: str, known: Sequence[Record] = ()) -> Entry:
    """Return what a hub wrote into this room's stream; what is none of its records is left out, and told.

    ``known`` are the records in it, for the hub that wrote it: that need not read them, but decides like all others.

    Raises:
        EntryError: no hub writes such an entry.
    """
    try:
        hub, number, lines = written[b"hub"].decode("ascii"), int(written[b"n"]), written[b"records"]
        if len(lines) > MOST_BYTES or not _HUB.fullmatch(hub) or not 1 <= number < BIGGEST:
            raise ValueError("out of bounds")
        found: Sequence[Record | str] = known or lines.decode("utf-8", "surrogateescape").split("\n")[:-1]
    except (ValueError, KeyError) as error:
        raise _as_entry_error(error) from error
    records: list[Record] = []
    bad: list[EntryError] = []
    for it in found:
        try:
            records.append(_checked(it, room))
        except EntryError as error:
            bad.append(error)
    return Entry(hub, number, tuple(records), tuple(bad))


def _checked(found: Record | str, room: str) -> Record:
    try:
        record = journal_format.record(found) if isinstance(found, str) else found
        if isinstance(record, Resumed):
            raise ValueError("a room as it was is no entry")
        if record.room != room:
            raise ValueError("it is of another room")
        for name, is_good in _CHECKS_OF[type(record)]:
            if not is_good(getattr(record, name)):  # asked here, since a call for each field costs more than the asking
                _check(name, getattr(record, name))
    except (ValueError, TypeError, LookupError, RecursionError, BadMessage) as error:
        raise _as_entry_error(error) from error
    return record


def _check(name: str, value: object) -> None:
    if not _IS_GOOD[name](value):
        raise ValueError(f"{name} is {str(value)[:40]!r}")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < BIGGEST


def _is_text(value: object, most: int) -> bool:
    return (
        isinstance(value, str) and len(value) <= most and bool(value.isascii() or value.encode())
    )  # no lone surrogate


def _is_message(value: object) -> bool:
    if isinstance(value, str):
        wire.check_message(value)
    return isinstance(value, str)


def _is_name(value: object) -> bool:
    return (
        isinstance(value, str)
        and bool(_GUEST.fullmatch(value) or value == wire.clean_name(value))
        and _is_text(value, wire.NAME_CHARACTERS)
    )


_IS_GOOD: Final[Mapping[str, Callable[[Any], object]]] = {  # they are asked for every message: patterns ask fastest
    "member": _ID.fullmatch,
    "seat": lambda value: value is None or _ID.fullmatch(value),
    "epoch": _ID.fullmatch,
    "id": wire.is_id,
    "time": _TIME.fullmatch,
    "msg": _is_message,
    "name": _is_name,
    "wanted": lambda value: _is_text(value, MOST_BYTES),  # as long as a client can say it: the room cuts it
    "reason": lambda value: _is_text(value, 200),
    "through": _is_count,
    "placed": _is_count,
    "messages": _is_count,
    "guests": _is_count,
}
_CHECKS_OF: Final = {
    record_class: tuple((part.name, _IS_GOOD[part.name]) for part in fields(record_class) if part.name != "room")
    for record_class in get_args(Record)
    if record_class is not Resumed
}


def _as_entry_error(error: Exception) -> EntryError:
    return EntryError(f"{type(error).__name__}: {str(error)[:100]}")


# A room as it was ---------------------------------------------------------------------------------------------------


def snapshot(reading: Reading, room: Resumed) -> dict[bytes, bytes]:
    """Return the fields in which a room is kept, as it was at this place of its stream."""
    numbers = json.dumps(reading.numbers, separators=(",", ":")).encode()
    return {b"place": bytes(reading.place), b"numbers": numbers, b"room": journal_format.written(room)}


def read_snapshot(kept: Mapping[bytes, bytes], room: str) -> tuple[Reading, Resumed | None]:
    """Return where to read on, and the room as it was there; the stream's beginning, and None, where none is kept.

    Raises:
        EntryError: no hub keeps a room so.
    """
    if b"room" not in kept:
        return Reading(), None
    try:
        numbers = {str(hub): int(number) for hub, number in json.loads(kept[b"numbers"]).items()}
        reading = Reading(Place.read(kept[b"place"]), numbers)
        (resumed,) = journal_format.read(journal_format.header() + kept[b"room"])
        if not isinstance(resumed, Resumed) or resumed.room != room:
            raise ValueError("it is of another room")
        _check_room(resumed)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, JournalError, BadMessage) as error:
        raise _as_entry_error(error) from error
    return reading, resumed


def _check_room(room: Resumed) -> None:
    for name in ("epoch", "placed", "messages", "guests"):
        _check(name, getattr(room, name))
    if len(room.kept) > room.placed:
        raise ValueError("it keeps more than it placed")
    for id_, name, seat in room.members:
        for what, value in (("member", id_), ("name", name), ("seat", seat)):
            _check(what, value)
    for frame in room.kept:
        if not isinstance(wire.decode_server(frame.decode()), wire.Enter | wire.Leave | wire.Msg | wire.Rename):
            raise ValueError("it keeps what has no place in the order")
    if not sum(wire.message_id(frame) is not None for frame in room.kept) <= room.messages <= room.placed:
        raise ValueError("it has fewer messages than it keeps, or more than it placed")
