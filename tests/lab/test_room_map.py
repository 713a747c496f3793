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
    async with lab.notebook(browser, lab.write(IMPORTS, MAP, play)) as notebook:
        await notebook.run_all()
        assert await notebook.errors() == []
        async for room_map in notebook.now_and_after_a_reload(1):
            members = room_map.get_by_role("list", name="Members").get_by_role("listitem")
            await expect(members).to_have_count(2)
            await expect(members.first).to_contain_text("1 waiting")
            await expect(members.last).to_contain_text("Cleo: hi")
            await expect(room_map.get_by_role("button", name="Thaw Bo")).to_be_visible()


async def test_a_room_that_the_notebook_stopped_says_so_and_starts_again(lab, browser):
    """After Run All its last cell has stopped the server: no button looks alive, and one brings the room back."""
    async with lab.notebook(browser, lab.write(IMPORTS, MAP, "room_map.server.stop()")) as notebook:
        await notebook.run_all()
        room_map = await notebook.output(1)
        await expect(room_map.get_by_role("alert")).to_contain_text("This room is stopped")
        await expect(room_map.get_by_role("button", name="Freeze Bo")).to_be_disabled()
        await expect(room_map.get_by_role("button", name="Ada says it")).to_be_disabled()
        await expect(room_map.get_by_role("textbox", name="Message")).to_be_hidden()

        await room_map.get_by_role("button", name="Start again").press("Enter")
        await expect(room_map.get_by_role("textbox", name="Message")).to_be_focused()
        await expect(room_map.get_by_role("alert")).to_be_hidden()
        await room_map.get_by_role("button", name="Ada says it").click()
        await expect(room_map.get_by_role("status")).to_have_text("Ada: “hello”, heard by 3 of 3.")


WALL = "import chatlib\nserver = chatlib.serve(port=0)\nroom_map = RoomMap(server)\nroom_map"
CLASS = """from chatlib import chaos
cable = chaos.Proxy("127.0.0.1", server.port)
ada, bo = chatlib.ChatClient(server.url, name="Ada"), chatlib.ChatClient(server.url, name="Bo")
cleo = chatlib.ChatClient(cable.url, name="Cleo")
for client in (ada, bo, cleo):
    await client.joined()"""


async def test_a_wall_shows_a_live_room_on_the_full_screen(lab, browser):
    """Who is there, what they say, who left and who was cut; and when the server stops, it says so."""
    async with lab.notebook(browser, lab.write(IMPORTS, WALL, CLASS)) as notebook:
        await notebook.run_all()
        wall = await notebook.output(1)
        people = wall.get_by_role("list", name="People in the room").get_by_role("listitem")
        await expect(people).to_have_count(3)
        await notebook.value("(await ada.delivered(ada.send('<b>hi</b> 你好'))).state")
        await expect(wall.locator(".hub")).to_have_text("ServerAda<b>hi</b> 你好")

        await wall.get_by_role("button", name="Full screen").press("Enter")
        await expect(wall.get_by_role("button", name="Leave full screen")).to_be_visible()
        assert await notebook.page.evaluate("document.fullscreenElement.className") == "chatlib chatlib-wall"
        await notebook.value("bo.close()")
        await expect(people.filter(has_text="Bo")).to_contain_text("left")
        await notebook.value("cable.stop()")
        await expect(people.filter(has_text="Cleo")).to_contain_text("cut")
        await notebook.value("server.stop()")
        await expect(wall.get_by_role("status")).to_contain_text("The server was stopped")
        await wall.get_by_role("button", name="Leave full screen").press("Enter")
        await expect(wall.get_by_role("button", name="Full screen")).to_be_visible()
        await notebook.value("[client.close() for client in (ada, cleo)]")
