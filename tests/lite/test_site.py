"""The first screen of what `make lite` builds: it says of a browser that cannot run it that it cannot."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

NO_JSPI = "delete WebAssembly.Suspending"
NOT_SECURE = "Object.defineProperty(window, 'isSecureContext', { value: false })"


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
