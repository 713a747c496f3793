"""The reading site in a real browser: every page of it, in both colour schemes, alive and without JavaScript."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect

from tests.support import reading_site
from tests.support.accessibility import serious

# Of MyST-Parser's, for a later Sphinx.
pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser.:PendingDeprecationWarning")

PAGE_BYTES = 1_500_000
THEATRE = "notebooks/03_watch_a_connection_live_and_die.html"
QUESTIONS = "notebooks/90_in_ninety_minutes.html"
# The sections of RFC 6455, by its table of contents; of the others, those that the site names.
SECTIONS = {
    "6455": re.findall(
        r"\S+",
        """1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9 2.1 4.1 4.2 4.2.1 4.2.2 4.3 4.4 5.1 5.2 5.3 5.4 5.5 5.5.1 5.5.2 5.5.3 5.6
        5.7 5.8 6.1 6.2 7.1 7.1.1 7.1.2 7.1.3 7.1.4 7.1.5 7.1.6 7.1.7 7.2 7.2.1 7.2.2 7.2.3 7.3 7.4 7.4.1 7.4.2 8.1 9.1
        9.2 10.1 10.2 10.3 10.4 10.5 10.6 10.7 10.8 11.1 11.2 11.3 11.7""",
    ),
    "6454": ["6.2"],
    "9110": ["7.2"],
}
# Open what is folded, and go from picture to picture until an instrument stands in the place of each.
WALK = """async () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
    for (const place of document.querySelectorAll(".recorded")) {
        place.scrollIntoView();
        while (place.querySelector("script")) await new Promise(requestAnimationFrame);
    }
}"""
AT_THE_END = "scrubber => scrubber.value === scrubber.max"
VERSION = '"version":1,"widget":"state_theatre"'
MINUTES = 5 * 60_000  # of the page's clock: longer than any recording


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the site is; a warning while it was built has failed all of these."""
    return reading_site.built(tmp_path_factory)


@pytest.fixture(scope="module")
def url(folder):
    with reading_site.served(folder) as url:
        yield url


def pages(folder):
    return sorted(folder.rglob("*.html"))


@pytest.fixture
def page_of(browser, url):
    """Return how to open a page; what it says in its console, and whom else it asks, are noted."""

    @asynccontextmanager
    async def open_page(path, *, told=None, own_clock=False, **options):
        context = await browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        trouble = [] if told is None else told
        try:
            page = await context.new_page()
            page.on("pageerror", lambda error: trouble.append(f"{page.url}: {error}"))
            page.on("console", lambda message: trouble.append(f"{page.url}: {message.text}"))
            page.on("request", lambda it: it.url.startswith((url, "data:")) or trouble.append(f"it asks {it.url}"))
            page.on("response", lambda it: it.ok or it.status == 304 or trouble.append(f"it gets no {it.url}"))
            if own_clock:
                await page.clock.install()
            await page.goto(url + path)
            yield page
        finally:
            await context.close()
        if told is None:
            assert trouble == []

    return open_page


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
async def test_every_page_is_whole_in_both_schemes(folder, url, page_of, scheme, width):
    """Nobody else is asked, the console is silent, axe finds nothing serious, and nothing reaches beyond the edge."""
    viewport = {"width": width, "height": 900}
    async with page_of("index.html", color_scheme=scheme, viewport=viewport, reduced_motion="reduce") as page:
        for path in pages(folder):
            name = path.relative_to(folder).as_posix()
            await page.goto(url + name)
            await page.evaluate(WALK)
            assert await serious(page, "body") == [], name
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
            is_dark = sum(map(int, re.findall(r"\d+", background)[:3])) < 3 * 128
            assert is_dark == (scheme == "dark"), name


def test_every_link_and_every_anchor_leads_somewhere(folder):
    """Within the site to what is there; a section of an RFC is one that it has."""
    found = {path.resolve(): reading_site.parsed(path) for path in pages(folder)}
    lost = []
    for path, page in found.items():
        for link in page.links:
            if of_rfc := re.fullmatch(r"https://www\.rfc-editor\.org/rfc/rfc(\d+)#section-([\d.]+)", link):
                lost += [] if of_rfc[2] in SECTIONS[of_rfc[1]] else [(path.name, link)]
            elif not re.match(r"[a-z]+:", link):
                file, anchor = reading_site.target(path, link)
                is_there = not anchor or file.suffix != ".html" or anchor in found[file].anchors
                lost += [] if file.exists() and is_there else [(path.name, link)]
    assert lost == []
    assert sum(len(page.links) for page in found.values()) > 1000


def test_no_page_is_heavy(folder):
    """With all that it loads, it is under 1.5 MB: a train has bad connections."""
    for path in pages(folder):
        loads = {reading_site.target(path, link)[0] for link in reading_site.parsed(path).loads}
        assert path.stat().st_size + sum(each.stat().st_size for each in loads) < PAGE_BYTES, path.name


async def test_what_was_recorded_is_played_to_its_last_event(folder, page_of):
    """Once it is in view, and not before; each instrument stands where its picture was."""
    played = 0
    for path in sorted((folder / "notebooks").glob("*.html")):
        async with page_of(path.relative_to(folder).as_posix(), own_clock=True) as page:
            await page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
            for place in await page.locator(".recorded").all():
                await place.scroll_into_view_if_needed()
                await expect(place.locator(".chatlib").first).to_be_visible()
                await expect(place.locator("script")).to_have_count(0)
                scrubber = place.locator(".bar-of-player [type=range]:enabled")
                if await scrubber.count():
                    await scrubber.evaluate("scrubber => scrubber.scrollIntoView({ block: 'center' })")
                    await expect(place.get_by_role("button", name="Pause")).to_be_visible()
                    await page.clock.run_for(MINUTES)
                    await expect(place.get_by_role("button", name="Play", exact=True)).to_be_visible()
                    assert await scrubber.evaluate(AT_THE_END), path.name
                    played += 1
    assert played >= 8


