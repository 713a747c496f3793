"""JupyterLite with Pyodide, as `make lite` builds it: a static site in which Python runs, and chatlib is there."""

from __future__ import annotations

from playwright.async_api import expect

from tests.support.accessibility import serious
from tests.support.lab import Notebook
from tests.support.lite import SECONDS

NO_JSPI = "delete WebAssembly.Suspending"


async def test_the_first_screen_leads_to_a_notebook_in_which_all_is_green(tab):
    """With no server but one for files; that nobody else was asked for anything is seen when the browser ends."""
    page = await tab.context.new_page()
    await page.goto(f"{tab.url}index.html?path=00_check_your_seat.ipynb")
    await expect(page.get_by_role("alert")).to_be_hidden()
    assert await serious(page, "body") == []

    await page.get_by_role("link", name="Open 00 Check your seat").click()
    notebook = Notebook(page, "00_check_your_seat.ipynb", seconds=SECONDS)
    page.set_default_timeout(SECONDS * 1000)
    await notebook.ready()
    assert await notebook.value("[name for name in globals() if 'chatlib' in name]") == []
    assert await notebook.value("str(__import__('chatlib').doctor().colour)") == "green"
    await page.close()


async def test_a_browser_that_cannot_wait_is_told_so_in_one_sentence(tab):
    """Before 14 MB are loaded in vain: which browsers can."""
    page = await tab.context.new_page()
    await page.add_init_script(NO_JSPI)
    await page.goto(f"{tab.url}index.html")

    await expect(page.get_by_role("alert")).to_contain_text("Firefox (153 or later)")
    await expect(page.get_by_role("link")).to_have_count(0)
    await page.close()
