"""Quiz: a few questions, two or three choices each, and the reason why an answer is right or wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from chatlib import languages
from chatlib.arguments import check_row, check_text, check_type
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.widgets.live import LiveWidget
from chatlib.words import Text

LETTERS: Final = "abc"
_CODE: Final = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Question:
    """A question; ``choices`` maps each choice to whether it is right, and to the reason. Code stands in backticks.

    ::

        Question("Who may send first?", {
            "Only the client": (False, "After the handshake neither side has to wait."),
            "Either side": (True, "The connection is full duplex."),
        })

    Raises:
        TypeError: one of them is not of its type.
        ValueError: there are not two or three choices, or not exactly one is right, or a reason is missing.
    """

    text: str
    choices: Mapping[str, tuple[bool, str]]

    def __post_init__(self) -> None:
        check_text("text", self.text)
        check_type("choices", self.choices, Mapping, "a dict of choices: {'the choice': (True, 'the reason'), ...}")
        for choice, about in self.choices.items():
            check_text("each of choices", choice)
            if not _is_answer(about):
                raise TypeError(f"{choice!r} is right or not, and why: (True, 'the reason'), not {about!r}")
        if not 2 <= len(self.choices) <= len(LETTERS):
            raise ValueError(f"a question has two or three choices, not {len(self.choices)}: {self.text!r}")
        rights = sum(is_right for is_right, _ in self.choices.values())
        if rights != 1:
            raise ValueError(f"a question has one right choice, not {rights}: {self.text!r}")
        for choice, (_, reason) in self.choices.items():
            if not reason.strip():
                raise ValueError(f"every choice needs its reason, {choice!r} has none")

    def as_object(self) -> dict[str, Any]:
        """Return it as a page asks it: in both languages, if all of it is the course's, else in its own."""
        choices = self.choices.items()
        words = {self.text, *self.choices, *(why for _, why in self.choices.values())}
        say = Text.of_data if words <= languages.chinese().keys() else str
        return {
            "text": say(self.text),
            "choices": [[say(choice), is_right, say(why)] for choice, (is_right, why) in choices],
        }


def _is_answer(about: object) -> bool:
    match about:
        case (bool(), str()):
            return True
    return False


class Quiz(LiveWidget):
    """Questions to answer in the page or with :meth:`answer`; one may try again. It works without a kernel, too."""

    _esm = front_end("quiz")
    _css = style_sheet("quiz")

    def __init__(self, questions: Iterable[Question]) -> None:
        self.questions: tuple[Question, ...] = check_row("questions", questions, "a list of Questions")
        for question in self.questions:
            check_type("each of questions", question, Question, "a chatlib.widgets.Question")
        self._answers: dict[int, str] = {}
        super().__init__()
        self.record("questions", {"questions": [question.as_object() for question in self.questions]}, key="")

    @property
    def answers(self) -> dict[int, str]:
        """The letter chosen last, by the question's number from 0."""
        return dict(self._answers)

    @property
    def score(self) -> int:
        """How many questions are answered right."""
        return sum(self._is_right(number, letter) for number, letter in self._answers.items())

    @property
    def result(self) -> str | None:
        """The score in words; None, for which a cell shows nothing, before the first answer."""
        if not self._answers:
            return None
        return languages.printed(Text("{score} of {count} right", score=self.score, count=len(self.questions)))

    def answer(self, number: int, letter: str) -> bool:
        """Answer question ``number``, counted from 0, with choice "a", "b" or "c"; tell whether that is right.

        Raises:
            TypeError: the number is no whole number.
            IndexError: there is no such question.
            ValueError: the question has no such choice.
        """
        check_type("number", number, int, "a whole number")
        if not 0 <= number < len(self.questions):
            raise IndexError(f"the questions are numbered 0 to {len(self.questions) - 1}, not {number!r}")
        letters = LETTERS[: len(self.questions[number].choices)]
        if letter not in tuple(letters):
            raise ValueError(f"the choices are {', '.join(letters)}, not {letter!r}")
        self._answers[number] = letter
        self.record("answer", {"question": number, "choice": LETTERS.index(letter)}, key=str(number))
        return self._is_right(number, letter)

    def __repr__(self) -> str:
        return f"<Quiz of {len(self.questions)} questions, {len(self._answers)} answered, {self.score} right>"

    def act(self, action: dict[str, Any]) -> None:
        """Take what somebody chose in the page."""
        match action:
            case {"do": "answer", "question": int(number), "choice": int(choice)}:
                self.answer(number, LETTERS[choice])
            case _:
                raise ValueError(f"expected an action of the quiz's page, got {action!r}")

    def snapshot(self) -> str:
        """Return the questions with their choices, and each answer with all reasons folded away behind it."""
        return "".join(as_html(f"Question {number}", question) for number, question in enumerate(self.questions, 1))

    def _is_right(self, number: int, letter: str) -> bool:
        rights = [is_right for is_right, _ in self.questions[number].choices.values()]
        return rights[LETTERS.index(letter)]


def as_html(label: str, question: Question) -> str:
    """Return a question for a page with no kernel: its choices, and each answer with its reason folded away."""
    choices = "".join(f"<li>{_text(choice)}</li>" for choice in question.choices)
    reasons = "".join(
        f"<li><strong>{'Right' if is_right else 'Not so'}:</strong> {_text(choice)} — {_text(reason)}</li>"
        for choice, (is_right, reason) in question.choices.items()
    )
    return (
        f"<p><strong>{label}.</strong> {_text(question.text)}</p><ol>{choices}</ol>"
        f"<details><summary>Answer</summary><ol>{reasons}</ol></details>"
    )


def _text(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text))
