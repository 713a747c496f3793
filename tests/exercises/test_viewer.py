"""A page that is shown states."""

from __future__ import annotations

from chatlib.exercises.viewer import Viewer


def test_a_state_is_taken_as_it_was_published_and_what_else_comes_is_strange():
    """Its number is noted only where the whole text is the one that was published."""
    viewer = Viewer({" 1 ": 1, " 2 ": 2})
    for text in (" 1 ", "1", " 2 "):
        viewer.hear(text)

    assert (viewer.states, viewer.last, viewer.strange) == ([1, 2], 2, "1")
