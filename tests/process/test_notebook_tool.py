"""`make notebooks`, on tiny notebooks: what it writes, what it keeps, what it refuses."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from chatlib.widgets.story import RECORDING
from tools import notebooks

pytestmark = pytest.mark.usefixtures("forked_kernels")

RANDOM = "import random; random.random()"


@pytest.fixture
def write(tmp_path):
    """Return how to write a notebook: each cell a source, or a source and its tags."""

    def write(*cells: str | tuple[str, ...]) -> Path:
        path = tmp_path / "01_try.ipynb"
        notebook = new_notebook()
        for number, cell in enumerate(cells):
            source, *tags = (cell,) if isinstance(cell, str) else cell
            notebook.cells.append(new_code_cell(source, id=f"cell-{number}", metadata={"tags": tags} if tags else {}))
        nbformat.write(notebook, path)
        return path

    return write


def outputs(path: Path, cell: int) -> list[dict]:
    return notebooks.read(path).cells[cell].outputs


def change(path: Path, cell: int, source: str) -> None:
    notebook = notebooks.read(path)
    notebook.cells[cell].source = source
    nbformat.write(notebook, path)


def test_a_second_run_changes_nothing(write):
    """What is random by nature keeps its output, everything else comes out equal: no diff, not even in white space."""
    path = write("import os; 6 * 7", (RANDOM, "volatile"), "for i in range(3): print(i, flush=True)")
    assert notebooks.renew(path)
    first = path.read_text()

    assert not notebooks.renew(path)
    assert path.read_text() == first
    notebooks.check(path)


def test_the_port_is_written_as_the_one_that_everybody_has(write):
    """The kernel has a free one, for 3000 may be somebody's; a reader of the file is not told two stories."""
    path = write(
        "import os; port = os.environ['CHATLIB_PORT']; f'http://127.0.0.1:{port}/'",
        "print(f'a\\n{port}')",
        ("print(f'9{port}')", "volatile"),
    )
    notebooks.renew(path)

    assert outputs(path, 0)[0]["data"]["text/plain"] == "'http://127.0.0.1:3000/'"
    assert outputs(path, 1)[0]["text"] == "a\n3000\n"
    assert outputs(path, 2)[0]["text"] != "93000\n", "another number, which ends with the port's digits"
    notebooks.check(path)


def test_volatile_outputs_are_renewed_with_the_code_or_on_request(write):
    """A volatile output is as old as the code of its notebook, unless somebody asks for a fresh one."""
    path = write("1", (RANDOM, "volatile"))
    notebooks.renew(path)
    first = outputs(path, 1)

    notebooks.renew(path, fresh=True)
    second = outputs(path, 1)
    change(path, 0, "2")
    notebooks.renew(path)

    assert first != second
    assert outputs(path, 1) != second


def test_changed_code_has_to_be_run_before_it_is_committed(write):
    """Code that was changed after its outputs were written does not pass the check, volatile or not."""
    path = write("1", (RANDOM, "volatile"))
    notebooks.renew(path)
    change(path, 1, RANDOM + "  # changed")

    with pytest.raises(notebooks.NotebookError, match="make notebooks"):
        notebooks.check(path)


def test_an_output_that_differs_fails_the_check(write):
    """A cell that is not tagged volatile shows the same in every run."""
    path = write(RANDOM)
    notebooks.renew(path)

    with pytest.raises(notebooks.NotebookError, match=r"cell 1 \(cell-0\)[\s\S]*\+.*0\."):
        notebooks.check(path)


def test_run_all_twice_in_one_kernel_has_to_show_the_same(write):
    """The second Run All meets what the first left behind; the check is that no reader sees it."""
    path = write("seen = [*globals().get('seen', []), 1]; len(seen)")
    notebooks.renew(path)

    with pytest.raises(notebooks.NotebookError, match="run 2 differs"):
        notebooks.check(path)


def test_an_error_on_purpose_is_reduced_to_its_last_line(write):
    """A traceback names files of this machine; a reader needs the type and the message."""
    path = write(("import asyncio; asyncio.run(asyncio.sleep(0))", "raises-exception"), "print('goes on')")
    notebooks.renew(path)

    (error,) = outputs(path, 0)
    message = "RuntimeError: asyncio.run() cannot be called from a running event loop"
    assert error.traceback == [message]
    assert outputs(path, 1)[0].text == "goes on\n"
    assert str(Path(sys.prefix)) not in path.read_text()


def test_an_error_not_meant_names_its_cell(write):
    """A cell that fails stops the run, and the file stays as it was."""
    path = write("1", "1 / 0")
    before = path.read_text()

    with pytest.raises(notebooks.NotebookError, match=r"cell 2 \(cell-1\)[\s\S]*ZeroDivisionError"):
        notebooks.renew(path)
    assert path.read_text() == before


LATE = """
import asyncio, contextvars, sys
from IPython import get_ipython

def later():
    {}

asyncio.get_running_loop().call_later(0.05, later)
"""
WAIT = "await asyncio.sleep(0.2)"


@pytest.mark.parametrize(
    "what",
    [
        "print('Traceback (most recent call last):\\n  File\\nValueError: lost', file=sys.stderr)",
        "get_ipython().showtraceback((ValueError, ValueError('lost'), None))",
    ],
)
def test_a_traceback_that_comes_late_fails_the_cell_that_left_it_behind(write, what):
    """The exception of a handler arrives when its cell has long ended, where nbclient looks no more."""
    path = write(LATE.format(what), WAIT)

    with pytest.raises(notebooks.NotebookError, match=r"cell 1 \(cell-0\)[\s\S]*ValueError: lost"):
        notebooks.renew(path)


