"""The reading site in a real browser: every page of it, in both colour schemes, alive and without JavaScript."""

from __future__ import annotations

import asyncio
import gzip
import re
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support import reading_site
from tests.support.accessibility import DRAWN, SMALLEST, serious_on_a_long_page

# Of MyST-Parser's, for a later Sphinx.
pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser.:PendingDeprecationWarning")

PAGE_BYTES = 1_500_000
NEEDED_BYTES = 200_000  # a second at 1.6 Mbit/s
REQUESTS = 16
THEATRE = "notebooks/03_watch_a_connection_live_and_die.html"
QUESTIONS = "notebooks/90_in_ninety_minutes.html"
# The sections of RFC 6455, by its table of contents; of the others, those that the site names.
SECTIONS = {
    "6455": re.findall(
        r"\S+",
        """1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9 2.1 4.1 4.2 4.2.1 4.2.2 4.3 4.4 5.1 5.2 5.3 5.4 5.5 5.5.1 5.5.2 5.5.3 5.6
        5.7 5.8 6.1 6.2 7.1 7.1.1 7.1.2 7.1.3 7.1.4 7.1.5 7.1.6 7.1.7 7.2 7.2.1 7.2.2 7.2.3 7.3 7.4 7.4.1 7.4.2 8.1 9.1
        9.2 10.1 10.2 10.3 10.4 10.5 10.6 10.7 10.8 11.1 11.2 11.3 11.3.1 11.3.2 11.3.3 11.3.4 11.3.5 11.4 11.5 11.6
        11.7 11.8 11.9""",
    ),
    "6454": ["6.2"],
    "9110": ["7.2"],
}
# Timers do not wait, so that what takes a minute is played in a moment; what is asked for again and again is counted.
HASTE = """() => {
    const { setTimeout: once, clearTimeout: leave, setInterval: always, requestAnimationFrame: draw } = window;
    window.asked = { intervals: 0, frames: 0, waits: new Set() };
    window.setTimeout = (todo, _, ...told) => {
        const id = once(() => { asked.waits.delete(id); todo(...told); }, 0);
        asked.waits.add(id);
        return id;
    };
    window.clearTimeout = id => { asked.waits.delete(id); leave(id); };
    window.setInterval = (...told) => { asked.intervals += 1; return always(...told); };
    window.requestAnimationFrame = todo => { asked.frames += 1; return draw(todo); };
    window.drawn = () => new Promise(draw);
    new MutationObserver(records => {
        for (const { target } of records) if (target.matches?.(".play")) (target.said ??= []).push(target.textContent);
    }).observe(document, { childList: true, subtree: true });
}"""
# Open what is folded, and go from picture to picture until an instrument stands in the place of each, and what can be
# played has been, unless nothing is to move. Returns what each player's button has said since, and where it stands.
WALK = """async () => {
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const players = [];
    const until = async (isSo, place) => {
        for (const began = performance.now(); !isSo(); await drawn())
            if (performance.now() - began > 300_000) throw new Error(`this does not play: ${place.textContent}`);
    };
    for (const folded of document.querySelectorAll("details")) folded.open = true;
    for (const place of document.querySelectorAll(".recorded")) {
        place.scrollIntoView({ behavior: "instant" });
        await until(() => !place.querySelector("script"), place);
        const bar = place.querySelector(".bar-of-player:has([type=range]:enabled)");
        if (!bar) continue;
        const [button, scrubber] = [bar.querySelector(".play"), bar.querySelector("[type=range]")];
        bar.scrollIntoView({ behavior: "instant", block: "center" });
        await until(() => isCalm || button.said?.length >= 2, place);
        players.push({ said: button.said ?? [], isAtTheEnd: scrubber.value === scrubber.max });
    }
    return players;
}"""
# Wait until the page draws nothing of its own any more, and waits for nothing; returns what would go on for ever.
REST = """async () => {
    for (let before = -1; before !== asked.frames || asked.waits.size; await drawn(), await drawn())
        before = asked.frames;
    const isEndless = each => each.effect.getTiming().iterations === Infinity;
    const moving = document.getAnimations();
    for (const each of moving) if (!isEndless(each)) each.finish(); // what is opened fades in
    return { intervals: asked.intervals, animations: moving.filter(isEndless).length };
}"""
# Whether nothing reaches beyond the edge, what hangs out of an instrument below, since a rule of the theme's means its
# class, too, which words of the site's own are too small to read, and its background.
WHOLE = """smallest => ({
    isWithin: document.documentElement.scrollWidth <= innerWidth,
    hanging: [...document.querySelectorAll(".chatlib")].flatMap(card => {
        const isFlowing = each => getComputedStyle(each).position !== "absolute" && each.checkVisibility();
        const isCut = each => each !== card
            && (getComputedStyle(each).overflow !== "visible" || isCut(each.parentElement));
        const end = card.getBoundingClientRect().bottom + 1;
        return [...card.querySelectorAll("*")].filter(each =>
            each.getBoundingClientRect().bottom > end && isFlowing(each) && !isCut(each.parentElement));
    }).map(each => each.outerHTML),
    small: [...document.querySelectorAll("body *:not(.chatlib *, script, style)")].filter(each =>
        [...each.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())
        && each.checkVisibility() && parseFloat(getComputedStyle(each).fontSize) < smallest
    ).map(each => each.outerHTML),
    background: getComputedStyle(document.body).backgroundColor,
})"""
AT_THE_END = "scrubber => scrubber.value === scrubber.max"
VERSION = '"version":1,"widget":"state_theatre"'
LONGEST = 600  # seconds, for a page that never comes to rest


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the site is; a warning while it was built has failed all of these."""
    return reading_site.built(tmp_path_factory)


@pytest.fixture(scope="module")
def url(folder):
    """Where it is served: below the root of its host, as GitHub does it."""
    with reading_site.served(folder.parent) as url:
        yield f"{url}{folder.name}/"


def pages(folder):
    return sorted(folder.rglob("*.html"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def context(browser):
    """One for all who have JavaScript: what one page has loaded, the next has."""
    context = await browser.new_context()
    yield context
    await context.close()


@pytest.fixture
def page_of(context, folder, url):
    """Return how to open a page; what it says in its console, and whom else it asks, are noted."""
    ours = (url, f"{folder.as_uri()}/", "data:")

    @asynccontextmanager
    async def open_page(path, *, told=None, within=context, width=1280, height=900, begin=None, **media):
        trouble = [] if told is None else told
        page = await within.new_page()
        try:
            page.on("pageerror", lambda error: trouble.append(f"{page.url}: {error}"))
            page.on("console", lambda message: trouble.append(f"{page.url}: {message.text}"))
            page.on("request", lambda it: it.url.startswith(ours) or trouble.append(f"it asks {it.url}"))
            page.on("response", lambda it: it.ok or it.status == 304 or trouble.append(f"it gets no {it.url}"))
            await page.set_viewport_size({"width": width, "height": height})
            await page.emulate_media(**media)
            if begin:
                await page.add_init_script(f"({begin})()")
            await page.goto(path if ":" in path else url + path)
            yield page
        finally:
            await page.close()
        if told is None:
            assert trouble == []

    return open_page


@pytest.mark.parametrize(
    ("scheme", "width", "motion"), [("light", 1280, "no-preference"), ("dark", 375, "reduce")], ids=["day", "night"]
)
async def test_every_page_is_whole_and_alive(folder, url, page_of, scheme, width, motion):
    """Nobody else is asked, the console is silent, axe finds nothing serious, and nothing reaches beyond the edge.

    What was recorded is played to its last event once it is in view; for whoever wants nothing to move, it is there at
    once. Then nothing goes on: a page that is read costs nothing.
    """
    players = []

    def rules(name):
        return () if scheme == "light" or name in (THEATRE, "index.html") else DRAWN

    names = [path.relative_to(folder).as_posix() for path in pages(folder)]
    media = {"color_scheme": scheme, "reduced_motion": motion}
    async with asyncio.timeout(LONGEST), page_of("search.html", width=width, begin=HASTE, **media) as page:
        for name in names:  # one after the other: what several draw at the same time costs half as much again
            await page.goto(url + name)
            players.extend(await page.evaluate(WALK))
            assert await page.evaluate(REST) == {"intervals": 0, "animations": 0}, name
            assert await serious_on_a_long_page(page, rules=rules(name)) == [], name
            whole = await page.evaluate(WHOLE, SMALLEST)
            assert whole["isWithin"], name
            assert whole["hanging"] == [], name
            assert whole["small"] == [], name
            is_dark = sum(map(int, re.findall(r"\d+", whole["background"])[:3])) < 3 * 128
            assert is_dark == (scheme == "dark"), name
    played = ["Pause", "Play"] if motion == "no-preference" else []
    assert players == [{"said": played, "isAtTheEnd": True}] * len(players)
    assert len(players) >= 8


def test_every_link_and_every_anchor_leads_somewhere(folder):
    """Within the site to what is there; a section of an RFC is one that it has."""
    found = {path.resolve(): reading_site.parsed(path) for path in pages(folder)}
    lost = []
    for path, page in found.items():
        within = re.findall(
            r'"section":"([^"]+)"', path.read_text(encoding="utf-8")
        )  # of what becomes a link once played
        lost += [(path.name, section) for section in within if section not in SECTIONS["6455"]]
        for link in page.links:
            if of_rfc := re.fullmatch(r"https://www\.rfc-editor\.org/rfc/rfc(\d+)#section-([\d.]+)", link):
                lost += [] if of_rfc[2] in SECTIONS[of_rfc[1]] else [(path.name, link)]
            elif not re.match(r"[a-z]+:", link):
                file, anchor = reading_site.target(path, link)
                is_there = not anchor or file.suffix != ".html" or anchor in found[file].anchors
                lost += [] if file.exists() and is_there else [(path.name, link)]
    assert lost == []
    assert sum(len(page.links) for page in found.values()) > 1000


def test_no_page_is_heavy_and_little_has_to_come_before_it_is_of_use(folder):
    """With all that it loads it is under 1.5 MB: a train has bad connections. Pictures may come later.

    These decide how soon a page can be used; what comes of them on a phone, `make bench` reckons.
    """
    for path in pages(folder):
        page = reading_site.parsed(path)
        loads = {reading_site.target(path, link)[0] for link in page.loads}
        assert path.stat().st_size + sum(each.stat().st_size for each in loads) < PAGE_BYTES, path.name
        needed = [path, *(each for each in loads if each.suffix in (".css", ".js"))]
        assert sum(len(gzip.compress(each.read_bytes())) for each in needed) < NEEDED_BYTES, path.name
        assert len(needed) <= REQUESTS, path.name
        assert page.blocking == [], path.name


async def test_nothing_plays_before_it_is_in_view(page_of):
    """What is near is there already, and shows its end; of what is not, there is the picture only.

    The largest recording of all is near here; for each of its events the page was laid out once at the most.
    """
    async with page_of(THEATRE, height=300) as page:
        bar = page.locator(".chatlib-theatre .bar-of-player")
        assert await bar.evaluate("bar => bar.getBoundingClientRect().top > innerHeight")
        await expect(bar.get_by_role("button", name="Play")).to_be_visible()
        assert await bar.locator("[type=range]").evaluate(AT_THE_END)
        far = page.locator(".recorded:has(script)")
        assert await far.count() == await page.locator(".recorded").count() - 1
        await expect(page.locator(".chatlib")).to_have_count(1)
        cdp = await page.context.new_cdp_session(page)
        await cdp.send("Performance.enable")
        counted = {each["name"]: each["value"] for each in (await cdp.send("Performance.getMetrics"))["metrics"]}
        assert counted["LayoutCount"] < int(await bar.locator("[type=range]").get_attribute("max") or "0")


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


async def test_a_quiz_answers_and_remembers(page_of):
    """Without a kernel; a choice stays while the page is there, and when it is loaded again in this tab."""
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
        prediction = page.locator(".recorded:has-text('Your prediction')").first
        await prediction.scroll_into_view_if_needed()
        await prediction.get_by_role("button").last.click()
        said = await prediction.locator(".reason").inner_text()

        await page.reload()
        for asked in (place, prediction):
            await asked.scroll_into_view_if_needed()
        await expect(question.get_by_role("button").first).to_have_attribute("aria-pressed", "true")
        await expect(page.locator(".chatlib-quiz [role=status]").last).to_have_text(re.compile("^[01] of "))
        await expect(prediction.locator(".reason")).to_have_text(said)
        await expect(prediction.get_by_role("button").last).to_have_attribute("aria-pressed", "true")


async def test_without_javascript_the_pictures_stay_and_what_is_folded_opens(browser, page_of):
    """Predictions, answers and solutions are folded, on paper they are not."""
    without = await browser.new_context(java_script_enabled=False)
    async with without, page_of(THEATRE, within=without) as page:
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


async def test_the_search_finds_what_somebody_has_met(page_of, url):
    """A number, a name of the interface, a word that is not English."""
    met = {"1006": "The chat protocol", "readyState": "02 Talk to an echo server", "你好": "04 Read the wire"}
    async with page_of("search.html") as page:
        for words, where in met.items():
            await page.goto(f"{url}search.html?q={words}")
            found = page.locator("#search-results a")
            await expect(found.filter(has_text=where).first).to_be_visible()


async def test_a_page_that_was_opened_from_its_folder_is_as_alive(folder, page_of):
    """Somebody copied the site, and clicked on a file: a browser gives such a page no module, and no other page."""
    async with page_of(f"{(folder / 'search.html').as_uri()}?q=1006") as page:
        await expect(page.locator("#search-results a").first).to_be_visible()
        await expect(page.locator("#search-results .search-summary")).to_contain_text("pages matching")
        await page.goto((folder / THEATRE).as_uri())
        await page.locator(".recorded").first.scroll_into_view_if_needed()
        await expect(page.locator(".chatlib-theatre .bar-of-player")).to_be_visible()
