"""Which language people are spoken to in."""

from __future__ import annotations

import pytest

from chatlib import languages
from chatlib.words import Text

KNOWN = Text("text in UTF-8")
CHINESE = "UTF-8 文本"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    """No page was heard, and nobody has set anything."""
    monkeypatch.setattr(languages, "_of_the_last_page", None)
    for name in ("CHATLIB_LANGUAGE", *languages.LOCALE):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("tag", "language"),
    [("zh", "zh"), ("zh-CN", "zh"), ("zh_CN.UTF-8", "zh"), ("ZH", "zh"), ("en", "en"), ("de-AT", "en"), ("C", "en")],
)
def test_a_tag_is_read(tag, language):
    """Pages and locales spell it each their own way."""
    assert languages.read(tag) == language


def test_outputs_are_english_unless_somebody_says_otherwise(monkeypatch):
    """The locale of the machine is none of a notebook's: committed outputs are the same everywhere."""
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")

    assert languages.of_outputs() == "en"
    assert languages.printed(KNOWN) == "text in UTF-8"


def test_outputs_are_in_the_language_of_the_environment(monkeypatch):
    """For a class, say, before any page was heard; ``%env`` keeps the quotes."""
    monkeypatch.setenv("CHATLIB_LANGUAGE", '"zh-CN"')

    assert languages.printed(KNOWN) == CHINESE


def test_the_page_that_was_heard_last_decides(monkeypatch):
    """It is the one that shows the output."""
    monkeypatch.setenv("CHATLIB_LANGUAGE", "zh")
    languages.page_speaks("en")
    assert languages.printed(KNOWN) == "text in UTF-8"

    languages.page_speaks("zh-CN")
    assert languages.printed(KNOWN) == CHINESE


def test_a_terminal_asks_the_locale(monkeypatch):
    """The first of the three that is set counts, as everywhere; ``$CHATLIB_LANGUAGE`` is stronger."""
    assert languages.of_terminal() == "en"

    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert languages.of_terminal() == "zh"

    monkeypatch.setenv("LC_ALL", "C")
    assert languages.of_terminal() == "en"

    monkeypatch.setenv("CHATLIB_LANGUAGE", "zh")
    assert languages.of_terminal() == "zh"


def test_pages_get_both():
    """Wherever a text stands; what is none, and what is the same in both, stays what it is."""
    told = {"n": 1, "lines": [{"text": "GET / HTTP/1.1", "meaning": KNOWN}], "at": (0.5, Text("unheard of"))}

    assert languages.for_pages(told) == {
        "n": 1,
        "lines": [{"text": "GET / HTTP/1.1", "meaning": {"en": "text in UTF-8", "zh": CHINESE}}],
        "at": (0.5, "unheard of"),
    }
