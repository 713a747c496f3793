"""The player: every instrument's recorded session, in a page that has nothing but one import."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support.accessibility import drawn_anew, serious, small_text
from tests.support.empty_page import empty_page
from tests.support.instruments import played
from tests.support.recorded import front_end, style_sheet

# What an instrument draws of its story, without what only a kernel can do.
PICTURES = {
    "state_theatre": "[role=status], .result, tbody tr",
    "event_log": "tbody tr",
    "wire_view": "li, .piece",
    "room_map": "[role=status], li bdi, .said",
    "buffer_gauges": "[role=status], tbody tr, .sum",
    "transport_race": "[role=status], tbody tr",
    "chaos_board": "[role=status], tbody tr",
    "loop_pulse": "ol li, tbody tr, [role=status]",
    "chat_panel": "[role=log]",
    "attacker_console": "[role=status], .result, .pieces li",
    "room_map wall": "[role=status], .hub, .people li, .legend, .tally",
}

PAGE = """async ([instruments, widget]) => {
    const load = source => import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    window.play = (await load(instruments)).play;
    window.widget = (await load(widget)).default;
    document.body.innerHTML = "<main></main><p id=below>What stands below.</p>";
}"""
PLAY = "recording => { window.end = window.play(document.querySelector('main'), recording); }"
# As a kernel tells it: a greeting in the middle of several pushes.
LIVE = """async recording => {
    let hear;
    const model = { send: ({ about }) => { model.view ??= about.view; }, off() {} };
    model.on = (_, heard) => { hear ??= heard; };
    window.widget.render({ model, el: document.querySelector("main") });
    const events = recording.events.map((event, n) => ({ ...event, n: n + 1 }));
    for (let at = 0; at < events.length; at += 3) {
        const about = { after: at, upto: Math.min(at + 3, events.length), events: events.slice(at, at + 3) };
        hear({ type: "events", about });
        if (at < 6) hear({ type: "hello", about: { view: model.view, subshell: true } });
        await new Promise(requestAnimationFrame);
    }
}"""
PICTURE = """selector => [
    ...[...document.querySelectorAll(`main :is(${selector})`)].map(each => each.textContent),
    ...[...document.querySelectorAll("main svg path")].map(each => each.getAttribute("d")),
]"""
# The picture, once it was the same for half a second and nothing flies: a race and a pulse go on after the last event
# that came, and on a wall what was said stands there once it has arrived.
AT_REST = """async ([picture, selector]) => {
    const draw = () => JSON.stringify((0, eval)(picture)(selector));
    let [drawn, since] = [draw(), performance.now()];
    const isFlying = () => document.getAnimations().some(({ playState }) => playState === "running");
    while (performance.now() < since + 500 || isFlying()) {
        await new Promise(requestAnimationFrame);
        const now = draw();
        if (now !== drawn) [drawn, since] = [now, performance.now()];
    }
    return JSON.parse(drawn);
}"""
# What moves by itself, as Chromium counts it; where the bar and what stands below are, frame by frame; and each
# position that is shown, however long.
WATCH = """() => {
    window.moved = [];
    const began = performance.now();  // on a busy machine it is told late of what moved before
    const moved = list => list.getEntries()
        .filter(each => each.startTime >= began && !each.hadRecentInput).flatMap(each => each.sources)
        .filter(({ previousRect, currentRect }) => Math.abs(previousRect.y - currentRect.y) > 1)
        .map(({ node }) => (node?.outerHTML ?? node?.textContent ?? "").slice(0, 200));
    new PerformanceObserver(list => window.moved.push(...moved(list))).observe({ type: "layout-shift" });
    window.positions = [];
    const bar = document.querySelector(".bar-of-player");
    new MutationObserver(() => {
        const position = bar.querySelector("[type=range]").valueAsNumber;
        if (position !== window.positions.at(-1)) window.positions.push(position);
    }).observe(bar, { attributes: true, subtree: true, attributeFilter: ["aria-valuetext"] });
    const y = selector => document.querySelector(selector).getBoundingClientRect().y;
    const places = () => [y(".bar-of-player"), y("#below")];
    const [before, below] = places();
    const look = () => {
        const [nowBar, nowBelow] = places();
        if (nowBar !== before || nowBelow !== below) window.moved.push([before, below, nowBar, nowBelow]);
        requestAnimationFrame(look);
    };
    look();
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def recordings():
    """What is left of each; made once, for no page changes it."""
    widgets = await played()
    taken = {name: json.loads(json.dumps(widget.recording())) for name, widget in widgets.items()}
    for widget in widgets.values():
        widget.close()
    return taken


@pytest.fixture
def page_of(browser, recordings):
    """Return how to open a page that can play a recording; an error in it fails the test."""

    @asynccontextmanager
    async def open_page(name, *, lang="en", **options):
        look = {"viewport": {"width": 900, "height": 1200}, **options}
        async with empty_page(browser, has_server=True, **look) as page:
            page.set_default_timeout(30_000)  # a story is played
            await page.add_style_tag(content=f":root {{ color-scheme: light dark; }} {style_sheet('instruments')}")
            await page.evaluate("lang => { document.documentElement.lang = lang; }", lang)
            await page.evaluate(PAGE, [front_end("instruments"), front_end(recordings[name]["widget"])])
            yield page

    return open_page


def scrubber(page):
    return page.get_by_role("slider", name="Position").first


async def until_same(page, name, picture):
    """Wait until the instrument has drawn this: some draw in the next frame."""
    script = f"([selector, expected]) => JSON.stringify(({PICTURE})(selector)) === expected"
    expected = json.dumps(picture, ensure_ascii=False, separators=(",", ":"))
    try:
        await page.wait_for_function(script, arg=[PICTURES[name], expected])
    except Exception:
        assert await page.evaluate(PICTURE, PICTURES[name]) == picture
        raise


@pytest.mark.parametrize("name", PICTURES)
async def test_its_last_picture_is_the_live_one(page_of, recordings, name):
    """At once, when it has been played, and when it was wound back and to the end again; nothing beside it moves."""
    async with page_of(name) as page:
        await page.evaluate(LIVE, recordings[name])
        if name == "room_map":  # what is told flies
            await expect(page.get_by_role("listitem").first).to_contain_text("Ada: <b>hi</b>")
            await expect(page.get_by_role("listitem").last).to_contain_text("1 waiting")
            await expect(page.get_by_role("status")).to_contain_text("heard by 1 of 2")
        live = await page.evaluate(AT_REST, [PICTURE, PICTURES[name]])
        assert "".join(live)

    async with page_of(name) as page:
        await page.evaluate(PLAY, recordings[name])
        await until_same(page, name, live)
        count = str(len(recordings[name]["events"]))
        await expect(scrubber(page)).to_have_value(count)

        await page.evaluate(WATCH)
        await page.get_by_role("combobox", name="Speed").first.select_option("4")
        await page.get_by_role("button", name="Play", exact=True).first.click()
        await expect(page.get_by_role("button", name="Play", exact=True).first).to_be_visible(timeout=120_000)
        await expect(scrubber(page)).to_have_value(count)
        assert await page.evaluate("window.positions") == [*range(int(count) + 1)]
        await until_same(page, name, live)

        await scrubber(page).press("Home")
        await expect(scrubber(page)).to_have_value("0")
        await scrubber(page).press("End")
        await until_same(page, name, live)
        assert await page.evaluate("window.moved") == []


async def test_each_arrow_key_is_one_event(page_of, recordings):
    """Forward and back; who listens hears where that is."""
    async with page_of("wire_view") as page:
        await page.evaluate(PLAY, recordings["wire_view"])
        await scrubber(page).press("Home")
        await expect(scrubber(page)).to_have_attribute("aria-valuetext", "0 of 7, before the beginning")
        await expect(page.get_by_role("listitem")).to_have_count(0)
        for key, shown in [("ArrowRight", 1), ("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2)]:
            await scrubber(page).press(key)
            await expect(page.get_by_role("listitem")).to_have_count(shown)
        await expect(scrubber(page)).to_be_focused()


async def test_it_is_played_by_keyboard_and_pauses(page_of, recordings):
    """Space plays and pauses; the focus stays."""
    recording = recordings["event_log"]
    async with page_of("event_log") as page:
        await page.evaluate(PLAY, slowly(recording))
        await page.get_by_role("combobox", name="Speed").select_option("0.25")
        await page.get_by_role("button", name="Play").press("Space")
        await expect(page.get_by_role("button", name="Pause")).to_be_focused()
        await page.get_by_role("button", name="Pause").press("Space")
        await expect(page.get_by_role("button", name="Play")).to_be_focused()
        assert await scrubber(page).input_value() != str(len(recording["events"]))


@pytest.mark.parametrize("name", PICTURES)
async def test_nothing_moves_before_somebody_asks_for_it(page_of, recordings, name):
    """With reduced motion and without: the end is there."""
    async with page_of(name, reduced_motion="reduce") as page:
        await page.evaluate(PLAY, recordings[name])
        await expect(page.get_by_role("button", name="Play", exact=True).first).to_be_visible()
        await expect(scrubber(page)).to_have_value(str(len(recordings[name]["events"])))
        assert await page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize(
    ("name", "scroller"),
    [
        ("state_theatre", ".stage"),
        ("chat_panel", "[role=log]"),
        ("attacker_console", ".pieces"),
        ("wire_view", "[aria-label='What passed']"),
    ],
)
async def test_the_end_of_what_scrolls_is_seen(page_of, recordings, name, scroller):
    """The last row, which is higher than what may be left, and not the first."""
    async with page_of(name, viewport={"width": 500, "height": 900}) as page:
        await page.evaluate(PLAY, recordings[name])
        await page.wait_for_function(
            "selector => { const { scrollTop, scrollHeight, clientHeight } = document.querySelector(selector);"
            " return scrollHeight - scrollTop - clientHeight < 12; }",
            arg=scroller,
        )


ANSWERED = {
    "quiz": [{"kind": "answer", "data": {"question": 0, "choice": 1}}],
    "prediction": [
        {"kind": "choice", "data": {"choice": 1}},
        {"kind": "revealed", "data": {"right": 1, "made": 1}},
    ],
}


@pytest.mark.parametrize("name", ANSWERED)
async def test_an_answered_question_looks_as_it_did_live(page_of, recordings, name):
    """The choice, the verdict and the score."""
    recording = recordings[name]
    recording = recording | {"events": recording["events"] + [{"t": 1, **event} for event in ANSWERED[name]]}
    pictures = []
    for script in (LIVE, PLAY):
        async with page_of(name) as page:
            await page.evaluate(script, recording)
            await expect(page.get_by_role("status")).to_contain_text("1")
            pictures.append(await page.locator("main fieldset").evaluate("each => each.outerHTML"))
            pictures.append(await page.get_by_role("status").inner_text())
    assert pictures[:2] == pictures[2:]


@pytest.mark.parametrize("name", ["quiz", "prediction"])
async def test_a_question_is_answered_and_not_wound_back(page_of, recordings, name):
    """It is mounted as it is."""
    async with page_of(name) as page:
        await page.evaluate(PLAY, recordings[name])
        await page.get_by_role("button", name="No").click()
        await expect(page.get_by_role("button", name="No")).to_have_attribute("aria-pressed", "true")
        await expect(page.get_by_role("slider")).to_have_count(0)


async def test_it_says_what_was_not_kept_and_speaks_chinese(page_of, recordings):
    """Nobody shall take a part for the whole."""
    recording = recordings["wire_view"] | {"dropped": {"frame": 2, "rest": 1}}
    async with page_of("wire_view") as page:
        await page.evaluate(PLAY, recording)
        await expect(page.get_by_text("3 events are left out")).to_be_visible()
    async with page_of("wire_view", lang="zh-CN") as page:
        await page.evaluate(PLAY, recording)
        await expect(page.get_by_text("省略了 3 个事件")).to_be_visible()
        await expect(page.get_by_role("button", name="播放")).to_be_visible()


@pytest.mark.parametrize(("name", "is_handled"), [("transport_race", True), ("loop_pulse", True), ("wire_view", False)])
async def test_what_needs_a_kernel_says_so(page_of, recordings, name, is_handled):
    """Where a person could do something; who only looks is not told of what there is not."""
    async with page_of(name) as page:
        await page.evaluate(PLAY, recordings[name])
        await expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
        await expect(page.get_by_text("what is greyed out needs a kernel")).to_have_count(int(is_handled))


async def test_it_plays_by_itself_once_it_is_seen_unless_somebody_was_first(page_of, recordings):
    """Who has wound it back already is not disturbed."""
    once_seen = """recording => {
        const [main, below] = [document.querySelector("main"), document.querySelector("#below")];
        main.style.marginTop = "5000px";
        below.style.height = "5000px";
        window.play(main, recording, { whenSeen: true });
    }"""
    async with page_of("event_log", viewport={"width": 900, "height": 600}) as page:
        await page.evaluate(once_seen, recordings["event_log"])
        await page.evaluate("document.querySelector('.bar-of-player').scrollIntoView()")
        await expect(page.get_by_role("button", name="Pause")).to_be_visible()
        await expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible(timeout=60_000)
        await expect(scrubber(page)).to_have_value(str(len(recordings["event_log"]["events"])))
    async with page_of("event_log", viewport={"width": 900, "height": 600}) as page:
        await page.evaluate(once_seen, recordings["event_log"])
        wind = "scrubber => { scrubber.value = 1; scrubber.dispatchEvent(new Event('input')); }"
        await scrubber(page).evaluate(wind)
        await page.evaluate("document.querySelector('.bar-of-player').scrollIntoView()")
        await page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        await expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
        await expect(scrubber(page)).to_have_value("1")


def slowly(recording):
    """Have ten seconds between two events: it is not over before it is looked at."""
    return recording | {"events": [event | {"t": 10_000 * n} for n, event in enumerate(recording["events"])]}


async def test_a_page_that_becomes_narrow_while_it_is_played_has_room_for_all_of_it(page_of, recordings):
    """The room is that of the new width, and what was shown goes on; wide again, nothing is left empty."""
    room = "() => parseFloat(document.querySelector('main > :nth-child(2)').style.minHeight)"
    async with page_of("attacker_console", viewport={"width": 1280, "height": 900}) as page:
        await page.evaluate(PLAY, slowly(recordings["attacker_console"]))
        wide = await page.evaluate(room)
        await page.get_by_role("combobox", name="Speed").select_option("0.25")
        await page.get_by_role("button", name="Play").click()
        await scrubber(page).press("ArrowRight")
        await page.get_by_role("button", name="Play").click()
        await page.set_viewport_size({"width": 500, "height": 900})
        await page.wait_for_function(f"wide => ({room})() > wide", arg=wide)
        await expect(page.get_by_role("button", name="Pause")).to_be_visible()
        assert await scrubber(page).input_value() != "0"

        await page.evaluate(WATCH)
        for _ in recordings["attacker_console"]["events"]:
            await scrubber(page).press("ArrowRight")
        await expect(scrubber(page)).to_have_value(str(len(recordings["attacker_console"]["events"])))
        assert await page.evaluate("window.moved") == []
        await page.set_viewport_size({"width": 1280, "height": 900})
        await page.wait_for_function(f"wide => ({room})() === wide", arg=wide)


async def test_a_crowd_that_comes_moves_nothing(page_of, recordings):
    """A map for many is higher, once they are all there: the room for it is there before."""
    wall = recordings["room_map wall"]
    person = next(event for event in wall["events"] if event["kind"] == "person")
    names = [f"Person {n}" for n in range(60)]
    crowd = [person | {"data": person["data"] | {"key": name, "name": name}} for name in names]
    async with page_of("room_map wall", viewport={"width": 500, "height": 900}) as page:
        await page.evaluate(PLAY, wall | {"events": [*wall["events"], *crowd]})
        await expect(page.get_by_role("listitem").filter(has_text="Person 59").first).to_be_attached()
        await page.evaluate(WATCH)
        for key in ("Home", "End", "Home"):
            await scrubber(page).press(key)
            await page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert await page.evaluate("window.moved") == []


async def test_it_waits_while_it_is_out_of_sight(page_of, recordings):
    """It goes on when it is seen again; what somebody has paused does not."""
    scroll = "y => scrollTo({ top: y, behavior: 'instant' })"
    async with page_of("event_log", viewport={"width": 900, "height": 600}) as page:
        await page.evaluate("() => { document.querySelector('#below').style.height = '5000px'; }")
        await page.evaluate(PLAY, slowly(recordings["event_log"]))
        await page.get_by_role("combobox", name="Speed").select_option("0.25")
        await page.get_by_role("button", name="Play").click()
        for top, name in [(3000, "Play"), (0, "Pause")]:
            await page.evaluate(scroll, top)
            await expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
        await page.get_by_role("button", name="Pause").click()
        for top in (3000, 0):
            await page.evaluate(scroll, top)
            await page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        await expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


@pytest.mark.parametrize("name", PICTURES)
async def test_axe_finds_nothing_serious_in_the_player(page_of, recordings, name):
    """Contrast, names, roles; light, dark, high contrast; no sideways scrolling."""
    async with page_of(name) as page:
        await page.evaluate(PLAY, recordings[name])
        async for drawn, rules in drawn_anew(page, 1280, 500, 320):
            assert await serious(page, "main", rules=rules) == [], drawn
            if name != "chat_panel":  # its times and names are small print
                assert await small_text(page, "main") == [], drawn
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), drawn
