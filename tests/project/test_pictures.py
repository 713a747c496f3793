"""The pictures of the README: they are there, small enough to load, and told to those who do not see them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from tests.support.film import LARGEST_PICTURE, running_time
from tests.support.places import ROOT

SHOWN = {
    path: alt for alt, path in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
}
SMALL = ["docs/panel.png", "docs/theatre.png", "docs/wire-view.png", "docs/pulse.png"]
MOVING = "docs/takeover.webp"


def test_the_readme_shows_a_moving_picture_and_four_small_ones():
    """And docs/ has none that nobody shows."""
    assert [path for path in SHOWN if path.startswith("docs/")] == [MOVING, *SMALL]

    drawn = [*ROOT.glob("docs/*.png"), *ROOT.glob("docs/*.webp")]
    assert {str(path.relative_to(ROOT)) for path in drawn} == {MOVING, *SMALL}


@pytest.mark.parametrize("path", [MOVING, *SMALL])
def test_a_picture_loads_quickly_and_says_in_words_what_it_shows(path: str):
    """The words are a sentence, not a name."""
    assert (ROOT / path).stat().st_size < LARGEST_PICTURE
    assert len(SHOWN[path].split()) >= 10
    with Image.open(ROOT / path) as image:
        image.verify()


def test_the_moving_picture_takes_about_ten_seconds():
    """Nobody watches longer."""
    assert 8 <= running_time(ROOT / Path(MOVING)) <= 14
