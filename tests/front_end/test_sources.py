"""What no linter sees in the front ends' sources."""

from __future__ import annotations

import re

from chatlib import widgets
from chatlib.front_end.bundle import HERE

SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.js"))}
SHEETS = {path.name: path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.css"))}
PARSES_HTML = r"\b(innerHTML|outerHTML|insertAdjacentHTML|setHTML\w*|document\.write\w*|parseFromString|srcdoc|eval)\b"
ON_PURPOSE = {
    "browser_page.js": ["srcdoc"],  # runs what the learner wrote: no peer's text gets there
    "attacker_console.js": ["srcdoc"],  # runs the attacker's script, in a frame whose sandbox gives it no origin
}


def test_no_text_is_ever_parsed():
    """What a peer sent is text: no front end uses what would take it for HTML or for a script."""
    assert {name: found for name, text in SCRIPTS.items() if (found := re.findall(PARSES_HTML, text))} == ON_PURPOSE


def test_every_style_sheet_is_asked_for():
    """By the script of its name; base.css by all."""
    assert [name for name in SHEETS if name != "base.css" and name.replace(".css", ".js") not in SCRIPTS] == []


def test_a_widgets_rules_win_over_every_copy_of_what_all_share():
    """A page has base.css once for each kind of widget: each rule of a widget is within both its classes, not one."""
    outermost = [
        f"{name}: {rule}"
        for name, text in SHEETS.items()
        for rule in re.findall(r"^([^\s/@}*][^{]*) \{$", text, re.MULTILINE)
    ]

    assert outermost
    assert [rule for rule in outermost if re.search(r"\.chatlib-(?!frame\b)", rule) and ".chatlib." not in rule] == []


def test_every_widget_can_be_shown_where_there_is_no_kernel():
    """A page that has a recording finds its front end by the name in it."""
    for name, values in [("instruments", r"\w+"), ("playing", r"\{.*\}")]:
        assert set(re.findall(rf"^  (\w+): {values},$", SCRIPTS[f"{name}.js"], re.MULTILINE)) == set(
            widgets._HOME.values()
        )


def test_lines_fit_into_120_columns():
    """Biome breaks code, but neither comments nor texts."""
    long = [
        f"{name}, line {number}"
        for name, text in (SCRIPTS | SHEETS).items()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > 120
    ]

    assert long == []
