"""The X-ray and the invitation in a real JupyterLab: the whole way, from a key to the other kernel's WebSocket."""

from __future__ import annotations

import secrets

from playwright.async_api import expect

PANEL = "import chatlib\nserver = chatlib.serve(port=0)\nbo = chatlib.ChatClient(server.url, name='Bo', room={room!r})"
SHOW = "panel = chatlib.ChatPanel(server.chat_url, name='Ada', room={room!r})\npanel"


async def test_a_message_is_followed_from_the_key_to_the_others(lab, browser):
    """By the keyboard alone: each clock's part, who has it, and the bytes; Escape leads back, no cell is touched."""
    room = f"room {secrets.token_hex(4)}"
    path = lab.write(PANEL.format(room=room), SHOW.format(room=room), name="x_ray")
    async with lab.notebook(browser, path) as notebook:
        for index in range(2):
            await notebook.run_cell(index)
        output = await notebook.output(1)
        await expect(output.get_by_role("status")).to_have_text("OPEN")
        cells = await notebook.page.locator(".jp-Cell").count()
        field = output.get_by_role("textbox", name="Message")
        keys = notebook.page.keyboard

        await field.fill("first")
        await field.press("Enter")
        await expect(output.locator("[data-state=delivered]")).to_have_count(1)
        await field.fill("/bytes")
        await field.press("Enter")
        drawer = output.get_by_role("complementary", name="X-ray of a message of Ada")
        await drawer.get_by_role("checkbox").focus()
        await keys.press("Space")
        await field.fill("second")
        await field.press("Enter")
        await expect(output.locator("[data-state=delivered]")).to_have_count(2)
        await output.get_by_role("log").focus()
        for key in ("ArrowUp", "Enter", "Enter"):
            await keys.press(key)

        await expect(drawer.get_by_role("table", name="Who has it").get_by_role("row")).to_contain_text(["Bo"])
        way = drawer.get_by_role("table", name="The way")
        await expect(way.get_by_role("rowheader")).to_contain_text(["This page", "The kernel", "The server"])
        parts = [float(text.split()[0]) for text in await way.locator("tr:not(.between) .ms").all_inner_texts()]
        assert parts == sorted(parts, reverse=True)  # each part lies within the one before
        await expect(drawer.get_by_text("The kernel's answer was back here")).to_be_visible()
        shown = drawer.get_by_role("table", name="The message's keys").get_by_role("button")
        await expect(shown).to_contain_text(["frame header", "type", "msg", "id", "trace", "frame header"])
        await keys.press("Escape")
        await expect(drawer).to_be_hidden()
        await expect(output.locator(".message:focus .text")).to_have_text("second")

        await output.get_by_role("button", name="Invite").click()
        invitation = output.get_by_role("complementary", name="Invite others")
        await expect(invitation).to_contain_text("the phone itself")
        await keys.press("Escape")
        await expect(output.get_by_role("button", name="Invite")).to_be_focused()
        assert await notebook.page.locator(".jp-Cell").count() == cells
