"""The journal: what is in it before anybody is sent anything, who takes it up, and what happens when it fails."""

import asyncio
import errno
import gc
import json
import os
import re
import stat
import time
import weakref

import pytest

from chatlib.records import Ended, Entered, Left, Renamed, Resumed, Said, WasPlaced, WasTyping
from chatlib.server import journal_backplane
from chatlib.server.chat_server import ChatServer
from chatlib.server.journal_backplane import JournalBackplane, journal_path
from tests.support.chat import CLIENT, LEAVE, MSG, WELCOME, peer
from tests.support.waiting import until

NOON = "2026-01-01T12:00:00.000Z"
ONE, TWO, THREE = (Said("room", "a", f"id{number}", f"message {number}", NOON) for number in (1, 2, 3))
ROOM = Resumed("room", "epoch", 2, 5, (("a", "Ada", "hashed"), ("b", "User 5", None)))
KEPT = WasPlaced("room", 2, '{"type":2}')


@pytest.fixture
def path(tmp_path):
    """Where a journal may lie."""
    return tmp_path / "runtime" / "chatlib-here-3000.journal"


def opened(path, state=tuple):
    """A backplane that has taken the journal up, and what it delivers from then on."""
    delivered = []
    backplane = JournalBackplane(path)
    backplane.start(delivered.extend, state)
    return backplane, delivered


async def publish(backplane, *records):
    """Publish, and wait for the turn in which that is delivered."""
    for record in records:
        backplane.publish(record)
    await asyncio.sleep(0)


def written(path, *records):
    """Write a journal with these records, as a server that was killed leaves it."""
    backplane, _ = opened(path)
    for record in records:
        backplane.publish(record)
    backplane.close()


def lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def full(monkeypatch, *, after=0):
    """From now on the disk takes ``after`` bytes, and then no more."""
    write, left = os.write, [after]

    def write_some(file, data):
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        count = write(file, data[: left[0]])
        left[0] -= count
        return count

    monkeypatch.setattr(journal_backplane.os, "write", write_some)


# Writing and taking up


@pytest.mark.parametrize(
    "record",
    [
        Entered("room", "a", 'Ada "Ä"\n', None, "epoch", NOON),
        Entered("room", "a", "", "hashed", "epoch", NOON),
        Left("room", "a", "was lost", NOON),
        ONE,
        Renamed("room", "a", "🙂", NOON),
        Ended("room"),
        ROOM,
        KEPT,
    ],
)
async def test_whoever_takes_it_up_is_delivered_every_record_as_it_was(path, record):
    """Whatever its kind, and whatever people write."""
    written(path, record)
    backplane, delivered = opened(path)
    backplane.close()

    assert delivered == [record]
    assert type(delivered[0]) is type(record)


async def test_the_order_is_that_of_publishing_over_any_number_of_owners(path):
    """Each goes on where the one before it ended."""
    for record in (ONE, TWO):
        written(path, record)
    backplane, delivered = opened(path)
    await publish(backplane, THREE)
    backplane.close()

    assert delivered == [ONE, TWO, THREE]


async def test_a_record_is_in_the_file_before_it_is_delivered(path):
    """What was sent to anybody outlives the process: the file is read within the delivery."""
    seen = []
    backplane = JournalBackplane(path)
    backplane.start(lambda batch: seen.append(lines(path)[1:]), tuple)
    await publish(backplane, ONE, TWO)
    backplane.close()

    assert [[line[3] for line in each] for each in seen] == [["id1", "id2"]]


async def test_one_turn_is_one_write(path, monkeypatch):
    """However many records it has."""
    backplane, _ = opened(path)
    write, sizes = os.write, []
    monkeypatch.setattr(journal_backplane.os, "write", lambda file, data: sizes.append(len(data)) or write(file, data))
    await publish(backplane, ONE, TWO, THREE)
    backplane.close()

    assert len(sizes) == 1


