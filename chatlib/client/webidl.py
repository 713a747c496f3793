"""How a browser converts what a script passes to it: https://webidl.spec.whatwg.org, section 3.2, as far as we need it.

A page may pass anything, and each argument becomes what the interface asks for: ``ws.send(5)`` sends the text ``5``,
``ws.close("a text")`` closes with NaN, which is 0, which no code may be. A value that both languages have (None, a
bool, a number, a str, a list or tuple, bytes, a dict) becomes what its JavaScript twin becomes; of any other object its
own ``__str__`` or ``__float__`` is asked, as a browser asks ``toString`` and ``valueOf``. None is ``null``; but where
an argument may be left out, None leaves it out, as ``undefined`` does.

Pure: values in, values out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, SupportsFloat

_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?", re.IGNORECASE)
_INTEGER: Final = re.compile(r"0(?:x[0-9a-f]+|o[0-7]+|b[01]+)", re.IGNORECASE)
_INFINITY: Final = re.compile(r"[+-]?Infinity")
_SPACES: Final = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f"
    "\u3000\ufeff"
)


def dom_string(value: object) -> str:
    """Return a value as a DOMString: what JavaScript's ``String(value)`` is."""
    match value:
        case str():
            return str(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return int.__repr__(value)
        case float():
            return _digits(value)
        case list() | tuple() | bytes() | bytearray() | memoryview():
            return ",".join("" if item is None else dom_string(item) for item in value)
        case dict():
            return "[object Object]"
        case _:
            return str(value)


def usv_string(value: object) -> str:
    """Return a value as a USVString: a DOMString in which U+FFFD stands for each lone surrogate."""
    text = dom_string(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def number(value: object) -> float:
    """Return a value as a number: what JavaScript's ``Number(value)`` is, NaN for what is none."""
    match value:
        case None:
            return 0
        case int() | float():
            return value
        case SupportsFloat():
            return float(value)
        case _:
            return _parse(dom_string(value))


def clamped_unsigned_short(value: object) -> int:
    """Return a value as a ``[Clamp] unsigned short``: the nearest whole number from 0 to 65535, the even one of two."""
    it = number(value)
    return 0 if it != it else round(min(max(it, 0), 65535))  # NaN is not itself; isnan() takes no large int


def boolean(value: object) -> bool:
    """Return a value as a boolean; every object is true, an empty list too."""
    match value:
        case float():
            return not math.isnan(value) and value != 0
        case None | int() | str():
            return bool(value)
        case _:
            return True


def is_object(value: object) -> bool:
    """Tell whether JavaScript would call this an object, and not a primitive value."""
    return not isinstance(value, str | int | float | None)


def strings(value: object) -> list[str]:
    """Return a ``(DOMString or sequence<DOMString>)``: what can be iterated is a sequence, all else is one string."""
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return [dom_string(item) for item in value]
    return [dom_string(value)]


def flag(options: object, name: str) -> bool:
    """Return a boolean member of a dictionary; False where the dictionary, or the member, is left out."""
    return isinstance(options, Mapping) and boolean(options.get(name))


def buffer(value: Any) -> bytes | None:
    """Return the bytes of a BufferSource, which is whatever has Python's buffer protocol; None of anything else."""
    try:
        return memoryview(value).tobytes()
    except TypeError:
        return None


def _digits(value: float) -> str:
    """Write a number as JavaScript does: https://tc39.es/ecma262/#sec-numeric-types-number-tostring."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    sign, digits, _ = Decimal(float.__repr__(value)).normalize().as_tuple()
    if not value:
        return "0"
    text = "".join(map(str, digits))
    point = Decimal(float.__repr__(value)).adjusted() + 1  # how many digits stand before it
    if len(text) <= point <= 21:
        shown = text.ljust(point, "0")
    elif 0 < point <= 21:
        shown = f"{text[:point]}.{text[point:]}"
    elif -6 < point <= 0:
        shown = f"0.{text.rjust(len(text) - point, '0')}"
    else:
        rest = f".{text[1:]}" if len(text) > 1 else ""
        shown = f"{text[0]}{rest}e{point - 1:+d}"
    return "-" * sign + shown


def _parse(text: str) -> float:
    """Read a number as JavaScript does: https://tc39.es/ecma262/#sec-stringtonumber."""
    text = text.strip(_SPACES)
    if not text:
        return 0
    if _INTEGER.fullmatch(text):
        return int(text, base=0)
    if _DECIMAL.fullmatch(text) or _INFINITY.fullmatch(text):
        return float(text)
    return math.nan