def test_output_that_comes_late_is_shown_where_jupyterlab_shows_it(write):
    """What a handler prints after its cell has ended belongs to that cell."""
    path = write(LATE.format("print('late')") + "print('early')", WAIT)
    notebooks.renew(path)

    assert [output.text for output in outputs(path, 0)] == ["early\nlate\n"]
    assert outputs(path, 1) == []


def test_an_absolute_path_in_an_output_is_refused(write):
    """Where somebody's home directory is concerns no reader."""
    path = write("import sys; sys.prefix")

    with pytest.raises(notebooks.NotebookError, match=r"cell 1 \(cell-0\).*absolute path"):
        notebooks.renew(path)


CHATLIB_WIDGETS = """
import os, sys, time, types, ipywidgets
slider = ipywidgets.IntSlider(3)
URL = f"ws://127.0.0.1:{os.getpid()}/echo"
def snapshots():
    told = [{"t": time.monotonic_ns(), "kind": "at", "data": {"value": slider.value, "url": URL}}]
    recording = {"version": 1, "widget": "slider", "events": told * slider.value, "dropped": {}}
    return {slider.model_id: {
        "text/html": f"<p>{min(slider.value, 5)}</p>", "application/vnd.chatlib.recording+json": recording
    }}
sys.modules["chatlib.widgets"] = types.SimpleNamespace(snapshots=snapshots)
slider
"""


def test_a_widget_is_written_as_what_it_shows_at_the_end_of_the_story(write):
    """No page can load a model without its kernel: the last snapshot stands in its place."""
    path = write(CHATLIB_WIDGETS, "slider.value = 5")
    notebooks.renew(path)

    (shown,) = outputs(path, 0)
    assert shown.data["text/html"] == "<p>5</p>"
    assert "widget-view" not in path.read_text()
    assert "widgets" not in notebooks.read(path).metadata
    assert [event.data.value for event in shown.data[RECORDING].events] == [5] * 5


def test_a_recording_may_have_other_times_and_ports_and_tells_of_the_same(write):
    """What is committed stays as long as its picture, and what was told, are those of a fresh run."""
    path = write(CHATLIB_WIDGETS, "slider.value = 5")
    notebooks.renew(path)
    first = path.read_text()

    assert not notebooks.renew(path)
    assert path.read_text() == first
    notebooks.check(path)

    path.write_text(first.replace('"value": 5', '"value": 6', 1))
    with pytest.raises(notebooks.NotebookError, match=r"cell 1 \(cell-0\)"):
        notebooks.check(path)
    assert notebooks.renew(path)
    assert '"value": 6' not in path.read_text()


def test_a_volatile_cell_gets_the_recording_that_it_has_not_yet(write):
    """It is of another kind without one."""
    path = write((CHATLIB_WIDGETS, "volatile"), "slider.value = 5")
    notebooks.renew(path)
    first = path.read_text()
    notebook = notebooks.read(path)
    del notebook.cells[0].outputs[0].data[RECORDING]
    nbformat.write(notebook, path)

    assert notebooks.renew(path)
    assert outputs(path, 0)[0]["data"][RECORDING]["widget"] == "slider"
    assert path.read_text() != first
    assert not notebooks.renew(path)


@pytest.mark.parametrize(("count", "said"), [(900, r"cell 1 \(cell-0\).*a recording of"), (600, "recordings of")])
def test_recordings_that_are_too_heavy_are_refused(write, count, said):
    """A reader loads all of a notebook's: 64 KiB each, 400 KiB together."""
    path = write(CHATLIB_WIDGETS, *["slider"] * 8, f"slider.max = 1000; slider.value = {count}")

    with pytest.raises(notebooks.NotebookError, match=said):
        notebooks.renew(path)


def test_a_widget_without_a_snapshot_is_written_as_plain_text(write):
    """A button of ipywidgets has nothing to say beyond its repr."""
    path = write("import ipywidgets; ipywidgets.Button(description='Send')")
    notebooks.renew(path)

    (shown,) = outputs(path, 0)
    assert list(shown.data) == ["text/plain"]
    assert "Send" in shown.data["text/plain"]


def test_what_an_editor_leaves_behind_is_taken_away(write):
    """Times, counts, widths of one person's session make no diff for the next."""
    path = write("1", "2")
    notebook = notebooks.read(path)
    notebook.metadata = {"language_info": {"name": "python", "version": "3.99"}, "widgets": {}}
    notebook.cells[1].execution_count = 17
    notebook.cells[1].metadata = {"execution": {"iopub.status.busy": "now"}, "tags": ["kept"]}
    nbformat.write(notebook, path)
    notebooks.renew(path)

    written = json.loads(path.read_text())
    assert written["metadata"]["kernelspec"]["name"] == "python3"
    assert written["metadata"]["language_info"] == {"name": "python"}
    assert [cell["execution_count"] for cell in written["cells"]] == [1, 2]
    assert [output["execution_count"] for cell in written["cells"] for output in cell["outputs"]] == [1, 2]
    assert written["cells"][1]["metadata"] == {"tags": ["kept"]}
    assert [cell["id"] for cell in written["cells"]] == ["cell-0", "cell-1"]


def test_the_kernel_is_the_interpreter_that_runs_the_tool(write, tmp_path, monkeypatch):
    """A foreign kernel named python3, first on Jupyter's path, is not asked."""
    spec = tmp_path / "foreign" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(
        json.dumps({"argv": ["false", "{connection_file}"], "display_name": "Foreign", "language": "python"})
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "foreign"))
    path = write(f"import sys; sys.prefix == {sys.prefix!r}")
    notebooks.renew(path)

    assert outputs(path, 0)[0].data["text/plain"] == "True"
