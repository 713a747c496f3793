"""The chat page as one text: what is in it, and what its policy lets a browser do with it."""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser

from chatlib.front_end import chat_page

STEPS = ["create", "open", "send", "receive", "error and close"]


class Reader(HTMLParser):
    """Collects the texts of scripts and styles, and every address that the page would ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, list[str]] = {"script": [], "style": []}
        self.addresses: list[str | None] = []
        self.within: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value for name, value in attrs if name in ("src", "href", "srcset", "action")]
        self.within = tag if tag in self.texts else None

    def handle_endtag(self, tag: str) -> None:
        self.within = None

    def handle_data(self, data: str) -> None:
        if self.within:
            self.texts[self.within].append(data)


def read() -> Reader:
    reader = Reader()
    reader.feed(chat_page.page())
    return reader


def test_the_page_is_complete():
    """It asks for nothing: no address stands in its elements, no import in its style and script."""
    reader = read()
    assert reader.addresses == []
    assert "@import" not in "".join(reader.texts["style"])
    assert "url(" not in "".join(reader.texts["style"])
    assert [len(texts) for texts in reader.texts.values()] == [2, 1]


def test_the_policy_names_the_pages_own_texts_and_nothing_else():
    """A script that somebody gets into the page does not run: only these very texts do."""
    directives = dict(directive.split(" ", 1) for directive in chat_page.policy().split("; "))
    for tag, texts in read().texts.items():
        digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        assert directives.pop(f"{tag}-src") == " ".join(f"'sha256-{digest}'" for digest in digests)
    assert directives == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "connect-src": "'self' ws: wss:",
    }


def test_the_client_keeps_its_five_steps_for_readers():
    """Notebook 08b and the course point at it: create, open, send, receive, error and close, in this order."""
    (script,) = (text for text in read().texts["script"] if "class ChatClient" in text)
    steps = [script.index(f"// Step {n}: {name}") for n, name in enumerate(STEPS, start=1)]
    assert steps == sorted(steps)
