"""A page that is shown states, and what it was shown."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from chatlib.exercises.verdict import named_as
from chatlib.experiments.slow_page import SlowPage, open_page

_marks: set[str] = set()  # of all shows: of an earlier one an answer may have kept the newest, and send it to who comes


def new_mark() -> str:
    """Return what the states of one show have behind their number."""
    mark = secrets.token_hex(4)
    _marks.add(mark)
    return mark


@named_as(str)
class State(str):
    """A state as the learner's code gets it: one can see how many of them are still kept somewhere."""

    __slots__ = ("__weakref__",)


@dataclass(eq=False, slots=True)
class Viewer:
    """A page, and the numbers of the states that it was shown; what an earlier show had published is none."""

    published: dict[str, int]
    mark: str
    states: list[int] = field(default_factory=list)
    strange: str = ""
    page: SlowPage | None = None

    def hear(self, text: str) -> None:
        """Take down what came."""
        if number := self.published.get(text):
            self.states.append(number)
        elif self.mark in text or _marks.isdisjoint(text.split()):
            self.strange = self.strange or text

    @property
    def last(self) -> int:
        """The number of the last state, 0 if there was none."""
        return self.states[-1] if self.states else 0


async def page_for(stack: AsyncExitStack, url: str, hear: Callable[[str], object], kernel_buffer: int) -> SlowPage:
    """Connect a page that leaves with the stack."""
    address = urlsplit(url)
    assert address.port is not None
    page = await open_page(address.port, hear, path=address.path, kernel_buffer=kernel_buffer)
    stack.callback(page.leave)
    return page
