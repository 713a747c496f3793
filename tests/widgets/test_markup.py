"""What a snapshot makes of a text: nothing of it is lost, and nothing becomes a formula."""

from __future__ import annotations

import re
from html import unescape

import pytest

from chatlib.widgets import markup

TEXTS = [
    "$5 and $6",
    "$$x$$ and \\(y\\) and \\[z\\] \\begin{equation}1\\end{equation} \\$ \\ref{a}",
    "  two  blanks   and one ",
    "def f():\n    return 1\n\n\tx",
    "<b>&amp;</b> \"quoted\" 'too'",
    "你好  世界",
    "",
]


def read(html):
    """As a browser shows it with no style: tags are gone, runs of blanks are one, and none stands at a line's start."""
    lines = [re.sub("[ \t\n]+", " ", re.sub("<[^>]*>", "", line)) for line in html.split("<br>")]
    return "\n".join(unescape(re.sub("^ ", "", line)).replace("\u00a0", " ") for line in lines)


@pytest.mark.parametrize("words", TEXTS)
def test_a_text_reads_as_it_was_written(words):
    """Its lines and its blanks; a tab is four of them."""
    assert read(markup.text(words)) == words.replace("\t", "    ")


@pytest.mark.parametrize("words", TEXTS)
def test_no_run_of_text_can_be_a_formula(words):
    """MathJax looks for both ends of one in a run of text, which ends at every tag but br."""
    runs = re.split(r"<(?!br)[^>]*>", markup.text(words))
    assert all(run in ("$", "\\") or not re.search(r"[$\\]", run) for run in runs)


def test_each_name_in_a_sentence_keeps_its_direction_to_itself():
    """Both of a rename, a name within the other too; and what is in a name is text."""
    html = markup.sentence("Al is now Ala <x>", "Al", "Ala <x>")
    assert html == "<bdi>Al</bdi> is now <bdi>Ala &lt;x&gt;</bdi>"
    assert markup.sentence("Bo left", "") == "Bo left"
    assert markup.name("عمر") == "<bdi>عمر</bdi>"


def test_every_cell_of_a_table_begins_at_the_left():
    """Heads too, whatever else they say; a text that looks like a cell is none."""
    html = f"<table><tr><th scope='row'>a</th><td>{markup.text('<td>')}</td></tr></table><thead></thead>"

    assert markup.left(html) == (
        "<table><tr><th style=\"text-align: left\" scope='row'>a</th>"
        '<td style="text-align: left">&lt;td&gt;</td></tr></table><thead></thead>'
    )
