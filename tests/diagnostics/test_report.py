"""The report: one word for all findings, lines for a terminal, a card for a notebook."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from chatlib import languages
from chatlib.diagnostics.checkup import CHECKS
from chatlib.diagnostics.report import QUESTIONS, Colour, Finding, Report
from chatlib.words import Text

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


def words_of(html):
    parser = Words()
    parser.feed(html)
    return parser


def test_a_notebook_shows_a_card_that_reads_without_its_styles():
    """The verdict, a row per finding; colours are words too; what a foreign program calls itself is text."""
    card = words_of(Report((Finding("Port", RED, "held by <img src=x onerror=alert(1)>", "end <it>"),))._repr_html_())

    assert "img" not in card.tags
    assert {"p", "table", "tr", "th", "strong", "code"} <= set(card.tags)
    assert card.words[0].startswith("Something does not work;")
    assert card.words[1:] == [
        *("Port", "Is the number of our server free?"),
        *("red", "does not work"),
        *("held by <img src=x onerror=alert(1)>", "To fix it:", " ", "end <it>"),
    ]


def test_what_does_not_work_comes_first_and_what_is_well_is_folded_away():
    """Nobody searches ten green lines for the red one; and those who are curious unfold them."""
    findings = (
        *(Finding("Python", GREEN, "3.14"), Finding("Loop", AMBER, "so so")),
        *(Finding("Port", RED, "taken"), Finding("Place", GREEN, "home")),
    )
    html = Report(findings)._repr_html_()
    shown, _, folded = html.partition("<details>")

    assert [word for word in words_of(shown).words if word in ("Python", "Loop", "Port", "Place")] == ["Port", "Loop"]
    assert words_of(folded).words[0] == "2 well"
    assert {"Python", "Place"} <= set(words_of(folded).words)
    assert "<table" not in Report(findings[:1])._repr_html_().partition("<details>")[0], (
        "nothing to fix, no empty table"
    )


def test_each_topic_of_the_doctor_asks_something_that_a_newcomer_understands():
    """ "Orphans" and "Origins" are words of later lessons."""
    topics = {check.__name__.removeprefix("check_").replace("_", " ").capitalize() for check in CHECKS}

    assert topics == set(QUESTIONS)


@pytest.mark.parametrize(
    ("colour", "words"),
    [(GREEN, "Everything is well."), (AMBER, "It works; read what is amber."), (RED, "Something does not work;")],
)
def test_the_card_s_first_line_says_what_to_make_of_it(colour, words):
    """One sentence for who reads no further."""
    html = Report((Finding("a", colour, "?"), Finding("b", GREEN, "well")))._repr_html_()

    assert words_of(html).words[0].startswith(words)


def test_the_report_is_said_in_chinese(monkeypatch):
    """The card in the language of outputs, lines in the terminal's; what is to be typed stays what it is."""
    mend = Text("{install}, and JupyterLab", install=Text.of_data("pip install x"))
    report = Report((Finding("Port", RED, Text("{port} is free for chatlib.serve()", port=3000), mend),))

    assert report.lines("zh") == "红色   端口          3000 空闲，可供 chatlib.serve() 使用\n" + " " * 21 + (
        "解决办法：pip install x，以及 JupyterLab"
    )
    monkeypatch.setattr(languages, "of_outputs", lambda: "zh")
    card = "".join(words_of(report._repr_html_()).words)
    for words in ("请解决红色的项目。", "我们服务器的端口号空闲吗？", "不能用", "pip install x，以及 JupyterLab"):
        assert words in card
    assert "red" not in card
