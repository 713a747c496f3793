"""The chat page in a real Chromium, with a real server behind it."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

import chatlib
from chatlib import chaos
from chatlib.front_end.bundle import front_end
from tests.support.accessibility import drawn_anew, serious

SECONDS = 30.0
PREFIX = "/user/demo/proxy/3000"

Visit = Callable[..., Awaitable[Page]]


@pytest.fixture
def server() -> Iterator[chatlib.Server]:
    with chatlib.serve(port=0) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser) -> AsyncIterator[Visit]:
    """Open a page as another person would, in a browser context of its own; any script error fails the test."""
    contexts, errors = [], []

    async def open_page(port: int, path: str = "/", *, joined: bool = True, script="", watch=None, **settings) -> Page:
        context = await browser.new_context(**settings)
        contexts.append(context)
        context.set_default_timeout(1000 * SECONDS)
        page = await context.new_page()
        await page.add_init_script(script)
        if watch:
            page.on("request", lambda request: watch(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: "Content Security Policy" in line.text and errors.append(line.text))
        await page.goto(f"http://127.0.0.1:{port}{path}")
        if "name=" not in path:
            await page.get_by_role("button", name="Join").click()
        if joined:
            await is_in(page)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert errors == []


async def is_in(page: Page) -> None:
    """Wait until the room let the page in: then its own name is in the list of people."""
    await expect(page.get_by_role("status")).to_contain_text("OPEN", timeout=1000 * SECONDS)
    await expect(page.locator("li[aria-current]")).to_have_count(1, timeout=1000 * SECONDS)


def log_of(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


def people(page: Page) -> Locator:
    """The names in the list of people; one's own is marked."""
    return page.get_by_role("list", name="People").get_by_role("listitem").locator(".who")


def said(page: Page, text: str) -> Locator:
    """The delivered messages of exactly this text."""
    delivered = page.locator("[role=log] [data-state=delivered]")
    return delivered.filter(has=page.get_by_text(text, exact=True))


async def sees(page: Page, text: str) -> None:
    await expect(said(page, text)).to_have_count(1, timeout=1000 * SECONDS)


async def say(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="Message").fill(text)
    await page.get_by_role("textbox", name="Message").press("Enter")


async def transcript(page: Page) -> list[list[str]]:
    """Every message of the page, in its order: id, state, text."""
    read = """lines => lines.map(line =>
        [line.dataset.id, line.dataset.state, line.querySelector(".text").textContent])"""
    return await page.locator("[data-id]").evaluate_all(read)


async def test_two_pages_chat_both_ways(server, visit):
    """What one says both see, once and in one order, with a name to it; Enter and the button both send."""
    ada, bo = await visit(server.port, "/?name=Ada"), await visit(server.port, "/?name=Bo")
    await say(ada, "hello")
    await sees(bo, "hello")
    await bo.get_by_role("textbox", name="Message").fill("hello back")
    await bo.get_by_role("button", name="Send").click()
    await sees(ada, "hello back")
    await sees(bo, "hello back")
    assert await transcript(ada) == await transcript(bo)
    await expect(said(ada, "hello back").locator("b")).to_have_text("Bo")
    await expect(people(ada)).to_have_text(["Ada (you)", "Bo"])
    await expect(log_of(ada)).to_have_attribute("aria-live", "polite")
    await expect(log_of(ada)).not_to_have_attribute("aria-busy", "true")


async def test_what_people_say_and_are_called_stays_text(server, visit):
    """Chinese, emoji, leading spaces and markup arrive as they were typed, and nothing of them becomes an element."""
    evil = "<img src=x onerror=document.title='owned'>"
    ada, bo = await visit(server.port, "/?name=Ada"), await visit(server.port)
    for text in ["连接成功 👩‍🚀", evil, "<script>document.title='owned'</script>", "  two\n  lines & more"]:
        await say(ada, text)
    await ada.get_by_role("textbox", name="Your name").fill("<b>Ada</b>")
    await ada.get_by_role("textbox", name="Your name").press("Enter")
    await expect(log_of(bo)).to_contain_text("Ada is now <b>Ada</b>")
    assert [text for _, _, text in await transcript(bo)] == [
        "连接成功 👩‍🚀",
        evil,
        "<script>document.title='owned'</script>",
        "  two\n  lines & more",
    ]
    assert await bo.locator("[role=log] :is(img, script), li b").count() == 0
    assert "owned" not in await bo.title()


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
async def test_it_asks_for_a_name_first(server, visit, lang):
    """There is no connection before; a name in the address, or one that the tab remembers, is not asked for."""
    sockets: list[str] = []
    ada = await visit(
        server.port, "/?room=tea#name=", joined=False, locale=lang, viewport={"width": 375, "height": 667}
    )
    ada.on("websocket", lambda socket: sockets.append(socket.url))
    name = ada.get_by_role("textbox", name="你的名字" if lang != "en" else "Your name")
    await expect(name).to_be_focused()
    await expect(ada.get_by_role("heading")).to_have_text("聊天室 tea" if lang != "en" else "Chat room tea")
    assert await serious(ada, "html") == []
    assert sockets == []
    await name.fill("Ada")
    await name.press("Enter")
    await is_in(ada)
    await expect(ada.locator(".who bdi")).to_have_text(["Ada"])
    await ada.goto(f"http://127.0.0.1:{server.port}/?room=tea")
    await is_in(ada)
    await expect(ada.locator(".who bdi")).to_have_text(["Ada"])


