"""A prediction as learners make it, in a real JupyterLab."""

from __future__ import annotations

from playwright.async_api import expect

IMPORTS = "from chatlib.widgets import Prediction"
PREDICTION = """guess = Prediction("What is `6 * 7`?", {"42": (True, "Count it."), "67": (False, "That is glued.")})
guess"""
WRONG = """Prediction("What is `1 + 1`?", {"11": (False, "That is glued."), "2": (True, "Count it.")})"""


async def test_it_is_judged_by_the_next_cell_and_counted(lab, browser):
    """By keyboard; what is chosen can be changed until the answer was seen, and nothing tells before."""
    async with lab.notebook(browser, lab.write(IMPORTS, PREDICTION, "6 * 7", WRONG, "1 + 1 + oops")) as notebook:
        await notebook.run_cell(0)
        await notebook.run_cell(1)
        shown = await notebook.output(1)
        group = shown.get_by_role("group", name="What is 6 * 7?")
        await group.get_by_role("button", name="67").press("Enter")
        await expect(group).to_contain_text("Now run the next cell, and see.")
        await group.get_by_role("button", name="42").press(" ")
        await expect(group.get_by_role("button", name="42")).to_have_attribute("aria-pressed", "true")
        await expect(group.get_by_role("button", name="67")).to_have_attribute("aria-pressed", "false")
        assert "Right" not in await group.inner_text()
        assert await notebook.page.locator(".jp-Notebook.jp-mod-editMode").count() == 0

        await notebook.run_cell(2)
        await expect(group).to_contain_text("Right. Count it.")
        await expect(shown.get_by_role("status")).to_have_text("1 of 1 predicted right")

        await notebook.run_cell(3)
        second = await notebook.output(3)
        await second.get_by_role("button", name="11").click()
        await notebook.run_cell(4)
        await expect(second.get_by_role("group")).to_contain_text("Not so. That is glued.")
        await expect(second.get_by_role("button", name="2")).to_contain_text("✓")
        await expect(second.get_by_role("status")).to_have_text("1 of 2 predicted right")
        assert await notebook.value("[guess.choice, guess.is_right, *Prediction.score()]") == ["a", True, 1, 2]


async def test_who_runs_all_may_still_choose(lab, browser):
    """Then it is judged at once, and not counted; run again, the cell shows what was chosen."""
    async with lab.notebook(browser, lab.write(IMPORTS, PREDICTION, "6 * 7")) as notebook:
        await notebook.run_all()
        group = (await notebook.output(1)).get_by_role("group")
        await group.get_by_role("button", name="67").click()
        await expect(group).to_contain_text("Not so. That is glued.")
        await notebook.run_all()
        await expect((await notebook.output(1)).get_by_role("group")).to_contain_text("Not so. That is glued.")
        assert await notebook.value("[guess.choice, *Prediction.score()]") == ["b", 0, 0]
