"""What no linter sees in the front ends' sources."""

from __future__ import annotations

import re

import pytest

from chatlib import widgets
from chatlib.front_end.bundle import HERE

SCRIPTS = sorted(HERE.glob("*.js"))
SHEETS = sorted(HERE.glob("*.css"))
PARSES_HTML = r"\b(innerHTML|outerHTML|insertAdjacentHTML|setHTML\w*|document\.write\w*|parseFromString|srcdoc|eval)\b"
ON_PURPOSE = {
    "browser_page.js": ["srcdoc"],  # runs what the learner wrote: no peer's text gets there
    "attacker_console.js": ["srcdoc"],  # runs the attacker's script, in a frame whose sandbox gives it no origin
}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_text_is_ever_parsed(path):
    """What a peer sent is text: no front end uses what would take it for HTML or for a script."""
    assert re.findall(PARSES_HTML, path.read_text(encoding="utf-8")) == ON_PURPOSE.get(path.name, [])


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_widgets_rules_win_over_every_copy_of_what_all_share(path):
    """A page has base.css once for each kind of widget: each rule of a widget is within both its classes, not one."""
    text = path.read_text(encoding="utf-8")
    outermost = re.findall(r"^([^\s/@}*][^{]*) \{$", text, re.MULTILINE)

    assert path.stem == "base" or path.with_suffix(".js").is_file(), "nobody asks for it"
    assert [rule for rule in outermost if re.search(r"\.chatlib-(?!frame\b)", rule) and ".chatlib." not in rule] == []


def test_every_widget_can_be_shown_where_there_is_no_kernel():
    """A page that has a recording finds its front end by the name in it."""
    for name, values in [("instruments", r"\w+"), ("playing", r"\{.*\}")]:
        text = (HERE / f"{name}.js").read_text(encoding="utf-8")
        assert set(re.findall(rf"^  (\w+): {values},$", text, re.MULTILINE)) == set(widgets._HOME.values())


@pytest.mark.parametrize("path", SCRIPTS + SHEETS, ids=lambda path: path.name)
def test_lines_fit_into_120_columns(path):
    """Biome breaks code, but neither comments nor texts."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)

    assert [number for number, line in lines if len(line) > 120] == []
