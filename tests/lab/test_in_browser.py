"""The exercises in JavaScript, in a real JupyterLab. (The verdict on each answer: tests/browser/test_browser_page.)"""

from __future__ import annotations

from tests.support.in_browser import ANSWERS, IMPORTS, SOLUTIONS, solution, verdict

# One for each exercise, of which nobody knows what is wrong but the browser.
WRONG = (
    "02-4-create-at-a-relative-address-which-is-jupyterlab-s",
    "06-4-show-a-button-in-a-form-which-loads-the-page-again",
    "08b-3-as-text-innerhtml",
    "11-3-none-may-run-only-is-escaped-and-the-time-is-in-an-attribute-too",
)


async def test_each_page_gets_its_verdict(lab, browser):
    """The solution, and one that is wrong in a plausible way: from the cell, and back to the cell.

    The blank is judged where each notebook is run.
    """
    wrong = {answer.number: answer for answer in ANSWERS if str(answer) in WRONG}
    assert wrong.keys() == SOLUTIONS.keys()
    async with lab.notebook(browser, lab.write(IMPORTS)) as notebook:
        await notebook.run_all()
        for number, answer in wrong.items():
            assert (await verdict(notebook, number, solution(number))).startswith("Solved: ")
            said = await verdict(notebook, number, answer.answer)
            assert answer.fits(said), f"{answer}: it said: {said!r}"
