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

from chatlib.hub import Hub, Publish
from chatlib.limits import Limits
from chatlib.records import Ended, Entered, Left, Renamed, Resumed, Said, WasTyping
from chatlib.server import backplane as memory_backplane
from chatlib.server import journal_backplane, journal_rewrite
from chatlib.server.backplane import Shore
from chatlib.server.chat_server import ChatServer
from chatlib.server.journal_backplane import JournalBackplane
from chatlib.server.journal_file import DiskFile
from tests.support.chat import CLIENT, LEAVE, MSG, WELCOME, peer
from tests.support.rooms import Rooms
from tests.support.waiting import until

NOON = "2026-01-01T12:00:00.000Z"
ONE, TWO, THREE = (Said("room", "a", f"id{number}", f"message {number}", NOON) for number in (1, 2, 3))
ROOM = Resumed(
    "room", "epoch", 2, 1, 5, (("a", "Ada", "hashed"), ("b", "User 5", None)), (b'{"type":2}', b'{"type":1}')
)


def room(name, *frames, placed=None):
    """A room that nobody is in, and that keeps these frames."""
    kept = tuple(b'{"type":0,"msg":"%b"}' % frame for frame in frames)
    return Resumed(name, "e", len(kept) if placed is None else placed, 0, 0, (), kept)


@pytest.fixture
def path(tmp_path):
    """Where a journal may lie."""
    return tmp_path / "runtime" / "chatlib-here-3000.journal"


async def opened(path, state=Rooms()):  # noqa: B008 - never changed
    """A backplane that has taken the journal up, and what it delivers from then on."""
    delivered = []
    backplane = JournalBackplane(DiskFile(path))
    await backplane.start(Shore(delivered.extend, state))
    return backplane, delivered


async def publish(backplane, *records):
    """Publish, and wait for the turn in which that is delivered."""
    for record in records:
        backplane.publish(record)
    await asyncio.sleep(0)


async def written(path, *records):
    """Write a journal with these records, as a server that was killed leaves it."""
    backplane, _ = await opened(path)
    for record in records:
        backplane.publish(record)
    await backplane.close()


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

    monkeypatch.setattr(os, "write", write_some)


class Disk:
    """A disk with so many bytes left; what is removed is there again."""

    def __init__(self, monkeypatch, path, *, left):
        self.left = left
        self.fresh = path.with_suffix(".new")
        self._write, self._unlink = os.write, os.unlink
        monkeypatch.setattr(os, "write", self.write)
        monkeypatch.setattr(os, "unlink", self.unlink)

    def write(self, file, data):
        if not self.left:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        count = self._write(file, data[: self.left])
        self.left -= count
        return count

    def unlink(self, path):
        if path == self.fresh:
            self.left += path.stat().st_size
        self._unlink(path)


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
        room("of nobody"),
    ],
)
async def test_whoever_takes_it_up_is_delivered_every_record_as_it_was(path, record):
    """Whatever its kind, and whatever people write."""
    await written(path, record)
    backplane, delivered = await opened(path)
    await backplane.close()

    assert delivered == [record]
    assert type(delivered[0]) is type(record)


async def test_the_order_is_that_of_publishing_over_any_number_of_owners(path):
    """Each goes on where the one before it ended."""
    for record in (ONE, TWO):
        await written(path, record)
    backplane, delivered = await opened(path)
    await publish(backplane, THREE)
    await backplane.close()

    assert delivered == [ONE, TWO, THREE]


async def test_a_record_is_in_the_file_before_it_is_delivered(path):
    """What was sent to anybody outlives the process: the file is read within the delivery."""
    seen = []
    backplane = JournalBackplane(DiskFile(path))
    await backplane.start(Shore(lambda batch: seen.append(lines(path)[1:]), Rooms()))
    await publish(backplane, ONE, TWO)
    await backplane.close()

    assert [[line[3] for line in each] for each in seen] == [["id1", "id2"]]


