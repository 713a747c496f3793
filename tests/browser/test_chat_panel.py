"""The chat panel's front end alone, in Chromium and with a session that is played: what is drawn, what is sent."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import expect

from chatlib.experiments.dissection import dissect
from chatlib.front_end.bundle import front_end, style_sheet
from tests.support.accessibility import serious

TIME = "2026-01-01T10:00:00.000Z"
ROOM = {
    "room": "lobby",
    "name": "Ada",
    "url": "ws://127.0.0.1:3000",
    "limits": {"rate": 20, "burst": 40, "message_bytes": 8192},
}
MOUNT = """async ([module, lang]) => {
    document.documentElement.lang = lang;
    const { mount } = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
    window.sent = [];
    window.answers = [];
    const session = window.recorded
        ? { on: listener => window.recorded.forEach(listener), send: null }
        : { on: listener => { window.tell = listener; }, send: data => new Promise(answer => {
            if (data.do === "typing") return;
            window.sent.push(data);
            window.answers.push(answer);
        }) };
    document.body.append(document.createElement("main"));
    mount(document.querySelector("main"), session);
}"""


class Stage:
    """A page with a panel, and the session behind it."""

    def __init__(self, page):
        self.page = page
        self.log = page.get_by_role("log", name="Messages")
        self.messages = self.log.locator("[data-state]")
        self.texts = self.messages.locator(".text")
        self.input = page.get_by_role("textbox", name="Message")
        self.status = page.get_by_role("status")
        self.count = 0

    async def tell(self, kind, /, **data):
        await self.page.evaluate("event => window.tell(event)", {"t": 0, "kind": kind, "data": data})

    async def hear(self, msg, user="Bo", **more):
        self.count += 1
        message = {"id": str(self.count), "user": user, "msg": msg, "time": TIME, "state": "delivered", "code": None}
        await self.tell("message", **message | {"own": user == "Ada"} | more)

    async def say(self, text):
        await self.input.fill(text)
        await self.input.press("Enter")

    async def sent(self):
        """Return what the person did, but for typing."""
        return await self.page.evaluate("window.sent")

    async def said(self):
        """Return the ids that the page gave to what the person said."""
        return [action["id"] for action in await self.sent() if action["do"] == "say"]

    async def answer(self, value):
        """Have the kernel take the oldest action that it has not taken."""
        await self.page.evaluate("value => window.answers.shift()(value)", value)


@pytest.fixture
def stage(browser):
    """Return how to put a panel into an empty page; whatever the page asks the network for fails the test."""

    @asynccontextmanager
    async def stage(*, lang="en", recorded=None, **options):
        context = await browser.new_context(**{"viewport": {"width": 900, "height": 600}, **options})
        page = await context.new_page()
        page.set_default_timeout(5000)
        asked, failed = [], []
        page.on("request", lambda request: request.url.startswith("blob:") or asked.append(request.url))
        page.on("pageerror", lambda error: failed.append(error))
        await page.evaluate("events => { window.recorded = events; }", recorded)
        await page.add_style_tag(content=style_sheet("chat_panel"))
        await page.evaluate(MOUNT, [front_end("chat_panel"), lang])
        stage = Stage(page)
        if not recorded:
            await stage.tell("room", **ROOM)
            await stage.tell("people", names=["Ada", "Bo"])
            await stage.tell("connection", state="OPEN", text="", code=None, reason="", retry_in=None)
            await stage.tell("kernel", state="ready")
        yield stage
        await context.close()
        assert not asked
        assert not failed

    return stage


async def test_parts_are_found_by_role_and_name(stage):
    """What tests and screen readers rely on."""
    async with stage() as panel:
        await expect(panel.log).to_have_attribute("aria-live", "polite")
        await expect(panel.status).to_have_text("OPEN")
        await expect(panel.page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
        people = panel.page.get_by_role("list", name="People").get_by_role("listitem")
        await expect(people).to_have_text(["AAda (you)", "BBo"])


async def test_the_interface_speaks_chinese(stage):
    """The language is the page's; the state's word stays the standard's."""
    async with stage(lang="zh-CN") as panel:
        await expect(panel.page.get_by_role("log", name="消息")).to_be_visible()
        await expect(panel.page.get_by_role("button", name="发送")).to_be_visible()
        await expect(panel.status).to_have_text("OPEN")