async def test_that_somebody_is_typing_is_not_kept(path):
    """It is delivered, and has no place in the order."""
    backplane, delivered = opened(path)
    await publish(backplane, WasTyping("room", "a", NOON))
    backplane.close()

    assert delivered == [WasTyping("room", "a", NOON)]
    assert len(lines(path)) == 1


async def test_it_is_for_its_users_eyes_only(path):
    """Mode 0600, in a folder of 0700, whatever the umask lets through; a rewritten one too."""
    backplane, _ = opened(path, lambda: [ROOM])
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)]
    path.unlink()
    backplane._touch()
    modes.append(stat.S_IMODE(path.stat().st_mode))
    backplane.close()

    assert modes == [0o600, 0o700, 0o600]


def test_there_is_one_for_each_host_and_port(monkeypatch, tmp_path):
    """In the user's Jupyter runtime directory, which machines may share."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(journal_backplane.socket, "gethostname", lambda: "lab/1 ü.example")

    assert journal_path(3000) == tmp_path / "chatlib-lab_1__.example-3000.journal"


# Age


@pytest.mark.parametrize(("age", "expected"), [(55, [ONE]), (65, [])])
async def test_one_that_nobody_touched_for_60_seconds_is_not_taken_up(path, age, expected):
    """The room starts anew, and so does the file."""
    written(path, ONE)
    then = time.time() - age
    os.utime(path, (then, then))
    backplane, delivered = opened(path)
    await publish(backplane, TWO)
    backplane.close()

    assert delivered == [*expected, TWO]
    assert len(lines(path)) == 1 + len(expected) + 1
    assert (journal_backplane.OLD_SECONDS, journal_backplane.TOUCH_SECONDS) == (60, 10)


async def test_its_owner_touches_it_though_nobody_says_anything(path, monkeypatch):
    """Every 10 s, here more often; until it closes."""
    monkeypatch.setattr(journal_backplane, "TOUCH_SECONDS", 0.001)
    backplane, _ = opened(path)
    os.utime(path, (0, 0))
    await until(lambda: path.stat().st_mtime > 0)
    backplane.close()
    os.utime(path, (0, 0))
    await asyncio.sleep(3 * journal_backplane.TOUCH_SECONDS)

    assert path.stat().st_mtime == 0


# Damage


async def test_a_torn_last_record_is_cut_off(path):
    """Its writer died over it, so nobody was sent it; what comes next stands on a line of its own."""
    written(path, ONE, TWO)
    whole = path.read_bytes()
    for cut in (1, 30, len(whole.splitlines()[-1])):
        path.write_bytes(whole[:-cut])
        backplane, delivered = opened(path)
        await publish(backplane, THREE)
        backplane.close()

        assert delivered == [ONE, THREE]
        assert [line[3] for line in lines(path)[1:]] == ["id1", "id3"]


@pytest.mark.parametrize("torn", [b"", b'{"chatlib jour'])
async def test_one_whose_header_is_not_whole_is_a_new_one(path, torn):
    """Its writer died before anything was said."""
    path.parent.mkdir()
    path.write_bytes(torn)
    backplane, delivered = opened(path)
    await publish(backplane, ONE)
    backplane.close()

    assert (delivered, backplane.trouble) == ([ONE], "")
    assert [line[0] for line in lines(path)[1:]] == ["Said"]


BAD_LINES = [b"\x00\x00\x00", b'["Said"]', b'["Unknown",1]', b"[]", b"5", b'["Said",1,2,3,4,5,6,7]', b"\xff"]


@pytest.mark.parametrize("line", BAD_LINES)
async def test_damage_before_the_last_record_is_said_and_the_chat_goes_on_from_memory(path, line, caplog):
    """It is told which line; nothing is taken up, and the file is left to whoever wants to look at it."""
    written(path, ONE, TWO)
    first, _, third = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(damaged := first + line + b"\n" + third)
    backplane, delivered = opened(path)
    await publish(backplane, THREE)
    backplane.close()

    assert delivered == [THREE]
    assert "its line 2 is damaged" in backplane.trouble
    assert "lives in memory only" in repr(backplane)
    assert path.read_bytes() == damaged
    assert backplane.trouble in caplog.text


@pytest.mark.parametrize("header", [b'{"chatlib journal":2}', b"{}", b"not a journal", b"[1]"])
async def test_one_of_another_version_is_left_alone(path, header):
    """Another chatlib, or another program, may want it."""
    path.parent.mkdir()
    path.write_bytes(header + b"\n")
    backplane, delivered = opened(path)
    await publish(backplane, ONE)
    backplane.close()

    assert (delivered, path.read_bytes()) == ([ONE], header + b"\n")
    assert "version" in backplane.trouble


async def test_where_no_file_can_be_made_the_chat_goes_on_from_memory(path):
    """The folder's name is taken by a file."""
    path.parent.write_text("")
    backplane, delivered = opened(path)
    await publish(backplane, ONE)
    backplane.close()

    assert (delivered, "no journal (File exists)" in backplane.trouble) == ([ONE], True)


