"""The report: one word for all findings, lines for a terminal, a table for a notebook."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from chatlib.diagnostics.report import Colour, Finding, Report

GREEN, AMBER, RED = Colour


class Words(HTMLParser):
    """The tags and the texts of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words.append(data)


def test_a_report_is_as_bad_as_its_worst_finding():
    """One word for it all, for a program that asks; and the count of each."""
    report = Report(
        (Finding("a", GREEN, "well"), Finding("b", RED, "ill", "a line"), Finding("c", AMBER, "so so", "x"))
    )

    assert report.colour is RED
    assert repr(report) == "<Report 1 green, 1 amber, 1 red>"


def test_a_terminal_has_a_line_for_each_finding_and_one_for_what_mends_it():
    """Colour first, so that a red one is found by its word."""
    report = Report((Finding("a", GREEN, "well"), Finding("b", RED, "ill", "a line")))

    assert str(report).splitlines() == [
        "green  a             well",
        "red    b             ill",
        "                     to fix it: a line",
    ]


def test_a_notebook_shows_a_table_that_reads_without_its_styles():
    """A row per finding; colours are words too; what a foreign program calls itself is text."""
    parser = Words()
    parser.feed(Report((Finding("Port", RED, "held by <img src=x onerror=alert(1)>", "end <it>"),))._repr_html_())

    assert "img" not in parser.tags
    assert {"table", "caption", "tr", "th", "strong", "code"} <= set(parser.tags)
    assert parser.words[1:] == ["Port", "red", "held by <img src=x onerror=alert(1)>", "To fix it: ", "end <it>"]


@pytest.mark.parametrize(
    ("colour", "words"),
    [(GREEN, "Everything is well."), (AMBER, "It works; read what is amber."), (RED, "Something does not work;")],
)
def test_the_table_s_caption_says_what_to_make_of_it(colour, words):
    """One sentence for who reads no further."""
    assert f"<caption>{words}" in Report((Finding("a", colour, "?"), Finding("b", GREEN, "well")))._repr_html_()
