"""RoomMap as learners use it, in a real JupyterLab."""

from __future__ import annotations

from playwright.async_api import expect

IMPORTS = "from chatlib.widgets.room_map import RoomMap"
MAP = "room_map = RoomMap()\nfor name in ('Ada', 'Bo', 'Cleo'):\n    await room_map.add(name)\nroom_map"


async def test_a_message_travels_to_all_but_the_frozen(lab, browser):
    """Said and frozen in the page, drawn there, and asserted in the next cell; thawed, all have heard all."""
    async with lab.notebook(browser, lab.write(IMPORTS, MAP)) as notebook:
        await notebook.run_all()
        room_map = await notebook.output(1)
        members = room_map.get_by_role("list", name="Members").get_by_role("listitem")
        await expect(members).to_have_count(3)

        await room_map.get_by_role("button", name="Freeze Bo").press("Enter")
        await room_map.get_by_role("combobox", name="Who speaks").select_option("Cleo")
        await room_map.get_by_role("textbox", name="Message").fill("<b>你好</b>")
        await room_map.get_by_role("textbox", name="Message").press("Enter")
        await expect(room_map.locator(".dot").first).to_be_visible()

        for name in ("Ada", "Cleo"):
            await expect(members.filter(has_text=name).first).to_contain_text("Cleo: <b>你好</b>")
        await expect(members.filter(has_text="1 waiting")).to_contain_text("Bo")
        await expect(room_map.get_by_role("status")).to_have_text("Cleo: “<b>你好</b>”, heard by 2 of 3.")
        assert await notebook.value("room_map.transcripts") == {
            "Ada": ["<b>你好</b>"],
            "Bo": [],
            "Cleo": ["<b>你好</b>"],
        }

        await room_map.get_by_role("button", name="Thaw Bo").click()
        await expect(members.filter(has_text="Bo").first).to_contain_text("Cleo: <b>你好</b>")
        await expect(room_map.get_by_role("status")).to_contain_text("heard by 3 of 3")
        await room_map.get_by_role("button", name="Ada says it").click()
        await expect(room_map.get_by_role("status")).to_contain_text("Ada: “<b>你好</b>”, heard by 3 of 3.")
        await expect(room_map.locator(".dot")).to_have_count(0)
        assert await notebook.value("[room_map.transcripts['Bo'], room_map.frozen]") == [["<b>你好</b>"] * 2, []]


async def test_a_map_shows_what_python_does_and_a_later_page_the_same(lab, browser):
    """Members come and go, somebody is frozen; after a reload it is all there."""
    play = "await room_map.leave('Ada')\nroom_map.freeze('Bo')\nawait room_map.say('Cleo', 'hi')"
    async with lab.notebook(browser, lab.write(IMPORTS, MAP, play), fresh=True) as notebook:
        await notebook.run_all()
        assert await notebook.errors() == []
        await notebook.save()
        for reloaded in (False, True):
            if reloaded:
                await notebook.reload()
            room_map = await notebook.output(1)
            members = room_map.get_by_role("list", name="Members").get_by_role("listitem")
            await expect(members).to_have_count(2)
            await expect(members.first).to_contain_text("1 waiting")
            await expect(members.last).to_contain_text("Cleo: hi")
            await expect(room_map.get_by_role("button", name="Thaw Bo")).to_be_visible()
