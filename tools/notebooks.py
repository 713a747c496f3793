"""Run the notebooks and write outputs that read well with no kernel (`make notebooks`).

Every notebook gets a kernel, a working directory and a port of its own, which is written as the 3000 that it stands
for. What is written is the same on every run: times, paths, models of widgets and all but the last line of a traceback
go; what is random by nature stands in cells tagged ``volatile`` and keeps its committed output while the notebook's
code stays as it is. ``--fresh`` renews these too; ``--check`` writes nothing, runs each notebook twice in one kernel
and complains about every difference.

In the place of a widget stand its picture and, for a page that can play it, its recorded session. That one has times
and ports, which are not compared.
"""

from __future__ import annotations

import argparse
import ast
import copy
import difflib
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from chatlib.widgets.story import RECORDING, RECORDING_BYTES
from tools.ports import free_port, kernel_ports

ROOT = Path(__file__).resolve().parent.parent
CELL_SECONDS = 60
USUAL_PORT = "3000"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
LOOPBACK_PORT = re.compile(r"(?<=127\.0\.0\.1):\d+")
RECORDINGS_BYTES = 400 * 2**10  # of all in a notebook: whoever reads it loads them
OUTPUT_MESSAGES = {"stream", "error", "display_data", "execute_result", "update_display_data", "clear_output"}
CELL_METADATA_NOISE = {"ExecuteTime", "collapsed", "execution", "scrolled", "trusted", "vscode"}
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
COLOURS = re.compile(r"\x1b\[[\d;]*m")
TRACEBACK = re.compile(r"Traceback \(most recent call last\):\n(?:[ \t]+.*\n)*")
PRIVATE_PLACES = sorted({str(ROOT), str(Path.home()), sys.prefix, tempfile.gettempdir()} - {"/"}, key=len, reverse=True)
ABSOLUTE_PATH = re.compile(
    rf"(?:{'|'.join(map(re.escape, PRIVATE_PLACES))})[^\s\"'<>]*|(?:/home|/Users)/[\w.-]+|\b[A-Z]:\\\\\w+"
)
SNAPSHOTS = """__import__("json").dumps(
    __import__("sys").modules["chatlib.widgets"].snapshots() if "chatlib.widgets" in __import__("sys").modules else {}
)"""


class NotebookError(Exception):
    """A notebook did something that a reader must not meet; ``where`` names the cell, ``what`` says what it was."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(where, what)
        self.where = where
        self.what = what

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def find(directory: Path = ROOT / "notebooks") -> list[Path]:
    """Return the notebooks of the course, in its order."""
    return sorted(directory.glob("[0-9]*.ipynb"))


def read(path: Path) -> NotebookNode:
    """Read a notebook as it is.

    Raises:
        NotebookError: it is none, or it has no cell: an editor was interrupted, or a merge left its marks.
    """
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises whatever it stumbles over
        raise NotebookError(path.name, f"is no notebook: {error}") from error
    if not notebook.cells:
        raise NotebookError(path.name, "has no cell")
    return notebook


def renew(path: Path, *, fresh: bool = False) -> bool:
    """Run a notebook and write what came out; tell whether the file changed. ``fresh`` renews volatile outputs too."""
    committed = read(path)
    notebook = run(path)[0]
    if not fresh and notebook.metadata.chatlib == committed.metadata.get("chatlib"):
        for old, new in zip(committed.cells, notebook.cells, strict=True):
            if new.cell_type == "code" and _stays(old, new):
                new.outputs = [_readable(output, {}) for output in old.outputs]
    _refuse_absolute_paths(notebook, path.name)
    _refuse_heavy_recordings(notebook, path.name)
    text = nbformat.writes(notebook) + "\n"
    changed: bool = text != path.read_text(encoding="utf-8")
    if changed:
        path.write_text(text, encoding="utf-8")
    return changed


def check(path: Path) -> None:
    """Run a notebook twice in one kernel and compare both with the file; the first difference is a NotebookError."""
    committed = read(path)
    for turn, notebook in enumerate(run(path, times=2), start=1):
        if notebook.metadata.chatlib != committed.metadata.get("chatlib"):
            raise NotebookError(path.name, "its code changed after its outputs were written: run `make notebooks`")
        for index, (old, new) in enumerate(zip(committed.cells, notebook.cells, strict=True)):
            if old.cell_type == "code" and not has_tag(old, "volatile") and _comparable(old) != _comparable(new):
                lines = difflib.unified_diff(_comparable(old), _comparable(new), "committed", "fresh", lineterm="")
                what = "\n".join([f"run {turn} differs from the committed output (or tag it volatile)", *lines])
                raise NotebookError(where(path.name, index, old), what)


def run(path: Path, *, times: int = 1) -> list[NotebookNode]:
    """Run All, ``times`` times in one kernel; return a clean notebook for each, or raise NotebookError."""
    source = read(path)
    port = free_port()
    with _own_kernel(path, port) as (client, listener):
        return [_RunAll(client, listener, path.name, copy.deepcopy(source), port).result() for _ in range(times)]


def has_tag(cell: NotebookNode, tag: str) -> bool:
    """Tell whether a cell carries a tag."""
    return tag in cell.metadata.get("tags", [])


@contextmanager
def _own_kernel(path: Path, port: int) -> Iterator[tuple[NotebookClient, BlockingKernelClient]]:
    """Start this interpreter's kernel, apart from everything else on the machine; yield who runs and who listens."""
    with tempfile.TemporaryDirectory(prefix="chatlib-") as temporary:
        directory = Path(temporary)
        course = directory / "notebooks"
        shutil.copytree(path.parent, course, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CHATLIB_")}
        environment |= {
            "CHATLIB_PORT": str(port),
            "JUPYTER_RUNTIME_DIR": str(directory / "runtime"),
            "IPYTHONDIR": str(directory / "ipython"),
        }
        manager = AsyncKernelManager(
            kernel_name="python3",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),  # no foreign "python3": then it is sys.executable
            connection_file=str(directory / "kernel.json"),
            **kernel_ports(),
        )
        client = NotebookClient(
            nbformat.v4.new_notebook(),
            km=manager,
            timeout=CELL_SECONDS,
            record_timing=False,
            store_widget_state=False,
            extra_arguments=["--log-level=ERROR"],
        )
        with client.setup_kernel(cleanup_kc=True, cwd=str(course), env=environment):
            listener = BlockingKernelClient(connection_file=manager.connection_file)
            listener.load_connection_file()
            listener.start_channels(hb=False, stdin=False)
            try:
                listener.wait_for_ready(timeout=CELL_SECONDS)
                yield client, listener
            finally:
                listener.stop_channels()