async def test_the_enter_that_joins_writes_nothing(server, visit):
    """The message field has the focus by the time the key does what it does."""
    page = await visit(server.port, "/?name=Bo")
    await page.evaluate("sessionStorage.clear()")
    await page.goto(f"http://127.0.0.1:{server.port}/")
    await page.get_by_role("textbox", name="Your name").press_sequentially("Ada")
    await page.keyboard.press("Enter")
    await is_in(page)
    await page.keyboard.type("x")
    await expect(page.get_by_role("textbox", name="Message")).to_have_value("x")


async def test_what_is_unread_shows_on_the_pages_tab(server, visit):
    """The room's name is the page's title, with a mark while something is unread; scrolled up, a pill says how much."""
    ada, bo = await visit(server.port, "/?name=Ada", viewport={"width": 375, "height": 667}), await visit(server.port)
    for n in range(30):
        await say(bo, f"message {n}")
    await sees(ada, "message 29")
    await ada.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    await log_of(ada).evaluate("log => { log.scrollTop = 0; }")
    await ada.wait_for_function("() => document.querySelector('[role=log]').scrollTop === 0")
    await ada.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    await say(bo, "news")
    await expect(ada.get_by_role("button", name="1 new")).to_be_visible()
    assert await ada.title() == "● Chat room lobby"
    await ada.get_by_role("button", name="1 new").click()
    await expect(said(ada, "news")).to_be_in_viewport()
    assert await ada.title() == "Chat room lobby"


async def test_a_reload_keeps_the_name(server, visit):
    """A browser that reloads says goodbye (1001), so others see it; whoever comes back has their name and history."""
    ada, bo = await visit(server.port, "/?name=Ada"), await visit(server.port, "/?name=Bo")
    await say(bo, "before")
    await sees(ada, "before")
    await say(ada, "mine")
    await sees(ada, "mine")
    await ada.reload()
    await is_in(ada)
    await sees(ada, "before")
    await expect(said(ada, "mine")).to_have_class(re.compile(r"\bown\b"))
    await say(ada, "after")
    await sees(bo, "after")
    await expect(said(bo, "after").locator("b")).to_have_text("Ada")
    await expect(log_of(bo).locator("p", has_text="Ada left")).to_have_count(1)


async def test_what_waits_for_the_server_outlives_a_reload(server, visit):
    """The page may be gone all the while: opened again in its tab, it sends what waited, once and in its order."""
    with chaos.Proxy("127.0.0.1", server.port) as network:
        ada, bo = await visit(network.port, "/?name=Ada"), await visit(server.port, "/?name=Bo")
        address = ada.url
        network.refuse()
        network.cut()
        await expect(ada.get_by_role("status")).to_contain_text("CLOSED")
        for text in ("one", "two"):
            await say(ada, text)
        await expect(ada.locator("[data-state=sending]")).to_have_count(2)
        await ada.goto("about:blank")
        network.heal()
        for text in ("three", "four"):
            await ada.goto(address)
            await say(ada, text)
            for page in (ada, bo):
                await sees(page, text)
        assert [text for _, _, text in await transcript(bo)] == ["one", "two", "three", "four"]
        assert await transcript(ada) == await transcript(bo)


