"""The quiz: what is asked, how an answer is judged, and what remains of it without a kernel."""

from __future__ import annotations

import pytest

from chatlib import languages
from chatlib.exercises.quizzes.nb00 import QUIZ
from chatlib.widgets.quiz import Question, Quiz

FIRST = Question(
    "Who may send first, after `onopen`?",
    {"Only the client": (False, "Neither has to wait."), "Either side": (True, "It is full duplex.")},
)
MARKUP = Question("Is <b> sent?", {"Yes": (True, "As `<b>`."), "No": (False, "Why not?"), "<i>": (False, "No.")})


@pytest.fixture
def quiz():
    quiz = Quiz([FIRST, MARKUP])
    yield quiz
    quiz.close()


def test_an_answer_is_judged_and_counted(quiz):
    """One may try again: what counts is the last answer to each question."""
    assert quiz.answer(0, "a") is False
    assert (quiz.score, quiz.answers) == (0, {0: "a"})

    assert quiz.answer(0, "b") is True
    assert quiz.answer(1, "a") is True
    assert (quiz.score, quiz.answers) == (2, {0: "b", 1: "a"})
    assert repr(quiz) == "<Quiz of 2 questions, 2 answered, 2 right>"


def test_the_result_is_nothing_before_the_first_answer(quiz):
    """A reader with no kernel is not told that nothing is right."""
    assert quiz.result is None

    quiz.answer(0, "a")
    assert quiz.result == "0 of 2 right"
    quiz.answer(1, "a")
    assert quiz.result == "1 of 2 right"


def test_a_click_is_an_answer(quiz):
    """The page tells the number of the choice."""
    quiz.act({"do": "answer", "question": 0, "choice": 1})

    assert quiz.answers == {0: "b"}


@pytest.mark.parametrize("action", [{"do": "answer"}, {"do": "answer", "question": "0", "choice": 1}, {}])
def test_another_action_is_refused(quiz, action):
    """A page of another version does not do harm in silence."""
    with pytest.raises(ValueError, match="expected an action"):
        quiz.act(action)


@pytest.mark.parametrize(
    ("number", "letter", "error"),
    [(2, "a", IndexError), (-1, "a", IndexError), (0, "c", ValueError), (0, "", ValueError), (0, "ab", ValueError)],
)
def test_an_answer_that_cannot_be_is_refused(quiz, number, letter, error):
    """The error names what can be answered."""
    with pytest.raises(error, match=r"0 to 1|a, b"):
        quiz.answer(number, letter)
    assert quiz.answers == {}


@pytest.mark.parametrize("number", [None, "0", 0.0, True])
def test_a_question_is_named_by_its_number(quiz, number):
    """Counted from 0."""
    with pytest.raises(TypeError, match="number is a whole number, not "):
        quiz.answer(number, "a")


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"Yes": (True, "One.")}, "two or three choices"),
        ({"a": (True, "1"), "b": (False, "2"), "c": (False, "3"), "d": (False, "4")}, "two or three choices"),
        ({"a": (True, "1"), "b": (True, "2")}, "one right choice"),
        ({"a": (False, "1"), "b": (False, "2")}, "one right choice"),
        ({"a": (True, "1"), "b": (False, " ")}, "needs its reason"),
    ],
)
def test_a_question_that_teaches_nothing_is_refused(choices, words):
    """Two or three choices, one of them right, a reason for each."""
    with pytest.raises(ValueError, match=words):
        Question("?", choices)


def test_the_recording_holds_all_that_a_page_needs_to_judge(quiz):
    """So it works where there is no kernel; an answer that was changed is there once."""
    quiz.answer(0, "a")
    quiz.answer(0, "b")

    (questions, answer) = quiz.told()

    assert questions["kind"] == "questions"
    assert questions["data"]["questions"][0]["choices"][1] == ["Either side", True, "It is full duplex."]
    assert (answer["kind"], answer["data"]) == ("answer", {"question": 0, "choice": 1})


def test_the_snapshot_folds_the_answers_away_and_keeps_text_text(quiz):
    """The choices are there to think about, the reasons behind `details`; the same whether answered or not."""
    before = quiz.snapshot()
    quiz.answer(0, "b")

    assert quiz.snapshot() == before
    shown, _, folded = before.partition("<details>")
    assert "after <code>onopen</code>?" in shown
    assert "<li>Either side</li>" in shown
    assert "full duplex" not in shown
    assert "<strong>Right:</strong> Either side — It is full duplex." in folded
    assert "Is &lt;b&gt; sent?" in before
    assert "<code>&lt;b&gt;</code>" in before
    assert "<i>" not in before


def test_a_question_of_the_course_is_asked_in_both_languages():
    """Somebody else's is asked as it was written, also where one of its answers is one of the course's, too."""
    text, choices = QUIZ[0]
    asked = Quiz([Question(text, choices), Question("Why?", {"Yes": (True, "Because."), "Of course": (False, "No.")})])

    course, own = asked.told()[0]["data"]["questions"]
    assert course["text"] == {"en": text, "zh": "单元格左边显示 `[*]`。这是什么意思？"}
    assert course["choices"][1][0] == {"en": "The cell has failed", "zh": "单元格出错了"}
    assert own == {"text": "Why?", "choices": [["Yes", True, "Because."], ["Of course", False, "No."]]}


def test_the_result_is_in_the_language_of_outputs(quiz, monkeypatch):
    """It is what a cell shows."""
    quiz.answer(0, "b")
    english = quiz.result
    monkeypatch.setattr(languages, "of_outputs", lambda: "zh")

    assert (english, quiz.result) == ("1 of 2 right", "2 题中答对 1 题")
