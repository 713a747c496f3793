"""A cell with every instrument, run again and again in a real JupyterLab: what its runs leave behind."""

from __future__ import annotations

from playwright.async_api import Browser, WebSocket, expect

from tests.support.lab import Lab

IMPORTS = """import asyncio, time
import chatlib
from chatlib.diagnostics.report import Colour, Finding, Report
from chatlib.widgets.attacker_console import AttackerConsole
from chatlib.widgets.browser_page import BrowserPage
from chatlib.widgets.buffer_gauges import BufferGauges
from chatlib.widgets.chaos_board import ChaosBoard
from chatlib.widgets.event_log import EventLog
from chatlib.widgets.loop_pulse import LoopPulse
from chatlib.widgets.prediction import Prediction
from chatlib.widgets.quiz import Question, Quiz
from chatlib.widgets.room_map import RoomMap
from chatlib.widgets.state_theatre import StateTheatre
from chatlib.widgets.transport_race import TransportRace
from chatlib.widgets.wire_view import WireView
server = chatlib.serve(port=0)"""
COUNT = """
import gc, threading
import psutil
from IPython import get_ipython
from chatlib import background

async def background_tasks():
    return len(asyncio.all_tasks())

def count():
    gc.collect()
    return {
        "tasks": len(asyncio.all_tasks()),
        "background tasks": background.run(background_tasks()),
        "threads": threading.active_count(),
        "comms": len(get_ipython().kernel.comm_manager.comms),
        "sockets": len(psutil.Process().net_connections("inet")),
    }

async def settled():
    now, since = count(), time.monotonic()
    while time.monotonic() < since + 12:  # longer than a view may be gone, and than a closed room takes to end
        await asyncio.sleep(3)  # to count is no small work
        if count() != now:
            now, since = count(), time.monotonic()
    return now
"""
PLAY = """theatre = StateTheatre()
await theatre.connect()
ws = chatlib.WebSocket(server.url + "/echo")
log, view = EventLog(ws, browser=True), WireView(ws)
await ws.once("open")
ws.close()
await ws.once("close")
room_map, race, pulse = RoomMap(), TransportRace(rate=100, seconds=0.02, poll_every=0.02), LoopPulse()
quiz = Quiz([Question("?", {"a": (True, "1"), "b": (False, "2")})])
guess = Prediction("?", {"a": (True, "1"), "b": (False, "2")})
gauges = BufferGauges(policy="broadcast")
gauges.freeze("Bo")
await gauges.publish(20)
wall, panel = RoomMap(server), chatlib.ChatPanel(server.url, name="Ada")
await panel.client.delivered(panel.client.send("hi"))
browser_page = BrowserPage(server.url, "<p>Hello</p>")
console = AttackerConsole()
await console.attack("hijack")
board = ChaosBoard()
await board.connect()
board.page_says("hi")
await board.settled()
await room_map.add("Ada")
await room_map.add("Bo")
room_map.freeze("Bo")
await room_map.say("Ada", "hi")
await race.run()
card = Report((Finding("Python", Colour.RED, "old", "a new one"),))
display(theatre, log, view, room_map, gauges, wall, race, pulse, quiz, guess)
display(panel, browser_page, console, board, card)"""


async def leave_nothing_behind(lab: Lab, browser: Browser, *, runs: int) -> None:
    """Tasks on both loops, threads, comms, sockets, and the page's own WebSockets: as after the second run."""
    async with lab.notebook(browser, lab.write(IMPORTS, PLAY, COUNT)) as notebook:
        page = notebook.page
        opened: list[WebSocket] = []
        closed: list[WebSocket] = []

        def watch(ws: WebSocket) -> None:
            if ws.url.endswith("/echo"):
                opened.append(ws)
                ws.on("close", lambda ws: closed.append(ws))

        page.on("websocket", watch)

        async def run() -> None:
            await notebook.run_cell(1)
            await expect(page.locator(".chatlib-events [data-type=open]")).to_have_count(2)
            await expect(page.locator(".chatlib-quiz fieldset")).to_have_count(2)
            await expect(page.locator(".chatlib-chat [data-state=delivered]").last).to_contain_text("hi")

        await notebook.run_cell(0)
        await notebook.run_cell(2)

        async def settled() -> object:
            """Count with nothing in sight that moves, which is much to draw."""
            shown = page.viewport_size
            assert shown
            await page.set_viewport_size(shown | {"height": 300})
            counted = await notebook.value("await settled()")
            await page.set_viewport_size(shown)
            return counted

        await run()
        await run()
        first = await settled()
        for _ in range(runs - 2):
            await run()

        assert await settled() == first
        assert len(opened) - len(closed) == 1
        assert await notebook.errors() == []
