"""What a caller may hand in: misuse is refused in the caller's own line, and says what was expected and what came.

Pure. TypeError where the type is wrong, ValueError where only the value is. A value is shown only where it cannot be a
secret. True and False are no numbers here, though Python counts with them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, Final

LARGEST: Final = 2**53 - 1  # up to here a browser counts to the unit, and every timer has room for it


def check_type(name: str, value: object, expected: type | tuple[type, ...], words: str) -> None:
    """Raise TypeError unless a value is of a type, which ``words`` name for people."""
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        raise TypeError(f"{name} is {words}, not {_named(value)}")


def check_text(name: str, value: object, words: str = "a string") -> None:
    """Raise unless a value is a string that can be encoded."""
    check_type(name, value, str, words)
    assert isinstance(value, str)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name} holds half of a surrogate pair, which UTF-8 cannot carry") from None


def check_row(name: str, values: object, words: str) -> tuple[Any, ...]:
    """Return values as a tuple; one string alone is a mistake, for it would be read letter by letter."""
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise TypeError(f"{name} is {words}, not {_named(values)}")
    return tuple(values)


def check_texts(name: str, values: object, example: str) -> tuple[str, ...]:
    """Return strings as a tuple."""
    texts = check_row(name, values, f"a list of strings, such as [{example!r}]")
    for text in texts:
        check_text(f"each of {name}", text)
    return texts


def check_amount(name: str, value: object, *, whole: bool) -> None:
    """Raise unless a value is a number that is 0, which means no limit, or more."""
    check_type(name, value, int if whole else (int, float), "a whole number" if whole else "a number")
    assert isinstance(value, int | float)
    if not 0 <= value < math.inf:
        raise ValueError(f"{name} must be 0 (no limit) or more, got {value!r}")
    if value > LARGEST:
        raise ValueError(f"{name} must be at most {LARGEST} (0 is no limit), got {value!r}")


def check_amounts(settings: Any) -> None:
    """Check every number of a dataclass."""
    for field in fields(settings):
        kind = getattr(field.type, "__name__", field.type)  # as text, where the module postpones its annotations
        if field.init and kind in ("int", "float"):
            check_amount(field.name, getattr(settings, field.name), whole=kind == "int")


def check_seconds(name: str, value: object) -> None:
    """Raise unless a value is a number of seconds."""
    check_type(name, value, (int, float), "a number of seconds")
    assert isinstance(value, int | float)
    if not 0 <= value < math.inf:
        raise ValueError(f"{name} is a number of seconds, 0 or more, not {value!r}")
    if value > LARGEST:
        raise ValueError(f"{name} is a number of seconds, at most {LARGEST}, not {value!r}")


def check_callable(name: str, value: object) -> None:
    """Raise unless a value can be called."""
    if not callable(value):
        raise TypeError(f"{name} is a function, not {_named(value)}")


def _named(value: object) -> str:
    return "None" if value is None else f"of type {type(value).__name__}"
