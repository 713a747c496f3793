"""What somebody wrote, as HTML that shows it as it was written, also where every style and class is stripped.

A notebook's HTML output loses repeated spaces, and in JupyterLab MathJax makes a formula of what stands between two
dollars, ``\\(`` and ``\\)``, and the like. It looks for both in one run of text; so each sign that begins or ends a
formula is an element of its own.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

_SPECIAL: Final = re.compile(r"\r\n|[\r\n]|\t|[$\\]|(?<=[ \t\r\n]) |^ ")
_CELL: Final = re.compile(r"<t[hd]\b")
_AS_HTML: Final = {"\t": "&nbsp;" * 4, " ": "&nbsp;", "$": "<span>$</span>", "\\": "<span>\\</span>"}


def text(words: str) -> str:
    """Return a text as HTML: its lines, its spaces, its dollars."""
    html, end = "", 0
    for found in _SPECIAL.finditer(words):
        html += escape(words[end : found.start()]) + _AS_HTML.get(found[0], "<br>")
        end = found.end()
    return html + escape(words[end:])


def left(html: str) -> str:
    """Return HTML whose tables are read from the left: JupyterLab ends every cell of an output at the right."""
    return _CELL.sub(r'\g<0> style="text-align: left"', html)


def name(words: str) -> str:
    """Return a name as HTML that keeps its direction to itself: one in Arabic moves no word around it."""
    return f"<bdi>{text(words)}</bdi>"


def sentence(words: str, *names: str) -> str:
    """Return a sentence of ours as HTML, with each of these names in it as :func:`name` has it."""
    known = [each for each in names if each]
    if not known:
        return escape(words)
    pattern = "|".join(re.escape(each) for each in sorted(known, key=len, reverse=True))
    parts = re.split(f"({pattern})", words)
    return "".join(name(part) if number % 2 else escape(part) for number, part in enumerate(parts))
