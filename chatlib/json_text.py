"""JSON that somebody else wrote: what RFC 8259 allows, and never deeper than any reader of this course can go.

How deep Python's own reader goes differs from version to version; in a browser's tab, it takes the whole kernel down.

Pure: a text in, a value out.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

DEEPEST: Final = 500  # arrays and objects within each other
_PARTS: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{\]}]', re.DOTALL)


def loads(text: str) -> Any:
    """Return the value of a text.

    Raises:
        json.JSONDecodeError: it is not JSON.
        ValueError: it is, and nested too deep, or it has a number too long to read.
    """
    if text.count("[") + text.count("{") > DEEPEST and _depth(text) > DEEPEST:
        raise ValueError(f"this JSON is nested more than {DEEPEST} deep")
    try:
        return _decode(text)
    except RecursionError:  # whoever asks is deep in calls already
        raise ValueError("this JSON is nested too deep to be read here") from None


def _depth(text: str) -> int:
    """Return how deep it goes: a bracket within a string is none."""
    deepest = depth = 0
    for part in _PARTS.finditer(text):
        match part[0]:
            case "[" | "{":
                depth += 1
                deepest = max(deepest, depth)
            case "]" | "}":
                depth -= 1
    return deepest


def _not_json(constant: str) -> None:
    raise json.JSONDecodeError(f"{constant} is not JSON", constant, 0)


_decode = json.JSONDecoder(parse_constant=_not_json).decode  # json.loads() would make such a decoder for each text
