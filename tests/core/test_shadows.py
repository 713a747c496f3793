"""The current folder is set aside while modules are looked for, and nothing else is."""

from __future__ import annotations

import os
import sys

from chatlib.shadows import SetAside


def test_the_current_folder_is_not_looked_into_and_comes_back(tmp_path, monkeypatch):
    """By whatever name it stands in the path; other folders stay, and so it does where pip put it, at the end."""
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    library = os.path.dirname(os.__file__)
    path = ["", ".", "/first", str(tmp_path), str(link), "/second", library, str(tmp_path)]
    monkeypatch.setattr(sys, "path", path[:])
    with SetAside():
        assert sys.path == ["/first", "/second", library, str(tmp_path)]

    assert sys.path == path


def test_a_folder_that_was_deleted_changes_nothing(tmp_path, monkeypatch):
    """There is nothing in it; and the doctor is asked there too."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    path = sys.path[:]
    with SetAside():
        assert sys.path == path
    assert sys.path == path
    os.chdir(tmp_path)
