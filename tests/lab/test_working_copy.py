"""The copy of the course that `make lab` opens, in a real JupyterLab."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.support.lab import Lab
from tests.support.places import ROOT
from tools import notebooks
from tools.working_copy import WorkingCopy

NAME = "00_check_your_seat.ipynb"


def git(folder: Path, *command: str) -> str:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    return subprocess.run(["git", *who, *command], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def checkout(lab: Lab) -> Path:
    """A checkout of the course below the Lab's root, in which `make lab` has made its copy."""
    folder = lab.root / f"checkout-{secrets.token_hex(4)}"
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(ROOT / ".gitignore", folder)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "The course")
    WorkingCopy(folder / "notebooks", folder / "my-notebooks").update()
    return folder


async def test_a_learner_sees_no_answer_before_the_question_and_git_sees_nothing(lab, browser, checkout):
    """Opened, nothing is shown; run, written into and saved, the course is as it was; an update keeps all of it."""
    copy = checkout / "my-notebooks" / NAME
    async with lab.notebook(browser, f"{checkout.name}/my-notebooks/{NAME}") as notebook:
        count = len(notebooks.read(copy).cells)
        kinds = [cell.cell_type for cell in notebooks.read(copy).cells]
        shown = [await notebook.outputs(index) for index in range(count) if kinds[index] == "code"]
        assert shown == [[]] * len(shown)
        await notebook.output(await notebook.find("42: a cell shows"))
        folded = notebook.page.locator(".jp-MarkdownCell details", has_text="42: a cell shows")
        answer = folded.locator("p")
        await expect(folded.locator("summary")).to_be_visible()
        await expect(answer).to_be_hidden()
        await folded.locator("summary").click()
        await expect(answer).to_be_visible()

        await notebook.run_cell(kinds.index("code"))
        await notebook.run("%load solutions/00_say_my_name.py")
        assert await notebook.value("1 + 1") == 2
        await notebook.save()

    assert git(checkout, "status", "--porcelain") == ""
    saved = notebooks.read(copy)
    assert saved.cells[kinds.index("code")].outputs[0].data["text/plain"] == "42"
    assert (ROOT / "notebooks/solutions/00_say_my_name.py").read_text("utf-8").strip() in saved.cells[count].source
    assert list(WorkingCopy(checkout / "notebooks", checkout / "my-notebooks").update().lines()) == []
    assert notebooks.read(copy) == saved


async def test_links_lead_to_the_neighbours_in_the_copy(lab, browser, checkout):
    """A click on another notebook's name opens that of the copy, and not the course's own."""
    async with lab.notebook(browser, f"{checkout.name}/my-notebooks/{NAME}") as notebook:
        await notebook.output(await notebook.find("Next: the map"))
        await notebook.page.get_by_role("link", name="01 Feel why polling hurts").first.click()
        opened = "[...window.jupyterapp.shell.widgets('main')].some(it => it.context?.path === argument)"
        path = f"{checkout.name}/my-notebooks/01_feel_why_polling_hurts.ipynb"
        await notebook.page.wait_for_function(f"argument => {opened}", arg=path)
