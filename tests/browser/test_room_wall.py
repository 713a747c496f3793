"""The room on a wall in an empty page: sixty people at any width, what flies, who is slow or cut, and the keyboard."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import expect

from chatlib.widgets.room_map import RoomMap
from tests.support import recorded
from tests.support.accessibility import drawn_anew, serious, small_text
from tests.support.recorded import Recorded

NAMES = ["Ada Lovelace", "Bo", "Cleo Alexandra-Magdalena von Wolkenstein", "李小龙", "مريم", "Zoé 👩‍🔬"]
LIVE = {"kind": "kernel", "data": {"state": "ready"}}

# The session of a page that goes on hearing: `push` tells it more.
PUSH = "events => events.forEach(event => window.told({ t: 0, ...event }))"
MOUNT = """async module => {
    const { mount } = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
    const main = document.querySelector("main");
    mount(main, { on: listener => { window.told = listener; }, send: async () => undefined });
}"""

# What is drawn of each person and of the server: it may cover nothing else, and must not leave the stage.
OVERLAPS = """([stage, parts]) => {
    const within = document.querySelector(stage).getBoundingClientRect();
    const drawn = [...document.querySelectorAll(parts)].filter(each => each.checkVisibility());
    const boxes = drawn.map(each => [each.textContent, each.getBoundingClientRect()])
        .filter(([, box]) => box.width > 2);
    const out = boxes.filter(([, box]) => box.left < within.left - 1 || box.right > within.right + 1
        || box.top < within.top - 1 || box.bottom > within.bottom + 1).map(([text]) => text);
    const over = boxes.flatMap(([one, a], n) => boxes.slice(n + 1).filter(([, b]) =>
        a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
        .map(([other]) => `${one} and ${other}`));
    return [boxes.length, out, over];
}"""
TILES = [".stage", ".stage .dot, .stage .tag, .stage .hub"]


def person(key: int, standing: str = "here", **more: Any) -> dict[str, Any]:
    name = NAMES[key] if key < len(NAMES) else f"{NAMES[key % len(NAMES)]} {key}"
    data = {"key": str(key), "name": name, "standing": standing, "unsent": 0, "why": ""}
    return {"kind": "person", "data": data | more}


def spoke(key: int, text: str) -> dict[str, Any]:
    return {"kind": "spoke", "data": {"key": str(key), "name": NAMES[key], "text": text}}


def wall_of(*events: dict[str, Any]) -> Recorded:
    module = str(RoomMap._esm), str(RoomMap._css)
    room = {"kind": "room", "data": {"room": "lobby", "url": "ws://127.0.0.1:3000", "live": True}}
    return Recorded(*module, [{"t": 0, **event} for event in (room, *events)])


CLASS = wall_of(
    *map(person, range(57)),
    person(57, "slow", unsent=3_400_000),
    person(58, "cut", why="the connection was lost"),
    person(59, "left"),
    spoke(0, "Hello <b>everybody</b>! 你好"),
    {"kind": "tally", "data": {"messages": 412, "more": 0}},
    {"kind": "serving", "data": {"state": "here"}},
)


@pytest.fixture
def stage(browser):
    """Return how to mount such a wall."""
    return lambda wall=CLASS, **options: recorded.stage(browser, wall, **options)


@pytest.fixture
def live(stage):
    """Return how to mount a wall that is told more: with what pushes it."""

    @asynccontextmanager
    async def mounted(wall: Recorded, **options: Any):
        async with stage(wall, **options) as page:
            await page.evaluate(MOUNT, wall.module)
            await page.evaluate(PUSH, [*wall.events, LIVE])
            yield page, lambda *events: page.evaluate(PUSH, list(events))

    return mounted


async def test_sixty_people_cover_neither_each_other_nor_the_server(stage):
    """Where there is no room for names there are initials; axe finds nothing, and nothing is too small to read."""
    async with stage() as page:
        await expect(page.get_by_role("list", name="People in the room").get_by_role("listitem")).to_have_count(60)
        async for drawn, rules in drawn_anew(page, 320, 500, 640, 1280, 1920):
            count, out, over = await page.evaluate(OVERLAPS, TILES)
            assert count >= 61, drawn
            assert (out, over) == ([], []), drawn
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), drawn
            assert await serious(page, rules=rules) == [], drawn
            assert await small_text(page) == [], drawn


async def test_what_stands_there_is_told_in_words_too(stage):
    """Who is slow, cut or gone, how many, what was said last, as text; and all names from A to Z."""
    async with stage(viewport={"width": 1280, "height": 1000}) as page:
        people = page.get_by_role("list", name="People in the room")
        await expect(people.locator("[data-standing=slow]")).to_contain_text("slow: 3.2 MB")
        await expect(people.locator("[data-standing=cut]")).to_contain_text("cut")
        await expect(people.locator("[data-standing=left]")).to_contain_text("left")
        await expect(page.locator(".legend")).to_have_text("here 57slow 1cut 1left 1")
        await expect(page.locator(".tally")).to_have_text("58 people · 412 messages")
        await expect(page.locator(".hub")).to_have_text("ServerAda LovelaceHello <b>everybody</b>! 你好")
        await page.get_by_text("All names (60)").click()
        names = page.get_by_role("group").get_by_role("listitem")
        assert (await names.all_text_contents())[0] == "Ada Lovelace: here"


async def test_arrows_lead_from_one_to_the_next_and_show_the_whole_name(stage):
    """The sixty are one stop of the Tab key; the name of one at the edge is not cut either."""
    async with stage(viewport={"width": 500, "height": 1000}) as page:
        await page.get_by_role("button", name="Full screen").focus()
        await page.keyboard.press("Tab")
        for key in ("ArrowRight", "ArrowDown", "End", "Home", "ArrowRight", "ArrowLeft", "ArrowRight", "ArrowRight"):
            await page.keyboard.press(key)
        name = page.locator(".people > li:focus .name")
        await expect(name).to_have_text(NAMES[2])
        for _ in range(6):  # the next one of this name stands elsewhere
            drawn, out, _ = await page.evaluate(OVERLAPS, [".stage", ".people > li:focus .tag"])
            assert (drawn, out) == (1, [])
            assert await name.evaluate("name => name.scrollWidth <= name.clientWidth")
            for _ in NAMES:
                await page.keyboard.press("ArrowRight")
            await expect(name).to_contain_text(NAMES[2])
        await page.keyboard.press("Tab")
        await expect(page.locator("summary")).to_be_focused()


async def test_a_message_flies_to_the_server_and_then_to_all_but_those_who_are_gone(live):
    """To somebody who does not read it flies only a part of the way."""
    wall = wall_of(person(0), person(1), person(2, "slow"), person(3, "cut"))
    async with live(wall) as (page, push):
        await page.evaluate("""() => {
            window.most = 0;
            window.moved = 0;
            const air = document.querySelector(".air");
            new MutationObserver(() => { window.most = Math.max(window.most, air.children.length); })
                .observe(air, { childList: true });
            new PerformanceObserver(list => list.getEntries().forEach(each => { window.moved += each.value; }))
                .observe({ type: "layout-shift" });
        }""")
        await push(spoke(0, "hi"))
        await expect(page.locator(".hub")).to_have_text("ServerAda Lovelacehi")
        await page.wait_for_function("window.most === 3")
        await expect(page.locator(".air span")).to_have_count(0)
        assert await page.evaluate("window.moved") == 0


async def test_nothing_flies_for_who_wants_nothing_to_move(live):
    """The text is at the server, and the speaker is marked."""
    async with live(wall_of(person(0), person(1)), reduced_motion="reduce") as (page, push):
        await push(spoke(0, "hi"))
        await expect(page.locator(".hub")).to_contain_text("hi")
        await expect(page.locator(".speaks")).to_have_count(1)
        assert await page.evaluate("document.getAnimations().length") == 0


async def test_what_befalls_somebody_is_said_and_their_place_is_the_next_one_s(live):
    """Those who stay keep their places."""
    async with live(wall_of(*map(person, range(3)))) as (page, push):
        status = page.get_by_role("status")
        where = "key => document.querySelectorAll('.people > li')[key].style.translate"
        places = [await page.evaluate(where, n) for n in range(3)]
        await push(person(1, "slow", unsent=20_000))
        await expect(status).to_have_text("Bo is slow: 20 KB wait at the server.")
        await push(person(1, "cut", why="the connection was lost"))
        await expect(status).to_have_text(
            "Bo was cut: the connection ended without a goodbye (the connection was lost)."
        )
        await push(person(2, "left"))
        await expect(status).to_have_text(f"{NAMES[2]} left, and said goodbye.")
        await push({"kind": "gone", "data": {"key": "1"}}, person(4))
        people = page.get_by_role("list", name="People in the room").get_by_role("listitem")
        await expect(people).to_have_count(3)
        assert [await page.evaluate(where, n) for n in range(3)] == [places[0], places[2], places[1]]


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"kind": "serving", "data": {"state": "stopped"}}, "The server was stopped: this is the last picture."),
        ({"kind": "serving", "data": {"state": "elsewhere"}}, "Another kernel runs this server"),
        ({"kind": "kernel", "data": {"state": "gone"}}, "The kernel is gone: this is the last picture."),
    ],
)
async def test_a_wall_on_which_nothing_moves_any_more_says_why(live, event, words):
    """It does not look alive."""
    async with live(wall_of(person(0))) as (page, push):
        await push(event)
        await expect(page.get_by_role("status")).to_contain_text(words)
        await expect(page.locator(".chatlib-wall")).to_have_class("chatlib chatlib-wall held")


@pytest.mark.parametrize("width", [320, 500, 640, 900])
async def test_the_cards_of_the_room_to_practise_in_cover_nothing(stage, width):
    """Eight people with long names, in half a pane or less."""
    room = {"kind": "room", "data": {"room": "lobby", "url": "ws://127.0.0.1:3000", "live": False}}
    members = [{"kind": "member", "data": {"name": NAMES[n % 6] + " " * (n > 5) + str(n) * (n > 5)}} for n in range(8)]
    heard = {"id": "a1", "user": "Ada Lovelace", "text": "A sentence that is rather long for a card."}
    hears = [{"kind": "heard", "data": heard | {"name": each["data"]["name"]}} for each in members]
    wall = Recorded(str(RoomMap._esm), str(RoomMap._css), [{"t": 0, **event} for event in (room, *members, *hears)])
    async with stage(wall, viewport={"width": width, "height": 1000}) as page:
        cards = page.get_by_role("list", name="Members").get_by_role("listitem")
        await expect(cards.filter(has_text="A sentence")).to_have_count(8)
        drawn, out, over = await page.evaluate(OVERLAPS, [".map", ".map li, .map .server"])
        assert (drawn, out, over) == (9, [], [])
        assert await serious(page) == []
