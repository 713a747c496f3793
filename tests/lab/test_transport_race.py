"""TransportRace as learners use it, in a real JupyterLab."""

from __future__ import annotations

from playwright.async_api import expect

IMPORTS = "from chatlib.widgets.transport_race import TransportRace"
RACE = "race = TransportRace(rate=2, seconds=1, poll_every=0.5)\nrace"


async def test_the_race_is_run_in_the_page_and_read_from_python(lab, browser):
    """Four rows, every message in each; at the chosen rate."""
    async with lab.notebook(browser, lab.write(IMPORTS, RACE)) as notebook:
        await notebook.run_all()
        race = await notebook.output(1)
        await expect(race.get_by_role("row")).to_have_count(5)
        high = await race.locator(".chatlib-race").evaluate("race => race.clientHeight")
        bet = race.get_by_role("button", name="WebSocket")
        await expect(bet).to_be_enabled()
        for pressed in ("true", "false", "true"):
            await bet.press("Enter")
            await expect(bet).to_have_attribute("aria-pressed", pressed)
        await race.get_by_role("combobox", name="Lines per second").select_option("10")
        await race.get_by_role("button", name="Run the race").press("Enter")
        await expect(race.get_by_role("status")).to_have_text("Running…")
        await expect(race.get_by_role("button", name="Run the race")).to_be_disabled()

        await expect(race.get_by_role("status")).to_have_text("Over.")
        rows = race.get_by_role("row")
        await expect(rows).to_have_count(5)
        assert [(await row.get_by_role("cell").all_inner_texts())[2] for row in (await rows.all())[1:]] == ["20"] * 4
        results = "{name: [r.requests, r.bytes_up, r.latency_ms] for name, r in race.results.items()}"
        figures = await notebook.value(results)
        assert figures["WebSocket"][0] == 1
        assert figures["WebSocket"][1] < figures["server-sent events"][1] < figures["long polling"][1]
        assert figures["polling"][2] > figures["long polling"][2]
        await expect(race.get_by_text("You bet on WebSocket, which sent 1.")).to_be_visible()
        assert await race.locator(".chatlib-race").evaluate("race => race.clientHeight") == high
        shown = await race.get_by_role("row", name="WebSocket").get_by_role("cell").all_inner_texts()
        assert shown[0] == "1"


async def test_the_interval_acts_while_the_race_runs(lab, browser):
    """Polling would ask once a minute; moved by a key, it asks at once, and the race comes to its end."""
    slow = "race = TransportRace(rate=10, seconds=0.2, poll_every=60)\nrace"
    async with lab.notebook(browser, lab.write(IMPORTS, slow)) as notebook:
        await notebook.run_all()
        race = await notebook.output(1)
        run = race.get_by_role("button", name="Run the race")
        await expect(run).to_be_enabled()  # a key is not waited with, as a click is
        await run.press("Enter")
        polling = race.get_by_role("listitem").filter(has_text="polling").first
        await expect(polling).to_contain_text("waiting")
        pace = race.get_by_role("slider", name="Polling asks every")
        await pace.press("Home")
        await expect(pace).to_have_attribute("aria-valuetext", "0.1 s")
        await expect(race.get_by_role("status")).to_have_text("Over.")
        await expect(polling).to_contain_text("2 of 2 arrived")
        assert await notebook.value("race.poll_every") == 0.1


async def test_a_race_whose_kernel_is_gone_says_so(lab, browser):
    """Its controls are off."""
    async with lab.notebook(browser, lab.write(IMPORTS, RACE)) as notebook:
        await notebook.run_all()
        race = await notebook.output(1)
        await expect(race.get_by_role("button", name="Run the race")).to_be_enabled()
        await notebook.restart_kernel()
        await expect(race.get_by_role("status")).to_have_text("The kernel is gone. Run the cell again.")
        for control in await race.locator("button, select, input").all():
            await expect(control).to_be_disabled()
