"""A journal's file: what it keeps, for whom, and how another takes its place."""

import os
import stat
import time

import pytest

from chatlib.server import journal_file
from chatlib.server.journal_file import DiskFile, fresh_path, journal_path
from tools.ports import free_port


@pytest.fixture
def path(tmp_path):
    """Where a journal may lie."""
    return tmp_path / "runtime" / "here.journal"


# Wherever it lies: a kernel in a browser's tab runs these too


@pytest.fixture
def journal():
    """How to find the journal of one port, which is nobody's yet: as its server, and each one that takes over."""
    port = free_port()
    return lambda: journal_file.of_port(port)


async def test_whoever_opens_it_next_reads_what_was_written(journal):
    """Cut where somebody has cut it."""
    for expected, text in ((b"", b"one\ntwo"), (b"one\n", b"three\n"), (b"one\n", b"")):
        file = journal()
        data, age = await file.open()
        assert (data, age < 60) == (expected, True)
        assert file.write(text) == len(text)
        file.truncate(4)
        file.touch()
        file.close()


async def test_a_fresh_one_takes_its_place_when_it_is_whole(journal):
    """What is written from then on stands in the new one; and so again and again."""
    file = journal()
    await file.open()
    for number in range(3):
        file.write(b"old")
        fresh = file.begin_fresh()
        for piece in (b"new %d" % number, memoryview(b", written in pieces")):
            assert fresh.write(piece) == len(piece)
        fresh.take_over()
        file.write(b", and on")
        file.close()
        assert await file.open() == (b"new %d, written in pieces, and on" % number, pytest.approx(0, abs=60))
    file.close()


@pytest.mark.parametrize("is_dropped", [True, False])
async def test_a_fresh_one_that_never_took_over_is_nothing(journal, is_dropped):
    """It was dropped, or its writer died over it: the old one is as it was."""
    file = journal()
    await file.open()
    file.write(b"old")
    fresh = file.begin_fresh()
    fresh.write(b"new")
    if is_dropped:
        fresh.drop()
    file.write(b", and on")
    file.close()
    assert (await file.open())[0] == b"old, and on"
    file.begin_fresh().take_over()
    file.close()
    assert (await file.open())[0] == b""
    file.close()


async def test_what_is_removed_nobody_finds(journal):
    """And its place may be taken."""
    file = journal()
    await file.open()
    file.write(b"with a hole")
    file.begin_fresh().write(b"half")
    file.remove()
    assert (await file.open())[0] == b""
    file.close()


# On a disk


async def test_it_is_for_its_users_eyes_only(path):
    """Mode 0600, in a folder of 0700, whatever the umask lets through."""
    file = DiskFile(path)
    await file.open()
    file.begin_fresh().take_over()
    file.close()

    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)] == [0o600, 0o700]


async def test_its_age_is_since_somebody_touched_it(path):
    """Who finds it gone says so."""
    file = DiskFile(path)
    await file.open()
    os.utime(path, (time.time() - 100,) * 2)
    assert (await DiskFile(path).open())[1] > 99
    file.touch()
    assert (await DiskFile(path).open())[1] < 60
    path.unlink()
    with pytest.raises(FileNotFoundError):
        file.touch()


async def test_nothing_is_left_beside_it(path):
    """By whom it was dropped, who took over, and whoever comes behind one that was killed over it."""
    file = DiskFile(path)
    await file.open()
    for finish in ("drop", "take_over"):
        fresh = file.begin_fresh()
        assert fresh_path(path).exists()
        getattr(fresh, finish)()
        assert list(path.parent.iterdir()) == [path]
    file.begin_fresh()
    heir = DiskFile(path)
    await heir.open()
    assert list(path.parent.iterdir()) == [path]
    heir.remove()
    assert list(path.parent.iterdir()) == []


def test_there_is_one_for_each_host_and_port(monkeypatch, tmp_path):
    """In the user's Jupyter runtime directory, which machines may share."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(journal_file.socket, "gethostname", lambda: "lab/1 ü.example")

    assert journal_path(3000) == tmp_path / "chatlib-lab_1__.example-3000.journal"


async def test_journals_may_lie_elsewhere(monkeypatch, path):
    """Where there is no disk, say."""
    monkeypatch.setattr(journal_file, "_of_port", None)
    journal_file.move(lambda port: DiskFile(path.with_name(f"elsewhere-{port}")))

    assert repr(journal_file.of_port(80)) == "<DiskFile elsewhere-80>"
