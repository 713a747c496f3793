"""What every test may ask for: a Chromium, a JupyterLab, a Node; and the order of the tests, quick ones first.

Each process of a run imports this, so it imports at once only what every test needs.
"""

from __future__ import annotations

import gc
import itertools
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.support.chromium import CHROMIUM_FLAGS, SHORT_LIVED
from tests.support.places import ROOT
from tools import programs
from tools.ports import free_port

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.support.lab import Lab
    from tests.support.lite import Tab

# With this package, jsonschema makes itself a parser of IRIs whenever nbformat is imported, for one second or five. No
# notebook's schema has an IRI, so jsonschema is told, as it allows, that the package is not there.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

gc.disable()  # until all is imported and collected

TESTS = Path(__file__).parent
# The slowest first: then nobody waits long for the last test.
SLOW_FOLDERS = ("process", "node", "browser", "lab", "lite")
BROWSER_FOLDERS = ("browser", "lab", "lite", "lite_course", "pictures", "kernels", "binder")
PAGE_SECONDS = 60  # how long a page may take to show something: much under load, and it costs nothing where all is well


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make pictures` has the README's pictures written into its folder."""
    parser.addoption("--pictures", metavar="FOLDER", help="write the README's pictures into this folder")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its folder's name; run the quick ones first; have all browser tests share one event loop."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in SLOW_FOLDERS:
            item.add_marker(folder)
        if folder in BROWSER_FOLDERS and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
    places = {name: place for place, name in enumerate(SLOW_FOLDERS, 1)}
    items.sort(key=lambda item: places.get(item.path.relative_to(TESTS).parts[0], 0))


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist's, which can be left out (`-p no:xdist`)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Where several processes judge all tests, have them share the work as ``tests.support.lanes`` says."""
    from tests.support.lanes import Lanes

    return Lanes(config, log) if config.option.dist == "loadscope" else None


def pytest_collection_finish() -> None:
    """From now on there is garbage: what is imported and collected stays."""
    gc.enable()


@pytest.fixture(scope="module", autouse=True)
def young_objects() -> None:
    """Have the garbage collector look at what these tests make, not again and again at all that was there before."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def runtime_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that are not there yet, one for each test: most never make theirs."""
    above = tmp_path_factory.mktemp("runtime")
    return (above / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_chatlib(runtime_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings, the journals and the port 3000 of whoever runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith("CHATLIB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CHATLIB_PORT", str(free_port()))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(next(runtime_folders)))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of the Chromium that the browser tests use."""
    path = programs.find_chromium()
    assert path, f"No browser was found. Run `make test`, or install {programs.ADVICE['chromium']}."
    return path


@pytest.fixture(scope="session")
def node_path() -> str:
    """The path of a Node whose packages in tests/node are installed; run it with ``cwd=tests/node``."""
    path = programs.find_node()
    assert path, f"No Node was found. Run `make test`, or install {programs.ADVICE['node']}."
    assert (ROOT / "tests" / "node" / "node_modules").is_dir(), "Run `make test`, or `npm ci` in tests/node."
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    """One headless Chromium for all browser tests; each test opens contexts of its own in it."""
    from playwright.async_api import async_playwright, expect

    async with async_playwright() as playwright:
        expect.set_options(timeout=PAGE_SECONDS * 1000)
        flags = [*CHROMIUM_FLAGS, SHORT_LIVED]
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=flags)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    """One JupyterLab server for all tests in tests/lab, with a copy of the course; it ends before the browser does."""
    from tests.support.lab import Lab

    lab = Lab(tmp_path_factory.mktemp("lab"))
    try:
        lab.start()
        yield lab
    finally:
        await lab.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tab(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tab]:
    """The course in a browser tab, in a Chromium that never opened it before; nobody else may be asked for anything."""
    from tests.support import lite

    log = tmp_path_factory.mktemp("lite") / "network.json"
    async with lite.visited(lite.built(tmp_path_factory), chromium_path, log) as tab:
        yield tab
