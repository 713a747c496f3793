"""Kernels in workers of one page, with Python and chatlib as the built site has them, and the project's own tests."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page

from tests.support.places import ROOT

FOLDERS = ("tests", "tools")
TOOLS = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")  # what runs tests, as it is installed here

WORKER = """
let python;

async function start({core, packages, zip}) {
  const {loadPyodide} = await import(`${core}pyodide.mjs`);
  python = await loadPyodide({indexURL: core, lockFileURL: `${core}pyodide-lock.json`, packages, stdout: () => {}});
  const files = Uint8Array.from(atob(zip), (character) => character.charCodeAt(0));
  python.unpackArchive(files.buffer, "zip", {extractDir: "/home/pyodide/project"});
  await python.runPythonAsync(
    "import os, sys; os.chdir('/home/pyodide/project'); sys.path.insert(0, os.getcwd()); import chatlib");
}

self.onmessage = async ({data}) => {
  try {
    const value = data.code === undefined ? await start(data) : await python.runPythonAsync(data.code);
    postMessage({value: value === undefined ? null : JSON.parse(value)});
  } catch (error) {
    postMessage({error: String(error)});
  }
};
"""

PAGE = """
const kernels = [];
const told = [];

window.startKernel = (worker, parts) => {
  const kernel = new Worker(URL.createObjectURL(new Blob([worker], {type: "text/javascript"})), {type: "module"});
  kernels.push(kernel);
  return ask(kernel, parts);
};

window.runInKernel = (number, code) => ask(kernels[number], {code});
window.endKernel = (number) => kernels[number].terminate();
window.whatWasTold = () => told.splice(0);

function ask(kernel, message) {
  return new Promise((resolve) => {
    kernel.onmessage = ({data}) => ("told" in data ? told.push(data.told) : resolve(data));
    kernel.onerror = (event) => resolve({error: event.message});
    kernel.postMessage(message);
  });
}
"""


class Kernel:
    """One worker of the page, in which Python runs."""

    def __init__(self, page: Page, number: int) -> None:
        self._page = page
        self._number = number

    async def run(self, code: str) -> Any:
        """Run code whose last line is an expression, JSON; return what it says."""
        answer = await self._page.evaluate("([number, code]) => runInKernel(number, code)", [self._number, code])
        assert "error" not in answer, answer["error"]
        return answer["value"]

    async def end(self) -> None:
        """End the worker, as the browser does when its page goes."""
        await self._page.evaluate("(number) => endKernel(number)", self._number)


class Kernels:
    """The kernels of one page."""

    def __init__(self, page: Page, core: str) -> None:
        self._page = page
        self._core = core
        self._count = 0

    async def start(self) -> Kernel:
        """Start one more; chatlib is imported there."""
        parts = {"core": self._core, "packages": ["chatlib"], "zip": _own_files()}
        answer = await self._page.evaluate("([worker, parts]) => startKernel(worker, parts)", [WORKER, parts])
        assert "error" not in answer, answer["error"]
        self._count += 1
        return Kernel(self._page, self._count - 1)

    async def told(self) -> list[Any]:
        """What kernels have told since this was asked last, with ``js.postMessage({"told": ...})``."""
        told: list[Any] = await self._page.evaluate("whatWasTold()")
        return told


@asynccontextmanager
async def kernels(context: BrowserContext, site: str) -> AsyncIterator[Kernels]:
    """A page of the site that has nothing but kernels."""
    page = await context.new_page()
    page.set_default_timeout(0)  # tests bring their own patience
    await page.route(f"{site}kernels.html", lambda route: route.fulfill(body="<title>Kernels</title>"))
    await page.goto(f"{site}kernels.html")
    await page.add_script_tag(content=PAGE)
    try:
        yield Kernels(page, f"{site}static/pyodide/")
    finally:
        await page.close()


def _own_files() -> str:
    """Return the project's tests, and what runs them, as an archive in base64."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for folder in FOLDERS:
            for path in sorted((ROOT / folder).rglob("*.py")):
                if "node_modules" not in path.parts:
                    packed.write(path, path.relative_to(ROOT))
        for name in TOOLS:
            for file in metadata.files(name) or ():
                if file.suffix == ".py" or ".dist-info" in str(file.parent):
                    packed.write(Path(str(file.locate())), str(file))
    return base64.b64encode(archive.getvalue()).decode()


def as_json(value: object) -> str:
    """Return a value as Python can read it in a kernel."""
    return repr(json.dumps(value))