async def test_a_recorded_session_is_read_only(stage):
    """The reading site mounts the same module with no kernel."""
    message = {"id": "1", "user": "Bo", "msg": "hi", "time": TIME, "state": "delivered", "code": None, "own": False}
    events = [{"t": 0, "kind": "room", "data": ROOM}, {"t": 5, "kind": "message", "data": message}]
    async with stage(recorded=events) as panel:
        await expect(panel.texts).to_have_text(["hi"])
        await expect(panel.input).to_be_hidden()
        await expect(panel.log).not_to_have_attribute("aria-busy", "true")


async def test_a_message_is_pending_until_the_room_has_placed_it(stage):
    """First only the page has it, then the kernel, then the room, with others before it: always one element."""
    async with stage() as panel:
        await panel.say("mine")
        (my_id,) = await panel.said()
        assert await panel.sent() == [{"do": "say", "id": my_id, "msg": "mine"}]
        assert re.fullmatch("[0-9a-f]{32}", my_id)
        await expect(panel.messages).to_have_attribute("data-state", "sending")
        mine = await panel.messages.element_handle()
        await panel.hear("theirs")
        await panel.answer(my_id)
        await panel.hear("mine", "Ada", id=my_id, state="sending")
        await expect(panel.texts).to_have_text(["theirs", "mine"])
        await panel.hear("theirs again")
        await panel.hear("mine", "Ada", id=my_id)
        await expect(panel.texts).to_have_text(["theirs", "theirs again", "mine"])

        assert await mine.get_attribute("data-id") == my_id
        assert await mine.get_attribute("data-state") == "delivered"


@pytest.mark.parametrize("state", ["sending", "delivered"])
async def test_what_the_kernel_tells_first_is_not_shown_twice(stage, state):
    """The message may come through the room before the kernel's answer says which it is; the same text is another."""
    async with stage() as panel:
        await panel.say("mine")
        await panel.say("mine")
        one, other = await panel.said()
        await panel.hear("mine", "Ada", id=other, state=state)
        await expect(panel.log.locator(f"[data-id='{other}']")).to_have_attribute("data-state", state)
        await expect(panel.log.locator(f"[data-id='{one}']")).to_have_attribute("data-state", "sending")
        await panel.answer(one)
        await panel.answer(other)
        await panel.hear("mine", "Ada", id=one)
        await expect(panel.log.locator(f"[data-id='{one}']")).to_have_attribute("data-state", "delivered")
        await expect(panel.messages).to_have_count(2)


async def test_a_message_that_the_kernel_had_taken_before_is_shown_once(stage):
    """What the page sent twice has no second answer: its id is what the kernel's news is known by."""
    async with stage() as panel:
        await panel.say("mine")
        (my_id,) = await panel.said()
        await panel.answer(None)
        await panel.hear("mine", "Ada", id=my_id)
        await expect(panel.messages).to_have_attribute("data-state", "delivered")
        await expect(panel.messages).to_have_count(1)


async def test_a_message_whose_id_reads_like_a_key_of_ours_is_a_message(stage):
    """An id is a peer's: it must neither take the place of a notice nor stop the panel."""
    async with stage() as panel:
        await panel.tell("notice", key="notice e-1", kind="enter", user="Bo", old=None, msg="", time=TIME)
        await panel.hear("not a notice", id="notice e-1")
        await expect(panel.texts).to_have_text(["not a notice"])
        await expect(panel.log.get_by_text("Bo entered")).to_be_visible()


