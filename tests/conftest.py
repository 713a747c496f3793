"""What every test may ask for: a Chromium, a JupyterLab, a Node; and the order of the tests, quick ones first."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.support.lab import Lab
from tests.support.places import ROOT
from tools import programs
from tools.ports import free_port

TESTS = Path(__file__).parent
SLOW_FOLDERS = ("process", "node", "browser", "lab")  # the slowest first: then nobody waits long for the last test
BROWSER_FOLDERS = ("browser", "lab", "kernels", "binder")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its folder's name; run the quick ones first; have all browser tests share one event loop."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in SLOW_FOLDERS:
            item.add_marker(folder)
        if folder in BROWSER_FOLDERS and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
    items.sort(key=lambda item: [bool(item.get_closest_marker(name)) for name in SLOW_FOLDERS])


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
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    """One JupyterLab server for all tests in tests/lab, with a copy of the course; it ends before the browser does."""
    lab = Lab(tmp_path_factory.mktemp("lab"))
    try:
        lab.start()
        yield lab
    finally:
        await lab.stop()
