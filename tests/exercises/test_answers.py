"""The files of answers are read to the letter: a cell with a slip in it would test nothing."""

from __future__ import annotations

import pytest

from tests.support import answers

WHOLE = "# %% never closes\n# Not yet: it is still\n# open on port <...>.\n\nasync def answer(): ...\n"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "02_1.py"


def test_each_cell_is_an_answer_with_its_verdict(file):
    """A verdict may take several lines, and leaves out what chance decides."""
    file.write_text(WHOLE + "\n" + WHOLE.replace("closes", "says hello"))
    first, second = answers.read(file)

    assert (first.number, first.n, first.answer) == ("02", 1, "async def answer(): ...")
    assert (str(first), str(second)) == ("02-1-never-closes", "02-1-never-says-hello")
    assert first.fits("Not yet: it is still open on port 3000.")
    assert not first.fits("Not yet: it is still open on port 3000. Why?")
    assert not first.fits("Not yet: it is still open on port .., as ever")


def test_a_right_answer_says_so_and_is_solved(file):
    """It is spelt otherwise than the solution; no wrong one has its sign, and it has no wrong one's verdict."""
    right = WHOLE.replace("never", "right: never").replace("Not yet", "Solved")
    file.write_text(WHOLE + right)
    assert [answer.is_right for answer in answers.read(file)] == [False, True]

    for slip in (WHOLE.replace("Not yet", "Solved"), WHOLE.replace("never", "right: never")):
        file.write_text(slip)
        with pytest.raises(ValueError, match=r"^02_1\.py: the verdict on .* must begin with"):
            answers.read(file)


@pytest.mark.parametrize(
    "cell",
    [
        WHOLE.replace("# %% never closes\n", "# never closes\n"),
        WHOLE.replace("# %% never closes\n", "# %%\n"),
        "# %% never closes\n\nasync def answer(): ...\n",
        "# %% never closes\nasync def answer(): ...\n",
        "print('before the first cell')\n" + WHOLE,
    ],
    ids=["no sign", "no clause", "no verdict", "code at once", "before the first"],
)
def test_a_cell_that_is_none_is_refused_and_named(file, cell):
    """With the file's name and how it begins: it would be part of its neighbour, or of nobody."""
    file.write_text(cell)

    with pytest.raises(ValueError, match=r"^02_1\.py: a cell is .*; not ['\"]"):
        answers.read(file)
