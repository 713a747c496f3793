"""Quiz as learners use it, in a real JupyterLab."""

from __future__ import annotations

from playwright.async_api import expect

IMPORTS = "from chatlib.widgets.quiz import Question, Quiz"
QUIZ = """quiz = Quiz([
    Question("Who may send first?", {
        "Only the client": (False, "Neither side has to wait."),
        "Either side": (True, "`send` works on both ends."),
    }),
    Question("Is <b> sent?", {"Yes": (True, "As it is."), "No": (False, "Why not?")}),
])
quiz"""


async def test_the_quiz_judges_with_a_reason_and_python_knows(lab, browser):
    """By keyboard alone; wrong, then right; what a cell answers shows too."""
    async with lab.notebook(browser, lab.write(IMPORTS, QUIZ)) as notebook:
        await notebook.run_all()
        quiz = await notebook.output(1)
        first = quiz.get_by_role("group", name="Who may send first?")
        await first.get_by_role("button", name="Only the client").press("Enter")
        await expect(first).to_contain_text("Not so. Neither side has to wait.")
        await first.get_by_role("button", name="Either side").press(" ")
        await expect(first).to_contain_text("Right. send works on both ends.")
        await expect(first.get_by_role("button", name="Either side")).to_have_attribute("aria-pressed", "true")
        await expect(quiz.get_by_role("status")).to_have_text("1 of 2 right")

        assert await notebook.value("[quiz.answers, quiz.score]") == [{"0": "b"}, 1]
        await notebook.run("quiz.answer(1, 'a')")
        await expect(quiz.get_by_role("status")).to_have_text("2 of 2 right")
        await expect(quiz.get_by_role("group", name="Is <b> sent?")).to_contain_text("Right. As it is.")
        assert await notebook.page.locator(".jp-Notebook.jp-mod-editMode").count() == 0
