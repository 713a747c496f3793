"""What hubs write into a stream for each other, and how it is read: entries, places in the stream, rooms as they were.

Another program may write there too, so that whatever comes is checked like what comes from a client. Pure: bytes in,
bytes out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final, Self

from chatlib import wire
from chatlib.errors import BadMessage
from chatlib.records import Record, Resumed
from chatlib.server import journal_format
from chatlib.server.journal_format import JournalError

PROTOCOL: Final = 1  # of a namespace: hubs that decide alike about the same records
MOST_BYTES: Final = 1024 * 1024  # of one entry
HUBS_REMEMBERED: Final = 1000

_ID: Final = re.compile(r"[0-9a-f]{8,64}")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_LONGEST: Final = {"wanted": 4096, "reason": 200}


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
        ms, dash, number = text.partition(b"-")
        if not (ms.isdigit() and dash and number.isdigit()):
            raise EntryError(f"{text[:40]!r} is no place in a stream")
        return cls(int(ms), int(number))

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


# Entries ------------------------------------------------------------------------------------------------------------


def entry(hub: str, number: int, record: Record) -> dict[bytes, bytes]:
    """Return the fields of a record's entry."""
    return {b"hub": hub.encode(), b"n": b"%d" % number, b"record": journal_format.head(record)}


def read_entry(written: Mapping[bytes, bytes], room: str) -> tuple[str, int, Record]:
    """Return which hub wrote an entry of this room's stream, its number, and the record.

    Raises:
        EntryError: no hub writes such an entry.
    """
    try:
        hub, number, line = written[b"hub"].decode("ascii"), int(written[b"n"]), written[b"record"]
        if len(line) > MOST_BYTES or not _ID.fullmatch(hub) or number < 1:
            raise ValueError("out of bounds")
        record = journal_format.record(line)
        line.decode("utf-8")
        _check(record, room)
    except (ValueError, TypeError, LookupError, RecursionError, BadMessage) as error:
        raise EntryError(f"{type(error).__name__}: {str(error)[:100]}") from error
    return hub, number, record


def _check(record: Record, room: str) -> None:
    if isinstance(record, Resumed):
        raise ValueError("a room as it was is no entry")
    if record.room != room:
        raise ValueError("it is of another room")
    for part in fields(record):
        _check_field(part.name, getattr(record, part.name))


def _check_field(name: str, value: object) -> None:
    match name, value:
        case ("seat", None) | ("room", str()):
            return
        case "through", int() if not isinstance(value, bool) and value >= 0:
            return
        case "member" | "seat" | "epoch", str() if _ID.fullmatch(value):
            return
        case "id", str() if wire.is_id(value):
            return
        case "time", str() if _TIME.fullmatch(value):
            return
        case "msg", str():
            wire.check_message(value)
            return
        case "wanted" | "reason", str() if len(value) <= _LONGEST[name]:
            value.encode()  # a lone surrogate cannot be sent on
            return
    raise ValueError(f"{name} is {str(value)[:40]!r}")


# A room as it was ---------------------------------------------------------------------------------------------------


def snapshot(reading: Reading, room: Resumed) -> dict[bytes, bytes]:
    """Return the fields in which a room is kept, as it was at this place of its stream."""
    numbers = json.dumps(reading.numbers, separators=(",", ":")).encode()
    return {b"place": bytes(reading.place), b"numbers": numbers, b"room": journal_format.written(room)}


def read_snapshot(kept: Mapping[bytes, bytes], room: str) -> tuple[Reading, Resumed | None]:
    """Return where to read on, and the room as it was there; the stream's beginning, and None, where nothing is kept.

    Raises:
        EntryError: no hub keeps a room so.
    """
    if not kept:
        return Reading(), None
    try:
        numbers = {str(hub): int(number) for hub, number in json.loads(kept[b"numbers"]).items()}
        reading = Reading(Place.read(kept[b"place"]), numbers)
        (resumed,) = journal_format.read(journal_format.header() + kept[b"room"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, JournalError) as error:
        raise EntryError(f"{type(error).__name__}: {str(error)[:100]}") from error
    if not isinstance(resumed, Resumed) or resumed.room != room:
        raise EntryError("it is of another room")
    return reading, resumed
