"""One spelling for texts that look alike, and where such a text may be cut: what names and rooms have in common.

Pure. What draws nothing is taken out, so that nobody can be told from somebody else by what nobody sees. But a few of
these characters do draw, by what they do to their neighbours: they join emoji to one, keep two letters of Persian
apart, choose one of several shapes. Those stay where they do so, and nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

ZWNJ: Final = "\u200c"
ZWJ: Final = "\u200d"
EMOJI_STYLE: Final = "\ufe0f"  # variation selector 16
KEYCAP: Final = "\u20e3"

_VIRAMA: Final = 9  # the combining class of what takes the vowel from a consonant, in the scripts of India
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
# Letters and marks by their category that draw nothing: fillers, joiners, variation selectors.
_BLANK_LETTERS: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# A black flag, the region's letters as tags, and the tag that ends them: how Scotland's flag is written.
_REGIONAL_FLAG: Final = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]+\U000e007f")
# The blocks whose letters join their neighbours: Arabic, Syriac, N'Ko, Mandaic, Mongolian, Phags-pa, Rohingya, Adlam.
_CURSIVE: Final = re.compile(
    "[\u0600-\u077f\u07c0-\u07ff\u0840-\u08ff\u1800-\u18af\ua840-\ua87f\ufb50-\ufdff\ufe70-\ufeff"
    "\U00010d00-\U00010d3f\U0001e900-\U0001e95f]"
)
_MONGOLIAN_SELECTORS: Final = "\u180b\u180c\u180d\u180e\u180f"
_PICTOGRAPHS: Final = frozenset({"So", "Sm", "Sk", "Cn"})  # Cn: an emoji may be younger than this Python
_PICTOGRAPHIC_PUNCTUATION: Final = "\u203c\u2049\u3030"
_PASSES: Final = 4  # where a joiner goes, marks change places, and another may have lost its neighbour


def draws_nothing(character: str) -> bool:
    """Tell whether a character is white space, or cannot be seen by itself."""
    return unicodedata.category(character) in _INVISIBLE or bool(_BLANK_LETTERS.match(character))


def tidied(text: str) -> str:
    """Return the one spelling of what looks like this: NFC, white space folded and trimmed, nothing unseen in it."""
    for _ in range(_PASSES):
        before, text = text, _tidied_once(text, _joins)
        if text == before:
            return text
    return _tidied_once(text, lambda *_: False)


def key(text: str) -> str:
    """Return what is equal for texts that look alike: Unicode's NFKC_Casefold, without what draws nothing."""
    folded = unicodedata.normalize("NFD", text)
    for _ in range(2):  # folding brings up what has to be normalised, and the other way round
        drawn = "".join(c for c in folded if c.isspace() or not draws_nothing(c))
        folded = unicodedata.normalize("NFKC", drawn.casefold())
    return " ".join(folded.split())


def cut(text: str, characters: int) -> str:
    """Return the beginning of a tidy text, at most so many characters: whole graphemes, as in UAX 29."""
    if len(text) <= characters:
        return text
    from wcwidth import iter_graphemes  # here, for the doctor runs where a package is missing

    kept = ""
    for grapheme in iter_graphemes(text):
        if len(kept) + len(grapheme) > characters:
            break
        kept += grapheme
    return tidied(kept)


def _tidied_once(text: str, joins: Callable[[str, str, str], bool]) -> str:
    spaced = "".join(" " if character.isspace() else character for character in text)
    spaced = "".join(c for c in spaced if c == " " or _may_join(c) or not draws_nothing(c))
    in_flags = {place for flag in _REGIONAL_FLAG.finditer(spaced) for place in range(*flag.span())}
    kept: list[str] = []
    for place, character in enumerate(spaced):
        before, after = kept[-1] if kept else "", spaced[place + 1 : place + 2]
        if place in in_flags or not _may_join(character) or joins(character, before, after):
            kept.append(character)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _may_join(character: str) -> bool:
    """Tell whether a character that draws nothing itself may change how its neighbours are drawn."""
    return (
        character in (ZWNJ, ZWJ)
        or character in _MONGOLIAN_SELECTORS
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0020" <= character <= "\U000e007f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )


def _joins(joiner: str, before: str, after: str) -> bool:
    """Tell whether a joiner changes what is drawn of its two neighbours."""
    if not before:
        return False
    if joiner in (ZWNJ, ZWJ):
        # As in RFC 5892, appendices A.1 and A.2; emoji are not for domain names, and Bengali's ya-phalaa came later.
        if unicodedata.combining(before) == _VIRAMA:
            return True
        if after and unicodedata.combining(after) == _VIRAMA:
            return unicodedata.category(before) == "Lo"
        if joiner == ZWJ and _is_pictograph(before) and _is_pictograph(after):
            return True
        return _is_cursive(before) and _is_cursive(after)
    if joiner == EMOJI_STYLE and (after == KEYCAP or (before != EMOJI_STYLE and _is_pictograph(before))):
        return True
    if joiner in _MONGOLIAN_SELECTORS:
        return "\u1820" <= before <= "\u18aa"
    # An ideograph's variants: how some families of Japan write their name.
    return unicodedata.name(before, "").startswith("CJK ") and not "\U000e0020" <= joiner <= "\U000e007f"


def _is_pictograph(character: str) -> bool:
    """Tell whether a character is, or ends, an emoji that others may be joined to."""
    if character in (EMOJI_STYLE, *_PICTOGRAPHIC_PUNCTUATION):
        return True
    return character > "\u00a8" and unicodedata.category(character) in _PICTOGRAPHS


def _is_cursive(character: str) -> bool:
    return bool(_CURSIVE.match(character)) and unicodedata.category(character)[0] in "LM"