async def test_one_turn_is_one_write(path, monkeypatch):
    """However many records it has."""
    backplane, _ = await opened(path)
    write, sizes = os.write, []
    monkeypatch.setattr(os, "write", lambda file, data: sizes.append(len(data)) or write(file, data))
    await publish(backplane, ONE, TWO, THREE)
    await backplane.close()

    assert len(sizes) == 1


async def test_that_somebody_is_typing_is_not_kept(path):
    """It is delivered, and has no place in the order."""
    backplane, delivered = await opened(path)
    await publish(backplane, WasTyping("room", "a", NOON))
    await backplane.close()

    assert delivered == [WasTyping("room", "a", NOON)]
    assert len(lines(path)) == 1


async def test_it_is_for_its_users_eyes_only(path):
    """Mode 0600, in a folder of 0700, whatever the umask lets through; a rewritten one too."""
    backplane, _ = await opened(path, Rooms(ROOM))
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)]
    path.unlink()
    backplane._touch()
    modes.append(stat.S_IMODE(path.stat().st_mode))
    await backplane.close()

    assert modes == [0o600, 0o700, 0o600]


# Age


@pytest.mark.parametrize(("age", "expected"), [(55, [ONE]), (65, [])])
async def test_one_that_nobody_touched_for_60_seconds_is_not_taken_up(path, age, expected):
    """The room starts anew, and so does the file."""
    await written(path, ONE)
    then = time.time() - age
    os.utime(path, (then, then))
    backplane, delivered = await opened(path)
    await publish(backplane, TWO)
    await backplane.close()

    assert delivered == [*expected, TWO]
    assert len(lines(path)) == 1 + len(expected) + 1
    assert (journal_backplane.OLD_SECONDS, journal_backplane.TOUCH_SECONDS) == (60, 10)


async def test_its_owner_touches_it_though_nobody_says_anything(path, monkeypatch):
    """Every 10 s, here more often; until it closes."""
    monkeypatch.setattr(journal_backplane, "TOUCH_SECONDS", 0.001)
    backplane, _ = await opened(path)
    os.utime(path, (0, 0))
    await until(lambda: path.stat().st_mtime > 0)
    await backplane.close()
    os.utime(path, (0, 0))
    await asyncio.sleep(3 * journal_backplane.TOUCH_SECONDS)

    assert path.stat().st_mtime == 0


# Damage


async def test_a_torn_last_record_is_cut_off(path):
    """Its writer died over it, so nobody was sent it; what comes next stands on a line of its own."""
    await written(path, ONE, TWO)
    whole = path.read_bytes()
    for cut in (1, 30, len(whole.splitlines()[-1])):
        path.write_bytes(whole[:-cut])
        backplane, delivered = await opened(path)
        await publish(backplane, THREE)
        await backplane.close()

        assert delivered == [ONE, THREE]
        assert [line[3] for line in lines(path)[1:]] == ["id1", "id3"]


@pytest.mark.parametrize("torn", [b"", b'{"chatlib jour'])
async def test_one_whose_header_is_not_whole_is_a_new_one(path, torn):
    """Its writer died before anything was said."""
    path.parent.mkdir()
    path.write_bytes(torn)
    backplane, delivered = await opened(path)
    await publish(backplane, ONE)
    await backplane.close()

    assert (delivered, backplane.trouble) == ([ONE], "")
    assert [line[0] for line in lines(path)[1:]] == ["Said"]


FRAMES = b'["Resumed","room","e",9,0,[],%b]'
BAD_LINES = [
    FRAMES % b"1",
    FRAMES % b"2",
    FRAMES % b"null",
    b"\x00\x00\x00",
    b'["Said"]',
    b'["Unknown",1]',
    b"[]",
    b"5",
    b'["Said",1,2,3,4,5,6,7]',
    b"\xff",
]


