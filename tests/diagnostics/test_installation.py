"""What is installed: each thing is broken, and the doctor has to say so, with the line that mends it."""

from __future__ import annotations

import asyncio
import importlib.metadata
import subprocess
import sys
import textwrap
import tomllib

import pytest
from packaging.requirements import Requirement

from chatlib.diagnostics.installation import (
    OLDEST_PYTHON,
    check_front_end,
    check_kernel,
    check_loop,
    check_packages,
    check_python,
)
from chatlib.diagnostics.report import Colour, Finding
from chatlib.diagnostics.seat import Seat
from tests.support.findings import finding
from tests.support.places import ROOT

GREEN, AMBER, RED = Colour


# Python and packages ------------------------------------------------------------------------------------------------


def test_an_old_python_is_red(monkeypatch):
    """The oldest that will do is that of the package's own metadata."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={'.'.join(map(str, OLDEST_PYTHON))}"

    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    assert finding(check_python).colour is RED


@pytest.fixture
def versions(monkeypatch) -> dict[str, str | None]:
    """What importlib.metadata shall say instead of the truth; None for a package that is not there."""
    told: dict[str, str | None] = {}
    version = importlib.metadata.version

    def tell(package: str) -> str:
        found = told.get(package, version(package))
        if found is None:
            raise importlib.metadata.PackageNotFoundError(package)
        return found

    monkeypatch.setattr(importlib.metadata, "version", tell)
    return told


def test_a_missing_and_an_old_package_are_red_with_the_line_that_installs_them(versions):
    """Each by its own name; those that are well are named too."""
    versions |= {"anywidget": None, "websockets": "15.0.1"}

    missing, old, rest = check_packages(Seat.here())

    assert (missing.colour, old.colour, rest.colour) == (RED, RED, GREEN)
    assert missing.mend.endswith("-m pip install --upgrade anywidget")
    assert "websockets 15.0.1 is too old" in old.text
    assert '"websockets>=' in old.mend
    assert "ipywidgets" in rest.text


def test_every_package_that_the_metadata_names_is_looked_at():
    """The line in pyproject.toml is the only place where a package and its oldest version are named."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = finding(check_packages).text

    assert [line for line in project["dependencies"] if Requirement(line).name not in text] == []


def test_the_oldest_version_is_found_beside_those_that_are_refused(monkeypatch, versions):
    """As the metadata has them: hatchling sorts them, and puts what is refused first."""
    line = "ipykernel!=7.0.*,!=7.1.*,!=7.2.*,!=7.3.*,>=6.29"
    monkeypatch.setattr(importlib.metadata, "requires", lambda package: [line, 'jupyterlab>=99; extra == "lab"'])
    versions |= {"ipykernel": "5.0"}
    old, _ = check_packages(Seat.here())

    assert "ipykernel 5.0 is too old: it must be 6.29 or later" in old.text


def test_a_course_that_was_never_installed_is_amber(versions, monkeypatch):
    """It can be imported from its folder, and nobody knows whether the packages are those it needs."""
    versions |= {"chatlib": None}
    monkeypatch.setattr(importlib.metadata, "requires", lambda package: importlib.metadata.version(package))

    assert finding(check_packages).colour is AMBER


# The kernel and its loop --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "colour", "way"),
    [
        ("6.31.0", AMBER, "waits"),
        ("7.0.0", RED, "loses requests"),
        ("7.3.1", RED, "loses requests"),
        ("7.4.0", GREEN, "its own thread or the cell's"),
    ],
)
def test_ipykernel_has_its_way_with_callbacks(versions, version, colour, way):
    """Whether a panel hears its page while a cell runs depends on it."""
    versions |= {"ipykernel": version}
    found = finding(check_kernel)

    assert found.colour is colour
    assert version in found.text
    assert way in found.text
    assert bool(found.mend) == (colour is not GREEN)


def test_an_ipykernel_that_is_red_is_one_that_the_requirements_refuse(versions):
    """pip never brings one; only who had it already, or has it from a hub, hears of it. The newest is welcome."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (wanted,) = [need for line in project["dependencies"] if (need := Requirement(line)).name == "ipykernel"]

    for version in ("6.29.0", "6.31.0", "7.0.0", "7.0.1", "7.1.0", "7.2.0", "7.3.0", "7.3.9", "7.4.0", "8.0.0"):
        versions |= {"ipykernel": version}
        assert (finding(check_kernel).colour is RED) == (version not in wanted.specifier), version


async def test_the_running_loop_is_named():
    """asyncio's own is well."""
    assert type(asyncio.get_running_loop()).__name__.lstrip("_") in finding(check_loop).text


def test_a_patched_asyncio_is_amber_and_red_where_it_breaks():
    """nest_asyncio.apply() cannot be taken back; on Python 3.14 it breaks current_task()."""
    script = """
        import sys, nest_asyncio, asyncio
        asyncio.set_event_loop(asyncio.new_event_loop())
        nest_asyncio.apply()
        from chatlib.diagnostics.installation import check_loop
        from chatlib.diagnostics.seat import Seat
        def colour():
            (found,) = check_loop(Seat.here())
            return found.colour
        print(colour())
        sys.version_info = (3, 14, 0, "final", 0)
        print(colour())
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=60)

    assert done.stdout.split() == ["amber", "red"], done.stderr


def test_uvloop_is_amber():
    """It runs the course, but for the notebook that applies nest_asyncio."""

    class Loop(asyncio.SelectorEventLoop):
        pass

    Loop.__module__ = "uvloop"

    async def ask() -> Finding:
        return finding(check_loop)

    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(ask()).colour is AMBER


# The front end ------------------------------------------------------------------------------------------------------


def test_a_missing_front_end_is_red(tmp_path, monkeypatch):
    """The package is there and its half in JupyterLab is not: widgets would show as text."""
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *subdirs: [str(tmp_path)])
    (tmp_path / "@jupyter-widgets/jupyterlab-manager").mkdir(parents=True)
    found = finding(check_front_end)

    assert found.colour is RED
    assert "install --upgrade anywidget" in found.mend


def test_a_proxy_that_is_not_enabled_is_amber(tmp_path, monkeypatch):
    """The panels work; a browser on another machine does not reach the server. The last word is the user's."""
    enabled = '{"ServerApp": {"jpserver_extensions": {"jupyter_server_proxy": %s}}}'
    ours, system = tmp_path / "ours", tmp_path / "system"
    (system / "jupyter_server_config.d").mkdir(parents=True)
    ours.mkdir()
    monkeypatch.setattr("jupyter_core.paths.jupyter_config_path", lambda: [str(ours), str(system)])
    assert finding(check_front_end).colour is AMBER
    (system / "jupyter_server_config.d" / "jupyter-server-proxy.json").write_text(enabled % "true")
    assert finding(check_front_end).colour is GREEN
    (ours / "jupyter_server_config.json").write_text(enabled % "false")
    found = finding(check_front_end)

    assert found.colour is AMBER
    assert "jupyter-server-proxy" in found.mend
