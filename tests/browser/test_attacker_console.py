"""The attacker console and its evil page in a real Chromium: a cookie goes to every port, and scripts do run."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from chatlib.experiments.attacks import handlers_in
from chatlib.experiments.victim import COOKIE
from chatlib.widgets.attacker_console import AttackerConsole
from tests.support import recorded
from tests.support.recorded import Recorded
from tests.support.waiting import until

MINE = "This page is mine now."


@pytest.fixture
def console():
    console = AttackerConsole()
    yield console
    console.close()


def visits(console):
    return [event["data"] for event in console.told() if event["kind"] == "visit"]


async def test_the_browser_adds_the_cookie_by_itself_and_the_kernel_plays_it_truly(browser, console):
    """The evil page has another port, which a cookie does not look at, however strict it is; only Origin tells."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(console.victim_url)
    await expect(page.get_by_text("You are logged in as Ada")).to_be_visible()
    await page.goto(console.evil_url)
    log = page.locator("#log")
    await page.get_by_role("button", name="Hijack with the cookie").click()
    await expect(log).to_contain_text("Ada's ticket is")
    await until(lambda: visits(console))
    played = (await console.attack("hijack")).pieces[0].lines
    (visit,) = visits(console)
    assert visit["answer"] == "101 Switching Protocols"
    assert visit["lines"][-1].startswith(f"Cookie: {COOKIE}=")
    assert set(visit["lines"]) <= set(played)  # Host, Origin and Cookie are those that the kernel writes

    console.switch_on("origin")
    await page.get_by_role("button", name="Hijack with the cookie").click()
    await expect(log).to_contain_text("close 1006")
    await until(lambda: len(visits(console)) == 2)
    assert visits(console)[1]["answer"] == "403 Forbidden"
    await context.close()


async def test_the_evil_page_attacks_with_all_that_a_page_can(browser, console):
    """A flood, a huge message, and scripts in all three places; the victim's limits say why in the close event."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(console.evil_url)
    for place in ("name", "message", "the time"):
        heard = console._victim.heard
        await page.get_by_role(
            "button", name=f"Script in {'the time' if place == 'the time' else f'a {place}'}"
        ).click()
        await until(lambda heard=heard: console._victim.heard > heard, place)
        assert handlers_in(console._victim.lines[-1]) == ["onerror"], place
    console.switch_on("rate", "size")
    await page.get_by_role("button", name="Flood").click()
    await expect(page.locator("#log")).to_contain_text("close 1008 more than 20 messages a second")
    await page.get_by_role("button", name="Huge message").click()
    await expect(page.locator("#log")).to_contain_text("close 1009")
    await context.close()


async def test_a_script_runs_in_its_frame_and_nowhere_else(browser, console):
    """Where a name is HTML; as text it is read."""
    await console.attack("name")
    ran = Recorded.of(console)
    console.switch_on("name")
    await console.attack("name")
    shown = Recorded.of(console)

    for session, text in ((ran, MINE), (shown, "<img src onerror=")):
        async with recorded.stage(browser, session) as page:
            await expect(page.frame_locator("iframe").locator("body")).to_contain_text(text)
            await expect(page.get_by_role("heading", name="Ada’s page")).to_be_visible()
            await expect(page.locator("iframe")).to_have_attribute("sandbox", "allow-scripts")
            assert (await page.frame_locator("iframe").locator("b").count() == 1) == (session is shown)


async def test_it_shows_what_decided_and_its_buttons_ask_for_more(browser, console):
    """The answer, in bytes; a switch turns; while an attack is under way a second one is not asked for."""
    console.switch_on("rate")
    await console.attack("flood")
    async with recorded.live(browser, Recorded.of(console)) as page:
        await expect(page.get_by_role("status")).to_contain_text("of 300 messages came through. Then: 1008")
        await expect(page.get_by_role("list", name="What passed")).to_contain_text("88 20 03 f0")
        await expect(page.get_by_role("list", name="The evil page")).to_contain_text("stopped: 20 messages a second")
        rate = page.get_by_role("button", name="20 messages a second")
        await expect(rate).to_have_attribute("aria-pressed", "true")
        await rate.press("Enter")
        await page.get_by_role("button", name="Flood").press("Enter")
        await page.evaluate("window.tell({ t: 0, kind: 'began', data: { attack: 'flood' } })")
        await expect(page.get_by_role("status")).to_have_text("Flood: under way…")
        await page.get_by_role("button", name="Huge message").press("Enter")
        assert await page.evaluate("window.sent") == [
            {"do": "switch", "defence": "rate", "on": False},
            {"do": "attack", "attack": "flood"},
        ]


async def test_a_console_that_is_stopped_offers_to_begin_anew(browser, console):
    """Its buttons are off; begun anew, nothing is left of what it had seen."""
    await console.attack("hijack")
    await asyncio.to_thread(console.stop)
    async with recorded.live(browser, Recorded.of(console)) as page:
        await expect(page.get_by_role("alert")).to_contain_text("This console is stopped")
        await expect(page.get_by_role("button", name="Flood")).to_be_disabled()
        await page.get_by_role("button", name="Start again").press("Enter")
        assert await page.evaluate("window.sent") == [{"do": "start"}]
        about = {"victim": "http://127.0.0.1:1/", "evil": "http://127.0.0.1:2/"}
        await page.evaluate("about => window.tell({ t: 0, kind: 'siege', data: about })", about)
        await expect(page.get_by_role("alert")).to_be_hidden()
        await expect(page.get_by_role("button", name="Flood")).to_be_enabled()
        await expect(page.get_by_text("got through")).to_have_count(0)
        await expect(page.get_by_text("http://127.0.0.1:2/")).to_be_visible()


def test_evil_page_and_victim_are_on_this_machine_only(console):
    """Two origins, one host."""
    evil, victim = urlsplit(console.evil_url), urlsplit(console.victim_url)

    assert (evil.hostname, victim.hostname) == ("127.0.0.1", "127.0.0.1")
    assert evil.port != victim.port
