"""Prediction: one question, before the cell that shows the answer."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from typing import Any, Final

from chatlib import kernel
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.machine import cells
from chatlib.widgets.live import LiveWidget
from chatlib.widgets.quiz import LETTERS, Question, as_html

_guard: Final = threading.Lock()
_made: dict[str, bool] = {}  # whether the first prediction was right, by the question
_hidden: weakref.WeakSet[Prediction] = weakref.WeakSet()
_watched: list[Any] = []  # shells that tell when a cell has run


class Prediction(LiveWidget):
    """A guess to make in the page or with :meth:`choose`; it is judged when the next cell has run.

    A guess that is made before then counts, the first one to each question; see :meth:`score`. One that is made later
    is judged at once, and counts nowhere.
    """

    _esm = front_end("prediction")
    _css = style_sheet("quiz")

    def __init__(self, text: str, choices: Mapping[str, tuple[bool, str]]) -> None:
        self.question = Question(text, choices)
        self._choice: str | None = None
        self._is_revealed = False
        self._run = cells.current_run()
        super().__init__()
        self.record("question", self.question.as_object(), key="")
        if self._choice is not None:
            self._tell_choice()
        if self._is_revealed:
            self._tell_revealed()
        else:
            _hidden.add(self)
            _watch()

    @property
    def choice(self) -> str | None:
        """The letter that was chosen; None before."""
        return self._choice

    @property
    def is_right(self) -> bool | None:
        """Whether the choice is right; None as long as nothing is chosen, or nothing revealed."""
        if self._choice is None or not self._is_revealed:
            return None
        return [is_right for is_right, _ in self.question.choices.values()][LETTERS.index(self._choice)]

    @staticmethod
    def score() -> tuple[int, int]:
        """Return how many predictions of this notebook were right, and how many were made."""
        with _guard:
            return sum(_made.values()), len(_made)

    def choose(self, letter: str) -> None:
        """Predict "a", "b" or "c"; one may change one's mind until the answer was seen.

        Raises:
            ValueError: the question has no such choice.
        """
        letters = LETTERS[: len(self.question.choices)]
        if letter not in tuple(letters):
            raise ValueError(f"the choices are {', '.join(letters)}, not {letter!r}")
        if self.is_right is None:
            self._choice = letter
            self._tell_choice()

    def reveal(self) -> None:
        """Judge the prediction: the answer can be seen now. The next cell that runs does this; idempotent."""
        _hidden.discard(self)
        if self._is_revealed:
            return
        self._is_revealed = True
        if self.is_right is not None:
            with _guard:
                _made.setdefault(self.question.text, self.is_right)
        self._tell_revealed()

    def inherit(self, old: LiveWidget) -> None:
        """Keep what was predicted before the cell was run again: nobody predicts what they have seen."""
        if isinstance(old, Prediction) and old.question == self.question:
            self._choice, self._is_revealed = old._choice, old._is_revealed

    def close(self) -> None:
        """Take it off every page; idempotent."""
        _hidden.discard(self)
        super().close()

    def __repr__(self) -> str:
        judged = {None: "not judged yet", True: "right", False: "wrong"}[self.is_right]
        return f"<Prediction of {self.question.text!r}: {self._choice or 'nothing'} chosen, {judged}>"

    def act(self, action: dict[str, Any]) -> None:
        """Take what somebody chose in the page."""
        match action:
            case {"do": "choose", "choice": int(choice)}:
                self.choose(LETTERS[choice])
            case _:
                raise ValueError(f"expected an action of the prediction's page, got {action!r}")

    def snapshot(self) -> str:
        """Return the question with its choices, and the answer with all reasons folded away behind it."""
        return as_html("Predict", self.question)

    def _tell_choice(self) -> None:
        assert self._choice is not None
        self.record("choice", {"choice": LETTERS.index(self._choice)}, key="")

    def _tell_revealed(self) -> None:
        right, made = self.score()
        self.record("revealed", {"right": right, "made": made}, key="")


def _watch() -> None:
    shell = kernel.shell()
    if shell not in _watched and hasattr(shell, "events"):
        _watched.append(shell)
        shell.events.register("post_run_cell", _cell_ran)


def _cell_ran(_result: Any) -> None:
    """Judge what waits for another cell than its own; called by IPython."""
    run = cells.current_run()
    for prediction in list(_hidden):
        own = prediction._run
        if run is not None and (own is None or own.cell != run.cell):
            prediction.reveal()
