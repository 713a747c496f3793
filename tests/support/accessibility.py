"""What hinders people in a page: axe-core's findings, and text that is too small to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playwright.async_api import Page

from tests.support.places import ROOT

AXE = ROOT / "tests" / "node" / "node_modules" / "axe-core" / "axe.min.js"
SMALLEST = 14  # pixels
# JupyterLab's body has no height and hides what overflows it: axe would take every text of the page for hidden.
RUN = """async ([selector, rules, mild]) => {
    const chosen = rules.length
        ? { runOnly: rules } : { rules: Object.fromEntries(mild.map(rule => [rule, { enabled: false }])) };
    const options = { resultTypes: ["violations"], ...chosen };
    const { style } = document.body;
    const before = style.overflow;
    style.overflow = "visible";
    try {
        return (await axe.run(selector, options)).violations;
    } finally {
        style.overflow = before;
    }
}"""
# The rules whose verdict colours and widths can change; the others read what a page consists of.
DRAWN = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
# What these find is moderate at the most, which nobody asks for here; and they take half of the time that axe takes.
MILD = ("aria-allowed-role", "heading-order", "landmark-unique", "region")


async def violations(page: Page, within: str, *, rules: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return what axe-core finds of these rules, or of all but those that are mild."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    return list(await page.evaluate(RUN, [within, list(rules), MILD]))


async def serious(page: Page, within: str = ".chatlib", *, rules: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    """Return what axe-core finds serious or critical: each rule, of all or of these, and the elements that break it."""
    return [
        (each["id"], [node["html"] for node in each["nodes"]])
        for each in await violations(page, within, rules=rules)
        if each["impact"] in ("serious", "critical")
    ]


async def small_text(page: Page, within: str = ".chatlib") -> list[str]:
    """Return the elements whose letters are smaller than 14 pixels."""
    script = """([selector, smallest]) => [...document.querySelectorAll(`${selector}, ${selector} *`)]
        .filter(each => parseFloat(getComputedStyle(each).fontSize) < smallest).map(each => each.outerHTML)"""
    return list(await page.evaluate(script, [within, SMALLEST]))