@pytest.mark.parametrize("line", BAD_LINES)
async def test_damage_before_the_last_record_is_said_and_the_chat_goes_on_from_memory(path, line, caplog):
    """It is told which line; nothing is taken up, and the file is left to whoever wants to look at it."""
    await written(path, ONE, TWO)
    first, _, third = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(damaged := first + line + b"\n" + third)
    backplane, delivered = await opened(path)
    await publish(backplane, THREE)
    await backplane.close()

    assert delivered == [THREE]
    assert "its line 2 is damaged" in backplane.trouble
    assert "lives in memory only" in repr(backplane)
    assert path.read_bytes() == damaged
    assert backplane.trouble in caplog.text


@pytest.mark.parametrize("header", [b'{"chatlib journal":1}', b"{}", b"not a journal", b"[1]"])
async def test_one_of_another_version_is_left_alone(path, header):
    """Another chatlib, or another program, may want it."""
    path.parent.mkdir()
    path.write_bytes(header + b"\n")
    backplane, delivered = await opened(path)
    await publish(backplane, ONE)
    await backplane.close()

    assert (delivered, path.read_bytes()) == ([ONE], header + b"\n")
    assert "version" in backplane.trouble


async def test_where_no_file_can_be_made_the_chat_goes_on_from_memory(path):
    """The folder's name is taken by a file."""
    path.parent.write_text("")
    backplane, delivered = await opened(path)
    await publish(backplane, ONE)
    await backplane.close()

    assert (delivered, "no journal (File exists)" in backplane.trouble) == ([ONE], True)


# No space left, and other ends


@pytest.mark.parametrize("after", [0, 10])
async def test_with_no_space_left_the_chat_goes_on_from_memory(path, monkeypatch, after):
    """It says so, and the file is removed: with a hole it would be worse than none."""
    backplane, delivered = await opened(path)
    await publish(backplane, ONE)
    full(monkeypatch, after=after)
    await publish(backplane, TWO)
    await publish(backplane, THREE)
    await backplane.close()

    assert delivered == [ONE, TWO, THREE]
    assert backplane.trouble.startswith("no journal (No space left on device)")
    assert list(path.parent.iterdir()) == []


async def test_one_that_was_removed_meanwhile_is_written_anew(path, monkeypatch):
    """With what the rooms hold, when it is touched next; the room still outlives its server."""
    monkeypatch.setattr(journal_backplane, "TOUCH_SECONDS", 0.001)
    backplane, _ = await opened(path, Rooms(ROOM))
    await publish(backplane, ONE)
    path.unlink()
    await until(path.exists)
    await publish(backplane, TWO)
    await backplane.close()
    heir, delivered = await opened(path)
    await heir.close()

    assert (delivered, backplane.trouble) == ([ROOM, TWO], "")


async def test_after_close_nothing_is_written(path):
    """What was taken is there; the file is whoever's takes over, and closing twice is fine."""
    backplane, delivered = await opened(path)
    backplane.publish(ONE)
    await backplane.close()
    await backplane.close()
    heir, inherited = await opened(path)
    await publish(backplane, TWO)
    await publish(heir, THREE)
    await heir.close()

    assert (delivered, inherited) == ([ONE], [ONE, THREE])
    assert [line[3] for line in lines(path)[1:]] == ["id1", "id3"]


async def test_after_close_nothing_holds_it(path):
    """Neither a file nor a timer: with it would live all that the rooms keep."""
    backplane, _ = await opened(path)
    await publish(backplane, ONE)
    await backplane.close()
    left = weakref.ref(backplane)
    del backplane
    gc.collect()

    assert left() is None


# Rewriting


