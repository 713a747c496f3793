"""Host names by UTS 46, non-transitional; tests/browser holds more of them against Chromium."""

from __future__ import annotations

import pytest

from chatlib.client import domain


@pytest.mark.parametrize(
    ("name", "ascii_name"),
    [
        *[("Example.COM", "example.com"), ("faß.de", "xn--fa-hia.de"), ("ẞ.de", "xn--zca.de"), ("ς.gr", "xn--3xa.gr")],
        *[("Bücher.example", "xn--bcher-kva.example"), ("XN--BCHER-KVA.example", "xn--bcher-kva.example")],
        *[
            ("☃.net", "xn--n3h.net"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("a\u00adb.de", "ab.de"),
            ("ａ.de", "a.de"),
        ],
        *[("بی\u200cبی.com", "xn--ngba50cb2343a.com"), ("a_b.é", "a_b.xn--9ca"), ("-a.é", "-a.xn--9ca")],
    ],
)
def test_a_name_becomes_ascii_as_in_browsers(name: str, ascii_name: str) -> None:
    """Deviations such as ß stay; symbols may stand in a name; what is ASCII already is only checked."""
    assert domain.to_ascii(name) == ascii_name
    assert domain.to_ascii(ascii_name) == ascii_name


@pytest.mark.parametrize(
    "name",
    [
        *["xn--", "xn--a", "xn--a.é", "xn--abc-", "xn--ls8h=.la", "xn--iñvalid.com", "\u0301a.com", "a\u200db.com"],
        *["\u200c.x", "אבa.com", "1.אב", "a\ufffdb", "\ud800.com"],
    ],
)
def test_what_is_no_name_is_refused(name: str) -> None:
    """False punycode, a mark with nothing below, a joiner that joins nothing, both directions mixed."""
    with pytest.raises(ValueError, match=r"\S"):
        domain.to_ascii(name)
