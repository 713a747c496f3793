"""Every instrument after a short life: what the tests of recorded sessions mount."""

from __future__ import annotations

from websockets.frames import Frame, Opcode

import chatlib
from chatlib.widgets.attacker_console import AttackerConsole
from chatlib.widgets.browser_page import BrowserPage
from chatlib.widgets.buffer_gauges import BufferGauges
from chatlib.widgets.chaos_board import ChaosBoard
from chatlib.widgets.chat_panel import ChatPanel
from chatlib.widgets.event_log import EventLog
from chatlib.widgets.live import LiveWidget
from chatlib.widgets.loop_pulse import LoopPulse
from chatlib.widgets.prediction import Prediction
from chatlib.widgets.quiz import Question, Quiz
from chatlib.widgets.room_map import RoomMap
from chatlib.widgets.state_theatre import StateTheatre
from chatlib.widgets.transport_race import TransportRace
from chatlib.widgets.wire_view import WireView
from tests.support.waiting import until


async def played() -> dict[str, LiveWidget]:
    """Give each widget a short life."""
    with chatlib.serve(port=0) as server:
        theatre = StateTheatre()
        await theatre.connect()
        await theatre.server_closes(4001, "<b>enough</b>")
        cut = StateTheatre()
        await cut.connect()
        await cut.client_sends("hi")
        await cut.abort()
        ws = chatlib.WebSocket(server.url + "/echo")
        log, view = EventLog(ws, browser=True), WireView(ws)
        await ws.once("open")
        ws.send("你好 <b>")
        await ws.once("message")
        ws.close(1000)
        await ws.once("close")
        wall = RoomMap(server)
        panel = ChatPanel(server.url, name="Ada")
        await panel.client.joined()
        await until(lambda: "person" in _kinds(wall))  # it looks: what is said now, it sees
        await panel.client.delivered(panel.client.send("<b>hi</b>"))
        await panel.client.delivered(panel.client.send("你好"))
        await until(lambda: "spoke" in _kinds(wall))
        page = BrowserPage(server.url, "<p>Hello from a page of my own.</p>")
    await until(lambda: wall.told()[-1]["data"] == {"state": "stopped"})
    log.act({"do": "event", "time": 1000, "type": "open", "readyState": 1})
    log.act({"do": "event", "time": 1000, "type": "message", "readyState": 1, "data": "hi"})
    long = WireView.of_bytes(Frame(Opcode.BINARY, bytes(1000)).serialize(mask=True))
    room_map, race, pulse = RoomMap(), TransportRace(rate=20, seconds=0.1, poll_every=0.1), LoopPulse()
    quiz = Quiz([Question("Is <b> sent?", {"Yes": (True, "As `<b>`."), "No": (False, "Why not?")})])
    prediction = Prediction("Is <b> bold?", {"Yes": (False, "Why?"), "No": (True, "It is `<b>`.")})
    for name in ("Ada", "Bo"):
        await room_map.add(name)
    room_map.freeze("Bo")
    await room_map.say("Ada", "<b>hi</b>")
    gauges = BufferGauges()
    gauges.freeze("Bo")
    await gauges.publish(400)
    gauges.policy = "disconnect"
    await gauges.until(lambda: gauges.sent == 400)
    gauges.thaw("Bo")
    await gauges.publish(400)
    await gauges.settled()
    console = AttackerConsole()
    await console.attack("name")
    console.switch_on("origin", "size")
    await console.attack("hijack")
    await console.attack("huge")
    board = ChaosBoard(guarantee="at most once", watchdog=None, keepalive=None)
    await board.connect()
    board.page_says("before")
    await board.settled()
    board.clear()
    board.guarantee = "at least once"
    await board.connect()
    board.page_says("<b>hi</b>")
    board.bo_says("你好")
    await board.settled()
    board.cut()
    await board.settled()
    board.freeze()
    board.page_says("into the frost")
    await until(lambda: board.ladder.lost == ["into the frost"])
    race.bet = "WebSocket"
    await race.run()
    pulse.record("gap", {"n": 0, "seconds": 1.2, "line": "time.sleep(1)", "over": True}, key="0")
    await until(lambda: pulse.beats > 3)
    pulse.stop()
    return {
        "state_theatre": theatre,
        "state_theatre cut": cut,
        "event_log": log,
        "wire_view": view,
        "wire_view long": long,
        "room_map": room_map,
        "room_map wall": wall,
        "buffer_gauges": gauges,
        "transport_race": race,
        "loop_pulse": pulse,
        "quiz": quiz,
        "prediction": prediction,
        "chaos_board": board,
        "chat_panel": panel,
        "browser_page": page,
        "attacker_console": console,
    }


def _kinds(widget: LiveWidget) -> set[str]:
    return {event["kind"] for event in widget.told()}
