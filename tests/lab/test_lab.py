"""The harness itself: a JupyterLab as a learner gets it, in a browser, and what drives it."""

from __future__ import annotations

import asyncio
import sys
from urllib.request import Request, urlopen

import nbformat
import psutil
import pytest

from tests.support.lab import Lab

SLOW = "import asyncio; await asyncio.sleep(1); print('done')"

# As with widgets: the kernel answers another request of the page meanwhile, and says that it is idle.
SLOW_AND_IDLE = f"""kernel = get_ipython().kernel
kernel.session.send(kernel.iopub_socket, "status", {{"execution_state": "idle"}})
{SLOW}"""


def tag(lab: Lab, path: str, *, cell: int) -> None:
    """Say of a cell that it fails on purpose."""
    notebook = nbformat.read(lab.root / path, as_version=4)
    notebook.cells[cell].metadata.tags = ["raises-exception"]
    nbformat.write(notebook, lab.root / path)


async def test_lab_opens_a_notebook_with_no_pop_up_and_runs_it(lab, browser):
    """Nothing stands between the learner and the first cell: no question, no news, no error."""
    async with lab.notebook(browser, lab.write("6 * 7", SLOW), fresh=True) as notebook:
        await notebook.run_all()

        assert (await notebook.outputs(0))[0]["data"]["text/plain"] == "42"
        assert (await notebook.outputs(1))[0]["text"] == "done\n"
        assert "42" in await (await notebook.output(0)).inner_text()
        assert await notebook.page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts() == []


async def test_run_all_waits_for_the_cells_behind_an_error_on_purpose(lab, browser):
    """Where JupyterLab's own command is long over; in a second run too, when every cell has a number already."""
    path = lab.write("1 / 0", SLOW_AND_IDLE, "[][0]", SLOW_AND_IDLE, "'the end'")
    tag(lab, path, cell=0)
    tag(lab, path, cell=2)

    async with lab.notebook(browser, path) as notebook:
        for last in (5, 10):
            await notebook.run_all()

            end = (await notebook.outputs(4))[0]
            assert (end["data"]["text/plain"], end["execution_count"]) == ("'the end'", last)
            assert [(await notebook.outputs(cell))[0]["text"] for cell in (1, 3)] == ["done\n"] * 2
            assert [error[:8] for error in await notebook.errors()] == ["cell 0: ", "cell 2: "]


async def test_run_all_is_over_where_an_error_not_meant_ends_it(lab, browser):
    """The cells behind it do not run, and nobody waits for them; once it is mended, they do."""
    async with lab.notebook(browser, lab.write("x = 0", SLOW, "1 / x", SLOW, "'the end'")) as notebook:
        await notebook.run_all()

        assert await notebook.errors() == ["cell 2: ZeroDivisionError: division by zero"]
        assert [await notebook.outputs(cell) for cell in (3, 4)] == [[], []]

        await notebook.edit(0, "x = 1")
        await notebook.run_all()
        assert (await notebook.outputs(4))[0]["data"]["text/plain"] == "'the end'"
        assert await notebook.errors() == []


async def test_kernels_are_those_of_this_environment_and_keep_off_port_3000(lab, browser):
    """What runs in the Lab is the code under test, on a port that no one at work here uses."""
    async with lab.notebook(browser, lab.write("import os, sys")) as notebook:
        await notebook.run_all()

        assert await notebook.value("[sys.prefix, os.environ['CHATLIB_PORT']]") == [sys.prefix, str(lab.chat_port)]


async def test_a_saved_notebook_comes_back_after_a_reload_and_a_restart(lab, browser):
    """A reload keeps the kernel and what was saved; a restart forgets the variables."""
    async with lab.notebook(browser, lab.write("x = 1")) as notebook:
        await notebook.run_all()
        await notebook.run("x + 1")
        await notebook.save()
        await notebook.reload()
        assert (await notebook.outputs(1))[0]["data"]["text/plain"] == "2"
        assert (await notebook.run("x"))[0]["data"]["text/plain"] == "1"

        await notebook.restart_kernel()
        assert (await notebook.run("x"))[0]["ename"] == "NameError"


async def test_a_busy_cell_is_not_taken_for_an_idle_notebook(lab, browser):
    """start_cell() returns while the cell runs, idle() only when it has ended."""
    async with lab.notebook(browser, lab.write("import time; time.sleep(1); print('ended')")) as notebook:
        await notebook.start_cell(0)
        assert await notebook.outputs(0) == []
        assert await notebook.page.locator(".jp-InputPrompt", has_text="[*]").count() == 1
        await notebook.idle()
        assert (await notebook.outputs(0))[0]["text"] == "ended\n"


async def test_two_notebooks_stand_side_by_side(lab, browser):
    """Two notebooks in one page have two kernels, and both are driven."""
    async with lab.notebook(browser, lab.write("import os")) as left:
        right = await left.open_beside(lab.write("import os"))
        kernels = []
        for notebook in (left, right):
            await notebook.run_all()
            kernels.append(await notebook.value("os.getpid()"))
        assert kernels[0] != kernels[1]
        assert await left.page.locator(".jp-NotebookPanel:visible").count() == 2


async def test_a_failure_names_a_picture_and_the_log(lab, browser):
    """Whoever reads a failed run can look at what the browser showed."""
    with pytest.raises(AssertionError) as failure:
        async with lab.notebook(browser, lab.write()):
            raise AssertionError("on purpose")

    (note,) = failure.value.__notes__
    assert note.endswith(str(lab.log))
    assert next(lab.directory.glob("failed-*.png")).read_bytes().startswith(b"\x89PNG")


async def test_the_server_takes_its_kernels_with_it(tmp_path):
    """A run of the tests leaves no process behind."""
    own, before = Lab(tmp_path), psutil.Process().children(recursive=True)
    own.start()
    try:
        request = Request(f"{own.url}api/kernels?token={own.token}", method="POST")
        (await asyncio.to_thread(urlopen, request)).close()
        started = set(psutil.Process().children(recursive=True)) - set(before)
    finally:
        await own.stop()

    assert len(started) >= 2  # the server and the kernel
    _, left = psutil.wait_procs(started, timeout=10)
    assert left == []
