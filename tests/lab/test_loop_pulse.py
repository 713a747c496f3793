"""LoopPulse as learners use it, in a real JupyterLab."""

from __future__ import annotations

from playwright.async_api import expect

IMPORTS = "import asyncio, time\nfrom chatlib.widgets.loop_pulse import LoopPulse"
PULSE = "pulse = LoopPulse()\npulse"


async def test_the_pulse_stops_while_a_cell_blocks_and_the_page_sees_it(lab, browser):
    """The gap and the line that blocks are there while the cell runs; then it beats again."""
    async with lab.notebook(browser, lab.write(IMPORTS, PULSE, "time.sleep(6)", "await asyncio.sleep(3)")) as notebook:
        await notebook.run_cell(0)
        await notebook.run_cell(1)
        pulse = await notebook.output(1)
        status = pulse.get_by_role("status")
        await expect(status).to_have_text("It beats.")

        await notebook.start_cell(3)
        assert await notebook.page.locator(".jp-InputPrompt", has_text="[*]").count() == 1
        await notebook.idle()
        await expect(pulse.get_by_role("listitem").filter(has_text=" at ")).to_have_count(
            0
        )  # a busy machine's has no line

        await notebook.start_cell(2)
        await expect(status).to_have_text("No beat: blocked.")
        await expect(pulse.get_by_role("listitem").filter(has_text="at time.sleep(6)")).to_have_count(1)
        assert await notebook.page.locator(".jp-InputPrompt", has_text="[*]").count() == 1
        await expect(pulse.locator("svg rect").first).to_be_attached()

        await notebook.idle()
        await expect(status).to_have_text("It beats.")
        assert await notebook.value("[6 <= gap.seconds < 8 for gap in pulse.gaps if gap.line == 'time.sleep(6)']") == [
            True
        ]


async def test_the_page_lists_tasks_and_can_block_the_loop(lab, browser):
    """A task is there until it has ended; the button's gap is one of two seconds."""
    work = "async def work():\n    await asyncio.sleep(60)\ntask = asyncio.create_task(work(), name='my work')"
    async with lab.notebook(browser, lab.write(IMPORTS, PULSE, work, "task.cancel()")) as notebook:
        for index in range(3):
            await notebook.run_cell(index)
        pulse = await notebook.output(1)
        row = pulse.get_by_role("table", name="Tasks").get_by_role("row", name="my work")
        await expect(row).to_contain_text("await asyncio.sleep(60)")
        await notebook.run_cell(3)
        await expect(row).to_have_count(0)

        await pulse.get_by_role("button", name="Block the loop").press("Enter")
        await expect(pulse.get_by_role("status")).to_have_text("No beat: blocked.")
        await expect(pulse.get_by_role("status")).to_have_text("It beats.")
        await expect(pulse.get_by_role("listitem").filter(has_text="at time.sleep(2)")).to_have_count(1)
        await notebook.run("pulse.stop()")
        await expect(pulse.get_by_role("status")).to_have_text("Stopped watching.")
        block = pulse.get_by_role("button", name="Block the loop")
        await expect(block).to_be_disabled()

        await pulse.get_by_role("button", name="Start again").press("Enter")
        await expect(pulse.get_by_role("status")).to_have_text("It beats.")
        await expect(block).to_be_focused()
        await expect(pulse.get_by_role("button", name="Start again")).to_have_count(0)
        assert await notebook.value("pulse.running") is True


# How many frames the strip was drawn anew in, and how many beats came, in two seconds; and the same out of sight.
DRAWN = """async pulse => {
    const trace = pulse.querySelector("svg > path");
    const count = async () => {
        let drawn = 0;
        let frames = 0;
        let before = "";
        const end = performance.now() + 2000;
        while (performance.now() < end) {
            await new Promise(requestAnimationFrame);
            frames += 1;
            const now = trace.getAttribute("d");
            if (now !== before) drawn += 1;
            before = now;
        }
        return drawn / frames;
    };
    const seen = await count();
    const place = pulse.parentElement;
    place.style.height = "0";
    place.style.overflow = "hidden";
    for (let n = 0; n < 10; n++) await new Promise(requestAnimationFrame);
    const hidden = await count();
    place.style.height = place.style.overflow = "";
    for (let n = 0; n < 10; n++) await new Promise(requestAnimationFrame);
    return [seen, hidden, await count()];
}"""


async def test_the_strip_moves_in_each_frame_and_not_at_all_where_nobody_sees_it(lab, browser):
    """Beats come ten times a second; between them it goes on. A share of the frames, whatever their rate here."""
    async with lab.notebook(browser, lab.write(IMPORTS, PULSE)) as notebook:
        await notebook.run_cell(0)
        await notebook.run_cell(1)
        pulse = await notebook.output(1)
        await expect(pulse.get_by_role("status")).to_have_text("It beats.")
        seen, hidden, again = await pulse.locator(".chatlib-pulse").evaluate(DRAWN)
        assert seen > 0.5
        assert hidden < 0.05
        assert again > 0.5
