"""What a person can press, on every instrument: whole when narrow, reached by keyboard, off with the kernel."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support import recorded
from tests.support.instruments import played
from tests.support.recorded import Recorded

NAMES = [
    "state_theatre",
    "event_log",
    "wire_view",
    "room_map",
    "buffer_gauges",
    "room_map wall",
    "chaos_board",
    "transport_race",
    "loop_pulse",
    "quiz",
    "prediction",
    "chat_panel",
    "browser_page",
    "attacker_console",
]
CONTROLS = "button, input, select, textarea, summary"
# A label's words and its control stand in one line; no control leaves the page, and nothing scrolls sideways.
CRAMPED = """controls => {
    const page = document.querySelector("main");
    const told = each => `${each.tagName} ${each.getAttribute("aria-label") ?? each.textContent}`.slice(0, 60);
    const seen = [...page.querySelectorAll(controls)].filter(each => each.checkVisibility());
    const beyond = seen.filter(each => {
        const { left, right } = each.getBoundingClientRect();
        return left < 0 || right > innerWidth;
    });
    const torn = [...page.querySelectorAll("label")].filter(label => label.checkVisibility()).filter(label => {
        const control = label.querySelector(controls);
        const words = [...label.childNodes].find(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
        if (!control || !words) return false;
        const range = document.createRange();
        range.selectNodeContents(words);
        const lines = range.getClientRects();
        const box = control.getBoundingClientRect();
        const middle = (lines[0].top + lines[0].bottom) / 2;
        return lines.length > 1 || middle < box.top || middle > box.bottom;
    });
    const bar = page.querySelector(".bar-of-player");
    const rows = new Set([...(bar?.querySelectorAll(".play, select") ?? [])].map(each => {
        const { top, bottom } = each.getBoundingClientRect();
        return Math.round((top + bottom) / 2);
    }));
    return {
        beyond: beyond.map(told),
        torn: torn.map(told),
        rows: Math.max(rows.size, 1),
        sideways: Math.max(0, document.documentElement.scrollWidth - innerWidth),
    };
}"""
# Those that the Tab key has to reach, and whether it has: of a group that arrows lead through, one is enough.
UNREACHED = """controls => [...document.querySelectorAll(`main :is(${controls})`)]
    .filter(each => each.checkVisibility() && !each.disabled && !window.reached.has(each))
    .map(each => each.outerHTML.slice(0, 120))"""
# What may still be pressed where nobody is behind it: it only looks, or writes into a field that keeps what it has.
LOOKS = ", ".join(
    [
        ".bar-of-player *, .arrow",  # what was told can be wound back, and opened
        ".chatlib-wire *, .chatlib-fold",
        ".chatlib-quiz button",  # judges by itself
        ".chatlib-wall button",  # the full screen
        "summary, textarea, [aria-disabled=true]",
    ]
)
ON = """([controls, looks]) => [...document.querySelectorAll(`main :is(${controls})`)]
    .filter(each => each.checkVisibility() && !each.disabled && !each.matches(looks))
    .map(each => each.outerHTML.slice(0, 200))"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def recordings() -> dict[str, Recorded]:
    """What each was told; made once, for no page changes it."""
    widgets = await played()
    taken = {name: Recorded.of(widget) for name, widget in widgets.items()}
    for widget in widgets.values():
        widget.close()
    return taken


@pytest.fixture
def live(browser, recordings):
    """Return how to mount an instrument in front of a kernel that takes what is asked of it."""
    return lambda name, **options: recorded.live(browser, recordings[name], **options)


async def test_every_instrument_is_here(recordings):
    """Whoever adds one finds this list."""
    assert {name.split()[0] for name in recordings} == {name.split()[0] for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
async def test_no_control_is_torn_from_its_label_however_narrow(browser, recordings, name):
    """Live and recorded: the speed of the player, say, stands in the row of its button."""
    fits = {"beyond": [], "torn": [], "rows": 1, "sideways": 0}
    for mounted in (recorded.live, recorded.player):
        async with mounted(browser, recordings[name]) as page:
            for width in (500, 380, 320):
                await page.set_viewport_size({"width": width, "height": 900})
                assert await page.evaluate(CRAMPED, CONTROLS) == fits, width


@pytest.mark.parametrize("name", NAMES)
async def test_the_tab_key_reaches_every_control(live, name):
    """None needs a pointer; and none holds the keys: behind the last the page goes on."""
    async with live(name) as page:
        await page.evaluate("""() => {
            window.reached = new Set();
            document.addEventListener("focusin", ({ target }) => window.reached.add(target));
            document.querySelector("main").tabIndex = -1;
            document.querySelector("main").focus();
            document.body.append(Object.assign(document.createElement("button"), { id: "behind" }));
        }""")
        stops = await page.locator(f":is({CONTROLS}, [tabindex], a, iframe)").count()
        for _ in range(stops):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.id === 'behind'"):
                break
        await expect(page.locator("#behind")).to_be_focused()
        assert await page.evaluate(UNREACHED, CONTROLS) == []


@pytest.mark.parametrize("name", NAMES)
async def test_where_the_kernel_is_gone_it_says_so_and_its_controls_are_off(live, name):
    """What only looks goes on; nothing is asked of nobody."""
    async with live(name) as page:
        await page.evaluate("window.die()")
        await expect(page.get_by_text("kernel").filter(has_text="is gone").first).to_be_visible()
        assert await page.evaluate(ON, [CONTROLS, LOOKS]) == []
