"""A real JupyterLab, driven through a real browser: what the browser tests stand on.

    async with lab.notebook(browser, lab.write("import chatlib", "chatlib.ChatPanel()")) as notebook:
        await notebook.run_all()

Notebooks that are open at the same time have browser contexts of their own (Chromium hardly draws in a tab behind
another) and workspaces of their own. JupyterLab takes seconds to load: so a page that has done its work is used again,
with nothing open in it. Whatever fails inside the ``async with`` names a screenshot and the server's log.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.async_api import Browser, Locator, Page, ViewportSize

from tests.support.places import ROOT
from tools.ports import free_port

SECONDS = 60
LOOKED_AFTER = 50  # milliseconds: to look at each frame, as Playwright does, would have Chromium draw sixty a second
CONFIGURATION = ROOT / "tests" / "support" / "jupyter"  # its kernels are forked
WIDE: ViewportSize = {"width": 1280, "height": 900}

# The notebook of a path, as JupyterLab's own object: every script below starts with it.
PANEL = """
const panel = [...window.jupyterapp.shell.widgets("main")].find((widget) => widget.context?.path === path);
const content = panel?.content;
const session = panel?.sessionContext;
"""

# What the page is at: each kernel, the cells that it has not answered, and whatever is asked of the user.
STANDS = """() => [
    ...[...window.jupyterapp.shell.widgets("main")].filter((widget) => widget.sessionContext).flatMap((widget) => [
        `${widget.context.path}: kernel ${widget.sessionContext.session?.kernel?.status}, `
            + `connection ${widget.sessionContext.session?.kernel?.connectionStatus}`,
        ...widget.content.widgets.filter((cell) => cell.model.sharedModel.executionState === "running").map((cell) =>
            `still running: ${cell.model.sharedModel.source}\\n`
            + `its outputs: ${JSON.stringify(cell.model.sharedModel.outputs).slice(0, 2000)}`),
    ]),
    ...[...document.querySelectorAll(".jp-Dialog-content")].map((dialog) => `a dialog: ${dialog.textContent}`),
]"""


class Lab:
    """One JupyterLab server on a free port, with directories of its own under ``directory`` and a copy of the course.

    ``chat_port`` is the port that chatlib.serve() takes in its kernels: never the 3000 of somebody at work here.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.root = directory / "notebooks"
        self.log = directory / "jupyterlab.log"
        self.token = secrets.token_hex(16)
        self.chat_port = free_port()
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._idle: list[Page] = []

    def start(self) -> None:
        """Start the server; return when it answers."""
        shutil.copytree(ROOT / "notebooks", self.root, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        ours = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "CHATLIB_"))
        }
        environment |= {name: str(self.directory / value) for name, value in ours.items()}
        environment |= {"JUPYTER_CONFIG_PATH": str(CONFIGURATION), "JUPYTER_PREFER_ENV_PATH": "1"}
        environment["CHATLIB_PORT"] = str(self.chat_port)
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser"),
            *("--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--ServerApp.root_dir={self.root}"),
            f"--IdentityProvider.token={self.token}",
        ]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        self.url = self._answering_url(self._process)

    def _answering_url(self, process: subprocess.Popen[bytes]) -> str:
        """Return the URL that the server wrote down for its process, once it answers there."""
        described = self.directory / "runtime" / f"jpserver-{process.pid}.json"
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                url: str = json.loads(described.read_text())["url"]
                urllib.request.urlopen(f"{url}api/status?token={self.token}", timeout=5).close()
            except (OSError, ValueError):
                time.sleep(0.05)
            else:
                return url
        self._end_server()
        raise AssertionError(
            f"JupyterLab did not start within {SECONDS} s; its log: {self.log}\n{self.log.read_text()}"
        )

    async def stop(self) -> None:
        """Close what is open here, and end the server, which ends its kernels."""
        while self._idle:
            await self._idle.pop().context.close()
        self._end_server()

    def _end_server(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()  # a kernel ends by itself when its server is gone
            self._process.wait()
        self._process = None

    def write(self, *sources: str, name: str = "notebook", kernel: str = "python3", path: str | None = None) -> str:
        """Put a notebook with these code cells beside the course; return its path, which no other has, or the given."""
        path = path or f"{name} {secrets.token_hex(4)}.ipynb"
        notebook = new_notebook(metadata={"kernelspec": {"name": kernel, "display_name": kernel}})
        notebook.cells = [new_code_cell(source) for source in sources]
        nbformat.write(notebook, self.root / path)
        return path

    @asynccontextmanager
    async def page(
        self, browser: Browser, path: str = "", *, viewport: ViewportSize = WIDE, scale: float = 1
    ) -> AsyncIterator[Page]:
        """Load JupyterLab at a file of the course, as a link does: in a context and a workspace of its own."""
        page = await self._new_page(browser, scale)
        try:
            await page.set_viewport_size(viewport)
            await page.goto(self._link(path))
            yield page
        except BaseException as error:
            error.add_note(await self._evidence(page))
            raise
        finally:
            await page.context.close()

    @asynccontextmanager
    async def notebook(
        self, browser: Browser, path: str, *, viewport: ViewportSize = WIDE, fresh: bool = False, scale: float = 1
    ) -> AsyncIterator[Notebook]:
        """Open a notebook whose kernel is ready; ``path`` is relative to the course's directory.

        Its page may have shown other notebooks before, which are closed. Who leaves traces in it asks for a ``fresh``
        one; so does who wants another ``scale`` of pixels.
        """
        if fresh or scale != 1:
            async with self.page(browser, path, viewport=viewport, scale=scale) as page:
                notebook = Notebook(page, path)
                await notebook.ready()
                yield notebook
                await notebook.close_all()
            return
        if self._idle:
            page = self._idle.pop()
        else:
            page = await self._new_page(browser)
            await page.goto(self._link(""))
        try:
            await page.set_viewport_size(viewport)
            notebook = Notebook(page, path)
            await notebook.open()
            yield notebook
            await notebook.close_all()
        except BaseException as error:
            error.add_note(await self._evidence(page))
            await page.context.close()
            raise
        self._idle.append(page)

    async def _new_page(self, browser: Browser, scale: float = 1) -> Page:
        context = await browser.new_context(viewport=WIDE, locale="en-US", device_scale_factor=scale)
        page = await context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        return page

    def _link(self, path: str) -> str:
        """Return the URL of JupyterLab with a file open, in a new workspace."""
        tree = f"/tree/{path}" if path else ""
        return f"{self.url}lab/workspaces/auto-{secrets.token_hex(4)}{tree}?token={self.token}"

    async def _evidence(self, page: Page) -> str:
        """Say what the page shows: where only the tests' output can be read, a picture's path is not enough."""
        picture = self.directory / f"failed-{secrets.token_hex(4)}.png"
        try:
            await page.screenshot(path=picture)
            seen = "\n".join(await page.evaluate(STANDS))
        except Exception as error:  # the page may be what failed: its own trouble must not hide the test's
            return f"no screenshot ({error}); JupyterLab's log: {self.log}"
        return f"{seen}\nscreenshot: {picture}; JupyterLab's log: {self.log}"


class Notebook:
    """A notebook open in JupyterLab; ``page`` is Playwright's, for whatever has no method here.

    Cells are counted from 0, in the order of the page. Nothing takes longer than ``seconds``, where nobody says more.
    """

    def __init__(self, page: Page, path: str, *, seconds: float = SECONDS) -> None:
        self.page = page
        self.path = path
        self.seconds = seconds

    async def open(self) -> None:
        """Open it as a click in the list of files does; return when its kernel is idle."""
        await self.page.wait_for_function("() => window.jupyterapp")
        await self._script("await window.jupyterapp.restored")
        await self._script("await window.jupyterapp.commands.execute('docmanager:open', { path, factory: 'Notebook' })")
        await self.ready()

    async def close_all(self) -> None:
        """Close this notebook and those beside it, saved or not, end their kernels, and show the side bar again."""
        await self.page.mouse.move(0, 0)
        await self._script("""
            const documents = [...window.jupyterapp.shell.widgets("main")].filter((widget) => widget.context);
            await Promise.all(documents.map((widget) => widget.sessionContext?.shutdown()));
            for (const widget of documents) widget.dispose();
            if (window.jupyterapp.shell.leftCollapsed) window.jupyterapp.shell.expandLeft();
        """)
        await self._until("!document.querySelector('.jp-NotebookPanel')")

    async def ready(self) -> None:
        """Wait until JupyterLab has restored itself and this notebook's kernel is idle."""
        await self.page.wait_for_function("() => window.jupyterapp")
        await self._script("await window.jupyterapp.restored")
        await self._until("panel && session")
        await self._script("await panel.context.ready; await session.ready")
        await self._until("session.session?.kernel?.status === 'idle'")

    async def run_all(self, *, seconds: float | None = None) -> None:
        """Run all cells; return when the kernel has answered for each, whether or not one failed (see :meth:`errors`).

        The command itself is over as soon as one cell fails, be it on purpose, and takes the stars from the prompts
        behind it: only what was asked of the kernel tells when the rest has run, or was given up.
        """
        async with asyncio.timeout(seconds or self.seconds):
            await self._command("notebook:run-all-cells")
            await self._script("await Promise.allSettled(content.widgets.map((cell) => cell.outputArea?.future?.done))")
        await self.idle(seconds=seconds)

    async def run_cell(self, index: int, *, seconds: float | None = None) -> None:
        """Run one cell; return when it has ended."""
        await self.start_cell(index)
        await self.idle(seconds=seconds)

    async def start_cell(self, index: int) -> None:
        """Start a cell; return as soon as the kernel is at it (or has done it): for cells that keep it busy."""
        await self._activate()
        script = """
            content.activeCellIndex = argument;
            const ended = window.jupyterapp.commands.execute("notebook:run-cell").then(() => "ended");
            const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve("frame")));
            const busy = () => content.widgets[argument].prompt === "*" && session.session.kernel.status === "busy";
            while (!busy() && (await Promise.race([ended, frame()])) !== "ended");
        """
        async with asyncio.timeout(self.seconds):
            await self._script(script, index)

    async def add_cell(self, source: str) -> int:
        """Append a code cell; return its index."""
        await self._script("content.activeCellIndex = content.widgets.length - 1")
        async with asyncio.timeout(self.seconds):
            await self._command("notebook:insert-cell-below")
        index = int(await self._script("return content.activeCellIndex"))
        await self.edit(index, source)
        return index

    async def edit(self, index: int, source: str) -> None:
        """Give a cell another source."""
        await self._script("content.widgets[argument[0]].model.sharedModel.setSource(argument[1])", [index, source])

    async def delete_cell(self, index: int) -> None:
        """Delete a cell."""
        await self._script("content.activeCellIndex = argument; content.deselectAll()", index)
        await self._command("notebook:delete-cell")

    async def run(self, source: str, *, seconds: float | None = None) -> list[dict[str, Any]]:
        """Append a cell with this source, run it, and return its outputs."""
        index = await self.add_cell(source)
        await self.run_cell(index, seconds=seconds)
        return await self.outputs(index)

    async def value(self, expression: str) -> Any:
        """Append a cell that prints what an expression is in the kernel, run it, and return that, through JSON."""
        (output,) = await self.run(f"import json; print(json.dumps({expression}))")
        assert output["output_type"] == "stream", output
        return json.loads(output["text"])

    async def idle(self, *, seconds: float | None = None) -> None:
        """Wait until nothing runs: the kernel may say "idle" while a cell still waits, so no prompt may be a star."""
        await self._until(
            "session.session.kernel.status === 'idle' && content.widgets.every((cell) => cell.prompt !== '*')",
            seconds=seconds,
        )

    async def find(self, text: str) -> int:
        """Return the index of the first cell whose source has this text."""
        script = "return content.widgets.findIndex((cell) => cell.model.sharedModel.getSource().includes(argument))"
        index = int(await self._script(script, text))
        assert index >= 0, f"no cell of {self.path} has {text!r}"
        return index

    async def outputs(self, index: int) -> list[dict[str, Any]]:
        """Return a cell's outputs as nbformat has them."""
        outputs: list[dict[str, Any]] = await self._script(
            "return content.widgets[argument].model.sharedModel.toJSON().outputs", index
        )
        return outputs

    async def errors(self) -> list[str]:
        """Return every error in the outputs, with the index of its cell."""
        script = """return content.widgets.flatMap((cell, index) => (cell.model.sharedModel.toJSON().outputs ?? [])
            .filter((output) => output.output_type === "error")
            .map((output) => `cell ${index}: ${output.ename}: ${output.evalue}`))"""
        return list(await self._script(script))

    async def unrun(self) -> list[int]:
        """Return the code cells that no kernel has answered, by their index."""
        script = """return content.widgets.flatMap(({ model }, index) =>
            model.type === "code" && model.sharedModel.getSource() && !model.executionCount ? [index] : [])"""
        return list(await self._script(script))

    async def output(self, index: int) -> Locator:
        """Scroll to a cell and return its output area as it is drawn: JupyterLab draws no cell that is far away."""
        await self._script("await content.scrollToItem(argument, 'center')", index)
        return self.page.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{index}'] .jp-Cell-outputArea")

    async def restart_kernel(self) -> None:
        """Restart the kernel, without the question that the menu asks."""
        await self._script("await session.restartKernel()")
        await self._until("session.session.kernel.status === 'idle'")

    async def shut_down_kernel(self) -> None:
        """End the kernel, as "Shut Down Kernel" does; the notebook stays open."""
        await self._script("await session.shutdown()")

    async def save(self) -> None:
        """Save the notebook."""
        await self._script("await panel.context.save()")

    async def reload(self) -> None:
        """Load the page anew; what was not saved is gone.

        Its address names the notebook, which JupyterLab would open once more at some time; so it is opened here.
        """
        await self.page.goto(self.page.url.partition("/tree/")[0])
        await self.open()

    async def now_and_after_a_reload(self, index: int) -> AsyncIterator[Locator]:
        """Yield a cell's output twice: as it is, and as the saved notebook shows it in a page that is loaded anew."""
        await self.save()
        yield await self.output(index)
        await self.reload()
        yield await self.output(index)

    async def open_beside(self, path: str) -> Notebook:
        """Open another notebook in the same page, to the right of this one."""
        options = {"path": path, "factory": "Notebook", "options": {"mode": "split-right", "ref": None}}
        await self._script(
            "await window.jupyterapp.commands.execute('docmanager:open', {...argument, "
            "options: {...argument.options, ref: panel.id}})",
            options,
        )
        other = Notebook(self.page, path, seconds=self.seconds)
        await other.ready()
        return other

    async def resize(self, width: int, height: int) -> None:
        """Give the page another size; return when JupyterLab has laid itself out in it."""
        await self.page.set_viewport_size({"width": width, "height": height})
        await self._until("panel.node.getBoundingClientRect().right <= argument", width)

    async def theme(self, name: str) -> None:
        """Give the page JupyterLab's theme of this name, "Light" or "Dark"; return when it has it."""
        script = "await window.jupyterapp.commands.execute('apputils:change-theme', { theme: argument })"
        await self._script(script, f"JupyterLab {name}")
        await self._until("document.body.dataset.jpThemeLight === argument", str(name == "Light").lower())
        await self._until("!document.querySelector('#jupyterlab-splash')")

    async def _command(self, command: str) -> None:
        await self._activate()
        await self._script("await window.jupyterapp.commands.execute(argument)", command)

    async def _activate(self) -> None:
        """Make this the notebook that JupyterLab's commands mean."""
        await self._script("window.jupyterapp.shell.activateById(panel.id)")
        await self._until("window.jupyterapp.shell.currentWidget === panel")

    async def _script(self, body: str, argument: Any = None) -> Any:
        return await self.page.evaluate(f"async ([path, argument]) => {{ {PANEL} {body} }}", [self.path, argument])

    async def _until(self, condition: str, argument: Any = None, *, seconds: float | None = None) -> None:
        function = f"([path, argument]) => {{ {PANEL} return {condition} }}"
        await self.page.wait_for_function(
            function, arg=[self.path, argument], timeout=(seconds or self.seconds) * 1000, polling=LOOKED_AFTER
        )
