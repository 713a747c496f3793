"""What hubs write into a stream: it is read as it was, and whatever else stands there harms nobody."""

import json
import random

import pytest

from chatlib import wire
from chatlib.records import Ended, Entered, Forgot, Left, Renamed, Resumed, Said, WasTyping
from chatlib.server import stream_format
from chatlib.server.stream_format import ENTRY_BYTES, ENTRY_RECORDS, HUBS_REMEMBERED, EntryError, Place, Reading, Trail

HUB, ADA, SEAT, NOON = "0123abcd", "a" * 32, "5" * 64, "2026-01-01T12:00:00.000Z"
RECORDS = [
    Entered("room", ADA, 'Ada "Ä"\n🙂', None, ADA, NOON),
    Entered("room", ADA, "", SEAT, ADA, NOON),
    Left("room", ADA, "was lost", NOON),
    Said("room", ADA, "id 1", "hi\n\u2028", NOON),
    Renamed("room", ADA, "Bo", NOON),
    WasTyping("room", ADA, NOON),
    Forgot("room", 7),
    Ended("room"),
]
MSG = wire.encode(wire.Msg("Ada", "hi", "id", f"{ADA}-2", NOON)).encode()
ENTER = wire.encode(wire.Enter("Ada", 1, f"{ADA}-1", NOON, "Ada entered the room")).encode()
ROOM = Resumed("room", ADA, 2, 1, 3, ((ADA, "Ada", SEAT), ("b" * 32, "User 3", None)), (ENTER, MSG))


def line(*values):
    return json.dumps(values).encode() + b"\n"


def read(lines, **fields):
    return stream_format.read_entry({b"hub": b"0123abcd", b"n": b"1", b"records": lines, **fields}, "room")


def test_every_record_is_read_as_it_was():
    """Those of one turn stand in one entry."""
    ((lines, records),) = stream_format.entries(RECORDS)
    assert records == RECORDS
    entry = stream_format.read_entry(stream_format.entry(HUB, 5, lines), "room")

    assert (entry.hub, entry.number, entry.records, entry.bad) == (HUB, 5, tuple(RECORDS), ())


