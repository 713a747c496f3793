"""What axe-core is asked: nothing that could be serious is left out."""

from __future__ import annotations

from functools import partial

import pytest

from tests.support.accessibility import DRAWN, MILD, serious, violations

# It breaks each of the rules that are left out, and one that is asked for.
BROKEN = """<!doctype html><html lang="en"><title>Broken</title>
<main><h1>One</h1><h4>Four</h4><ul role="img" aria-label="x"></ul><input role="button" type="text" aria-label="y">
<nav><a href="#a">a</a></nav><nav><a href="#b">b</a></nav></main><p>beside the main part</p><img src="data:,">"""


async def test_what_is_left_out_is_moderate_at_the_most(browser):
    """Should a newer axe-core take one of them more seriously, it is asked again."""
    page = await browser.new_page()
    await page.set_content(BROKEN)
    found = {each["id"]: each["impact"] for each in await violations(page, "body", rules=MILD)}

    assert set(found) == set(MILD)
    assert set(found.values()) <= {"moderate", "minor"}
    assert [rule for rule, _ in await serious(page, "body")] == ["image-alt"]
    await page.close()


# The first of those that look alike is not to be seen, or not to be judged; another is on another ground.
ALIKE = """<!doctype html><html lang="en"><title>Alike</title><style>
* { transition: none; } b { color: #707070; background: white; } i { color: #707070; } .dark { background: #444; }
.picture { background-image: linear-gradient(red, blue); } .pale { color: #eee; } p { color: black; }
.cover { position: absolute; inset: 0; background-image: linear-gradient(red, blue); }</style>
<main><h1>One</h1><p hidden><b class="pale">a hidden word</b><p class="picture"><i>on a picture</i>
<p style="position: relative"><b class="pale">covered</b><span class="cover"></span><p><i>fine</i>
<p><b class="pale">pale</b> <b class="pale">pale too</b> <b style="opacity: .2">thin</b> %s
<p class="dark"><i>dark</i> <b style="background: #777">none</b>
<p><a href="#a" style="text-decoration: none">a</a> b"""


@pytest.mark.parametrize("rules", [(), DRAWN])
async def test_what_looks_alike_is_judged_once_and_nothing_is_overlooked(browser, rules):
    """The same is found as by an axe that asks everything; in other colours, and on the next page of a site, too."""
    found = {}
    for is_thrifty in (True, False):
        page = await browser.new_page()
        asked = partial(violations, page, "body", rules=rules, is_thrifty=is_thrifty)
        await page.route("http://course.test/*", lambda route: route.fulfill(body=ALIKE % ("<b>fine</b> " * 50)))
        found[is_thrifty] = []
        for url in ("http://course.test/one", "http://course.test/two"):
            await page.goto(url, wait_until="commit")
            found[is_thrifty].append(await asked())
            await page.add_style_tag(content="i { color: #999 } b { color: #ddd }")
            found[is_thrifty].append(await asked())
        await page.close()
    assert found[True] == found[False]
    assert [len(each["nodes"]) for each in found[True][0] if each["id"] == "color-contrast"] == [5]
