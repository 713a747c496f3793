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
        await expect(race.get_by_role("table")).to_be_hidden()
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
        shown = await race.get_by_role("row", name="WebSocket").get_by_role("cell").all_inner_texts()
        assert shown[0] == "1"
