"""The harness itself: a JupyterLab as a learner gets it, in a browser."""

from __future__ import annotations

import sys

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.support.lab import Lab

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


@pytest.fixture
def write(lab):
    """Return how to put a notebook into the Lab: a title, then one code cell per source."""

    def write(name: str, *sources: str) -> str:
        notebook = new_notebook(metadata={"kernelspec": KERNELSPEC})
        notebook.cells = [new_markdown_cell("# Try the harness"), *map(new_code_cell, sources)]
        nbformat.write(notebook, lab.root / name)
        return name

    return write


async def test_lab_opens_a_notebook_with_no_pop_up_and_runs_it(lab, browser, write):
    """Nothing stands between the learner and the first cell: no question, no news, no error."""
    path = write(
        "smoke.ipynb", "6 * 7", "import asyncio; await asyncio.sleep(0.5); print('done')", "1 / 0", "'not run'"
    )

    async with lab.notebook(browser, path) as notebook:
        await notebook.run_all()

        assert (await notebook.outputs(1))[0]["data"]["text/plain"] == "42"
        assert (await notebook.outputs(2))[0]["text"] == "done\n"
        assert await notebook.errors() == ["cell 3: ZeroDivisionError: division by zero"]
        assert await notebook.outputs(4) == []
        assert "42" in await (await notebook.output(1)).inner_text()
        assert await notebook.page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts() == []


async def test_kernels_are_those_of_this_environment_and_keep_off_port_3000(lab, browser, write):
    """What runs in the Lab is the code under test, on a port that no one at work here uses."""
    path = write("environment.ipynb")

    async with lab.notebook(browser, path) as notebook:
        (output,) = await notebook.run("import os, sys; print(sys.prefix, os.environ['CHATLIB_PORT'])")

    assert output["text"].split() == [sys.prefix, str(lab.chat_port)]


async def test_a_saved_notebook_comes_back_after_a_reload_and_a_restart(lab, browser, write):
    """A reload keeps the kernel and what was saved; a restart forgets the variables."""
    path = write("again.ipynb", "x = 1")

    async with lab.notebook(browser, path) as notebook:
        await notebook.run_all()
        await notebook.run("x + 1")
        await notebook.save()
        await notebook.reload()
        assert (await notebook.outputs(2))[0]["data"]["text/plain"] == "2"
        assert (await notebook.run("x"))[0]["data"]["text/plain"] == "1"

        await notebook.restart_kernel()
        assert (await notebook.run("x"))[0]["ename"] == "NameError"


async def test_a_busy_cell_is_not_taken_for_an_idle_notebook(lab, browser, write):
    """start_cell() returns while the cell runs, idle() only when it has ended."""
    path = write("busy.ipynb", "import time; time.sleep(1); print('ended')")

    async with lab.notebook(browser, path) as notebook:
        await notebook.start_cell(1)
        assert await notebook.outputs(1) == []
        assert await notebook.page.locator(".jp-InputPrompt", has_text="[*]").count() == 1
        await notebook.idle()
        assert (await notebook.outputs(1))[0]["text"] == "ended\n"


async def test_two_notebooks_stand_side_by_side(lab, browser, write):
    """Two notebooks in one page have two kernels, and both are driven."""
    left_path, right_path = write("left.ipynb", "'left'"), write("right.ipynb", "'right'")

    async with lab.notebook(browser, left_path) as left:
        right = await left.open_beside(right_path)
        (left_kernel,), (right_kernel,) = [await notebook.run("import os; os.getpid()") for notebook in (left, right)]
        assert left_kernel["data"] != right_kernel["data"]
        assert await left.page.locator(".jp-NotebookPanel:visible").count() == 2


async def test_a_failure_names_a_picture_and_the_log(lab, browser, write):
    """Whoever reads a failed run can look at what the browser showed."""
    with pytest.raises(AssertionError) as failure:
        async with lab.notebook(browser, write("failing.ipynb")):
            raise AssertionError("on purpose")

    (note,) = failure.value.__notes__
    assert note.endswith(str(lab.log))
    assert next(lab.directory.glob("failed-*.png")).read_bytes().startswith(b"\x89PNG")


async def test_the_server_takes_its_kernels_with_it(tmp_path, browser):
    """A run of the tests leaves no process behind."""
    own = Lab(tmp_path)
    own.start()
    try:
        nbformat.write(new_notebook(metadata={"kernelspec": KERNELSPEC}), own.root / "kernel.ipynb")
        async with own.notebook(browser, "kernel.ipynb") as notebook:
            (output,) = await notebook.run("import os; os.getpid()")
        kernel = psutil.Process(int(output["data"]["text/plain"]))
    finally:
        own.stop()

    psutil.wait_procs([kernel], timeout=10)
    assert not kernel.is_running()
