"""All instruments together, in a real JupyterLab: how they look in both themes, and what a cell leaves behind."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.async_api import expect

from tests.support.accessibility import DRAWN, serious, small_text
from tests.support.many_runs import IMPORTS, leave_nothing_behind

SHOWN = [
    "theatre = StateTheatre()\ntheatre",
    "ws = chatlib.WebSocket(server.url + '/echo')\nlog = EventLog(ws, browser=True)\nlog",
    """await theatre.connect()
view = WireView(theatre.ws)
view""",
    "room_map = RoomMap()\nfor name in ('Ada', 'Bo', 'Cleo'):\n    await room_map.add(name)\nroom_map",
    "wall = RoomMap(server)\nwall",
    """panel = chatlib.ChatPanel(server.url, name='Ada', room='lobby')
await panel.client.joined()
panel""",
    "console = AttackerConsole()\nconsole",
    "BrowserPage(server.url, '<p>Hello from a page of my own.</p>')",
    "gauges = BufferGauges()\ngauges",
    "board = ChaosBoard(keepalive=None)\nboard",
    "race = TransportRace(rate=2, seconds=1, poll_every=0.5)\nrace",
    "pulse = LoopPulse()\npulse",
    "quiz = Quiz([Question('Is <b> sent?', {'Yes': (True, 'As `<b>`.'), 'No': (False, 'Why not?')})])\nquiz",
    """guess = Prediction('Is <b> bold?', {'Yes': (False, 'Why?'), 'No': (True, 'It is `<b>`.')})
guess.choose('a')
guess""",
    """Report((
    Finding('Python', Colour.GREEN, 'Python 3.11'),
    Finding('Port', Colour.AMBER, 'somebody else has 3000', 'chatlib.serve(port=0)'),
    Finding('Kernel', Colour.RED, 'a click waits', 'pip install ipykernel'),
))""",
    """await theatre.client_sends('hi, 你好')
await theatre.client_closes(1000, 'bye')
room_map.freeze('Bo')
await room_map.say('Ada', 'hi, 你好')
await panel.client.delivered(panel.client.send('hi, 你好'))
gauges.freeze('Bo')
await gauges.publish(600)
await console.attack('name')
console.switch_on('origin')
await console.attack('hijack')
await board.connect()
board.page_says('hi, 你好')
await board.settled()
board.freeze()
board.bo_says('not so far')
await race.run()
time.sleep(1)
task = asyncio.create_task(asyncio.sleep(600), name='nap')
quiz.answer(0, 'b')
None""",
]


async def test_in_both_themes_axe_finds_nothing_serious_and_nothing_is_asked_of_others(lab, browser):
    """Light and dark, wide and narrow; every request goes to this machine; no text is smaller than 14 pixels."""
    asked = []

    def note(asks) -> None:
        asked.append(asks.url)

    viewport = {"width": 1280, "height": 9600}  # all of them are drawn
    async with lab.notebook(browser, lab.write(IMPORTS, *SHOWN), viewport=viewport) as notebook:
        page = notebook.page
        for kind in ("request", "websocket"):
            page.on(kind, note)
        await page.emulate_media(reduced_motion="reduce")  # what is fading in can be read in a moment
        await notebook.run_all()
        assert await notebook.errors() == []
        await expect(page.locator(".chatlib-events [data-type=open]")).to_have_count(2)
        await expect(page.locator(".chatlib-race [role=status]")).to_have_text("Over.")
        await expect(page.locator(".chatlib-pulse [role=status]")).to_have_text("It beats.")
        await expect(page.locator(".chatlib-map [role=status]")).to_contain_text("heard by 2 of 3")
        await expect(page.locator(".chatlib-gauges [role=status]")).to_have_text("The loop waits in its send() to Bo.")
        await expect(page.locator(".chatlib-chaos [role=status]").first).to_contain_text("2 sent, 1 not seen")
        await expect(page.locator(".chatlib-wall .hub")).to_contain_text("hi, 你好")
        await expect(page.locator(".chatlib")).to_have_count(14)
        await page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
        rules = ()  # all of them for the first; colours and widths change the verdict of few
        for width in (1280, 500):
            await notebook.resize(width, 11000)
            for theme in ("Light", "Dark"):
                await notebook.theme(theme)
                assert await serious(page, ".chatlib, .jp-RenderedHTMLCommon", rules=rules) == []
                rules = DRAWN
            assert await small_text(page, ".chatlib:not(.chatlib-chat)") == []  # a chat has small print
        await page.emulate_media(reduced_motion="null")
        for kind in ("request", "websocket"):
            page.remove_listener(kind, note)

    assert {urlsplit(url).hostname for url in asked if not url.startswith(("blob:", "data:"))} == {"127.0.0.1"}


async def test_many_runs_of_a_cell_leave_nothing_behind(lab, browser):
    """Three; `make stress` has fifty. After the last one nothing is more than after the second: one is too many."""
    await leave_nothing_behind(lab, browser, runs=3)


async def test_after_a_restart_every_instrument_says_that_its_kernel_is_gone(lab, browser):
    """Each is a picture now, and none looks alive; run again, all are."""
    viewport = {"width": 1280, "height": 9600}
    async with lab.notebook(browser, lab.write(IMPORTS, *SHOWN[:-1]), viewport=viewport) as notebook:
        await notebook.run_all()
        cards = notebook.page.locator(".chatlib")
        await expect(cards).to_have_count(14)
        await expect(notebook.page.locator(".chatlib-chat [role=status]")).to_have_text("OPEN")
        await notebook.restart_kernel()
        judged = ".chatlib-prediction"  # the next cell has shown its answer: there is nothing more to do in it
        for card in await notebook.page.locator(f".chatlib:not({judged})").all():
            await expect(card.get_by_text("kernel").filter(has_text="is gone").first).to_be_visible()

        await notebook.run_all()
        await expect(cards).to_have_count(14)
        await expect(notebook.page.get_by_text("is gone")).to_have_count(0)
        assert await notebook.errors() == []