def test_an_entry_is_bounded_in_records_and_bytes():
    """The longest message that is possible fits into one."""
    many = [Said("room", ADA, f"id{n}", "x", NOON) for n in range(2 * ENTRY_RECORDS + 1)]
    assert [lines.count(b"\n") for lines, _ in stream_format.entries(many)] == [ENTRY_RECORDS, ENTRY_RECORDS, 1]
    long = [Said("room", ADA, f"id{n}", "x" * (ENTRY_BYTES // 3), NOON) for n in range(4)]
    assert [lines.count(b"\n") for lines, _ in stream_format.entries(long)] == [2, 2]
    longest = Said("room", ADA, "id", "\x01" * (stream_format.MOST_MESSAGE_BYTES - 1) + "x", NOON)
    ((lines, _),) = stream_format.entries([longest])
    assert stream_format.read_entry(stream_format.entry(HUB, 1, lines), "room").records == (longest,)
    assert list(stream_format.entries([])) == []


def test_what_a_hub_wrote_itself_is_not_read_but_checked_like_all_else():
    """It must not place what all others skip."""
    known = [Ended("room"), Left("room", "no id", "", NOON)]
    written = stream_format.entry(HUB, 1, b"rubbish\n")

    assert stream_format.read_entry(written, "room", known).records == (Ended("room"),)
    assert len(stream_format.read_entry(written, "room", known).bad) == 1
    assert stream_format.read_entry(written, "elsewhere", known).records == ()


@pytest.mark.parametrize("wanted", ["A" * 5000, "é" * (8 * stream_format.MOST_MESSAGE_BYTES // 2)])
def test_a_wish_for_a_name_is_read_however_long_it_is(wanted):
    """The room cuts it, whoever keeps its order; the longest is as long as the longest frame of a client."""
    record = Renamed("room", ADA, wanted, NOON)
    ((lines, _),) = stream_format.entries([record])

    assert stream_format.read_entry(stream_format.entry(HUB, 1, lines), "room").records == (record,)


BAD_LINES = [
    b"\n",
    b"[]\n",
    b"5\n",
    b"\xff\n",
    b"[" * 5000 + b"\n",
    line("Unknown", "room"),
    line(["Said"], "room"),
    line("Said", "room"),
    line("Ended", "elsewhere"),
    line("Ended", 5),
    line("Forgot", "room", -1),
    line("Forgot", "room", True),
    line("Forgot", "room", "7"),
    line("Forgot", "room", 10**30),
    line("Said", "room", "Ada", "id", "hi", NOON),
    line("Said", "room", ADA, "", "hi", NOON),
    line("Said", "room", ADA, "x" * 65, "hi", NOON),
    line("Said", "room", ADA, "id", "", NOON),
    line("Said", "room", ADA, "id", 5, NOON),
    line("Said", "room", ADA, "id", "hi", "noon"),
    b'["Said","room","%b","id","\\ud800","%b"]\n' % (ADA.encode(), NOON.encode()),
    b'["Renamed","room","%b","\\ud800","%b"]\n' % (ADA.encode(), NOON.encode()),
    line("Renamed", "room", ADA, 5, NOON),
    line("Left", "room", ADA, None, NOON),
    line("Entered", "room", ADA, "Ada", "no hash", ADA, NOON),
    line("Entered", "room", ADA, "Ada", None, "epoch-1", NOON),
    line("Resumed", "room", ADA, 0, 0, [], 0),
]


@pytest.mark.parametrize("bad", BAD_LINES, ids=range(len(BAD_LINES)))
def test_a_bad_record_is_left_out_and_those_beside_it_count(bad):
    """As if it were not there."""
    good = line("Ended", "room")
    entry = read(good + bad + good)

    assert entry.records == (Ended("room"), Ended("room"))
    assert len(entry.bad) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {b"hub": b"x"},
        {b"hub": b"0123abcd\n"},
        {b"hub": b"\xff" * 8},
        {b"n": b"0"},
        {b"n": b"-1"},
        {b"n": b"x"},
        {b"n": b"9" * 5000},
        {b"n": b"%d" % 2**53},
        {b"records": b"x" * (stream_format.MOST_BYTES + 1)},
    ],
)
def test_an_entry_that_no_hub_writes_is_refused(fields):
    """Whatever is missing or out of bounds; its message is short."""
    with pytest.raises(EntryError) as refused:
        stream_format.read_entry({b"hub": b"0123abcd", b"n": b"1", b"records": b""} | fields, "room")
    assert len(str(refused.value)) < 200
    with pytest.raises(EntryError):
        stream_format.read_entry({}, "room")


def test_whatever_bytes_come_nothing_but_an_entry_error_is_raised():
    """A thousand good entries in which something was changed."""
    turns = random.Random(3)
    ((good, _),) = stream_format.entries(RECORDS)
    for _ in range(1000):
        lines = bytearray(good)
        for _ in range(turns.randrange(1, 6)):
            at = turns.randrange(len(lines))
            lines[at : at + turns.randrange(3)] = turns.randbytes(turns.randrange(3))
        entry = read(bytes(lines))
        assert all(record.room == "room" for record in entry.records)


# Places and numbers


def test_places_are_in_the_order_of_redis():
    """By numbers, not by text."""
    assert Place.read(b"9-2") < Place.read(b"9-10") < Place.read(b"10-1")
    assert bytes(Place.read(b"1700000000000-3")) == b"1700000000000-3"
    for bad in (b"", b"5", b"-1", b"5-", b"5-x", b"1" * 30 + b"-1"):
        with pytest.raises(EntryError):
            Place.read(bad)


def test_where_a_reader_was_is_told_by_its_own_clock():
    """Whatever time stands in the places; what it does not know is the beginning, for that is never too much."""
    trail = Trail(apart=1, longest=60)
    assert trail.before(0, now=100) == Place()
    for now, place in [(100, Place(7)), (100.5, Place(8)), (130, Place(10**15)), (150, Place(10**15, 1))]:
        trail.note(place, now=now)

    assert [trail.before(seconds, now=160) for seconds in (0, 10, 29, 30, 60, 61)] == [
        Place(10**15, 1),
        Place(10**15, 1),
        Place(10**15),
        Place(10**15),
        Place(7),
        Place(),
    ]


def test_a_trail_is_as_long_as_it_is_asked_for():
    """However long a hub reads: and what lies that long back is still known."""
    trail = Trail(apart=1, longest=60)
    for second in range(1000):
        trail.note(Place(second), now=second)

    assert trail.before(60, now=999) == Place(939)
    assert trail.before(62, now=999) == Place()


def test_what_a_hub_wrote_twice_counts_once():
    """The second try, and the rest of the first that arrives later."""
    reading = Reading()
    told = [reading.is_new(HUB, number) for number in (1, 2, 1, 2, 3, 1, 2, 4)]

    assert told == [True, True, False, False, True, False, False, True]
    assert reading.is_new("other hub", 1)


def test_of_so_many_hubs_the_last_heard_are_remembered():
    """Bounded, however many there were."""
    reading = Reading()
    for number in range(HUBS_REMEMBERED + 10):
        reading.is_new(HUB, number + 1)
        reading.is_new(f"{number}", 1)

    assert len(reading.numbers) == HUBS_REMEMBERED
    assert not reading.is_new(HUB, 1)


# A room as it was


def test_a_room_is_read_as_it_was_kept():
    """With its place and the numbers of the hubs; where nothing is kept, from the beginning."""
    reading = Reading(Place(5, 1), {HUB: 7})
    assert stream_format.read_snapshot(stream_format.snapshot(reading, ROOM), "room") == (reading, ROOM)
    assert stream_format.read_snapshot({b"born": b"1"}, "room") == (Reading(), None)


@pytest.mark.parametrize(
    "fields",
    [
        {b"place": b"x"},
        {b"numbers": b"[]"},
        {b"numbers": b'{"a":[]}'},
        {b"room": b""},
        {b"room": b"x\n"},
        {b"room": line("Ended", "room")},
        {b"room": line("Resumed", "other", ADA, 0, 0, 0, [], 0)},
        {b"room": line("Resumed", "room", "epoch-1", 0, 0, 0, [], 0)},
        {b"room": line("Resumed", "room", ADA, -1, 0, 0, [], 0)},
        {b"room": line("Resumed", "room", ADA, 0, 0, 0, [[ADA, 5, None]], 0)},
        {b"room": line("Resumed", "room", ADA, 0, 0, 0, [[ADA, "\x00\x00", None]], 0)},
        {b"room": line("Resumed", "room", ADA, 0, 0, 0, [["x", "Ada", None]], 0)},
        {b"room": line("Resumed", "room", ADA, 0, 0, 0, [], 1) + MSG + b"\n"},
        {b"room": line("Resumed", "room", ADA, 1, 0, 0, [], 1) + MSG + b"\n"},
        {b"room": line("Resumed", "room", ADA, 1, 2, 0, [], 1) + MSG + b"\n"},
        {b"room": line("Resumed", "room", ADA, 1, "1", 0, [], 1) + MSG + b"\n"},
        {b"room": line("Resumed", "room", ADA, 1, 0, 0, [], 1) + b'{"type":9}\n'},
        {b"room": line("Resumed", "room", ADA, 1, 0, 0, [], 1) + b'{"type":2,"msg":5}\n'},
        {b"room": line("Resumed", "room", ADA, 1, 0, 0, [], 1) + b'{"type":\xff}\n'},
    ],
)
def test_a_room_that_no_hub_keeps_so_is_refused(fields):
    """Before any of it is held."""
    with pytest.raises(EntryError):
        stream_format.read_snapshot(stream_format.snapshot(Reading(), ROOM) | fields, "room")