async def test_what_failed_outlives_a_reload(server, visit):
    """In its place in time, with Edit and Discard, until one of them is taken."""
    ada, bo = await visit(server.port, "/?name=Ada"), await visit(server.port, "/?name=Bo")
    await say(bo, "before")
    await sees(ada, "before")
    await say(ada, "\u200b")
    await expect(ada.locator("[data-state=failed]")).to_have_count(1)
    await say(bo, "after")
    await sees(ada, "after")
    await ada.reload()
    await sees(ada, "after")
    await expect(ada.locator("[data-id] .text")).to_have_text(["before", "\u200b", "after"])
    await expect(ada.locator("[data-state=failed]").get_by_role("button")).to_have_text(["Edit", "Discard"])
    await ada.get_by_role("button", name="Discard").click()
    await expect(ada.locator("[data-state=failed]")).to_have_count(0)
    await ada.reload()
    await sees(ada, "after")
    await expect(ada.locator("[data-state=failed]")).to_have_count(0)


async def test_another_name_in_the_address_is_another_person(server, visit):
    """In the same tab, whose earlier name and messages are somebody else's then."""
    page = await visit(server.port, "/?name=Ada")
    await say(page, "of Ada")
    await sees(page, "of Ada")
    await page.goto(f"http://127.0.0.1:{server.port}/?name=Bo")
    await is_in(page)
    await expect(page.locator("li[aria-current] .who")).to_have_text("Bo (you)")
    await sees(page, "of Ada")
    await expect(page.locator(".own")).to_have_count(0)


async def test_a_cut_connection_loses_and_doubles_nothing(server, visit):
    """Cut off, the page says so and keeps what is typed; back again, both have all of it in one order."""
    with chaos.Proxy("127.0.0.1", server.port) as network:
        ada, bo = await visit(network.port, "/?name=Ada"), await visit(server.port, "/?name=Bo")
        await say(ada, "one")
        await sees(bo, "one")
        network.refuse()
        network.cut()
        await expect(ada.get_by_role("status")).to_contain_text("CLOSED")
        await ada.get_by_role("button", name="Details").click()
        await expect(ada.locator(".why")).to_contain_text("No server answers.", timeout=1000 * SECONDS)
        await say(ada, "two")
        await expect(ada.locator("[data-state=sending]")).to_have_count(1)
        await say(bo, "three")
        await sees(bo, "three")
        await visit(server.port, "/?name=Cy")
        network.heal()
        await sees(ada, "two")
        await sees(bo, "two")
        assert [text for _, _, text in await transcript(ada)] == ["one", "three", "two"]
        assert await transcript(ada) == await transcript(bo)
        await expect(ada.get_by_role("status")).to_have_text("OPEN")
        await expect(log_of(ada).get_by_text("Cy entered", exact=True)).to_have_count(1)
        assert await log_of(bo).locator("p", has_text="left").count() == 0


async def test_a_message_that_was_lost_on_its_way_is_sent_again(server, visit):
    """send() said nothing of a frozen network; after the cut the page sends what never came back."""
    with chaos.Proxy("127.0.0.1", server.port) as network:
        ada, bo = await visit(network.port, "/?name=Ada"), await visit(server.port, "/?name=Bo")
        network.freeze()
        await say(ada, "lost at first")
        await expect(ada.locator("[data-state=sending]")).to_have_count(1)
        network.cut()
        network.heal()
        await sees(bo, "lost at first")
        await sees(ada, "lost at first")
        await expect(ada.locator("[data-state=sending]")).to_have_count(0)


async def test_an_answer_that_was_lost_is_not_a_second_message(server, visit):
    """Cut off before its answer, the page cannot know that its message was placed; it stands there once."""
    with chaos.Proxy("127.0.0.1", server.port) as network:
        ada, bo = await visit(network.port, "/?name=Ada"), await visit(server.port, "/?name=Bo")
        network.cut(after_bytes=100)  # more than the frame itself, less than the frame and its answer
        await say(ada, "once")
        await sees(bo, "once")
        await sees(ada, "once")
        assert network.cuts == 1
        await say(ada, "and on")
        await sees(bo, "and on")
        assert await transcript(ada) == await transcript(bo)


async def test_the_page_finds_a_new_server_on_its_port(visit):
    """The server stops, another one starts on the port: the page comes back by itself and sends what waited."""
    first = chatlib.serve(port=0)
    ada = await visit(first.port, "/?name=Ada")
    first.stop()
    await expect(ada.get_by_role("status")).to_contain_text("CLOSED")
    await say(ada, "still there?")
    with chatlib.serve(port=first.port) as second:
        await sees(ada, "still there?")
        bo = await visit(second.port)
        await sees(bo, "still there?")


