"""The chat page: the panel over a WebSocket of its own, as one response that asks for nothing more.

Its files are plain HTML, CSS and ES modules. Here the style sheet and the script take the place of the two elements
that name them, and the policy lets a browser run these very texts and no others.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from typing import Final

from chatlib.front_end.bundle import HERE, front_end, style_sheet

_LINK: Final = '<link rel="stylesheet" href="chat_page.css">'
_SCRIPT: Final = '<script type="module" src="chat_page.js"></script>'


@functools.cache
def page() -> str:
    """Return the whole page."""
    html = (HERE / "chat_page.html").read_text(encoding="utf-8")
    html = html.replace(_LINK, f"<style>\n{style_sheet('chat_page')}</style>")
    return html.replace(_SCRIPT, f'<script type="module">\n{front_end("chat_page")}</script>')


@functools.cache
def policy() -> str:
    """Return the page's Content-Security-Policy: its own script and style, and a WebSocket to wherever it came from."""
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none'; connect-src 'self' ws: wss:; "
        f"style-src {_hashes('style')}; script-src {_hashes('script')}"
    )


def _hashes(tag: str) -> str:
    """Name the texts between these tags as the policy does."""
    texts = re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", page(), re.DOTALL)
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
