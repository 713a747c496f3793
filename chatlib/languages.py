"""Which language people are spoken to in, and the catalogue of what is said in it.

A page gets every text in all languages, and picks its own: so a recorded session needs no kernel, and two pages of one
kernel may differ. What is printed into an output, such as a verdict or the doctor's card, is in the language of the
page that was heard last; before any was heard in that of ``$CHATLIB_LANGUAGE``, else in English. A terminal has no
page: there the locale (``LC_ALL``, ``LC_MESSAGES``, ``LANG``) is asked behind ``$CHATLIB_LANGUAGE``.

Exceptions stay in English, as Python's own do: that is what people search for.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from chatlib.server_url import unquoted
from chatlib.words import Text

Language = Literal["en", "zh"]

CATALOGUE: Final = Path(__file__).with_name("words.zh.json")
LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")

_of_the_last_page: Language | None = None


@cache
def chinese() -> Mapping[str, str]:
    """Return the Chinese template of every English one."""
    templates: dict[str, str] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return templates


def read(tag: str) -> Language:
    """Return the language of a tag such as ``zh-CN`` or ``zh_CN.UTF-8``; English for all that are not spoken here."""
    return "zh" if tag.lower().startswith("zh") else "en"


def page_speaks(tag: str) -> None:
    """Take note of the language of a page that was heard."""
    global _of_the_last_page
    _of_the_last_page = read(tag)


def of_outputs() -> Language:
    """Return the language of what is printed into an output."""
    return _of_the_last_page or read(_set_outside())


def of_terminal() -> Language:
    """Return the language of what is printed into a terminal."""
    return read(_set_outside() or next(filter(None, map(os.environ.get, LOCALE)), ""))


def said(text: str, language: Language) -> str:
    """Return a text in a language; what is no text stays what it is."""
    return text.by(chinese()) if isinstance(text, Text) and language == "zh" else str(text)


def printed(text: str) -> str:
    """Return a text as it is printed into an output."""
    return said(text, of_outputs())


def for_pages(value: Any) -> Any:
    """Return a JSON value with each text in it as ``{"en": ..., "zh": ...}``, of which a page picks one."""
    kind = type(value)  # of each message of a chat: a match takes three times as long
    if kind is Text:
        both = {"en": str(value), "zh": said(value, "zh")}
        return both if both["zh"] != both["en"] else both["en"]
    if kind is dict:
        return {key: for_pages(each) for key, each in value.items()}
    if kind is list or kind is tuple:
        return kind(map(for_pages, value))
    return value


def _set_outside() -> str:
    return unquoted(os.environ.get("CHATLIB_LANGUAGE", ""))