async def test_nothing_plays_before_it_is_in_view(page_of):
    """What is near is there already, and shows its end."""
    viewport = {"width": 1280, "height": 300}
    async with page_of(THEATRE, viewport=viewport) as page:
        bar = page.locator(".chatlib-theatre .bar-of-player")
        assert await bar.evaluate("bar => bar.getBoundingClientRect().top > innerHeight")
        await expect(bar.get_by_role("button", name="Play")).to_be_visible()
        assert await bar.locator("[type=range]").evaluate(AT_THE_END)


async def test_the_theatre_is_wound_back_to_where_nobody_had_sent_a_1006(page_of):
    """Its recording has all plays of the notebook: before the cable is cut, no end has written that number down."""
    async with page_of(THEATRE, reduced_motion="reduce") as page:
        theatre = page.locator(".chatlib-theatre")
        await page.locator(".recorded").first.scroll_into_view_if_needed()
        await expect(theatre.get_by_text("A recording: the buttons need a kernel.")).to_be_visible()
        scrubber = theatre.get_by_role("slider", name="Position")
        last = int(await scrubber.get_attribute("max") or "0")
        await expect(scrubber).to_have_value(str(last))
        shown = await scrubber.evaluate(
            """scrubber => Array.from({ length: Number(scrubber.max) + 1 }, (_, n) => {
                scrubber.value = n;
                scrubber.dispatchEvent(new Event("input"));
                return scrubber.closest(".chatlib-theatre").textContent;
            })"""
        )
        cut = next(n for n, text in enumerate(shown) if "nobody sent 1006" in text)
        assert 0 < cut < last
        assert "the cable is cut" in shown[cut]
        assert not any("1006" in text for text in shown[:2])
        await scrubber.fill(str(cut))
        await expect(theatre.get_by_text("nobody sent 1006")).to_be_visible()
        await scrubber.press("ArrowLeft")
        await expect(theatre.get_by_text("nobody sent 1006")).to_have_count(0)


async def test_reduced_motion_shows_the_end(page_of):
    """And nothing plays before somebody asks for it."""
    async with page_of("notebooks/04_read_the_wire.html", reduced_motion="reduce") as page:
        place = page.locator(".recorded:has-text('opening handshake')").first
        await place.scroll_into_view_if_needed()
        bar = page.locator(".bar-of-player:has([type=range]:enabled)").first
        await bar.evaluate("bar => bar.scrollIntoView({ block: 'center' })")
        await expect(bar.get_by_role("button", name="Play")).to_be_visible()
        assert await bar.locator("[type=range]").evaluate(AT_THE_END)


async def test_a_quiz_answers_and_remembers(page_of):
    """Without a kernel; a choice stays while the page is there."""
    async with page_of(QUESTIONS) as page:
        place = page.locator(".recorded:has-text('Question 1')")
        await place.scroll_into_view_if_needed()
        question = page.locator(".chatlib-quiz:not(.chatlib-prediction) fieldset").first
        await question.get_by_role("button").first.click()
        await expect(question.get_by_role("button").first).to_have_attribute("aria-pressed", "true")
        await expect(question.locator(".reason")).to_have_text(re.compile(r"^(Right|Not so)\."))
        await page.evaluate("scrollTo(0, 0)")
        await question.scroll_into_view_if_needed()
        await expect(question.get_by_role("button").first).to_have_attribute("aria-pressed", "true")


async def test_without_javascript_the_pictures_stay_and_what_is_folded_opens(page_of):
    """Predictions, answers and solutions are folded, on paper they are not."""
    async with page_of(THEATRE, java_script_enabled=False) as page:
        await expect(page.get_by_text("Both ends of one connection, on one clock")).to_be_visible()
        shown = page.locator("details.hide").first
        await expect(shown.locator(".output").first).not_to_be_visible()
        await expect(page.locator("details.solution pre").first).not_to_be_visible()
        await shown.locator("summary").click()
        await expect(shown.locator(".output").first).to_be_visible()
        await page.emulate_media(media="print")
        await expect(page.locator("details.solution pre").last).to_be_visible()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ((VERSION, VERSION.replace("1", "2")), "version 2"),
        ((VERSION, VERSION[:-5]), "JSON"),
        (('"kind":"entry"', '"kind":"entry","data":null'), "null"),
    ],
    ids=["of another version", "cut off", "damaged"],
)
async def test_a_recording_that_cannot_be_played_leaves_its_picture(page_of, url, damage, said):
    """And one line in the console, which says why."""
    told = []
    async with page_of("index.html", told=told) as page:

        async def answer(route):
            response = await route.fetch()
            html = await response.text()
            assert damage[0] in html
            await route.fulfill(response=response, body=html.replace(*damage))

        await page.route(f"**/{THEATRE}", answer)
        async with page.expect_console_message() as message:
            await page.goto(url + THEATRE)
            await page.locator(".recorded").first.scroll_into_view_if_needed()
        assert said in (await message.value).text
        await expect(page.get_by_text("Both ends of one connection, on one clock")).to_be_visible()
        await expect(page.locator(".chatlib-theatre")).to_have_count(0)
    assert len(told) == 1


async def test_the_search_finds_a_close_code(page_of):
    """A number is what somebody has met."""
    async with page_of("search.html?q=1006") as page:
        found = page.locator("#search-results a")
        await expect(found.filter(has_text="03 Watch a connection live and die").first).to_be_visible()
        await expect(found.filter(has_text="The chat protocol").first).to_be_visible()
