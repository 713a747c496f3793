"""What hinders people in a page: axe-core's findings, and text that is too small to read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
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


# A page in each scheme, the first with every rule: of what a page consists, its colours change nothing.
SCHEMES: list[tuple[dict[str, Any], Sequence[str]]] = [
    ({"color_scheme": "light", "forced_colors": "none"}, ()),
    ({"color_scheme": "dark", "forced_colors": "none"}, DRAWN),
    ({"color_scheme": "dark", "forced_colors": "active"}, DRAWN),
]


async def drawn_anew(page: Page, *widths: int) -> AsyncIterator[tuple[str, Sequence[str]]]:
    """Draw a page in each of these widths, light, dark and in forced colours; yield which, and the rules to ask for."""
    for width in widths:
        await page.set_viewport_size({"width": width, "height": 900})
        for media, rules in SCHEMES:
            await page.emulate_media(**media)
            await page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            yield f"{width} pixels, {media}", rules


async def violations(
    page: Page, within: str, *, rules: Sequence[str] = (), unasked: Sequence[str] = MILD
) -> list[dict[str, Any]]:
    """Return what axe-core finds of these rules, or of all but those that are not asked for."""
    await _brings_axe(page)
    return list(await page.evaluate(RUN, [within, list(rules), list(unasked)]))


async def _brings_axe(page: Page) -> None:
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text(encoding="utf-8"))


# Contrast is asked of the texts that are marked, and of no other.
ASK_OF_LOOKS = "axe.configure({ rules: [{ id: 'color-contrast', selector: '[data-look]' }] })"
# Of the texts that look alike, mark the first: the same elements around them, colours, ground and letters.
MARK_LOOKS = """within => {
    const kind = each => `${each?.tagName}.${each?.getAttribute("class")}`;
    const ground = each => {
        const { backgroundColor, backgroundImage } = getComputedStyle(each);
        const isClear = backgroundColor === "rgba(0, 0, 0, 0)" && backgroundImage === "none";
        return isClear && each.parentElement ? ground(each.parentElement) : `${backgroundColor} ${backgroundImage}`;
    };
    const seen = new Set();
    for (const each of document.querySelectorAll(`${within} *`)) {
        if (![...each.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
        const { color, fontSize, fontWeight, opacity } = getComputedStyle(each);
        const around = [each, each.parentElement, each.parentElement?.parentElement].map(kind);
        const look = [...around, color, fontSize, fontWeight, opacity, ground(each)].join(" | ");
        if (!seen.has(look)) each.setAttribute("data-look", "");
        seen.add(look);
    }
}"""


# What is drawn by a colour alone, without a letter, and has another colour than the ground, is remembered the first
# time; later, of what is still there, what cannot be seen any more is returned.
DRAWN_BY_COLOUR = """selector => {
    const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const ground = getComputedStyle(document.documentElement).backgroundColor;
    const paint = colour => {
        for (const each of [ground, colour]) {
            pen.fillStyle = each;
            pen.fillRect(0, 0, 1, 1);
        }
        return [...pen.getImageData(0, 0, 1, 1).data];
    };
    const empty = paint(ground);
    const isColoured = colour => paint(colour).some((each, n) => Math.abs(each - empty[n]) > 16);
    const isMark = each => each instanceof SVGElement
        ? ["line", "path", "rect", "circle", "text"].includes(each.tagName)
        : !each.textContent.trim() && !each.childElementCount;
    const isSeen = (each, part) => {
        const style = getComputedStyle(each, part);
        if (part ? style.content !== '""' : !isMark(each)) return false;
        const sides = ["Top", "Right", "Bottom", "Left"].filter(side => parseFloat(style[`border${side}Width`]));
        const colours = each instanceof SVGElement
            ? [style.fill, style.stroke].filter(colour => colour !== "none")
            : [style.backgroundColor, ...sides.map(side => style[`border${side}Color`])];
        return colours.some(isColoured);
    };
    const parts = each => each instanceof SVGElement ? [""] : ["", "::before", "::after"];
    window.marks ??= [...document.querySelectorAll(`${selector} *`)]
        .filter(each => each.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
        .flatMap(each => parts(each).filter(part => isSeen(each, part)).map(part => [each, part]));
    const lost = window.marks.filter(([each, part]) => each.isConnected && !isSeen(each, part));
    return lost.map(([each, part]) => `${each.tagName}.${each.getAttribute("class")}${part}`);
}"""
# The Lab's light theme, whatever colours the reader has.
LAB_BY_DAY = """:root {
    color-scheme: light dark; background: Canvas;
    --jp-layout-color1: white; --jp-content-font-color1: rgb(0 0 0 / 87%); --jp-brand-color1: #1976d2;
}"""


async def serious(page: Page, within: str = ".chatlib", *, rules: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    """Return what axe-core finds serious or critical: each rule, of all or of these, and the elements that break it."""
    return [
        (each["id"], [node["html"] for node in each["nodes"]])
        for each in await violations(page, within, rules=rules)
        if each["impact"] in ("serious", "critical")
    ]


async def serious_on_a_long_page(page: Page, *, rules: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    """Return what :func:`serious` does of a page; of texts that look alike, contrast is asked of the first.

    Of its thousands some eighty differ. That is the longest of all rules.
    """
    await page.evaluate(MARK_LOOKS, "body")
    await _brings_axe(page)
    await page.evaluate(ASK_OF_LOOKS)
    return await serious(page, "body", rules=rules)


async def small_text(page: Page, within: str = ".chatlib") -> list[str]:
    """Return the elements whose letters are smaller than 14 pixels."""
    script = """([selector, smallest]) => [...document.querySelectorAll(`${selector}, ${selector} *`)]
        .filter(each => parseFloat(getComputedStyle(each).fontSize) < smallest).map(each => each.outerHTML)"""
    return list(await page.evaluate(script, [within, SMALLEST]))


async def lost_in_own_colours(page: Page, within: str = ".chatlib") -> list[str]:
    """Return what a colour alone draws, and what is gone where the reader's own few colours are forced on a page."""
    await page.add_style_tag(content=LAB_BY_DAY)
    await page.emulate_media(color_scheme="light", forced_colors="none")
    await page.evaluate(DRAWN_BY_COLOUR, within)
    lost = set()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, forced_colors="active")
        lost |= set(await page.evaluate(DRAWN_BY_COLOUR, within))
    return sorted(lost)