class _RunAll:
    """One Run All: what nbclient does, and what it leaves out.

    nbclient drops, without a word, what arrives for a cell that has ended: the output of a task or a handler that the
    cell left behind. JupyterLab shows it in that cell. So a second client listens, and adds it there.
    """

    def __init__(
        self, client: NotebookClient, listener: BlockingKernelClient, name: str, notebook: NotebookNode, port: int
    ) -> None:
        self.client = client
        self.listener = listener
        self.name = name
        self.notebook = notebook
        self.port = port
        self.requests: dict[str, int] = {}  # the id of each execute request, and its cell's index
        self.ended: set[str] = set()  # those of them that the kernel has answered in full

    def result(self) -> NotebookNode:
        """Run every cell; return the notebook, clean."""
        self.client.nb = self.notebook
        self.client.reset_execution_trackers()
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type == "code":
                self.run_cell(index)
                self.take_late_outputs()
        snapshots = _ask_for_snapshots(self.listener)
        self.take_late_outputs()
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type == "code" and not has_tag(cell, "raises-exception"):
                _refuse_errors(cell, where(self.name, index, cell))
        _clean(self.notebook, snapshots, self.port)
        return self.notebook

    def run_cell(self, index: int) -> None:
        cell = self.notebook.cells[index]

        def remember(execute_reply: dict[str, Any], **_: object) -> None:
            self.requests[execute_reply["parent_header"]["msg_id"]] = index

        self.client.on_cell_executed = remember
        cell.outputs = []
        try:
            self.client.execute_cell(cell, index)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            what = COLOURS.sub("", str(error)).strip()
            raise NotebookError(where(self.name, index, cell), what) from None

    def take_late_outputs(self) -> None:
        while not self.ended.issuperset(self.requests) or self.listener.iopub_channel.msg_ready():
            message = self.listener.get_iopub_msg(timeout=CELL_SECONDS)
            request = message["parent_header"].get("msg_id")
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                self.ended.add(request)
            elif request in self.ended and request in self.requests and message["msg_type"] in OUTPUT_MESSAGES:
                index = self.requests[request]
                cell = self.notebook.cells[index]
                if message["content"].get("name") == "stderr" and not has_tag(cell, "raises-exception"):
                    what = f"wrote to stderr after it had ended:\n{message['content']['text']}"
                    raise NotebookError(where(self.name, index, cell), what)
                self.client.process_message(message, cell, index)


def _ask_for_snapshots(listener: BlockingKernelClient) -> dict[str, dict[str, Any]]:
    """Return what an output keeps of every chatlib widget, as MIME bundles by model id; the request leaves no trace."""
    reply = listener.execute("", silent=True, user_expressions={"it": SNAPSHOTS}, reply=True, timeout=CELL_SECONDS)
    it = reply["content"]["user_expressions"]["it"]
    if it["status"] == "error":
        raise NotebookError("chatlib.widgets.snapshots()", f"{it['ename']}: {it['evalue']}")
    snapshots: dict[str, dict[str, Any]] = json.loads(ast.literal_eval(it["data"]["text/plain"]))
    return snapshots


def _refuse_errors(cell: NotebookNode, where: str) -> None:
    """A traceback of a task or a handler fails no cell; to the reader it is an error all the same."""
    for output in cell.outputs:
        if output.output_type == "error":
            raise NotebookError(where, f"shows an error: {output.ename}: {output.evalue}")
        if output.output_type == "stream" and TRACEBACK.search(output.text):
            raise NotebookError(where, f"shows a traceback:\n{output.text}")


