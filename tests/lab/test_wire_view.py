"""WireView as learners use it, in a real JupyterLab."""

from __future__ import annotations

from playwright.async_api import expect

IMPORTS = """import chatlib
from chatlib.widgets.wire_view import WireView
server = chatlib.serve(port=0)
def connect(): return chatlib.WebSocket(server.url + "/echo")"""


async def test_wire_view_takes_the_chosen_frame_apart(lab, browser):
    """The newest frame is shown until one is chosen; a field that has the focus lights its bits."""
    code = (
        "ws = connect()\nview = WireView(ws)\nawait ws.once('open')\nws.send('Hello')\nawait ws.once('message')\nview"
    )
    async with lab.notebook(browser, lab.write(IMPORTS, code)) as notebook:
        await notebook.run_all()
        view = await notebook.output(1)
        await expect(view.get_by_role("status")).to_have_text("2 frames")
        await expect(view.locator(".piece > b")).to_have_text("server → client: TEXT Hello")

        await view.get_by_role("button", name="client → server: TEXT Hello").press("Enter")
        await expect(view.locator(".bit")).to_have_count(8 * 11)
        opcode = view.get_by_role("button", name="opcode")
        await opcode.focus()
        assert await view.locator(".bit.lit").all_inner_texts() == ["0", "0", "0", "1"]
        await expect(view.get_by_role("row", name="opcode").get_by_role("link", name="§5.6")).to_be_visible()
        await view.get_by_role("row", name="Payload len").hover()
        assert await view.locator(".bit.lit").all_inner_texts() == list("0000101")
        plain = view.get_by_role("table", name="Unmasking").get_by_role("row").last.get_by_role("cell")
        assert await plain.all_inner_texts() == ["48", "65", "6c", "6c", "6f"]

        await view.get_by_role("button", name="client → server: opening request").click()
        await expect(view.get_by_role("row", name="Sec-WebSocket-Key")).to_contain_text("§11.3.1")
        await notebook.run("ws.close(1000, 'bye')\nawait ws.once('close')\nNone")
        await expect(view.get_by_role("status")).to_have_text("4 frames · the connection is closed")
        await expect(view.locator(".piece > b")).to_contain_text("opening request")


async def test_cells_of_a_snapshot_begin_at_the_left(lab, browser):
    """JupyterLab would have every cell of an HTML table end at the right."""
    snapshot = "from IPython.display import HTML, display\nview = WireView.of_bytes(b'\\x81\\x02hi')\n"
    show = "display(HTML(view._repr_mimebundle_()[0]['text/html']))\nNone"
    async with lab.notebook(browser, lab.write(IMPORTS, snapshot + show)) as notebook:
        await notebook.run_all()
        output = await notebook.output(1)
        cell = output.get_by_role("cell", name="0x1")
        await expect(cell).to_be_visible()
        aligned = "cells => cells.map(each => getComputedStyle(each).textAlign)"
        assert set(await output.locator("th, td").evaluate_all(aligned)) == {"left"}
