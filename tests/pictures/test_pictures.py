"""The README's pictures, taken in a real JupyterLab: what they show is what happened.

They are drawn into pytest's temporary folder; `make pictures` has them written where the README shows them.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import FloatRect, Locator, Page, expect

from tests.support.film import LARGEST_PICTURE, Film, running_time
from tests.support.lab import Lab, Notebook

# Nothing that says nothing: the toolbars, the prompts, the button for one more cell.
BARE = """
.jp-InputPrompt, .jp-OutputPrompt, .jp-Notebook-footer, .jp-cell-menu, .jp-Collapser,
.jp-NotebookPanel-notebook > .jp-WindowedPanel-scrollbar { display: none !important; }
.jp-WindowedPanel-outer::-webkit-scrollbar { display: none; }
.jp-Notebook .jp-Cell { padding: 3px 8px !important; outline: none !important; border-color: transparent !important; }
.jp-WindowedPanel-viewport { padding-top: 6px !important; }
.chatlib-chat { height: 28rem !important; }
.jp-Notebook .jp-Cell.jp-mod-active .jp-InputArea-editor { border-color: var(--jp-cell-editor-border-color) !important;
    box-shadow: none !important; }
#caption { position: fixed; z-index: 99999; display: flex; align-items: center; padding: 0 12px;
    font: 600 17px system-ui, sans-serif; color: #fff; background: #1d3557; }
