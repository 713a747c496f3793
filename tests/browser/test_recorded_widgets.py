"""The instruments as a reader without a kernel meets them: a recorded session in a page, and nothing else."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support import recorded
from tests.support.accessibility import drawn_anew, lost_in_own_colours, serious, small_text
from tests.support.instruments import played
from tests.support.recorded import Recorded

# A kernel that has told nothing yet, and takes whatever is asked.
LIVE = """async module => {
    const { mount } = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
    document.body.replaceChildren(document.createElement("main"));
    mount(document.querySelector("main"), { on: listener => { window.tell = listener; }, send: async () => {} });
}"""
TITLES = {  # in Chinese
    "state_theatre": "服务器先提出",
    "event_log": "此浏览器中",
    "wire_view": "线路上",
    "room_map": "房间",
    "buffer_gauges": "未读的消息在哪里等待",
    "chaos_board": "混沌实验板",
    "transport_race": "同一段对话",
    "loop_pulse": "事件循环的脉搏",
    "quiz": "小测验",
    "prediction": "你的预测",
    "room_map wall": "服务器已停止",
    "chat_panel": "成员",
    "browser_page": "给浏览器的页面",
    "attacker_console": "攻击者控制台",
}
SHOWN = [*TITLES, "wire_view long", "state_theatre cut"]
# The last row is in sight, and no row is cut by the head above them.
WHOLE_ROWS = """() => {
    const stage = document.querySelector(".stage").getBoundingClientRect();
    const head = document.querySelector(".stage .cable").getBoundingClientRect().bottom;
    const rows = [...document.querySelectorAll(".stage tbody tr")].map(row => row.getBoundingClientRect());
    const isCut = rows.some(({ top, bottom }) => top < head - 1 && bottom > head + 1);
    return rows.at(-1).bottom <= stage.bottom + 1 && rows[0].bottom <= head + 1 && !isCut;
}"""
# The heads of the stage of which a word does not stand on one line, or not within its column.
BROKEN_HEADS = """() => [...document.querySelectorAll(".stage th:not(:first-child, .cable)")].filter(head => {
    const range = new Range();
    range.selectNodeContents(head);
    return range.getClientRects().length > 1 || head.scrollWidth > head.clientWidth + 1;
}).map(head => head.textContent)"""
# The words of the chaos board's axis that stand on one of its lines.
UNDER_LINES = """() => {
    const touches = (one, other) => one.left < other.right && other.left < one.right
        && one.top < other.bottom && other.top < one.bottom;
    const lines = [...document.querySelectorAll(".axis line")].map(each => each.getBoundingClientRect());
    return [...document.querySelectorAll(".axis text")].filter(text =>
        lines.some(line => touches(text.getBoundingClientRect(), line))).map(each => each.textContent);
}"""
# What a frozen connection holds hangs on its line.
HANGS = """() => {
    const at = selector => {
        const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
        return [x + width / 2, y + height / 2];
    };
    const [[x, y], [x1, y1], [x2, y2]] = [".map > .dot", ".server", "li.frozen"].map(at);
    return Math.hypot(x - x1 - 0.4 * (x2 - x1), y - y1 - 0.4 * (y2 - y1)) < 3;
}"""
SHIFTS = """() => {
    window.shifts = [];
    const tell = list => window.shifts.push(...list.getEntries().filter(each => !each.hadRecentInput).map(
        each => each.sources.map(({ node }) => node?.outerHTML ?? node?.textContent)));
    new PerformanceObserver(tell).observe({ type: "layout-shift" });
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def recordings() -> dict[str, Recorded]:
    """What is left of each; made once, for no page changes it."""
    widgets = await played()
    taken = {name: Recorded.of(widget) for name, widget in widgets.items() if name in SHOWN}
    for widget in widgets.values():
        widget.close()
    return taken


@pytest.fixture
def stage(browser, recordings):
    """Return how to mount a recording in an empty page."""
    return lambda name, **options: recorded.stage(browser, recordings[name], **options)


async def test_a_theatre_is_told_but_not_played(stage):
    """The whole play is there, what needs a kernel is disabled, and what was sent is text."""
    async with stage("state_theatre") as page:
        await expect(page.get_by_role("status")).to_have_text("Client CLOSED (3) · Server CLOSED (3)")
        await expect(page.locator(".result")).to_contain_text("4001 private")
        await expect(page.locator(".result")).to_contain_text("“<b>enough</b>”")
        controls = page.locator(".strip").get_by_role("button")
        await expect(controls).to_have_count(7)
        for button in await controls.all():
            await expect(button).to_be_disabled()


async def test_a_theatre_s_end_is_seen_at_any_width(stage):
    """The last row, and below the head a whole one, also after its page has become narrow and wide again."""
    async with stage("state_theatre cut") as page:
        for width in (900, 400, 900):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.wait_for_function(WHOLE_ROWS)
        await page.get_by_role("slider", name="Position").press("Home")
        await page.get_by_role("slider", name="Position").press("End")
        await page.wait_for_function(WHOLE_ROWS)


@pytest.mark.parametrize("name", ["state_theatre cut", "chaos_board"])
async def test_on_the_narrowest_phone_no_head_of_the_stage_is_broken(stage, name):
    """Client and Server stand over their lanes, each on one line."""
    async with stage(name, viewport={"width": 286, "height": 900}) as page:  # what the reading site leaves of 320
        if name == "chaos_board":
            await page.get_by_text("Everything, in order").click()
        await expect(page.get_by_role("columnheader", name="Server")).to_be_visible()
        assert await page.evaluate(BROKEN_HEADS) == []


async def test_a_board_s_axis_has_no_word_under_a_line(stage):
    """Both ends and the seconds are named beside their lines."""
    async with stage("chaos_board") as page:
        await expect(page.locator(".axis text", has_text="Server")).to_have_count(1)
        assert await page.evaluate(UNDER_LINES) == []


async def test_each_piece_that_went_over_the_wire_is_an_arrow_that_opens(stage):
    """By keyboard; what was opened stays while the play is wound back, and the arrows are those that had left."""
    async with stage("state_theatre") as page:
        arrows = page.locator(".arrow")
        opening = page.get_by_role("button", name="client → server: GET / HTTP/1.1")
        await expect(opening).to_have_accessible_name(re.compile(r"[0-9.]+ ms on the way"))
        await opening.press("Enter")
        await expect(page.get_by_role("region", name="Its bytes")).to_contain_text("Sec-WebSocket-Key")
        await page.get_by_role("button", name="server → client: CLOSE 4001").press("Enter")
        await expect(page.get_by_role("row", name="opcode 0x8")).to_be_visible()
        await expect(page.locator(".arrow[aria-pressed=true]")).to_have_count(1)

        await expect(page.locator("[data-cable]")).to_have_attribute("data-cable", "closed")
        count = await arrows.count()
        await page.get_by_role("slider", name="Position").press("Home")
        await expect(arrows).to_have_count(0)
        await expect(page.locator("[data-cable]")).to_have_attribute("data-cable", "none")
        await page.get_by_role("slider", name="Position").press("End")
        await expect(arrows).to_have_count(count)
        await expect(page.locator(".arrow[aria-pressed=true]")).to_contain_text("CLOSE 4001")

        await page.get_by_role("button", name="server → client: CLOSE 4001").press("Enter")
        await expect(page.locator(".arrow[aria-pressed=true]")).to_have_count(0)
        await expect(page.get_by_role("region", name="Its bytes")).to_be_hidden()


@pytest.mark.parametrize("width", [900, 420])
async def test_a_theatre_s_times_stand_beside_its_lanes(browser, recordings, width):
    """Also those of a play that takes a while, in a narrow page."""
    whole = recordings["state_theatre"]
    late = [
        event | {"data": event["data"] | {"at": 12.3456}} if "at" in event["data"] else event for event in whole.events
    ]
    async with recorded.stage(browser, replace(whole, events=late), viewport={"width": width, "height": 900}) as page:
        times = page.locator("td.time")
        await expect(times.first).to_have_text("12345.6 ms")
        assert await times.evaluate_all("all => all.filter(each => each.scrollWidth > each.clientWidth).length") == 0


@pytest.mark.parametrize("width", [1280, 700, 500, 320])
async def test_what_an_attack_came_to_stands_in_two_lines_at_most(stage, width):
    """At 320 pixels each letter had a line of its own."""
    async with stage("attacker_console", viewport={"width": width, "height": 900}) as page:
        results = page.locator(".result:not(:empty)")
        lines = """all => all.map(each => {
            return Math.round(each.getBoundingClientRect().height / parseFloat(getComputedStyle(each).lineHeight));
        })"""
        assert {"stopped: 64 KiB for a message", "got through"} <= set(await results.all_inner_texts())
        assert max(await results.evaluate_all(lines)) <= 2


@pytest.mark.parametrize(("name", "word"), [("state_theatre cut", "CLOSED"), ("room_map wall", "Server")])
async def test_a_word_is_in_one_line_on_the_narrowest_phone(stage, name, word):
    """It was broken: what it says is what the picture is about."""
    tops = """(found, word) => {
        const text = document.createNodeIterator(found, NodeFilter.SHOW_TEXT).nextNode();
        const range = document.createRange();
        range.setStart(text, text.nodeValue.indexOf(word));
        range.setEnd(text, text.nodeValue.indexOf(word) + word.length);
        return new Set([...range.getClientRects()].map(each => each.y)).size;
    }"""
    async with stage(name, viewport={"width": 320, "height": 900}) as page:
        found = page.locator("td .state, .hub *").filter(has_text=word).last
        assert await found.evaluate(tops, word) == 1


async def test_nothing_moves_in_a_theatre_while_it_is_played(stage):
    """Chromium counts what moves by itself: a cut is played whole, and there is nothing."""
    async with stage("state_theatre cut") as page:
        await page.evaluate(SHIFTS)
        await page.get_by_role("combobox", name="Speed").select_option("4")
        await page.get_by_role("button", name="Play").click()
        await expect(page.get_by_text("nobody sent 1006")).to_be_visible()
        await expect(page.locator("[data-cable]")).to_have_attribute("data-cable", "cut")
        await expect(page.get_by_role("button", name="Play")).to_be_visible()
        await expect(page.locator(".result")).to_contain_text("1006 abnormal closure")
        assert await page.evaluate("window.shifts") == []


async def test_a_board_is_wound_back_through_all_its_plays(browser, recordings):
    """With the guarantee that each was played with; and nobody is told that a board without a kernel was stopped."""
    whole = recordings["chaos_board"]
    stopped = [*whole.events, {"t": 10**6, "kind": "stopped", "data": {}}]
    async with recorded.stage(browser, replace(whole, events=stopped)) as page:
        rows = page.get_by_role("table", name="How far each message came").get_by_role("row")
        guarantee = page.get_by_role("combobox", name="Guarantee")
        await expect(rows).to_have_count(4)  # with its head
        await expect(guarantee).to_have_value("at least once")
        position = page.get_by_role("slider", name="Position")
        await position.press("Home")
        await expect(rows).to_have_count(1)
        kinds = [event["kind"] for event in stopped]
        for _ in range(kinds.index("row") + 1):
            await position.press("ArrowRight")
        await expect(rows.filter(has_text="Ada: before")).to_have_count(1)
        await expect(guarantee).to_have_value("at most once")
        await expect(page.get_by_role("status")).to_contain_text("1 sent, 1 not seen")

        await position.press("End")
        await expect(rows.filter(has_text="before")).to_have_count(0)
        await expect(rows).to_have_count(4)
        await expect(guarantee).to_have_value("at least once")
        await expect(page.get_by_role("alert")).to_be_hidden()


async def test_a_log_opens_no_connection(stage):
    """Both tables are there; the form, which needs a kernel, is not."""
    async with stage("event_log") as page:
        own = page.get_by_role("table", name="In this browser").get_by_role("row")
        await expect(own).to_have_count(3)
        await expect(page.get_by_role("row", name="message '你好 <b>'")).to_be_visible()
        assert await page.get_by_role("textbox").count() == 0


async def test_frames_can_be_chosen(stage):
    """Looking needs no kernel; of a long frame the beginning is drawn."""
    async with stage("wire_view") as page:
        await page.get_by_role("button", name="client → server: TEXT 你好 <b>").click()
        await expect(page.get_by_role("row", name="Payload Data")).to_contain_text("你好 <b>")
    async with stage("wire_view long") as page:
        await expect(page.get_by_text("The first 24 of 1008 bytes")).to_be_visible()
        await expect(page.locator(".bit")).to_have_count(8 * 24)


async def test_a_map_shows_who_heard_what(stage):
    """What was sent is text; what needs a kernel is not there."""
    async with stage("room_map") as page:
        await expect(page.get_by_role("status")).to_have_text("Ada: “<b>hi</b>”, heard by 1 of 2.")
        await expect(page.get_by_role("listitem").last).to_contain_text("1 waiting")
        await expect(page.get_by_role("button", name="Freeze")).to_have_count(0)
        for button in await page.get_by_role("button").all():
            await expect(button).to_be_disabled()


async def test_what_a_frozen_connection_holds_stays_on_its_line(browser, recordings):
    """Somebody else comes, or the page becomes narrow: the others stand elsewhere, and so does what they wait for."""
    whole = recordings["room_map"]
    comes = {"t": whole.events[-1]["t"] + 1, "kind": "member", "data": {"name": "Cleo"}}
    async with recorded.stage(browser, replace(whole, events=[*whole.events, comes])) as page:
        for width in (900, 360):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.wait_for_function(HANGS)


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
async def test_a_race_shows_its_end(stage, motion):
    """All news has arrived, the table is full, who bet is told; the controls are there, and disabled."""
    async with stage("transport_race", reduced_motion=motion) as page:
        await expect(page.get_by_role("row")).to_have_count(5)
        await expect(page.get_by_role("listitem").filter(has_text="2 of 2 arrived")).to_have_count(4)
        await expect(page.get_by_text("The most requests:")).to_be_visible()
        await expect(page.get_by_role("button", name="WebSocket")).to_have_attribute("aria-pressed", "true")
        for control in await page.locator("button, select, input").all():
            await expect(control).to_be_disabled()


async def test_a_race_that_is_narrow_keeps_all_its_figures(stage):
    """As cards: each figure with its name, still a table to whoever hears it, and nothing beyond the edge."""
    async with stage("transport_race", viewport={"width": 420, "height": 900}) as page:
        row = page.get_by_role("row", name="WebSocket")
        await expect(row.get_by_role("cell")).to_have_count(6)
        for cell in await row.get_by_role("cell").all():
            box = await cell.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 420
        labels = "row => [...row.cells].slice(1).map(cell => getComputedStyle(cell, '::before').content.slice(1, -1))"
        roles = await page.evaluate(
            "[...document.querySelectorAll('.chatlib-race :is(table, tr, th, td)')].map(it => it.role)"
        )
        assert set(roles) == {"table", "row", "rowheader", "columnheader", "cell"}, "cards are no table to a browser"
        heads = await page.get_by_role("columnheader").all_text_contents()
        assert await row.evaluate(labels) == heads[1:]


async def test_in_a_race_news_waits_until_it_is_fetched(browser, recordings):
    """The picture of one moment: polling's news on the server's line, the others' on the page's."""
    events = [
        {"t": 0, "kind": "plan", "data": {"rate": 1, "seconds": 2, "poll_every": 1, "delay": 0}},
        {"t": 0, "kind": "start", "data": {}},
        {"t": 50, "kind": "lanes", "data": {"lanes": [[0, 0, 0, 1, 0, 0], *[[0, 0, 0, 1, 0, 1]] * 3]}},
        {"t": 300, "kind": "lanes", "data": {"lanes": [[1, 0, 0, 1, 0, 0], *[[1, 1, 1, 1, 0, 1]] * 3]}},
        {"t": 900, "kind": "lanes", "data": {"lanes": [[1, 0, 0, 1, 0, 0], *[[1, 1, 1, 1, 0, 1]] * 3]}},
    ]
    halfway = replace(recordings["transport_race"], events=events)
    drawn = "lane => ['wait', 'fall', 'open'].map(mark => lane.querySelector(`.${mark}`).getAttribute('d') !== 'M0 0')"
    async with recorded.stage(browser, halfway) as page:
        lanes = page.locator(".lane")
        await expect(lanes.first).to_contain_text("1 waiting")
        await expect(lanes.last).to_contain_text("1 of 2 arrived")
        assert [await lane.evaluate(drawn) for lane in await lanes.all()] == [
            [True, False, False],
            *[[False, True, True]] * 3,
        ]


async def test_a_race_whose_plan_is_not_told_does_not_freeze_the_page(browser, recordings):
    """A recording may have lost it, and a page may be told of it a moment later than of the rest."""
    events = [
        {"t": 0, "kind": "start", "data": {}},
        {"t": 300, "kind": "lanes", "data": {"lanes": [[1, 0, 0, 1, 0, 0]] * 4}},
    ]
    without = replace(recordings["transport_race"], events=events)
    async with asyncio.timeout(30), recorded.stage(browser, without) as page:  # a page that is frozen answers nothing
        await expect(page.locator(".lane").first).to_contain_text("1 waiting")


async def test_a_race_cannot_be_run_before_its_plan_is_there(browser, recordings):
    """There is no rate to choose yet: it would be run with none, and be refused."""
    race = recordings["transport_race"]
    async with recorded.stage(browser, race) as page:
        await page.evaluate(LIVE, race.module)
        controls = [page.get_by_role("button", name="Run the race"), page.get_by_role("slider")]
        for control in controls:
            await expect(control).to_be_disabled()
        await page.evaluate(
            "plan => window.tell(plan)", next(event for event in race.events if event["kind"] == "plan")
        )
        for control in controls:
            await expect(control).to_be_enabled()


async def test_a_pulse_shows_its_gaps(stage):
    """With the line that blocked."""
    async with stage("loop_pulse") as page:
        blocked = page.get_by_role("listitem").filter(has_text="time.sleep")  # a busy machine makes gaps of its own
        await expect(blocked).to_have_text("1.2 s at time.sleep(1)")
        await expect(page.get_by_role("status")).to_have_text("Stopped watching.")
        await expect(page.get_by_role("button")).to_have_count(1)  # and none that would start it again
        await expect(page.get_by_role("button")).to_be_disabled()


async def test_a_prediction_is_judged_at_once(stage):
    """No cell will run here that could show the answer; the right one is marked, and nobody chooses twice."""
    async with stage("prediction") as page:
        await page.get_by_role("button", name="Yes").click()
        await expect(page.get_by_role("group")).to_contain_text("Not so. Why?")
        await expect(page.get_by_role("button", name="No")).to_contain_text("✓")
        await page.get_by_role("button", name="No").click(force=True)
        await expect(page.get_by_role("group")).to_contain_text("Not so. Why?")
        await expect(page.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")


async def test_a_quiz_still_judges(stage):
    """It needs no kernel; markup in it is text."""
    async with stage("quiz") as page:
        await page.get_by_role("button", name="No").click()
        await expect(page.get_by_role("group")).to_contain_text("Not so. Why not?")
        await page.get_by_role("button", name="Yes").click()
        await expect(page.get_by_role("group")).to_contain_text("Right. As <b>.")
        await expect(page.get_by_role("status")).to_have_text("1 of 1 right")


@pytest.mark.parametrize(("name", "text"), TITLES.items(), ids=TITLES)
async def test_it_speaks_chinese(stage, name, text):
    """The words are the page's language; those of the standard stay."""
    async with stage(name, lang="zh-CN") as page:
        await expect(page.get_by_text(text).first).to_be_visible()


@pytest.mark.parametrize("name", SHOWN)
async def test_axe_finds_nothing_serious_and_no_text_is_small(stage, recordings, name):
    """Contrast, names, roles; light, dark, high contrast; wide and narrow; 14 px at least; no sideways scrolling."""
    async with stage(name) as page:
        for lang, widths in [("en", (1280, 500, 320)), ("zh-CN", (320,))]:
            await recorded.mount(page, recordings[name], lang=lang)
            async for drawn, rules in drawn_anew(page, *widths):
                assert await serious(page, "main", rules=rules) == [], (lang, drawn)
                if name != "chat_panel":  # its times and names are small print
                    assert await small_text(page, "main") == [], (lang, drawn)
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (lang, drawn)


@pytest.mark.parametrize("name", SHOWN)
async def test_what_a_colour_says_is_seen_in_the_readers_own_colours(stage, name):
    """Dots, bars, arrows and lines."""
    async with stage(name) as page:
        assert await lost_in_own_colours(page, "main") == []


async def test_reduced_motion_is_respected(stage):
    """Nothing flies: the message is where it arrives."""
    async with stage("room_map", reduced_motion="reduce") as page:
        await expect(page.get_by_role("status")).to_contain_text("heard by 1 of 2")
        assert await page.evaluate("document.getAnimations().length") == 0
