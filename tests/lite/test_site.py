"""JupyterLite with Pyodide, as `make lite` builds it: a static site in which Python runs, and chatlib is there."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.support.accessibility import serious
from tests.support.lab import Notebook
from tests.support.lite import SECONDS

NO_JSPI = "delete WebAssembly.Suspending"
NOT_SECURE = "Object.defineProperty(window, 'isSecureContext', { value: false })"


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


@pytest.mark.parametrize(
    ("trouble", "said"), [(NO_JSPI, "Firefox (153 or later)"), (NOT_SECURE, "Open it by https, or at localhost.")]
)
async def test_who_cannot_run_it_is_told_so_before_14_mb_are_loaded_in_vain(tab, trouble, said):
    """In one sentence: which browsers can, or from where."""
    page = await tab.context.new_page()
    await page.add_init_script(trouble)
    await page.goto(f"{tab.url}index.html")

    await expect(page.get_by_role("alert")).to_contain_text(said)
    await expect(page.get_by_role("link")).to_have_count(0)
    await page.close()
