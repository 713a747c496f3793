"""What Binder does with this repository, without its containers (`make test-binder`; some minutes, and the network).

repo2docker's own build pack reads binder/ and says which lines it would run. They run here, in a copy of what is
committed and in a new environment; then the Lab is started as Binder starts it, and opened.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name
from playwright.async_api import expect

from tests.support.jupyter_process import running
from tests.support.lab import SECONDS
from tests.support.places import ROOT
from tools.ports import free_port

ASK_BUILD_PACK = """
import json
from repo2docker.app import Repo2Docker

app = Repo2Docker()
pack = next(pack for pack in (kind(app.base_image) for kind in app.buildpacks) if pack.detect())
plan = {
    "pack": type(pack).__name__,
    "python": pack.python_version,
    "assemble": [script for _, script in pack.get_preassemble_scripts() + pack.get_assemble_scripts()],
    "post_build": pack.get_post_build_scripts(),
}
print(json.dumps(plan))
"""


@dataclass(frozen=True)
class Image:
    """What the build left: the repository's folder and its environment."""

    plan: dict[str, Any]
    folder: Path
    environment: dict[str, str]

    def run(self, command: str) -> str:
        """Run a line of a shell as Binder would; return what it printed."""
        done = subprocess.run(
            ["sh", "-c", command], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=900
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Image:
    """Build it."""
    directory = tmp_path_factory.mktemp("binder")
    folder, tools, prefix = (directory / name for name in ("repository", "repo2docker", "environment"))
    files = subprocess.check_output(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, text=True
    )
    for name in filter(None, files.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
        (folder / name).chmod((ROOT / name).stat().st_mode)
    for place in (tools, prefix):
        venv.create(place, with_pip=True)
    subprocess.run([tools / "bin/pip", "install", "--quiet", "jupyter-repo2docker"], check=True, timeout=900)
    plan = json.loads(subprocess.check_output([tools / "bin/python", "-c", ASK_BUILD_PACK], cwd=folder, timeout=60))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "CHATLIB_"))}
    environment |= {
        "PATH": f"{prefix / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "KERNEL_PYTHON_PREFIX": str(prefix),
        "NB_PYTHON_PREFIX": str(prefix),
        "HOME": str(directory),
        "CHATLIB_PORT": str(free_port()),
    }
    image = Image(plan, folder, environment)
    for script in [*plan["assemble"], *plan["post_build"]]:
        image.run(script)
    return image


def test_the_build_pack_reads_binder(image):
    """Its Python is that of runtime.txt, for which the versions are frozen, and on which these tests run."""
    python = (ROOT / "binder/runtime.txt").read_text().strip().removeprefix("python-")

    assert (image.plan["pack"], image.plan["python"]) == ("PythonBuildPack", python)
    assert any("binder/requirements.txt" in script for script in image.plan["assemble"])
    assert image.plan["post_build"] == ["binder/postBuild"]
    assert python == f"{sys.version_info.major}.{sys.version_info.minor}", "run this with Binder's Python"


def test_every_version_that_is_installed_is_frozen(image):
    """Nothing came that the lock does not name: next month's build is this one."""
    installed = image.run("python -m pip freeze --exclude-editable").splitlines()
    frozen = [line for line in (ROOT / "binder/constraints.txt").read_text().splitlines() if not line.startswith("#")]

    assert {canonical(line) for line in installed} <= {canonical(line) for line in frozen}
    assert len(installed) > 50


def canonical(pin: str) -> str:
    name, _, version = pin.partition("==")
    return f"{canonicalize_name(name)}=={version}"


def test_the_doctor_is_content_there(image):
    """Nothing red, the front ends included."""
    report = image.run("python -m chatlib doctor")

    assert "red" not in re.findall(r"^\w+", report, flags=re.MULTILINE), report
    assert "widgets and jupyter-server-proxy are there" in report


async def test_the_lab_opens_on_the_first_notebook_with_no_pop_up(image, browser):
    """Started with no word on what to open: who clicks the badge sees the first cell, and nothing to click away."""
    log = image.folder.parent / "jupyterlab.log"
    with running(["jupyter", "lab"], image.folder, image.environment, log) as (url, token):
        context = await browser.new_context(locale="en-US")
        page = await context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        await page.goto(f"{url}?token={token}")
        await page.wait_for_function("() => window.jupyterapp?.restored.then(() => true)")

        await expect(page.locator(".jp-NotebookPanel:visible")).to_have_count(1, timeout=SECONDS * 1000)
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Check your seat", timeout=SECONDS * 1000)
        assert await page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts() == []
        await context.close()
