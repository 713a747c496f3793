"""What the pages of these tests share: one is handed on from test to test, but nothing of what was done in it."""

from __future__ import annotations

import pytest

from tests.support.empty_page import VIEWPORT, empty_page

KIND = {"timezone_id": "Asia/Tokyo"}  # nobody else's
SEEN = """() => ({
    own: window.own ?? null, title: document.title, drawn: document.body.childElementCount, width: innerWidth,
    hovered: document.querySelectorAll("button:hover").length, isFocused: document.activeElement !== document.body,
    isPlain: matchMedia("(prefers-color-scheme: light) and (forced-colors: none)"
        + " and (prefers-reduced-motion: no-preference)").matches,
    hour: new Date(0).getHours(),
})"""
PLAIN = {
    "own": None,
    "title": "",
    "drawn": 0,
    "width": VIEWPORT["width"],
    "hovered": 0,
    "isFocused": False,
    "isPlain": True,
}


async def test_nothing_of_a_page_is_left_to_the_next(browser):
    """No variable, nothing drawn, no pointer above it, and no width or colour."""
    changed = {"viewport": {"width": 400, "height": 300}, "color_scheme": "dark", "reduced_motion": "reduce"}
    async with empty_page(browser, **KIND, **changed, forced_colors="active") as first:
        await first.evaluate("""() => {
            window.own = 1;
            document.title = "mine";
            document.body.innerHTML = "<button>Mine</button>";
        }""")
        await first.get_by_role("button").click()
        own = {"own": 1, "title": "mine", "drawn": 1, "width": 400, "hovered": 1, "isFocused": True, "isPlain": False}
        assert await first.evaluate(SEEN) == own | {"hour": 9}
    async with empty_page(browser, **KIND) as second:
        assert second is first
        await second.evaluate("() => { document.body.innerHTML = '<button>Next</button>'; }")
        await second.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert await second.evaluate(SEEN) == PLAIN | {"drawn": 1, "hour": 9}


async def test_a_page_in_which_something_went_wrong_fails_its_test_and_is_not_handed_on(browser):
    """An error nobody caught, a request; and whoever expects that takes it off the list."""
    with pytest.raises(AssertionError):
        async with empty_page(browser, **KIND) as wrong, wrong.expect_event("pageerror"):
            await wrong.evaluate("() => { setTimeout(() => { throw new Error('mine'); }); }")
    assert wrong.is_closed()
    with pytest.raises(AssertionError):
        async with empty_page(browser, **KIND) as asking, asking.expect_event("requestfailed"):
            await asking.evaluate("() => { fetch('http://127.0.0.1:1/').catch(() => {}); }")
    trouble: list[object] = []
    async with empty_page(browser, trouble=trouble, **KIND) as right:
        assert right not in (wrong, asking)
        async with right.expect_event("pageerror"):
            await right.evaluate("() => { setTimeout(() => { throw new Error('expected'); }); }")
        assert str(trouble.pop()) == "expected"
    assert not right.is_closed()