"""
NO_TOOLBARS = """() => {
    for (const widget of window.jupyterapp.shell.widgets("main")) widget.toolbar?.hide();
}"""
CAPTION = """([text, { x, y, width }, height]) => {
    const caption = document.querySelector("#caption") ?? document.body.appendChild(document.createElement("div"));
    Object.assign(caption, { id: "caption", textContent: text });
    Object.assign(caption.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
}"""
CAPTION_HEIGHT = 34
TAKEOVER_MS = 30_000

IMPORTS = """import asyncio, time
import chatlib
from chatlib.widgets import LoopPulse, StateTheatre, WireView
server = chatlib.serve()"""
# Each with the cells that draw it, the last of them shown, and what has to be seen before it is taken.
STILLS = {
    "panel": (
        """panel = chatlib.ChatPanel(name="Ada")
bo, lin = (chatlib.ChatClient(server.url, name=name) for name in ("Bo", "Lin"))
for client in (panel.client, bo, lin):
    await client.joined()
panel""",
        """for client, text in [
    (bo, "Hello from another notebook!"), (panel.client, "Hi Bo. Two kernels, one room."), (lin, "你好 👋"),
    (panel.client, "`server.url` is in my kernel"), (bo, "and https://www.rfc-editor.org/rfc/rfc6455 is what we speak"),
]:
    await client.delivered(client.send(text))""",
        ".chatlib-chat",
        "is what we speak",
    ),
    "theatre": (
        "theatre = StateTheatre()\ntheatre",
        "await theatre.connect()\nawait theatre.client_sends('hello')\nawait theatre.abort()",
        ".chatlib-theatre",
        "nobody sent 1006",
    ),
    "wire-view": (
        """ws = chatlib.WebSocket(server.url + "/echo")
view = WireView(ws)
await ws.once("open")
view""",
        "ws.send('Hello')\nawait ws.once('message')",
        ".chatlib-wire",
        "Masking-key",
    ),
    "pulse": (
        """async def wait_for_news():
    await asyncio.sleep(600)

news = asyncio.create_task(wait_for_news(), name="news")
pulse = LoopPulse()
pulse""",
        "await asyncio.sleep(3)\ntime.sleep(1)\nawait asyncio.sleep(2)",
        ".chatlib-pulse",
        "time.sleep(1)",
    ),
}


@pytest.fixture
def keep(request: pytest.FixtureRequest):
    """Return where a finished picture goes, if it was asked for: into the folder of --pictures."""
    folder: str | None = request.config.getoption("--pictures")

    def keep(picture: Path) -> None:
        if folder is not None:
            shutil.copy(picture, folder)

    return keep


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def studio(tmp_path_factory) -> AsyncIterator[Lab]:
    """A JupyterLab in which nobody else's kernel serves the room, and nobody has said anything."""
    lab = Lab(tmp_path_factory.mktemp("studio"))
    try:
        lab.start()
        yield lab
    finally:
        await lab.stop()


async def dress(notebook: Notebook) -> None:
    """Make room: no side bar, a light theme, nothing that says nothing."""
    await notebook.page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    await notebook.page.evaluate(NO_TOOLBARS)
    await notebook.theme("Light")
    await notebook.page.add_style_tag(content=BARE)


class Seat:
    """A notebook with a panel, as whoever sits there sees it."""

    def __init__(self, notebook: Notebook, at: int) -> None:
        self.notebook = notebook
        self.within: Locator = notebook.page.locator(".jp-NotebookPanel").nth(at)

    @property
    def panel(self) -> Locator:
        return self.within.locator(".chatlib-chat")

    @property
    def texts(self) -> Locator:
        return self.panel.get_by_role("log", name="Messages").locator("[data-state=delivered] .text")

    async def sit_down(self) -> None:
        for cell in range(2):
            await self.notebook.run_cell(cell)
        await expect(self.panel.get_by_role("status")).to_have_text("OPEN", timeout=TAKEOVER_MS)


class Scene:
    """Two notebooks side by side, and what is said of them above."""

    def __init__(self, film: Film, ada: Seat, bo: Seat) -> None:
        self.film = film
        self.ada = ada
        self.bo = bo

    async def caption(self, text: str) -> None:
        await self.film.page.evaluate(CAPTION, [text, self.film.clip, CAPTION_HEIGHT])

    async def says(self, seat: Seat, text: str, *, others: list[Seat], seconds: float) -> None:
        """Film how somebody writes a message, and that it is there, in their own panel and in those of others."""
        field = seat.panel.get_by_role("textbox", name="Message")
        await self.film.type(field, text)
        await field.press("Enter")
        for each in (seat, *others):
            await expect(each.texts.last).to_have_text(text, timeout=TAKEOVER_MS)
        await self.film.shot(seconds)


async def the_kernel_dies(scene: Scene, kernel: psutil.Process) -> None:
    """Run the cell that kills the serving kernel, and film what JupyterLab says of it."""
    ada, film = scene.ada, scene.film
    await scene.caption("Now the kernel that runs the server is killed.")
    await film.shot(1.2)
    killing = asyncio.create_task(ada.notebook.start_cell(2))
    dialog = film.page.locator(".jp-Dialog")
    await expect(dialog).to_contain_text("appears to have died", timeout=TAKEOVER_MS)
    assert not kernel.is_running()
    await film.shot(1.3)
    await dialog.get_by_role("button").last.press("Enter")
    await expect(dialog).to_have_count(0)
    await killing


async def test_the_serving_kernel_is_killed_and_the_room_goes_on(studio: Lab, browser, tmp_path: Path, keep) -> None:
    """The moving picture: who joined has taken over, says so, and who was killed comes back and has missed nothing."""
    picture = tmp_path / "takeover.webp"
    serve = "import chatlib\nserver = chatlib.serve()\nserver"
    kill = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    paths = [
        studio.write(serve, f'chatlib.ChatPanel(name="{name}")', last, path=f"{name}.ipynb")
        for name, last in (("Ada", kill), ("Bo", "server"))
    ]
    size = {"width": 1090, "height": 770}
    async with studio.notebook(browser, paths[0], viewport=size, fresh=True) as one:
        await dress(one)
        other = await one.open_beside(paths[1])
        await one.page.evaluate(NO_TOOLBARS)
        ada, bo = Seat(one, 0), Seat(other, 1)
        film = Film(one.page, await stage_of(one.page))
        scene = Scene(film, ada, bo)
        for seat in (ada, bo):
            await seat.sit_down()
        kernel = psutil.Process(await one.value("__import__('os').getpid()"))
        await one.delete_cell(3)
        await scene.caption("Two notebooks, two kernels, one chat. Ada's kernel runs the server.")
        await film.shot(1.2)
        await scene.says(ada, "Hi Bo! The server runs in my kernel.", others=[bo], seconds=0.8)
        await scene.says(bo, "Hi Ada 👋 I joined it.", others=[ada], seconds=0.8)

        await the_kernel_dies(scene, kernel)
        await scene.caption("Bo's kernel stood by, and has taken over.")
        await scene.says(bo, "Your kernel died. The room goes on!", others=[], seconds=0.6)
        await other.run_cell(2)
        await expect(bo.within.get_by_text("owner>")).to_be_visible()
        await film.shot(1.0)

        await scene.caption("Ada runs her cells again: nothing was lost.")
        await ada.sit_down()
        await expect(ada.texts).to_have_count(3)
        await film.shot(0.6)
        await scene.says(ada, "Back. I missed nothing.", others=[bo], seconds=2)

        said = await bo.texts.all_text_contents()
        assert len(said) == 4
        await expect(ada.texts).to_have_text(said)
    film.develop(picture)

    with Image.open(picture) as image:
        assert getattr(image, "n_frames", 1) > 20
    assert 8 <= running_time(picture) <= 14
    assert picture.stat().st_size < LARGEST_PICTURE
    keep(picture)


async def stage_of(page: Page) -> FloatRect:
    """Return where the two notebooks are, and the place of the caption above them."""
    box = await page.locator("#jp-main-dock-panel").bounding_box()
    assert box is not None
    top = max(0, box["y"] - CAPTION_HEIGHT)
    return FloatRect(x=box["x"], y=top, width=box["width"], height=box["y"] + box["height"] - top)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stills(browser, studio) -> AsyncIterator[Notebook]:
    """A notebook with the cells of all of them, as sharp as a good screen shows it."""
    path = studio.write(IMPORTS, *itertools.chain.from_iterable(cells[:2] for cells in STILLS.values()))
    size = {"width": 760, "height": 1400}
    async with studio.notebook(browser, path, viewport=size, fresh=True, scale=2) as notebook:
        await dress(notebook)
        yield notebook


@pytest.mark.parametrize("name", STILLS)
async def test_a_picture_of_a_widget(stills: Notebook, tmp_path: Path, keep, name: str) -> None:
    """The widget alone, in a kernel that has done nothing else."""
    *_, widget, shown = STILLS[name]
    picture = tmp_path / f"{name}.png"
    make = 1 + 2 * list(STILLS).index(name)
    await stills.restart_kernel()
    for cell in (0, make, make + 1):
        await stills.run_cell(cell)
    assert await stills.errors() == []
    drawn = (await stills.output(make)).locator(widget)
    if name == "wire-view":
        await drawn.get_by_role("button", name="client → server: TEXT Hello").click()
    await expect(drawn.get_by_text(shown).first).to_be_visible()
    await stills.page.mouse.move(0, 0)
    await drawn.screenshot(path=picture, animations="disabled")

    with Image.open(picture) as image:
        assert image.width > 1000
        assert len(image.getcolors(2**24) or []) > 50  # it is not blank
    assert picture.stat().st_size < LARGEST_PICTURE
    keep(picture)
