"""What axe-core is asked: nothing that could be serious is left out."""

from __future__ import annotations

import re

from tests.support.accessibility import DRAWN, MILD, serious, serious_on_a_long_page, violations

# It breaks each of the rules that are left out, and one that is asked for.
BROKEN = """<!doctype html><html lang="en"><title>Broken</title>
<main><h1>One</h1><h4>Four</h4><ul role="img" aria-label="x"></ul><input role="button" type="text" aria-label="y">
<nav><a href="#a">a</a></nav><nav><a href="#b">b</a></nav></main><p>beside the main part</p><img src="data:,">"""

# The second and the last of these texts can hardly be read.
PALE = """<!doctype html><html lang="en"><title>Pale</title><main><h1>One</h1>
<p><b>dark</b> <b>dark</b></p><p style="color: #ddd">pale</p><p style="color: #ddd; background: black">light</p>
<p style="background: #333"><b>lost</b> <b>lost</b></p></main>"""


async def test_what_is_left_out_is_moderate_at_the_most(browser):
    """Should a newer axe-core take one of them more seriously, it is asked again."""
    page = await browser.new_page()
    await page.set_content(BROKEN)
    found = {each["id"]: each["impact"] for each in await violations(page, "body", rules=MILD)}

    assert set(found) == set(MILD)
    assert set(found.values()) <= {"moderate", "minor"}
    assert [rule for rule, _ in await serious(page, "body")] == ["image-alt"]
    await page.close()


async def test_of_texts_that_look_alike_the_first_is_looked_at(browser):
    """A text of another colour, or on another ground, looks different."""
    page = await browser.new_page()
    await page.set_content(PALE)
    for rules in ((), DRAWN):
        ((rule, found),) = await serious_on_a_long_page(page, rules=rules)
        assert rule == "color-contrast"
        assert [re.sub(r"<[^>]*>", "", each) for each in found] == ["pale", "lost"]
    await page.close()