async def test_a_failed_message_says_why_and_can_be_tried_again(stage):
    """It stays at the end, with the server's reason and a button."""
    async with stage() as panel:
        await panel.hear("no", "Ada", state="sending")
        await panel.hear("yes", "Ada", state="sending")
        await panel.hear("no", "Ada", id="1", state="failed", code="too-long")
        await expect(panel.messages.first).to_contain_text("not delivered: it is too long")
        await panel.page.get_by_role("button", name="Try again").click()
        assert await panel.sent() == [{"do": "resend", "id": "1"}]
        await expect(panel.input).to_be_focused()


async def test_a_busy_kernel_is_told_of(stage):
    """A message that no kernel took is in this page only, and the panel says so."""
    async with stage() as panel:
        await panel.say("mine")
        await panel.tell("kernel", state="busy")
        await expect(panel.page.get_by_text("only this page has it")).to_be_visible()
        await panel.answer("id")
        await panel.tell("kernel", state="ready")
        await expect(panel.page.get_by_text("only this page has it")).to_be_hidden()


async def test_a_gone_kernel_is_told_of(stage):
    """Nothing can be sent, what was typed stays, and the state is CLOSED."""
    async with stage() as panel:
        await panel.tell("kernel", state="gone")
        await expect(panel.status).to_have_text("CLOSED")
        await expect(panel.page.get_by_text("Run its cell again")).to_be_visible()
        await panel.say("too late")
        await expect(panel.input).to_have_value("too late")
        await expect(panel.messages).to_have_count(0)
        assert await panel.sent() == []


async def test_the_state_is_told_in_words(stage):
    """What happened, the close code in words, and a countdown to the next attempt."""
    async with stage() as panel:
        await panel.tell("connection", state="CLOSED", text="", code=1001, reason="", retry_in=2.5)
        await expect(panel.status).to_have_text("CLOSED the server went away (1001)")
        await expect(panel.page.get_by_text("Next attempt in 3 s.")).to_be_visible()
        await expect(panel.page.get_by_text("Next attempt in 2 s.")).to_be_visible()
        text = "no server answers at ws://127.0.0.1:3000. What to do: start one."
        await panel.tell("connection", state="CONNECTING", text=text, code=None, reason="", retry_in=None)
        await expect(panel.status).to_have_text(f"CONNECTING {text}")
        await expect(panel.page.get_by_text("Next attempt")).to_have_count(0)


async def test_typing_is_shown_until_it_ends(stage):
    """It ends with that person's message, with the connection, or by itself; one's own is not shown."""
    async with stage() as panel:
        await panel.tell("typing", user="Bo")
        await panel.tell("typing", user="Ada")
        await expect(panel.page.get_by_text("Bo typing…", exact=True)).to_be_visible()
        await panel.hear("here")
        await expect(panel.page.get_by_text("typing…")).to_have_count(0)
        await panel.tell("typing", user="Bo")
        await expect(panel.page.get_by_text("typing…")).to_be_visible()
        await panel.tell("connection", state="CLOSED", text="", code=1006, reason="", retry_in=9)
        await expect(panel.page.get_by_text("typing…")).to_have_count(0, timeout=2000)
        await panel.tell("typing", user="Bo")
        await expect(panel.page.get_by_text("typing…")).to_be_visible()
        await expect(panel.page.get_by_text("typing…")).to_have_count(0, timeout=8000)


async def test_nick_asks_for_another_name(stage):
    """/nick is no message; without a name it says how."""
    async with stage() as panel:
        await panel.say("/nick")
        await expect(panel.page.get_by_text("/nick and the name you want")).to_be_visible()
        await panel.say("/nick Grace Hopper")
        await panel.say("/nickname is a message")
        (said,) = await panel.said()
        assert await panel.sent() == [
            {"do": "rename", "name": "Grace Hopper"},
            {"do": "say", "id": said, "msg": "/nickname is a message"},
        ]


