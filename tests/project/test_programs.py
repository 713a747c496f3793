"""How `make test` comes by Chromium, Node and Redis, with a package manager that only pretends."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.support.scripts import put
from tools import programs

APT_GET = """#!/bin/sh
echo "apt-get $*" >> "$0.log"
for package; do
  case "$package" in
    chromium-headless-shell | npm | redis-server) name=$package ;; nodejs) name=node ;; *) continue ;;
  esac
  printf '#!/bin/sh\\necho v20.0.0 v=7.0.15\\n' > "${0%/*}/$name"
  /bin/chmod +x "${0%/*}/$name"
done
"""
SUDO = """#!/bin/sh
shift
exec "$@"
"""


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """The only directory on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.delenv("REDIS_SERVER", raising=False)
    monkeypatch.setattr(programs, "CHROMIUM_NAMES", programs.CHROMIUM_NAMES[:2])  # none by its full path
    return tmp_path


def exit_status() -> int:
    """Do what `make test` does; return its exit status."""
    with pytest.raises(SystemExit) as ended:
        programs.main()
    return int(ended.value.code)


def test_what_is_missing_comes_from_the_package_manager(place):
    """A machine with apt-get, as root or with sudo that asks nothing, needs no hand."""
    (place / "env").symlink_to(shutil.which("env", path=os.defpath))
    (place / "true").symlink_to(shutil.which("true", path=os.defpath))
    put(place, "sudo", SUDO)
    put(place, "apt-get", APT_GET)

    assert exit_status() == 0
    assert programs.find_chromium() == str(place / "chromium-headless-shell")
    assert programs.find_node() == str(place / "node")
    assert programs.find_redis() == str(place / "redis-server")
    assert "apt-get update" in (place / "apt-get.log").read_text()


def test_what_cannot_be_installed_is_asked_for(place, capsys):
    """Without a package manager the last lines say what to install; fonts alone are no reason to stop."""
    assert exit_status() == 1
    asked = capsys.readouterr().err
    assert programs.ADVICE["chromium"] in asked
    assert programs.ADVICE["node"] in asked
    assert programs.ADVICE["redis"] in asked

    put(place, "chromium", "#!/bin/sh\n")
    put(place, "node", "#!/bin/sh\necho v18.0.0\n")
    put(place, "npm", "#!/bin/sh\n")
    put(place, "valkey-server", "#!/bin/sh\necho Valkey server v=8.0.1 sha=00000000:0\n")
    assert programs.find_chromium() is None, "it answered nothing to --version"
    put(place, "chromium", "#!/bin/sh\necho Chromium 1\n")
    assert exit_status() == 0


def test_a_browser_that_does_not_start_and_a_node_that_is_too_old_are_not_found(place):
    """Ubuntu's chromium-browser may be a stub that only asks for a snap."""
    put(place, "chromium", "#!/bin/sh\necho install the snap\nexit 1\n")
    put(place, "node", "#!/bin/sh\necho v16.20.0\n")
    put(place, "npm", "#!/bin/sh\n")

    assert programs.find_chromium() is None
    assert programs.find_node() is None


def test_chromium_can_be_named(place, monkeypatch):
    """$CHROMIUM goes before what is on PATH."""
    put(place, "chromium", "#!/bin/sh\necho Chromium 1\n")
    mine = put(place, "mine", "#!/bin/sh\necho Chromium 2\n")
    monkeypatch.setenv("CHROMIUM", str(mine))

    assert programs.find_chromium() == str(mine)


def test_another_redis_can_be_named(place, monkeypatch):
    """The one that $REDIS_SERVER names, and no other in its place: what is tested must be what was meant."""
    put(place, "redis-server", "#!/bin/sh\necho Redis server v=7.0.15\n")
    mine = put(place, "mine", "#!/bin/sh\necho Valkey server v=9.1.2\n")
    monkeypatch.setenv("REDIS_SERVER", str(mine))
    assert programs.find_redis() == str(mine)
    mine.unlink()
    assert programs.find_redis() is None


@pytest.mark.parametrize(
    ("version", "is_found"), [("6.0.16", False), ("6.2.0", True), ("7.0.15", True), ("10.0.0", True)]
)
def test_a_redis_that_is_too_old_is_not_found(place, version, is_found):
    """The rooms need what came with 6.2."""
    path = put(place, "redis-server", f"#!/bin/sh\necho Redis server v={version} sha=0 malloc=libc bits=64\n")

    assert programs.find_redis() == (str(path) if is_found else None)
