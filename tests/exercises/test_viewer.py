"""A page that is shown states."""

from __future__ import annotations

from chatlib.exercises.viewer import Viewer, new_mark


def test_a_state_is_taken_as_it_was_published_and_what_else_comes_is_strange():
    """Its number is noted only where the whole text is the one that was published."""
    viewer = Viewer({" 1 ": 1, " 2 ": 2}, "a show")
    for text in (" 1 ", "1", " 2 "):
        viewer.hear(text)

    assert (viewer.states, viewer.last, viewer.strange) == ([1, 2], 2, "1")


def test_what_an_earlier_show_had_published_is_no_state_of_this_one():
    """An answer may keep the newest state for whoever comes, also when its check is run again."""
    earlier, mark = new_mark(), new_mark()
    viewer = Viewer({f" 1 {mark} x": 1}, mark)
    for text in (f" 7 {earlier} x", f" 1 {mark} x"):
        viewer.hear(text)

    assert (viewer.states, viewer.strange) == ([1], "")
    viewer.hear(f"1 {mark} x")
    assert viewer.strange == f"1 {mark} x"
