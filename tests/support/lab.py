"""A real JupyterLab, driven through a real browser: what the browser tests stand on.

    async with lab.notebook(browser, "08a_chat_between_notebooks.ipynb") as notebook:
        await notebook.run_all()

Every notebook has a browser context of its own (Chromium hardly draws in a tab behind another), and a JupyterLab
workspace of its own. Whatever fails inside the ``async with`` names a screenshot and the server's log.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, ViewportSize

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 60
WIDE: ViewportSize = {"width": 1280, "height": 900}

# The notebook of a path, as JupyterLab's own object: every script below starts with it.
PANEL = """
const panel = [...window.jupyterapp.shell.widgets("main")].find((widget) => widget.context?.path === path);
const content = panel?.content;
const session = panel?.sessionContext;
"""


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


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
        environment |= {"JUPYTER_PREFER_ENV_PATH": "1", "CHATLIB_PORT": str(self.chat_port)}
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser"),
            *("--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--ServerApp.root_dir={self.root}"),
            f"--IdentityProvider.token={self.token}",
        ]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
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
        self.stop()
        raise AssertionError(
            f"JupyterLab did not start within {SECONDS} s; its log: {self.log}\n{self.log.read_text()}"
        )

    def stop(self) -> None:
        """End the server, which ends its kernels."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()  # a kernel ends by itself when its server is gone
            self._process.wait()
        self._process = None

    @asynccontextmanager
    async def page(self, browser: Browser, path: str, *, viewport: ViewportSize = WIDE) -> AsyncIterator[Page]:
        """Open a page of JupyterLab at a notebook, in a browser context and a workspace of its own."""
        context = await browser.new_context(viewport=viewport, locale="en-US")
        page = await context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        try:
            workspace = f"auto-{secrets.token_hex(4)}"
            await page.goto(f"{self.url}lab/workspaces/{workspace}/tree/{path}?token={self.token}")
            yield page
        except BaseException as error:
            error.add_note(await self._evidence(page))
            raise
        finally:
            await context.close()

    @asynccontextmanager
    async def notebook(self, browser: Browser, path: str, *, viewport: ViewportSize = WIDE) -> AsyncIterator[Notebook]:
        """Open a notebook whose kernel is ready; ``path`` is relative to the course's directory."""
        async with self.page(browser, path, viewport=viewport) as page:
            notebook = Notebook(page, path)
            await notebook.ready()
            yield notebook

    async def _evidence(self, page: Page) -> str:
        picture = self.directory / f"failed-{secrets.token_hex(4)}.png"
        try:
            await page.screenshot(path=picture)
        except Exception as error:  # the page may be what failed: its own trouble must not hide the test's
            return f"no screenshot ({error}); JupyterLab's log: {self.log}"
        return f"screenshot: {picture}; JupyterLab's log: {self.log}"


class Notebook:
    """A notebook open in JupyterLab; ``page`` is Playwright's, for whatever has no method here.

    Cells are counted from 0, in the order of the page.
    """

    def __init__(self, page: Page, path: str) -> None:
        self.page = page
        self.path = path

    async def ready(self) -> None:
        """Wait until JupyterLab has restored itself and this notebook's kernel is idle."""
        await self.page.wait_for_function("() => window.jupyterapp")
        await self._script("await window.jupyterapp.restored")
        await self._until("panel && session")
        await self._script("await panel.context.ready; await session.ready")
        await self._until("session.session?.kernel?.status === 'idle'")

    async def run_all(self, *, seconds: float = SECONDS) -> None:
        """Run all cells; return when the last has ended, whether or not one failed (see :meth:`errors`)."""
        await self._command("notebook:run-all-cells", seconds)
        await self.idle(seconds=seconds)

    async def run_cell(self, index: int, *, seconds: float = SECONDS) -> None:
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
        async with asyncio.timeout(SECONDS):
            await self._script(script, index)

    async def add_cell(self, source: str) -> int:
        """Append a code cell; return its index."""
        await self._script("content.activeCellIndex = content.widgets.length - 1")
        await self._command("notebook:insert-cell-below")
        await self._script("content.activeCell.model.sharedModel.setSource(argument)", source)
        return int(await self._script("return content.activeCellIndex"))

    async def delete_cell(self, index: int) -> None:
        """Delete a cell."""
        await self._script("content.activeCellIndex = argument; content.deselectAll()", index)
        await self._command("notebook:delete-cell")

    async def run(self, source: str, *, seconds: float = SECONDS) -> list[dict[str, Any]]:
        """Append a cell with this source, run it, and return its outputs."""
        index = await self.add_cell(source)
        await self.run_cell(index, seconds=seconds)
        return await self.outputs(index)

    async def idle(self, *, seconds: float = SECONDS) -> None:
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

    async def output(self, index: int) -> Locator:
        """Scroll to a cell and return its output area as it is drawn: JupyterLab draws no cell that is far away."""
        await self._script("await content.scrollToItem(argument, 'center')", index)
        return self.page.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{index}'] .jp-Cell-outputArea")

    async def restart_kernel(self) -> None:
        """Restart the kernel, without the question that the menu asks."""
        await self._script("await session.restartKernel()")
        await self._until("session.session.kernel.status === 'idle'")

    async def save(self) -> None:
        """Save the notebook."""
        await self._script("await panel.context.save()")

    async def reload(self) -> None:
        """Load the page anew; what was not saved is gone."""
        await self.page.reload()
        await self.ready()

    async def open_beside(self, path: str) -> Notebook:
        """Open another notebook in the same page, to the right of this one."""
        options = {"path": path, "factory": "Notebook", "options": {"mode": "split-right", "ref": None}}
        await self._script(
            "await window.jupyterapp.commands.execute('docmanager:open', {...argument, "
            "options: {...argument.options, ref: panel.id}})",
            options,
        )
        other = Notebook(self.page, path)
        await other.ready()
        return other

    async def screenshot(self, path: Path) -> None:
        """Take a picture of the page."""
        await self.page.screenshot(path=path)

    async def _command(self, command: str, seconds: float = SECONDS) -> None:
        await self._activate()
        async with asyncio.timeout(seconds):
            await self._script("await window.jupyterapp.commands.execute(argument)", command)

    async def _activate(self) -> None:
        """Make this the notebook that JupyterLab's commands mean."""
        await self._script("window.jupyterapp.shell.activateById(panel.id)")
        await self._until("window.jupyterapp.shell.currentWidget === panel")

    async def _script(self, body: str, argument: Any = None) -> Any:
        return await self.page.evaluate(f"async ([path, argument]) => {{ {PANEL} {body} }}", [self.path, argument])

    async def _until(self, condition: str, argument: Any = None, *, seconds: float = SECONDS) -> None:
        function = f"([path, argument]) => {{ {PANEL} return {condition} }}"
        await self.page.wait_for_function(function, arg=[self.path, argument], timeout=seconds * 1000)