async def test_it_is_rewritten_when_it_is_over_twice_what_the_rooms_keep(path, monkeypatch):
    """Never before it is worth it; then what is kept stands in it, and what comes is appended."""
    monkeypatch.setattr(journal_backplane, "SMALL_BYTES", 1000)
    backplane, _ = await opened(path, Rooms(ROOM))
    sizes = []
    for number in range(40):
        await publish(backplane, Said("room", "a", f"id{number}", "x" * 100, NOON))
        sizes.append(path.stat().st_size)
    await backplane.close()
    _, delivered = await opened(path)

    assert 850 < max(sizes) <= 1000
    assert delivered[0] == ROOM
    assert delivered[-1].id == "id39"
    assert [record.id for record in delivered[1:]] == [f"id{number}" for number in range(41 - len(delivered), 40)]
    assert list(path.parent.iterdir()) == [path]


async def test_how_much_it_may_grow_follows_what_the_rooms_keep(path, monkeypatch):
    """Twice as much as stands in it after a rewrite: else a big room would be rewritten at every word."""
    monkeypatch.setattr(journal_backplane, "SMALL_BYTES", 1000)
    backplane, _ = await opened(path, Rooms(room("room", *[b"x" * 110] * 10)))
    sizes = []
    for number in range(60):
        await publish(backplane, Said("room", "a", f"id{number}", "x" * 100, NOON))
        sizes.append(path.stat().st_size)
    await backplane.close()
    rewritten = min(sizes[10:])

    assert 1200 < rewritten < 1800
    assert 2 * rewritten - 400 < max(sizes) <= 2 * rewritten


async def test_of_what_is_too_much_every_room_keeps_its_newest(path, monkeypatch):
    """What a talkative room keeps costs a quiet one nothing, and it has what the others leave over."""
    monkeypatch.setattr(journal_backplane, "MOST_BYTES", 8000)
    quiet, empty = room("quiet", b"word"), room("empty", placed=7)
    loud = [room(f"loud{number}", *(b"%02d%050d" % (n, n) for n in range(1, 91))) for number in range(2)]
    backplane, _ = await opened(path, Rooms(quiet, loud[0], empty, loud[1]))
    monkeypatch.setattr(backplane, "_rewrite_above", 0)
    await publish(backplane, Ended("nowhere"))
    await backplane.close()
    heir, delivered = await opened(path)
    await heir.close()

    assert [delivered[0], delivered[2]] == [quiet, empty]
    for before, after in zip(loud, (delivered[1], delivered[3]), strict=True):
        assert (after.placed, after.kept) == (90, before.kept[-len(after.kept) :])
        assert 1800 < sum(map(len, after.kept)) <= 2000
    assert path.stat().st_size < 4400


async def test_a_journal_of_many_records_is_rewritten_though_it_is_short(path, monkeypatch):
    """Each takes much longer to read than a frame that is kept; it counts also what was taken up."""
    monkeypatch.setattr(journal_backplane, "MOST_RECORDS", 5)
    await written(path, ONE, TWO)
    backplane, _ = await opened(path, Rooms(ROOM))
    await publish(backplane, THREE, THREE)
    assert len(lines(path)) == 1 + 4
    for expected in (3, 4):
        await publish(backplane, ONE, TWO) if expected == 3 else await publish(backplane, ONE)
        assert len(lines(path)) == 1 + expected
    await backplane.close()


# In slices