async def test_behind_a_proxy_without_a_last_slash(server, visit):
    """At /user/demo/proxy/3000 the page connects below that path, and a room's name survives the percent-encoding."""
    async with stripping_proxy(server.port) as port:
        ada = await visit(port, PREFIX + "?room=caf%C3%A9%20%25%26%E8%81%8A&name=Ada")
        bo = await visit(port, PREFIX + "/?room=cafe%CC%81%20%25%26%E8%81%8A%E2%80%8B%20&name=Bo")  # it looks the same
        other = await visit(port, PREFIX)
        await say(ada, "through the proxy")
        await sees(bo, "through the proxy")
        await expect(bo.get_by_role("heading", name="Chat room café %&聊")).to_be_visible()
        assert await transcript(other) == []


@pytest.mark.parametrize("room", ["a%3Fb", "a%23b", "a%2Fb", "a%5Cb", ".", "..", "x&room=.."])
async def test_a_room_that_would_be_lost_on_the_way_is_refused_in_words(server, visit, room):
    """Else the page would be in another room than its address says."""
    page = await visit(server.port, f"/?room={room}&name=Ada", joined=False)

    await expect(page.get_by_text("a room's name has no slash")).to_be_visible()


async def test_a_name_is_spelt_as_its_owner_does(server, visit):
    """A family stays a family, a non-joiner of Persian stays; who looks the same is the second one."""
    pilot = "👩🏽\u200d🚀"
    names = ["👨\u200d👩\u200d👧", "علی\u200cرضا", "علیرضا"]
    pages = [await visit(server.port, f"/?name={quote(name)}") for name in names]

    await expect(people(pages[0])).to_have_text([f"{names[0]} (you)", names[1], f"{names[2]} (2)"])
    await pages[0].get_by_role("textbox", name="Your name").fill("x" * 20 + 4 * pilot)
    await pages[0].keyboard.press("Enter")
    await expect(people(pages[1]).first).to_have_text("x" * 20 + 3 * pilot)  # 32 characters


async def test_the_passcode_of_the_page_is_handed_on(visit):
    """A page that was opened with ?passcode= gets into the room with it."""
    with chatlib.serve(port=0, passcode="sesame & co") as server:
        ada = await visit(server.port, "/?passcode=sesame%20%26%20co&name=Ada")
        await say(ada, "in")
        await sees(ada, "in")


async def test_enter_of_an_input_method_does_not_send(server, visit):
    """The Enter that picks a candidate belongs to the input method, the one with Shift makes a line."""
    ada = await visit(server.port)
    box = ada.get_by_role("textbox", name="Message")
    await box.fill("ni")
    for mark in ({"isComposing": True}, {"keyCode": 229}):
        await box.dispatch_event("keydown", {"key": "Enter", **mark})
    await box.press("Shift+Enter")
    assert await transcript(ada) == []
    assert await box.input_value() == "ni\n"
    await box.press("Enter")
    await sees(ada, "ni")


async def test_a_refused_message_says_why(server, visit):
    """Too long is said in words, and the text stays in its field; what cannot be seen is marked as not sent."""
    ada = await visit(server.port)
    await say(ada, "x" * 9000)
    await expect(ada.locator(".notice", has_text="808 bytes too long")).to_be_visible()
    await expect(ada.get_by_role("textbox", name="Message")).to_have_value("x" * 9000)
    await say(ada, "\u200b")
    await expect(ada.locator("[data-state=failed]")).to_have_count(1)
    await expect(ada.locator("[data-state=failed]")).to_contain_text("not delivered: it is blank")
    await say(ada, "short")
    await sees(ada, "short")


async def test_many_messages_at_once_all_arrive_in_order(server, visit):
    """Beyond the rate limit the page waits as told and sends again; it loses none and mixes up none."""
    ada, bo = await visit(server.port), await visit(server.port)
    lines = [f"line {number}" for number in range(60)]
    for line in lines:
        await say(ada, line)
    await expect(bo.locator("[data-id]")).to_have_count(60, timeout=2000 * SECONDS)
    assert [text for _, _, text in await transcript(bo)] == lines
    await expect(ada.locator("[data-state=delivered]")).to_have_count(60)
    assert await transcript(ada) == await transcript(bo)


