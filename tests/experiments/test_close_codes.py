"""Close codes in words: the standard's own, the ranges, and what is none."""

from __future__ import annotations

import pytest
from websockets.frames import CloseCode

from chatlib.experiments import close_codes


def test_every_close_code_has_a_meaning():
    """Those of the standard, the two open ranges, and what is none."""
    assert close_codes.meaning(1000).startswith("normal closure")
    assert "nobody may send" in close_codes.meaning(1006)
    assert close_codes.meaning(3000) != close_codes.meaning(4000) != close_codes.meaning(2999)
    assert [code for code in range(1000, 5000) if "not a close code" in close_codes.meaning(code)] == []
    assert "not a close code" in close_codes.meaning(999)


@pytest.mark.parametrize("code", CloseCode)
def test_every_registered_code_has_words_of_its_own(code):
    """Those that the library under us knows are those of the registry."""
    assert code in close_codes.MEANINGS


def test_no_two_codes_mean_the_same():
    """Whoever looks one up learns what sets it apart."""
    assert len(set(close_codes.MEANINGS.values())) == len(close_codes.MEANINGS)


@pytest.mark.parametrize("code", [1005, 1006, 1015])
def test_codes_that_only_an_end_itself_writes_down_say_so(code):
    """No Close frame may carry them (RFC 6455, 7.4.1)."""
    assert "nobody may send this number" in close_codes.meaning(code)


@pytest.mark.parametrize(
    ("codes", "word"),
    [
        ((1004, 1016, 2999), "reserved"),
        ((3000, 3999), "registered"),
        ((4000, 4999), "private"),
        ((0, 999, 5000, -1), "not a close code"),
    ],
)
def test_the_ranges_begin_and_end_where_the_standard_says(codes, word):
    """RFC 6455, 7.4.2: who may give a number its meaning."""
    assert [close_codes.meaning(code).partition(":")[0] for code in codes] == [word] * len(codes)