async def test_a_message_shows_its_own_bytes(stage):
    """By a click or by /bytes, in both directions; the same again takes them away; older ones are said to be gone."""
    async with stage() as panel:
        await panel.hear("hi", user="Ada")
        sent = {"direction": "sent", "frame": dissect(b"\x81\x82\x01\x02\x03\x04\x69\x6b").as_object()}
        received = {"direction": "received", "frame": dissect(b"\x81\x02hi").as_object()}
        wire = panel.messages.locator(".wire")

        await panel.messages.hover()
        await panel.page.get_by_role("button", name="Show the bytes of this message of Ada").click()
        await panel.answer([sent, received])
        await expect(wire).to_contain_text("sent")
        await expect(wire.get_by_role("table", name="The frame's fields")).to_have_count(2)
        assert await panel.sent() == [{"do": "bytes", "id": "1"}]

        await panel.say("/bytes")
        await expect(wire).to_have_count(0)
        await panel.say("/bytes")
        await panel.answer([])
        await expect(wire).to_contain_text("gone")


async def test_limits_are_shown_before_they_hurt(stage):
    """The bytes left, what is too long, and how long to wait."""
    async with stage() as panel:
        await panel.input.fill("好" * 2700)
        await expect(panel.page.get_by_text("92 bytes left")).to_be_visible()
        await panel.say("好" * 2731)
        await expect(panel.page.get_by_text("1 bytes too long")).to_be_visible()
        assert await panel.sent() == []
        await panel.input.fill("")
        await panel.tell("refused", code="rate-limited", msg="", retry_after=1.5)
        await expect(panel.page.get_by_text("Slow down: 2 s.")).to_be_visible()
        await expect(panel.page.get_by_text("Slow down")).to_have_count(0)


async def test_the_transcript_stays_at_the_end_only_if_it_is_there(stage):
    """Who reads further up stays there, and is told how much is new; the pill leads to it."""
    async with stage() as panel:
        for n in range(40):
            await panel.hear(f"message {n}")
        await expect(panel.texts.last).to_be_in_viewport()

        await panel.log.evaluate("log => { log.scrollTop = 0; }")
        await panel.page.wait_for_function("() => document.querySelector('[role=log]').scrollTop === 0")
        await panel.page.evaluate("() => new Promise(requestAnimationFrame)")
        for text in ["new", "newer", "newest"]:
            await panel.hear(text)
        pill = panel.page.get_by_role("button", name="3 new")
        await expect(pill).to_be_visible()
        assert await panel.log.evaluate("log => log.scrollTop") == 0
        await pill.click()

        await expect(panel.texts.last).to_be_in_viewport()
        await expect(pill).to_be_hidden()
        await expect(panel.input).to_be_focused()


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>",
        "\u202eright to left\u202c and zero\u200b\ufeffwidth \u2066isolate",
        "x" * 8192,
        "line\n" * 200,
        "&lt;b&gt; ${window.hacked=1} javascript:window.hacked=1",
        "🏳️‍🌈 مرحبا 你好 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    ],
    ids=["markup", "bidi", "long", "lines", "escapes", "scripts"],
)
async def test_hostile_texts_are_text(stage, text):
    """Letter by letter what was sent, nothing run, nothing wider than the panel, and the next message is in sight."""
    async with stage() as panel:
        await panel.hear(text, user=text[:32])
        await panel.hear("after it")
        await expect(panel.texts.last).to_be_in_viewport()
        assert await panel.texts.first.text_content() == text
        assert await panel.page.evaluate("window.hacked") is None
        assert await panel.log.evaluate("log => log.scrollWidth <= log.clientWidth")
        assert await panel.log.evaluate("log => log.scrollHeight") < 1000


