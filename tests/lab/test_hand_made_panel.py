"""The panel that notebook 08a makes by hand has the flaw that the text names, and the exercise's solution has not."""

from __future__ import annotations

from playwright.async_api import expect

from tools import notebooks

COURSE = notebooks.ROOT / "notebooks"
MENDED = """said, known = widgets.Label(), widgets.Label()
field, button = widgets.Text(placeholder="Say something"), widgets.Button(description="Send")
field.observe(lambda change: setattr(known, "value", f"Python knows: {change.new}"), "value")
connect(field, button, lambda text: setattr(said, "value", f"{said.value}[{text}]"))
widgets.VBox([said, known, field, button])"""


def cells_by_hand() -> list[str]:
    """Return the cells of 08a that make the panel."""
    cells = {cell.id: cell.source for cell in notebooks.read(COURSE / "08a_chat_between_notebooks.ipynb").cells}
    ours = ("workshop", "three-widgets", "show-and-send", "send-function", "wire-up")
    return ["import chatlib", *(cells[name] for name in ours)]


async def test_the_panel_made_by_hand_sends_when_the_field_is_left(lab, browser):
    """As the text says: Enter sends, and so does a click elsewhere; markup is taken for HTML."""
    sources = cells_by_hand()
    async with lab.notebook(browser, lab.write(*sources)) as notebook:
        await notebook.run_all()
        panel = await notebook.output(len(sources) - 1)
        field = panel.get_by_placeholder("Say something")

        await field.fill("by <b>Enter</b>")
        await field.press("Enter")
        await expect(panel.get_by_text("Ada: by Enter")).to_be_visible()
        await field.fill("half a sentence")
        await field.blur()

        await expect(panel.get_by_text("Ada: half a sentence")).to_be_visible()


async def test_the_solution_does_not_send_when_the_field_is_left(lab, browser):
    """What the exercise's check plays in Python is what a page does."""
    solution = (COURSE / "solutions" / "08_no_blur.py").read_text(encoding="utf-8")
    async with lab.notebook(browser, lab.write("import ipywidgets as widgets", solution, MENDED)) as notebook:
        await notebook.run_all()
        panel = await notebook.output(2)
        field = panel.get_by_placeholder("Say something")

        for text in ("half a", "half a sentence"):
            await field.fill(text)
            await field.blur()
            await expect(panel.get_by_text(f"Python knows: {text}", exact=True)).to_be_visible()
        await panel.get_by_role("button", name="Send").click()

        await expect(panel.get_by_text("[half a sentence]", exact=True)).to_be_visible()
        await expect(field).to_have_value("")
