"""How a journal is written down: what was written is read again, and damage is told from a torn end."""

import pytest

from chatlib import records
from chatlib.server import journal_format
from chatlib.server.journal_format import JournalError

TIME = "2026-01-01T00:00:00.000Z"
FRAMES = (b'{"type":2,"msg":"\xe4\xbd\xa0","id":"a"}', b'{"type":1}')
RECORDS = [
    records.Entered("lobby", "m1", "Ada", "seat", "e1", TIME),
    records.Said("lobby", "m1", "id1", "line\nand \u2028 you", TIME),
    records.Renamed("lobby", "m1", "Bo", TIME),
    records.Resumed("tea", "e2", 7, 3, 1, (("m2", "Cy", None), ("m3", "Di", "seat")), FRAMES),
    records.Left("lobby", "m1", "", TIME),
    records.Ended("lobby"),
]


def journal(*pieces):
    return journal_format.header() + b"".join(pieces)


def test_what_is_written_is_read_again():
    """Every record, in order; a room's frames to the byte."""
    assert list(journal_format.read(journal(*map(journal_format.written, RECORDS)))) == RECORDS


def test_who_is_typing_is_kept_in_no_journal():
    """It passes along the road, and is over."""
    assert not journal_format.is_kept(records.WasTyping("lobby", "m1", TIME))
    assert all(map(journal_format.is_kept, RECORDS))


def test_the_head_of_a_room_says_how_many_frames_follow():
    """So that they can be written behind it in slices."""
    resumed = RECORDS[3]
    written = journal(journal_format.head(resumed), *(frame + b"\n" for frame in FRAMES))
    assert list(journal_format.read(written)) == [resumed]


def test_an_empty_journal_has_no_records():
    """Nothing was ever placed."""
    assert list(journal_format.read(b"")) == list(journal_format.read(journal())) == []


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (b"[]\n", "line 2 is damaged"),
        (b"{\n", "line 2 is damaged"),
        (b'["Shouted","lobby"]\n', "line 2 is damaged"),
        (b'["Left","lobby"]\n', "line 2 is damaged"),
        (b'["Resumed","tea","e2",7,1,[],2]\n{"type":1}\n', "line 2 is damaged"),
        (b'["Resumed","tea","e2",7,1,[],1]\n["Ended","tea"]\n', "line 2 is damaged"),
    ],
)
def test_damage_names_its_line(damage, words):
    """Nothing behind it can be trusted: numbers would be placed twice."""
    with pytest.raises(JournalError, match=words):
        list(journal_format.read(journal(damage)))


@pytest.mark.parametrize("first", [b"{}\n", b"hello\n", b'{"chatlib journal":2}\n', b"[1]\n"])
def test_another_version_is_refused(first):
    """A newer chatlib, an older one, or no journal at all."""
    with pytest.raises(JournalError, match="version"):
        list(journal_format.read(first))