async def test_long_texts_are_folded_and_can_be_unfolded(stage):
    """The whole text is there all the time, for find-in-page; the button shows it."""
    async with stage() as panel:
        await panel.hear("line\n" * 200)
        folded = await panel.log.evaluate("log => log.scrollHeight")
        await panel.page.get_by_role("button", name="Show all").click()
        assert await panel.log.evaluate("log => log.scrollHeight") > 5 * folded


async def test_links_can_be_followed_and_nothing_else(stage):
    """http and https; the page that is opened gets no handle on this one."""
    async with stage() as panel:
        await panel.hear("see https://example.org/a?b=1&c=2, (http://example.org). javascript:alert(1)")
        links = panel.log.get_by_role("link")
        await expect(links).to_have_text(["https://example.org/a?b=1&c=2", "http://example.org"])
        for link in await links.all():
            assert await link.get_attribute("rel") == "noopener noreferrer nofollow"
            assert await link.get_attribute("target") == "_blank"


async def test_messages_of_one_person_are_stacked(stage):
    """The name stands once for the eye, and with each message for the ear."""
    async with stage() as panel:
        for text in ["one", "two"]:
            await panel.hear(text)
        await panel.hear("later", time="2026-01-01T10:30:00.000Z")
        await panel.hear("other", user="Cy")
        stacked = [
            await message.evaluate("m => m.classList.contains('stacked')") for message in await panel.messages.all()
        ]
        assert stacked == [False, True, False, False]
        assert "Bo" in await panel.messages.nth(1).aria_snapshot()


async def test_the_oldest_go_and_the_panel_says_so(stage):
    """At the top stands how many."""
    async with stage() as panel:
        for text in "abc":
            await panel.hear(text)
        await panel.tell("dropped", count=2, keys=["1", "2"])
        await expect(panel.texts).to_have_text(["c"])
        await expect(panel.log.get_by_text("2 older entries are no longer shown.")).to_be_visible()


async def test_the_keyboard_reaches_everything(stage):
    """Tab goes from the transcript through what is in it to the input and the button."""
    async with stage() as panel:
        await panel.hear("https://example.org")
        await panel.hear("no", "Ada", state="failed", code="empty")
        await panel.log.focus()
        reached = []
        for _ in range(4):
            await panel.page.keyboard.press("Tab")
            reached.append(
                await panel.page.evaluate("document.activeElement.textContent || document.activeElement.ariaLabel")
            )
        assert reached == ["https://example.org", "Try again", "Message", "Send"]


@pytest.mark.parametrize("width", [900, 320])
@pytest.mark.parametrize("scheme", ["light", "dark", "forced"])
async def test_axe_finds_nothing_serious(stage, scheme, width):
    """Contrast, names, roles; light, dark, and the system's high contrast; wide and narrow."""
    options = {"forced_colors": "active"} if scheme == "forced" else {"color_scheme": scheme}
    async with stage(viewport={"width": width, "height": 600}, **options) as panel:
        await panel.page.add_style_tag(content=":root { color-scheme: light dark; background: Canvas; }")
        for user in ["Bo", "Ada", "小美", "Cy", "Dora", "Eve"]:
            await panel.hear("hello https://example.org", user)
        await panel.hear("no", "Ada", state="failed", code="empty")
        await panel.hear("on its way", "Ada", state="sending")
        await panel.tell("notice", key="n", kind="enter", user="Bo", old=None, msg="Bo entered", time=TIME)
        await panel.tell("typing", user="Bo")
        await panel.tell("refused", code="x", msg="no", retry_after=None)
        await panel.tell("connection", state="CLOSED", text="", code=1006, reason="", retry_in=9)
        await expect(panel.messages).to_have_count(8)
        await panel.page.evaluate("() => Promise.all(document.getAnimations().map(animation => animation.finished))")

        assert await serious(panel.page, "main") == []