def _refuse_absolute_paths(notebook: NotebookNode, name: str) -> None:
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            found = ABSOLUTE_PATH.search(json.dumps(output, ensure_ascii=False))
            if found:
                raise NotebookError(where(name, index, cell), f"an absolute path in its output: {found[0]}")


def _refuse_heavy_recordings(notebook: NotebookNode, name: str) -> None:
    total = 0
    for index, cell in enumerate(notebook.cells):
        for recording in _recordings(cell):
            size = len(json.dumps(recording, ensure_ascii=False).encode())
            total += size
            if size > RECORDING_BYTES:
                what = f"a recording of {size} bytes, {RECORDING_BYTES} at most"
                raise NotebookError(where(name, index, cell), what)
    if total > RECORDINGS_BYTES:
        raise NotebookError(name, f"recordings of {total} bytes, {RECORDINGS_BYTES} at most")


def _clean(notebook: NotebookNode, snapshots: dict[str, dict[str, Any]], port: int) -> None:
    """Take away what differs from run to run, or what only this machine and this kernel can show."""
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    notebook.metadata = nbformat.from_dict(copy.deepcopy(NOTEBOOK_METADATA))
    notebook.metadata.chatlib = {"code": _digest(cell.source for cell in code_cells)}
    for cell in notebook.cells:
        for key in CELL_METADATA_NOISE & set(cell.metadata):
            del cell.metadata[key]
    for cell in code_cells:
        cell.execution_count = None
        cell.outputs = [_with_usual_port(_readable(output, snapshots), port) for output in _joined(cell.outputs)]
    for count, cell in enumerate([cell for cell in code_cells if cell.source.strip()], start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join neighbours of one stream: how a text falls into messages is chance."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def _readable(output: NotebookNode, snapshots: dict[str, dict[str, Any]]) -> NotebookNode:
    """Return an output as a page without a kernel shows it."""
    output = copy.deepcopy(output)
    if output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}" if output.evalue else output.ename]
    elif output.output_type == "stream":
        output.text = TRACEBACK.sub("", output.text)
    elif WIDGET_VIEW in output.data:
        view = output.data.pop(WIDGET_VIEW)
        output.data.update(nbformat.from_dict(snapshots.get(view["model_id"], {})))
    return output


def _with_usual_port(output: NotebookNode, port: int) -> NotebookNode:
    """Return an output in which the kernel's own port is the one that the text speaks of, and every reader has."""
    text = json.dumps(output, ensure_ascii=False)
    usual: NotebookNode = nbformat.from_dict(json.loads(re.sub(rf"(?<!\d){port}(?!\d)", USUAL_PORT, text)))
    return usual


def _digest(sources: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(sources).encode()).hexdigest()[:16]


def _stays(old: NotebookNode, new: NotebookNode) -> bool:
    """Tell whether a committed output is as good as a new one: of one kind if it is volatile, else equal."""
    if has_tag(new, "volatile"):
        return _raised(old) == _raised(new) and len(_recordings(old)) == len(_recordings(new))
    return _comparable(old) == _comparable(new)


def _raised(cell: NotebookNode) -> bool:
    return any(output.output_type == "error" for output in cell.get("outputs", []))


def _recordings(cell: NotebookNode) -> list[NotebookNode]:
    bundles = [output.get("data", {}) for output in cell.get("outputs", [])]
    return [bundle[RECORDING] for bundle in bundles if RECORDING in bundle]


def _comparable(cell: NotebookNode) -> list[str]:
    """Return what has to be equal in every run, as lines to compare."""
    outputs = copy.deepcopy(cell.outputs)
    for recording in _recordings(NotebookNode(outputs=outputs)):
        told = json.dumps([[event.kind, event.data] for event in recording.events], sort_keys=True)
        recording.events = json.loads(LOOPBACK_PORT.sub("", told))
    shown = {"execution_count": cell.execution_count, "outputs": outputs}
    return json.dumps(shown, indent=1, sort_keys=True, ensure_ascii=False).splitlines()


def where(name: str, index: int, cell: NotebookNode) -> str:
    """Say which cell of which notebook."""
    return f"{name}, cell {index + 1} ({cell.get('id', 'no id')})"


def main() -> None:
    """Run what the command line names, the whole course by default; exit with 1 if a notebook failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="the course if none is named")
    parser.add_argument("--check", action="store_true", help="write nothing; run twice and compare with the file")
    parser.add_argument("--fresh", action="store_true", help="renew the outputs of volatile cells too")
    options = parser.parse_args()
    failed = False
    for path in options.notebooks or find():
        try:
            if options.check:
                check(path)
                print(f"{path.name}: as committed")
            else:
                print(f"{path.name}: {'written' if renew(path, fresh=options.fresh) else 'unchanged'}", flush=True)
        except NotebookError as error:
            print(error, file=sys.stderr)
            failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main()