# No space left, and other ends


@pytest.mark.parametrize("after", [0, 10])
async def test_with_no_space_left_the_chat_goes_on_from_memory(path, monkeypatch, after):
    """It says so, and the file is removed: with a hole it would be worse than none."""
    backplane, delivered = opened(path)
    await publish(backplane, ONE)
    full(monkeypatch, after=after)
    await publish(backplane, TWO)
    await publish(backplane, THREE)
    backplane.close()

    assert delivered == [ONE, TWO, THREE]
    assert backplane.trouble.startswith("no journal (No space left on device)")
    assert list(path.parent.iterdir()) == []


async def test_with_no_space_left_for_a_rewrite_neither_file_is_left(path, monkeypatch):
    """Whoever came next would take up the half of it."""
    backplane, delivered = opened(path, lambda: [ROOM, KEPT])
    monkeypatch.setattr(backplane, "_rewrite_above", 0)
    full(monkeypatch, after=100)  # the record, and the half of what is kept
    await publish(backplane, ONE)
    assert list(path.parent.iterdir()) == []
    await publish(backplane, TWO)
    backplane.close()

    assert delivered == [ONE, TWO]
    assert "No space left" in backplane.trouble


async def test_one_that_was_removed_meanwhile_is_written_anew(path, monkeypatch):
    """With what the rooms hold, when it is touched next; the room still outlives its server."""
    monkeypatch.setattr(journal_backplane, "TOUCH_SECONDS", 0.001)
    backplane, _ = opened(path, lambda: [ROOM, KEPT])
    await publish(backplane, ONE)
    path.unlink()
    await until(path.exists)
    await publish(backplane, TWO)
    backplane.close()
    heir, delivered = opened(path)
    heir.close()

    assert (delivered, backplane.trouble) == ([ROOM, KEPT, TWO], "")


async def test_after_close_nothing_is_written(path):
    """What was taken is there; the file is whoever's takes over, and closing twice is fine."""
    backplane, delivered = opened(path)
    backplane.publish(ONE)
    backplane.close()
    backplane.close()
    heir, inherited = opened(path)
    await publish(backplane, TWO)
    await publish(heir, THREE)
    heir.close()

    assert (delivered, inherited) == ([ONE], [ONE, THREE])
    assert [line[3] for line in lines(path)[1:]] == ["id1", "id3"]


async def test_after_close_nothing_holds_it(path):
    """Neither a file nor a timer: with it would live all that the rooms keep."""
    backplane, _ = opened(path)
    await publish(backplane, ONE)
    backplane.close()
    left = weakref.ref(backplane)
    del backplane
    gc.collect()

    assert left() is None


# Rewriting


