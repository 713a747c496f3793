"""One spelling for what looks alike: what is kept, what goes, and where a text may be cut."""

import random
import unicodedata

import pytest

from chatlib import spelling

DRAWN = [
    "علی\u200cرضا",  # Persian: a non-joiner keeps two letters apart
    "عَلِی\u200cرضا",  # also behind a mark
    "ශ්\u200dරී",  # Sinhala: a joiner behind a virama
    "ന്\u200d",  # Malayalam: a chillu as it was written before Unicode 5.1, at the end of a word
    "ರಾಜ್\u200cಕುಮಾರ್",  # Kannada
    "র\u200d্যাম",  # Bengali: a joiner before the virama
    "👨\u200d👩\u200d👧",
    "👩🏽\u200d🚀",
    "❤\ufe0f",
    "❤\ufe0f\u200d🔥",
    "🏳\ufe0f\u200d🌈",
    "1\ufe0f\u20e3",
    "⁉\ufe0f",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # Scotland's flag
    "葛\U000e0100城",  # the ideograph as one family writes it
    "ᠠ\u180bᠠ",  # Mongolian
]


@pytest.mark.parametrize("text", DRAWN)
def test_a_joiner_stays_where_it_joins(text):
    """It changes what is drawn of its neighbours: without it a name is spelt as its owner never would."""
    assert spelling.tidied(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("A\u200dda", "Ada"),
        ("A\u200cda", "Ada"),
        ("\u200dعلی\u200c", "علی"),
        ("علی\u200c\u200cرضا", "علی\u200cرضا"),
        ("Ada\ufe0f", "Ada"),
        ("❤\ufe0f\ufe0f", "❤\ufe0f"),
        ("❤\u200d", "❤"),
        ("❤\u200dA", "❤A"),
        ("A\U000e0100", "A"),
        ("Ada\U000e0067\U000e007f", "Ada"),
        ("🏴\U000e0067", "🏴"),
        ("A\u200d\u0301da", "Áda"),
        (" Ada\u3000\u00a0Bo\n", "Ada Bo"),
        ("\u2800\u3164\u115f", ""),
    ],
)
def test_what_draws_nothing_goes(text, tidy):
    """A joiner too, where there is nothing to join."""
    assert spelling.tidied(text) == tidy


@pytest.mark.parametrize("text", DRAWN)
def test_with_or_without_its_joiners_a_text_looks_alike(text):
    """Nobody gets into a room as somebody who is there, by what nobody sees."""
    bare = "".join(character for character in text if not spelling.draws_nothing(character))

    assert spelling.key(text) == spelling.key(bare)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ada", "ADA"), ("Ａｄａ", "ada"), ("ﬁn", "FIN"), ("Straße", "STRASSE"), ("Áda", "A\u0301da"), ("ϓ", "Υ\u0301"),
     ("A\u3000B", "a b"), ("①", "1")],
)  # fmt: skip
def test_what_looks_alike_has_one_key(one, other):
    """Case, width, ligatures and accents: Unicode's NFKC_Casefold."""
    assert spelling.key(one) == spelling.key(other)


def test_what_does_not_look_alike_has_another():
    """A space is seen."""
    assert len({spelling.key(text) for text in ("Ada", "Áda", "A da", "Ada (2)", "Bo")}) == 5


# From Unicode's GraphemeBreakTest.txt: what a name can hold, and what its versions agree on. ÷ is a boundary, × none.
BREAKS = """
÷ 0061 × 0308 ÷ 0062 ÷
÷ 0020 × 0308 ÷ 0020 ÷
÷ AC00 × 11A8 ÷ 1100 ÷
÷ AC01 × 11A8 ÷ 1100 ÷
÷ 1100 × 1161 × 11A8 ÷ 1100 ÷
÷ 1F1E6 × 1F1E7 ÷ 1F1E8 ÷ 0062 ÷
÷ 0061 ÷ 1F1E6 × 1F1E7 ÷ 1F1E8 ÷ 0062 ÷
÷ 0061 ÷ 1F1E6 × 1F1E7 ÷ 1F1E8 × 1F1E9 ÷ 0062 ÷
÷ 0061 × 0903 ÷ 0062 ÷
÷ 1F476 × 1F3FF ÷ 1F476 ÷
÷ 0061 × 1F3FF ÷ 1F476 ÷
÷ 0061 × 1F3FF ÷ 1F476 × 200D × 1F6D1 ÷
÷ 1F476 × 1F3FF × 0308 × 200D × 1F476 × 1F3FF ÷
÷ 1F6D1 × 200D × 1F6D1 ÷
÷ 0061 ÷ 2701 ÷
÷ 0915 ÷ 0924 ÷
÷ 0915 × 094D × 0924 ÷
÷ 0915 × 094D × 094D × 0924 ÷
÷ 0915 × 094D × 200D × 0924 ÷
÷ 0915 × 093C × 200D × 094D × 0924 ÷
÷ 0915 × 094D × 0924 × 094D × 092F ÷
÷ 0915 × 094D ÷ 0061 ÷
"""


@pytest.mark.parametrize("line", BREAKS.split("\n")[1:-1])
def test_a_text_is_cut_between_graphemes(line):
    """UAX 29: a flag, a family, a syllable stays whole, or goes whole."""
    clusters = [
        "".join(chr(int(number, 16)) for number in cluster.split(" × "))
        for cluster in line.removeprefix("÷ ").removesuffix(" ÷").split(" ÷ ")
    ]
    text = "".join(clusters)
    beginnings = ["".join(clusters[:count]) for count in range(len(clusters) + 1)]

    for characters in range(len(text) + 1):
        longest = max((beginning for beginning in beginnings if len(beginning) <= characters), key=len)
        assert spelling.cut(text, characters) == spelling.tidied(longest) if longest != text else text


def test_whatever_comes_one_spelling_is_final():
    """Tidied again, or cut and tidied, it is what it was; and it still looks like what came. Seeded, many times."""
    pool = [
        *"".join(DRAWN),
        "\u202e",
        "\u0301",
        "\u0651",
        "\u094d",
        "\U0001f1e9",
        "\u1100",
        "\u1161",
        "\ud800",
        "\n",
        "a",
    ]
    chance = random.Random(14)
    for _ in range(20_000):
        text = "".join(chance.choices(pool, k=chance.randint(1, 9)))
        tidy = spelling.tidied(text)
        key = spelling.key(text)
        beginning = spelling.cut(tidy, 3)
        assert spelling.tidied(tidy) == tidy, ascii(text)
        assert spelling.tidied(beginning) == beginning, ascii(text)
        assert len(beginning) <= 3, ascii(text)
        assert tidy.startswith(beginning), ascii(text)
        assert spelling.key(tidy) == key == spelling.key(key), ascii(text)


def test_a_text_made_to_take_long_does_not():
    """Each joiner that goes makes the next one go: that must not cost a pass over the text each."""
    calls = []
    text = "क" + "\u094d\u200d\u0301" * 2_000

    def counted(form, part):
        calls.append(form)
        return unicodedata.normalize(form, part)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spelling, "unicodedata", type("Counting", (), {**vars(unicodedata), "normalize": counted}))
        spelling.tidied(text)

    assert len(calls) <= 5
