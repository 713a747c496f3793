"""The wire view's list and what is chosen of it, without a kernel: colours, filter, search, folds, the JSON tree."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio
from playwright.async_api import expect
from websockets.frames import Frame, Opcode

from chatlib.client.wire_log import Sighting
from chatlib.widgets.wire_view import WireView
from tests.support import recorded
from tests.support.recorded import Recorded

NOON = 1_790_000_000.125
PLACED = {"type": 2, "msg": "hi", "limits": {"rate": 20}, "history": [{"msg": "old"}], "none": []}
LONG = "lorem ipsum " * 30
SIGHTINGS = [
    ("sent", Frame(Opcode.TEXT, b"Hello")),
    ("received", Frame(Opcode.TEXT, json.dumps(PLACED).encode())),
    ("sent", Frame(Opcode.PING, b"hello?")),
    ("received", Frame(Opcode.TEXT, LONG.encode())),
    ("received", Frame(Opcode.CLOSE, b"\x03\xe8bye")),
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def recording() -> Recorded:
    """Both directions, four opcodes, JSON, and a text that is long."""
    view = WireView(
        Sighting(NOON + n, direction, "frame", frame.serialize(mask=direction == "sent"))
        for n, (direction, frame) in enumerate(SIGHTINGS)
    )
    taken = Recorded.of(view)
    view.close()
    return taken


@pytest.fixture
def stage(browser, recording):
    """Return how to mount it in an empty page."""
    return lambda **options: recorded.stage(browser, recording, **options)


def entries(page):
    return page.get_by_role("list", name="What passed").get_by_role("button")


async def test_a_field_has_one_colour_in_every_frame_and_unlike_fields_have_unlike_ones(stage):
    """The bits and their row in the table; the legend says so."""
    hues = """() => [...document.querySelectorAll(".explained th button")].map(
        each => [each.textContent, each.style.getPropertyValue("--hue").trim()])"""
    async with stage() as page:
        seen = []
        for n in range(len(SIGHTINGS)):
            await entries(page).nth(n).click()
            frame = await page.evaluate(hues)
            assert len({hue for _, hue in frame}) == len(frame)
            assert all(hue.isdigit() for _, hue in frame)
            seen += frame
        assert len({(name, hue) for name, hue in seen}) == len({name for name, _ in seen}) == 10
        await expect(page.get_by_text("Each field has its own colour, the same in every frame.")).to_be_visible()
        await expect(page.get_by_role("row", name="RSV")).to_have_count(1)


async def test_the_list_has_times_and_is_filtered_by_direction_opcode_and_text(stage):
    """What is chosen can be unchosen by the keyboard, and the newest is followed again."""
    async with stage(timezone_id="UTC") as page:
        status, find = page.get_by_role("status"), page.get_by_role("searchbox", name="Find text")
        follow = page.get_by_role("checkbox", name="Follow the newest")
        await expect(entries(page).first).to_contain_text("14:13:20.125")
        await expect(entries(page).last).to_have_attribute("aria-pressed", "true")

        await page.get_by_role("combobox", name="Direction").select_option("sent")
        await expect(status).to_have_text("5 frames · 2 of 5 shown")
        await expect(page.locator(".piece > b")).to_have_text("client → server: PING hello?")
        await page.get_by_role("combobox", name="Opcode").select_option("TEXT")
        await expect(entries(page)).to_have_count(1)
        await page.get_by_role("combobox", name="Direction").select_option("")
        await expect(entries(page)).to_have_count(3)
        await page.get_by_role("combobox", name="Opcode").select_option("")

        await find.fill("HELLO")
        await expect(entries(page)).to_have_count(2)
        await expect(page.locator("mark")).to_have_text(["Hello", "hello"])
        await find.press("Enter")
        await expect(page.locator(".piece > b")).to_have_text("client → server: TEXT Hello")
        await expect(follow).not_to_be_checked()
        await find.press("Enter")
        await expect(page.locator(".piece > b")).to_have_text("client → server: PING hello?")
        await find.press("Shift+Enter")
        await expect(page.locator(".piece > b")).to_have_text("client → server: TEXT Hello")
        await find.press("Escape")
        await expect(entries(page)).to_have_count(5)
        await expect(status).to_have_text("5 frames")
        await follow.press("Space")
        await expect(page.locator(".piece > b")).to_have_text("server → client: CLOSE 1000 bye")


async def test_json_is_a_tree_whose_branches_fold(stage):
    """What lies deeper is folded at first, and opened by the keyboard; what is no JSON has none."""
    async with stage() as page:
        await entries(page).nth(1).click()
        tree = page.get_by_role("group", name="The payload as JSON")
        await expect(tree.get_by_role("listitem").first).to_have_text("type: 2")
        await expect(tree.get_by_text('"old"')).to_be_hidden()
        await tree.locator("summary", has_text="0 {1 key}").press("Enter")
        await expect(tree.get_by_text('"old"')).to_be_visible()
        await expect(tree.get_by_role("listitem").last).to_have_text("none: []")
        await entries(page).first.click()
        await expect(tree).to_have_count(0)


@pytest.mark.parametrize("width", [400, 640, 900])
async def test_a_long_value_is_folded_and_no_meaning_takes_three_lines(stage, width):
    """Whatever stands beside it, in half a pane too."""
    lines = """() => [...document.querySelectorAll(".meaning")].map(each => {
        const range = document.createRange();
        range.selectNodeContents(each);
        return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
    })"""
    async with stage(viewport={"width": width, "height": 900}) as page:
        await entries(page).nth(3).click()
        value = page.get_by_role("row", name="Payload Data").get_by_role("cell").first
        assert len(await value.inner_text()) < 200
        assert max(await page.evaluate(lines)) <= 2
        more = value.get_by_role("button", name="Show all 360 characters")
        await more.press("Enter")
        await expect(value).to_contain_text(LONG.strip())
        assert max(await page.evaluate(lines)) <= 2
        await value.get_by_role("button", name="Show less").press("Enter")
        await expect(more).to_be_focused()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_what_is_chosen_is_seen_in_forced_colours(stage):
    """In the list, among the bits and among the rows."""
    background = "each => getComputedStyle(each).backgroundColor"
    async with stage(forced_colors="active") as page:
        await page.get_by_role("button", name="opcode").focus()
        chosen = [entries(page).last, page.locator(".bit.lit").first, page.locator(".lit-row td").first]
        others = [entries(page).first, page.locator(".bit:not(.lit)").first, page.locator("tr:not(.lit-row) td").first]
        for each, other in zip(chosen, others, strict=True):
            assert await each.evaluate(background) != await other.evaluate(background)
