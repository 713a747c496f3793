"""The prediction: when it is judged, which one counts, and what remains of it without a kernel."""

from __future__ import annotations

import pytest

from chatlib.widgets import prediction
from chatlib.widgets.prediction import Prediction

TEXT = "Who sent `1006`?"
CHOICES = {"The server": (False, "It cannot."), "Nobody": (True, "It is <reserved>.")}


@pytest.fixture
def predict(monkeypatch):
    """Return how to ask something; nothing was predicted before."""
    monkeypatch.setattr(prediction, "_made", {})
    asked = []

    def predict(text: str = TEXT) -> Prediction:
        asked.append(Prediction(text, CHOICES))
        return asked[-1]

    yield predict
    for one in asked:
        one.close()


def test_it_is_judged_when_the_answer_was_seen_and_not_before(predict):
    """One may change one's mind until then."""
    guess = predict()
    guess.choose("a")
    guess.choose("b")
    assert (guess.choice, guess.is_right, guess.score()) == ("b", None, (0, 0))
    assert repr(guess) == f"<Prediction of {TEXT!r}: b chosen, not judged yet>"

    guess.reveal()
    assert (guess.is_right, guess.score()) == (True, (1, 1))
    guess.choose("a")
    guess.reveal()
    assert (guess.choice, guess.score()) == ("b", (1, 1))
    assert repr(guess) == f"<Prediction of {TEXT!r}: b chosen, right>"


def test_predictions_are_counted_over_the_notebook(predict):
    """One right, one wrong, one that nobody made."""
    for text, letter in (("one?", "b"), ("two?", "a"), ("three?", None)):
        guess = predict(text)
        if letter:
            guess.choose(letter)
        guess.reveal()

    assert Prediction.score() == (1, 2)
    assert guess.told()[-1]["data"] == {"right": 1, "made": 2}


def test_who_looked_first_is_told_but_not_counted(predict):
    """To choose when the answer is there is no prediction."""
    guess = predict()
    assert repr(guess) == f"<Prediction of {TEXT!r}: nothing chosen, not judged yet>"
    guess.reveal()
    guess.choose("b")

    assert (guess.is_right, guess.score()) == (True, (0, 0))


def test_the_first_prediction_of_a_question_counts(predict):
    """Whoever runs the cell again knows the answer."""
    for letter in ("a", "b"):
        guess = predict()
        guess.choose(letter)
        guess.reveal()

    assert Prediction.score() == (0, 1)


def test_a_cell_that_is_run_again_keeps_what_was_predicted(predict):
    """Judged or not; another question in that cell is a new one."""
    first, second, other = predict(), predict(), predict("Who?")
    first.choose("a")
    first.reveal()
    second.inherit(first)
    other.inherit(first)

    assert (second.choice, second.is_right) == ("a", False)
    assert (other.choice, other.is_right) == (None, None)


@pytest.mark.parametrize("letter", ["c", "", "ab"])
def test_a_choice_that_is_none_is_refused(predict, letter):
    """The error names what can be chosen."""
    guess = predict()
    with pytest.raises(ValueError, match="the choices are a, b"):
        guess.choose(letter)
    assert guess.choice is None


@pytest.mark.parametrize("action", [{"do": "choose"}, {"do": "answer", "choice": 1}, {}])
def test_another_action_is_refused(predict, action):
    """A page of another version does not do harm in silence."""
    guess = predict()
    with pytest.raises(ValueError, match="expected an action"):
        guess.act(action)
    guess.act({"do": "choose", "choice": 1})
    assert guess.choice == "b"


def test_the_snapshot_folds_the_answer_away_and_keeps_text_text(predict):
    """The same whether judged or not: what is committed is what a reader may think about."""
    guess = predict()
    before = guess.snapshot()
    guess.choose("b")
    guess.reveal()

    assert guess.snapshot() == before
    shown, _, folded = before.partition("<details>")
    assert "Who sent <code>1006</code>?" in shown
    assert "<li>Nobody</li>" in shown
    assert "reserved" not in shown
    assert "<strong>Right:</strong> Nobody — It is &lt;reserved&gt;." in folded
