"""A journal's file: what it keeps, for whom, and how another takes its place."""

import os
import stat
import time

import pytest

from chatlib.server import journal_file
from chatlib.server.journal_file import DiskFile, fresh_path, journal_path


@pytest.fixture
def path(tmp_path):
    """Where a journal may lie."""
    return tmp_path / "runtime" / "here.journal"


async def test_whoever_opens_it_next_reads_what_was_written(path):
    """Cut where somebody has cut it."""
    for expected, text in ((b"", b"one\ntwo"), (b"one\n", b"three\n"), (b"one\n", b"")):
        file = DiskFile(path)
        data, age = await file.open()
        assert (data, age < 60) == (expected, True)
        assert file.write(text) == len(text)
        file.truncate(4)
        file.close()


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


async def test_a_fresh_one_takes_its_place_when_it_is_whole(path):
    """Until then the old one stands; what is written from then on stands in the new one."""
    file = DiskFile(path)
    await file.open()
    file.write(b"old")
    fresh = file.begin_fresh()
    fresh.write(b"new")
    assert path.read_bytes() == b"old"
    fresh.take_over()
    file.write(b", and on")
    file.close()

    assert path.read_bytes() == b"new, and on"
    assert list(path.parent.iterdir()) == [path]


async def test_a_fresh_one_that_is_dropped_leaves_the_old_one_as_it_was(path):
    """And so does one whose writer died over it: whoever comes next removes that."""
    file = DiskFile(path)
    await file.open()
    file.write(b"old")
    file.begin_fresh().drop()
    assert list(path.parent.iterdir()) == [path]
    file.begin_fresh().write(b"new")
    assert fresh_path(path).exists()
    heir = DiskFile(path)
    assert (await heir.open())[0] == b"old"
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