class Chat:
    """A hub behind a journal that is rewritten a few bytes at a time; what was placed is in ``hub``."""

    def __init__(self, path, monkeypatch):
        monkeypatch.setattr(journal_rewrite, "SLICE_BYTES", 400)
        monkeypatch.setattr(journal_rewrite, "ROOM_BYTES", 100)
        for module in (memory_backplane, journal_backplane):
            monkeypatch.setattr(module, "asyncio", self)  # this is their loop, and a test turns it
        self.path = path
        self.now = 0
        self.slices = []
        self.hub = Hub(Limits(rate=0, rooms=6, kept_messages=30))
        self.backplane = JournalBackplane(DiskFile(path))

    async def start(self):
        await self.backplane.start(Shore(self.deliver, self.hub))
        return self

    def get_running_loop(self):
        return self

    def call_soon(self, callback, *args):
        self.slices.append((callback, args))

    def call_later(self, seconds, callback):
        return self

    def cancel(self):
        pass

    def next_turn(self):
        """Do what the loop would do next; tell whether there was something."""
        if self.slices:
            callback, args = self.slices.pop(0)
            callback(*args)
            return True
        return False

    def deliver(self, batch):
        for record in batch:
            self.hub.deliver(record)

    def do(self, action, *args, **options):
        self.now += 1
        if action != "leave":
            options["new_id"] = f"id{self.now}"
        effects = getattr(self.hub, action)(*args, now=self.now, time=NOON, **options)
        for effect in effects:
            if isinstance(effect, Publish):
                self.backplane.publish(effect.record)

    def held(self):
        return {name: self.hub.snapshot(name) for name in self.hub.sizes()}

    async def found(self):
        """What somebody would hold who took over now: the bytes are those on the disk, as a kill -9 leaves them."""
        copy = self.path.with_name("copy.journal")
        copy.write_bytes(self.path.read_bytes())
        hub = Hub(self.hub.limits)
        heir = JournalBackplane(DiskFile(copy))
        await heir.start(Shore(lambda batch: [hub.deliver(record) for record in batch], hub))
        await heir.close()
        copy.unlink()
        assert heir.trouble == ""
        return {name: hub.snapshot(name) for name in hub.sizes()}


def fill(chat):
    """Six rooms, of which the second and third are silent, with ten messages in each of the others."""
    for number in range(6):
        chat.do("join", number, f"room {number}", name=f"P{number}", client=f"secret of person {number}")
        for text in range(10 if number not in (1, 2) else 1):
            chat.do("receive", number, f"{text:60}.")
    for number in (1, 2):
        chat.do("leave", number, closed=True)
    while chat.next_turn():
        pass


def mischief(chat, turn):
    """What may come between two slices: in rooms that are written, being written, to come, ended, new, and again."""
    match turn % 8:
        case 0:
            chat.do("receive", 0, f"said in turn {turn}")
        case 1:
            chat.do("receive", 5, f"said in turn {turn}, with more {'.' * 100}")
        case 2:
            chat.do("join", f"new {turn}", f"new {turn}", name="New")
        case 3:
            if f"new {turn - 1}" in chat.hub.peers:
                chat.do("leave", f"new {turn - 1}", closed=True)
        case 4:
            chat.do("receive", 3, '{"type": 6, "msg": "Renamed"}')
        case 5:
            chat.do("receive", 4, json.dumps({"type": 2, "msg": "once", "id": "the same"}))
        case 6:
            chat.do("join", f"again {turn}", "room 3", name="P3", client="secret of person 3")
        case 7:
            chat.backplane.publish(Ended(f"new {turn - 5}"))


async def test_it_is_rewritten_in_slices_and_at_every_one_of_them_it_is_whole(path, monkeypatch):
    """Nothing lost, nothing doubled, in order: killed after any slice, it holds what the hub holds."""
    chat = await Chat(path, monkeypatch).start()
    fill(chat)
    slices = 0
    turns = iter(range(2000))
    for _ in range(12):
        chat.backplane._begin_rewrite()
        for turn in turns:
            mischief(chat, turn)
            slices += chat.backplane._rewrite is not None
            while chat.slices and chat.backplane._pending:
                chat.next_turn()
                assert await chat.found() == chat.held()
            chat.next_turn()
            assert await chat.found() == chat.held()
            if chat.backplane._rewrite is None and not chat.slices:
                break
        assert chat.backplane._rewrite is None
        assert not path.with_suffix(".new").exists()
    assert slices > 12 * 8
    await chat.backplane.close()


async def test_no_slice_is_much_longer_than_another(path, monkeypatch):
    """However much one room keeps, and however many rooms keep little."""
    chat = await Chat(path, monkeypatch).start()
    fill(chat)
    written = []
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: written.append(len(data)) or write(file, data))
    chat.backplane._begin_rewrite()
    while chat.next_turn():
        pass
    await chat.backplane.close()

    assert len(written) > 15
    assert max(written) < 400 + 300