async def test_names_typing_and_leaving_are_told(server, visit):
    """A new name, that somebody is typing, and that somebody left: each is seen by the others."""
    ada, bo = await visit(server.port, "/?name=Ada"), await visit(server.port, "/?name=Bo")
    name = bo.get_by_role("textbox", name="Your name")
    await name.fill("Ada")
    await name.press("Enter")
    await expect(name).to_have_value("Ada (2)")
    await expect(people(ada)).to_have_text(["Ada (you)", "Ada (2)"])
    await bo.get_by_role("textbox", name="Message").press_sequentially("hm")
    await expect(ada.get_by_text("Ada (2) is typing…")).to_be_visible()
    await bo.get_by_role("button", name="Leave").click()
    await expect(bo.get_by_role("status")).to_have_text("CLOSED")
    await expect(log_of(ada)).to_contain_text("Ada (2) left the room")
    await expect(ada.get_by_text("Ada (2) is typing…")).to_be_hidden()
    await bo.get_by_role("button", name="Join").click()
    await is_in(bo)


async def test_a_copied_tab_takes_the_seat_and_the_first_one_yields(server, visit):
    """A duplicated tab has the same secret: the first page is told so and does not fight for the seat."""
    first = await visit(server.port, "/?name=Ada")
    async with first.expect_popup() as popup:
        await first.evaluate("open(location.href)")  # like a duplicated tab, it starts with a copy of sessionStorage
    second = await popup.value
    await is_in(second)
    await expect(first.get_by_role("status")).to_contain_text("CLOSED")
    await expect(first.get_by_role("status")).to_contain_text("taken")
    await expect(first.get_by_role("button", name="Join")).to_be_visible()
    await say(second, "mine now")
    await sees(second, "mine now")
    await expect(people(second)).to_have_text(["Ada (you)"])


async def test_the_same_name_has_the_same_colour_as_in_a_notebook(server, visit, browser):
    """Page and panel are one front end."""
    ada = await visit(server.port, "/?name=Grace%20Hopper")
    await say(ada, "hi")
    await sees(ada, "hi")
    shown = await said(ada, "hi").evaluate("message => message.style.getPropertyValue('--hue')")
    blank = await browser.new_page()
    module = "async text => (await import(`data:text/javascript,${encodeURIComponent(text)}`)).hue('Grace Hopper')"
    assert shown == str(await blank.evaluate(module, front_end("words")))
    await blank.close()


async def test_the_page_has_an_x_ray_too(server, visit):
    """Without a kernel, and of its own WebSocket: the payloads, which is all that a browser shows a page."""
    ada, bo = await visit(server.port, "/?name=Ada"), await visit(server.port, "/?name=Bo")
    await say(ada, "hi")
    await sees(ada, "hi")
    await said(ada, "hi").hover()
    await ada.get_by_role("button", name="X-ray of this message of Ada").click()
    drawer = ada.get_by_role("complementary", name="X-ray of a message of Ada")
    await expect(drawer).to_contain_text("The server was not asked about this message.")
    await drawer.get_by_role("checkbox").check()
    await say(ada, "again")
    await sees(bo, "again")
    await say(ada, "/bytes")

    await expect(drawer.get_by_role("table", name="Who has it").get_by_role("row")).to_contain_text(["Bo"])
    way = drawer.get_by_role("table", name="The way").get_by_role("rowheader")
    await expect(way).to_contain_text(["This page", "This page's WebSocket", "The server"])
    keys = drawer.get_by_role("table", name="The message's keys").get_by_role("button")
    await expect(keys).to_have_text(["type", "msg", "id", "trace", "type", "user", "msg", "id", "seq", "time"])
    await expect(drawer.get_by_text("A browser shows a page no frame, only its payload.")).to_have_count(2)


async def test_the_page_invites_to_itself(server, visit):
    """By its own address, with room and passcode and no name; here it leads nowhere, and says so."""
    ada = await visit(server.port, "/?name=Ada&room=tea&passcode=secret")
    await ada.get_by_role("button", name="Invite").click()
    drawer = ada.get_by_role("complementary", name="Invite others")
    address = f"http://127.0.0.1:{server.port}/?room=tea&passcode=secret"
    await expect(drawer.get_by_text(address, exact=True)).to_be_visible()
    await expect(drawer).to_contain_text("the phone itself")
    await expect(drawer.get_by_role("img")).to_have_count(0)


async def test_a_sandboxed_frame_is_told_apart_from_a_server_that_is_gone(server, visit):
    """It has neither storage nor an origin, and no server lets it in: the page stands, and says what to do."""
    page = await visit(server.port, joined=False)
    outside = '<iframe sandbox="allow-scripts" src="/"></iframe>'
    await page.route("**/outside", lambda route: route.fulfill(body=outside, content_type="text/html"))
    await page.goto(f"http://127.0.0.1:{server.port}/outside")
    inside = page.frame_locator("iframe")
    await inside.get_by_role("button", name="Join").click()
    await expect(inside.locator(".why")).to_contain_text("sandboxed frame")
    await expect(inside.get_by_role("textbox", name="Message")).to_be_attached()