async def test_find_in_page_finds_what_is_far_up(stage):
    """What the browser skips while it is out of sight can be found, and is drawn where the reader goes."""
    async with stage() as panel:
        await panel.hear("the needle")
        for n in range(300):
            await panel.hear(f"hay {n}")
        await expect(panel.messages).to_have_count(301)
        assert await panel.page.evaluate("() => window.find('the needle')")
        await panel.page.evaluate("() => getSelection().anchorNode.parentNode.scrollIntoView()")
        await expect(panel.page.get_by_text("the needle")).to_be_in_viewport()
        await panel.hear("more hay")
        await expect(panel.page.get_by_role("button", name="1 new")).to_be_visible()
        await expect(panel.page.get_by_text("the needle")).to_be_in_viewport()


LIVE = """async module => {
    const { liveSession } = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
    const model = { on: (name, hear) => { window[name] = hear; }, off() {}, send: data => window.sent.push(data) };
    window.sent = [];
    window.heard = [];
    window.session = liveSession(model);
    window.session.on(event => window.heard.push(event));
    window.view = window.sent[0].about.view;
    window.hear = (type, about) => window["msg:custom"]({ type, about: { view: window.view, ...about } });
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def live(browser):
    """A live session in an empty page, with a model that is played: ``sent`` is what the kernel would get."""
    page = await browser.new_page()
    page.set_default_timeout(5000)
    await page.clock.install()
    await page.evaluate(LIVE, front_end("session"))
    yield page
    await page.close()


async def test_a_session_asks_until_a_subshell_hears_it(live):
    """What is sent under a busy cell waits for the cell's end until then."""
    for count in (1, 2):
        assert await live.evaluate("sent.length") == count
        await live.evaluate("hear('hello', { subshell: false })")
        await live.clock.run_for(200)
    await live.evaluate("hear('hello', { subshell: true })")
    await live.clock.run_for(60_000)
    assert await live.evaluate("sent.map(({ type }) => type)") == ["ready"] * 3


async def test_a_session_takes_each_event_once_and_asks_for_what_it_missed(live):
    """Other views' replays and gaps do no harm: the events are numbered."""
    event = "n => ({ n, t: n, kind: 'k', data: {} })"
    tell = f"([after, upto, all]) => hear('events', {{ after, upto, events: all.map({event}) }})"
    await live.evaluate(tell, [3, 4, [4]])
    assert await live.evaluate("sent.length") == 1, "it has asked already"
    await live.evaluate(tell, [0, 4, [1, 2, 4]])
    await live.evaluate("hear('hello', { subshell: true })")
    await live.evaluate(tell, [0, 4, [1, 2, 4]])
    await live.evaluate(tell, [5, 6, [6]])
    assert await live.evaluate("sent[1]?.about.have") == 4
    await live.evaluate(tell, [0, 6, [1, 2, 4, 5, 6]])
    assert await live.evaluate("heard.filter(event => event.kind === 'k').map(event => event.n)") == [1, 2, 4, 5, 6]


async def test_a_session_sends_again_what_was_not_taken(live):
    """All of it, in order; each is answered with the kernel's result, and the kernel is busy until it answers."""
    await live.evaluate("hear('hello', { subshell: true })")
    await live.evaluate("() => { window.answers = []; }")
    await live.evaluate("() => { for (const each of 'ab') session.send(each).then(answer => answers.push(answer)); }")
    await live.clock.run_for(1500)
    actions = await live.evaluate("sent.filter(({ type }) => type === 'act').map(({ about }) => about.actions)")
    assert actions == [[[1, "a"]], [[1, "a"], [2, "b"]], [[1, "a"], [2, "b"]]]
    assert await live.evaluate("heard.at(-1).data.state") == "busy"
    await live.evaluate("hear('taken', { upto: 2, results: [[1, 'A'], [2, 'B']] })")
    await live.clock.run_for(60_000)
    assert await live.evaluate("answers") == ["A", "B"]
    assert await live.evaluate("heard.at(-1).data.state") == "ready"
    assert await live.evaluate("sent.filter(({ type }) => type === 'act').length") == 3