async def test_it_comes_to_an_end_however_much_is_said(path, monkeypatch):
    """A slice is more than what was said since the one before."""
    chat = await Chat(path, monkeypatch).start()
    fill(chat)
    chat.backplane._begin_rewrite()
    turns = 0
    while chat.backplane._rewrite is not None:
        turns += 1
        for number in (0, 3, 4, 5):
            chat.do("receive", number, f"{turns:1000}")
        while len(chat.slices) > 1:
            chat.next_turn()
        chat.next_turn()
        assert turns < 20
    await chat.backplane.close()
    assert await chat.found() == chat.held()


async def test_closed_or_killed_in_the_middle_the_old_one_is_whole(path, monkeypatch):
    """Whoever comes next takes that up, and removes what a killed one has left beside it."""
    for is_closed in (True, False):
        chat = await Chat(path, monkeypatch).start()
        fill(chat)
        chat.backplane._begin_rewrite()
        chat.next_turn()
        assert path.with_suffix(".new").exists()
        if is_closed:
            await chat.backplane.close()
        assert path.with_suffix(".new").exists() is not is_closed
        heir, delivered = await opened(path)
        await heir.close()

        assert len(delivered) > 30
        assert list(path.parent.iterdir()) == [path]
        assert await chat.found() == chat.held()
        path.unlink()


@pytest.mark.parametrize("after", range(160, 8000, 390))
async def test_with_no_space_left_for_a_rewrite_the_old_one_goes_on(path, monkeypatch, after, caplog):
    """Wherever the disk is full: what is half written is removed, which makes some room; later it is tried again."""
    chat = await Chat(path, monkeypatch).start()
    fill(chat)
    disk = Disk(monkeypatch, path, left=after)
    chat.backplane._begin_rewrite()
    chat.do("receive", 0, "said while it is written")
    while chat.next_turn():
        assert await chat.found() == chat.held()
    assert (chat.backplane.trouble, chat.backplane._rewrite) == ("", None)
    assert "could not be rewritten: [Errno 28] No space left" in caplog.text
    assert not path.with_suffix(".new").exists()
    disk.left = 100_000
    monkeypatch.setattr(chat.backplane, "_rewrite_above", 0)
    chat.do("receive", 0, "said when there is space again")
    while chat.next_turn():
        pass
    await chat.backplane.close()

    assert await chat.found() == chat.held()
    assert path.read_bytes().splitlines()[1].startswith(b'["Resumed"')


async def test_one_that_can_never_be_rewritten_is_given_up_some_time(path, monkeypatch):
    """Or it would grow without end."""
    monkeypatch.setattr(journal_backplane, "MOST_BYTES", 600)
    monkeypatch.setattr(journal_backplane, "SMALL_BYTES", 100)
    backplane, delivered = await opened(path, Rooms(ROOM))
    path.with_suffix(".new").mkdir()
    for number in range(20):
        await publish(backplane, Said("room", "a", f"id{number}", "x" * 50, NOON))
    await backplane.close()

    assert len(delivered) == 20
    assert "no journal (Is a directory)" in backplane.trouble
    assert not path.exists()


# With servers


async def test_a_room_goes_on_with_the_next_server_on_the_port(path, monkeypatch):
    """Its order, its messages, and its people: who comes back has the seat, and nobody hears of it."""
    first = ChatServer(backplane=JournalBackplane(DiskFile(path)))
    await first.start()
    async with peer(first, name="Ada", client=CLIENT) as ada:
        await ada.send("before")
        since = (await ada.frame(MSG))["seq"]
        await first.stop()
        await ada.closed()
    second = ChatServer(backplane=JournalBackplane(DiskFile(path)))
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
    server = ChatServer(backplane=JournalBackplane(DiskFile(path)))
    await server.start()
    await server.stop()

    assert "no journal" in server.trouble