async def test_storage_that_is_refused_is_done_without(server, visit):
    """Where cookies are blocked the page chats all the same, and a cut connection comes back as the same person."""
    refuse = "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no') } })"
    with chaos.Proxy("127.0.0.1", server.port) as network:
        ada, bo = await visit(network.port, "/?name=Ada", script=refuse), await visit(server.port, "/?name=Bo")
        await say(ada, "one")
        await sees(bo, "one")
        network.cut()
        await say(ada, "two")
        await sees(bo, "two")
        assert await log_of(bo).locator("p", has_text="left").count() == 0


async def test_the_page_asks_for_nothing_but_its_socket(server, visit):
    """One response holds all of it; while the room lets it in, there is no other request."""
    asked: list[str] = []
    ada = await visit(server.port, watch=asked.append)
    await say(ada, "hi")
    await sees(ada, "hi")
    assert asked == [f"http://127.0.0.1:{server.port}/"]


async def test_axe_finds_nothing_serious(server, visit):
    """Contrast, names, roles, and the landmarks of a whole page."""
    ada = await visit(server.port)
    bo = await visit(server.port, "/?name=Bo")
    await say(bo, "hello https://example.org")
    await sees(ada, "hello https://example.org")
    await say(ada, "\u200b")
    await expect(ada.locator("[data-state=failed]")).to_have_count(1)
    async for drawn, rules in drawn_anew(ada, 1280, 375):
        await ada.evaluate("() => Promise.all(document.getAnimations().map(animation => animation.finished))")
        assert await serious(ada, "html", rules=rules) == [], drawn


async def test_a_chinese_browser_gets_a_chinese_page(server, visit):
    """Labels and quiet lines follow the browser's language; the connection's state keeps the standard's word."""
    ada = await visit(server.port, "/?name=Ada", locale="zh-CN")
    await expect(ada.get_by_role("log", name="消息")).to_contain_text("Ada 进入了聊天室")
    await expect(ada.get_by_role("button", name="发送")).to_be_visible()
    await expect(ada.get_by_role("status")).to_have_text("OPEN")
    assert await ada.locator("html").get_attribute("lang") == "zh-CN"


@pytest.mark.parametrize("width", [320, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_fits_a_phone_in_both_colour_schemes(server, visit, scheme, width):
    """Nothing scrolls sideways or down, the button is in view, and text stands out from its background."""
    ada = await visit(server.port, viewport={"width": width, "height": 568}, color_scheme=scheme)
    await say(ada, "https://example.org/" + "a" * 200)
    await expect(ada.locator("[data-state=delivered]")).to_have_count(1)
    await expect(ada.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)
    tops = "buttons => buttons.map(button => Math.round(button.getBoundingClientRect().top))"
    leave, invite = await ada.locator(".top button").evaluate_all(tops)
    assert leave == invite  # in one row, which is the second of two
    assert await ada.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await ada.evaluate("document.documentElement.scrollHeight <= innerHeight")
    colours = await ada.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    text, ground = (sum(map(int, re.findall(r"\d+", colour))) for colour in colours)
    assert (text < 150 and ground > 600) if scheme == "light" else (text > 600 and ground < 150)


@asynccontextmanager
async def stripping_proxy(port: int) -> AsyncIterator[int]:
    """A proxy that shows the server below PREFIX, like a hub's: it drops the prefix from each request's path."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        from_server, to_server = await asyncio.open_connection("127.0.0.1", port)
        path = request.split(b" ", 2)[1]
        prefix, bare = path[: len(PREFIX)], path[len(PREFIX) :]
        assert prefix == PREFIX.encode(), path
        assert bare[:1] in (b"", b"/", b"?"), path
        to_server.write(request.replace(path, b"/" + bare if bare[:1] in (b"", b"?") else bare, 1))
        with suppress(ConnectionError):  # the page may go away in the middle
            await asyncio.gather(pump(reader, to_server), pump(from_server, writer))

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
        sink.close()

    proxy = await asyncio.start_server(carry, "127.0.0.1", 0)
    try:
        yield proxy.sockets[0].getsockname()[1]
    finally:
        proxy.close()
