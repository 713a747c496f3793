"""Host names as browsers read them: domain to ASCII (https://url.spec.whatwg.org/#concept-domain-to-ascii).

That is UTS 46, non-transitional: ``ß`` stays what it is, and a symbol such as ``☃`` may stand in a name, which IDNA
2008 itself forbids. So of ``idna`` only the tables are used, and the rules for joiners and for what is written from
right to left.

Pure: a name in, a name out.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import idna

_PREFIX: Final = "xn--"
_JOINERS: Final = "\u200c\u200d"
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
_DOTS: Final = re.compile("[.\u3002\uff0e\uff61]")


def to_ascii(name: str) -> str:
    """Return the name as it is looked up.

    Raises:
        ValueError: it is none.
    """
    if name.isascii() and not any(label.lower().startswith(_PREFIX) for label in name.split(".")):
        return name.lower()
    labels = [_unicode_label(label) for label in idna.uts46_remap(name, std3_rules=False).split(".")]
    is_bidi = any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for label in labels for character in label)
    for label in labels:
        _check(label, is_bidi=is_bidi)
    return ".".join(label if label.isascii() else _PREFIX + label.encode("punycode").decode() for label in labels)


def _unicode_label(label: str) -> str:
    """Decode a label that came in ASCII; it must be one that this module would have written."""
    if not label.startswith(_PREFIX):
        return label
    decoded = label.removeprefix(_PREFIX).encode("ascii").decode("punycode")
    if decoded.isascii() or idna.uts46_remap(decoded, std3_rules=False) != decoded or _DOTS.search(decoded):
        raise ValueError(f"{label} is not what any name becomes")
    return decoded


def _check(label: str, *, is_bidi: bool) -> None:
    if label.startswith(_PREFIX):
        raise ValueError(f"{label} looks like a name in ASCII, and is none")
    if label and unicodedata.category(label[0]).startswith("M"):
        raise ValueError(f"{label!r} begins with a combining mark")
    for place, character in enumerate(label):
        if character in _JOINERS and not idna.valid_contextj(label, place):
            raise ValueError(f"{label!r} has a joiner that joins nothing")
    if is_bidi and label:
        idna.check_bidi(label, check_ltr=True)
