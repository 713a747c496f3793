"""A journal written anew, slice by slice; in use, behind a hub, it is tested with the journal's backplane."""

from __future__ import annotations

import stat

import pytest

from chatlib.records import Resumed, Said
from chatlib.server import journal_format, journal_rewrite
from chatlib.server.journal_file import DiskFile, fresh_path
from chatlib.server.journal_rewrite import Rewrite
from tests.support.rooms import Rooms

NOON = "2026-01-01T12:00:00.000Z"
OLD = b"the journal that is in use\n"


def room(name, frames=3):
    """A room that nobody is in, and that keeps so many frames."""
    return Resumed(name, "e", frames, 0, 0, (), tuple(b'{"type":0,"msg":"%d"}' % n for n in range(frames)))


def said(name, msg):
    record = Said(name, "a", msg, msg, NOON)
    return record, (name, journal_format.written(record))


@pytest.fixture
def path(tmp_path):
    """A journal that is in use."""
    path = tmp_path / "here.journal"
    path.write_bytes(OLD)
    return path


def read(path):
    return list(journal_format.read(path.read_bytes()))


def test_until_it_is_finished_the_old_one_stands(path):
    """Whoever takes over finds one whole journal at any moment; nobody else may read the new one."""
    one, two = room("one"), room("two")
    rewrite = Rewrite(DiskFile(path).begin_fresh(), Rooms(one, two), 10_000)
    slices = 1
    while not rewrite.step(1):
        slices += 1
        assert path.read_bytes() == OLD
    assert slices == 2 * (1 + 3), "each room's head, and each of its frames"
    assert stat.S_IMODE(fresh_path(path).stat().st_mode) == 0o600
    rewrite.finish()

    assert read(path) == [one, two]
    assert rewrite.size == path.stat().st_size
    assert list(path.parent.iterdir()) == [path]


def test_what_is_placed_meanwhile_stands_behind_its_room_once(path):
    """A room that is still to come has it in its snapshot; nothing stands between a room's frames."""
    one, two = room("one"), room("two")
    rewrite = Rewrite(DiskFile(path).begin_fresh(), Rooms(one, two), 10_000)
    rewrite.step(1)  # one of the first room's frames
    early, line = said("one", "early")
    rewrite.add([line, said("two", "in its snapshot")[1]])
    while not rewrite.step(1):
        pass
    late, line = said("two", "late")
    rewrite.add([line])
    rewrite.finish()

    assert read(path) == [one, early, two, late]


def test_a_room_that_ended_meanwhile_is_left_out(path):
    """The others are as they were."""
    rooms = Rooms(room("one"), room("two"))
    rewrite = Rewrite(DiskFile(path).begin_fresh(), rooms, 10_000)
    assert repr(rewrite) == "<Rewrite 0 bytes, 2 rooms to come>"
    del rooms.rooms["one"]
    assert rewrite.step(10_000)
    rewrite.finish()

    assert read(path) == [room("two")]


def test_dropped_it_leaves_everything_as_it_was(path):
    """Also where somebody has removed its file already."""
    rewrite = Rewrite(DiskFile(path).begin_fresh(), Rooms(room("one")), 10_000)
    rewrite.step(1)
    rewrite.drop()

    assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == OLD


@pytest.mark.parametrize(
    ("sizes", "most", "share"),
    [([], 9, 9), ([1, 2], 9, 8), ([5, 5, 5], 9, 3), ([1, 90, 90], 9, 4), ([90, 0], 9, 9), ([3, 2, 90], 9, 4)],
)
def test_a_fair_share_leaves_nothing_over(sizes, most, share):
    """Who needs less than an equal part leaves the rest to the others."""
    assert journal_rewrite.fair_share(sizes, most) == share


@pytest.mark.parametrize(("most", "kept"), [(0, ()), (2, ()), (3, (b"ccc",)), (4, (b"ccc",)), (5, (b"bb", b"ccc"))])
def test_the_newest_frames_are_kept(most, kept):
    """As many as have room, and no older one in the place of a newer that has none."""
    assert journal_rewrite.newest([b"a" * 9, b"bb", b"ccc"], most) == kept