async def test_it_is_rewritten_when_it_is_over_twice_what_the_rooms_keep(path, monkeypatch):
    """Never before it is worth it; then what is kept stands in it, and what comes is appended."""
    monkeypatch.setattr(journal_backplane, "SMALL_BYTES", 1000)
    backplane, _ = opened(path, lambda: [ROOM, KEPT])
    sizes = []
    for number in range(40):
        await publish(backplane, Said("room", "a", f"id{number}", "x" * 100, NOON))
        sizes.append(path.stat().st_size)
    backplane.close()
    _, delivered = opened(path)

    assert 850 < max(sizes) <= 1000
    assert delivered[:2] == [ROOM, KEPT]
    assert delivered[-1].id == "id39"
    assert [record.id for record in delivered[2:]] == [f"id{number}" for number in range(42 - len(delivered), 40)]
    assert list(path.parent.iterdir()) == [path]


async def test_how_much_it_may_grow_follows_what_the_rooms_keep(path, monkeypatch):
    """Twice as much as stands in it after a rewrite: else a big room would be rewritten at every word."""
    monkeypatch.setattr(journal_backplane, "SMALL_BYTES", 1000)
    kept = [ROOM, *(WasPlaced("room", number, "x" * 100) for number in range(1, 11))]
    backplane, _ = opened(path, lambda: kept)
    sizes = []
    for number in range(60):
        await publish(backplane, Said("room", "a", f"id{number}", "x" * 100, NOON))
        sizes.append(path.stat().st_size)
    backplane.close()
    rewritten = min(sizes[10:])

    assert 1200 < rewritten < 1800
    assert 2 * rewritten - 400 < max(sizes) <= 2 * rewritten


async def test_of_what_is_too_much_every_room_keeps_its_newest(path, monkeypatch):
    """Each has its share: what a talkative room keeps costs a quiet one nothing; who is where is kept of all."""
    monkeypatch.setattr(journal_backplane, "MOST_BYTES", 4000)
    quiet = [Resumed("quiet", "e", 1, 0, ()), WasPlaced("quiet", 1, "word")]
    loud = [Resumed("loud", "e", 90, 0, ()), *(WasPlaced("loud", number, "x" * 60) for number in range(1, 91))]
    empty = [Resumed("empty", "e", 7, 3, ())]
    backplane, _ = opened(path, lambda: [*quiet, *loud, *empty])
    monkeypatch.setattr(backplane, "_rewrite_above", 0)
    await publish(backplane, Ended("nowhere"))
    backplane.close()
    heir, delivered = opened(path)
    heir.close()

    numbers = [record.number for record in delivered if isinstance(record, WasPlaced) and record.room == "loud"]
    assert [record for record in delivered if record.room != "loud"] == [*quiet, *empty]
    assert numbers == list(range(91 - len(numbers), 91))
    assert 400 < len(numbers) * 80 < 4000 / 2 / 3
    assert path.stat().st_size < 4000 / 2


# With servers


async def test_a_room_goes_on_with_the_next_server_on_the_port(path, monkeypatch):
    """Its order, its messages, and its people: who comes back has the seat, and nobody hears of it."""
    first = ChatServer(backplane=JournalBackplane(path))
    await first.start()
    async with peer(first, name="Ada", client=CLIENT) as ada:
        await ada.send("before")
        since = (await ada.frame(MSG))["seq"]
        await first.stop()
        await ada.closed()
    second = ChatServer(backplane=JournalBackplane(path))
    await second.start()
    async with peer(second, name="Bo") as bo, peer(second, name="x", client=CLIENT, since=since) as back:
        await bo.send("after")
        assert [frame["msg"] for frame in bo.seen[0]["history"]] == ["before"]
        assert (back.seen[0]["user"], back.seen[0]["missed"]) == ("Ada", 0)
        assert [frame["type"] for frame in back.seen].count(WELCOME) == 1
        assert re.sub(r"\d+$", "", (await back.frame(MSG))["seq"]) == re.sub(r"\d+$", "", since)
        assert LEAVE not in [frame["type"] for frame in bo.seen]
    await second.stop()


async def test_a_server_says_what_its_journal_cannot_keep(path):
    """In words, and not only in a log."""
    path.parent.write_text("")
    server = ChatServer(backplane=JournalBackplane(path))
    await server.start()
    await server.stop()

    assert "no journal" in server.trouble
