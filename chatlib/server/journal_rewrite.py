"""A journal is written anew, beside the one that is in use: a slice in each turn of the loop, so that nobody waits.

Room by room it gets what the hub holds. What is placed meanwhile goes into the old file as ever, and here behind its
room: if that is still to come, its snapshot will have it. The new file takes the old one's place when it has
everything: whoever takes over finds, at any moment, one whole journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from chatlib.server import journal_format
from chatlib.server.backplane import State
from chatlib.server.journal_file import FreshFile

SLICE_BYTES: Final = 256 * 1024
ROOM_BYTES: Final = 512  # a small room takes as long as so many bytes of frames


class Rewrite:
    """A journal's successor in the file ``fresh``, with at most ``most`` bytes of what the rooms keep."""

    def __init__(self, fresh: FreshFile, state: State, most: int) -> None:
        self.size = 0
        self._fresh = fresh
        self._state = state
        sizes = state.sizes()
        self._share = fair_share(sizes.values(), most)
        self._order = list(reversed(sizes))
        self._to_come = set(sizes)
        self._frames: list[bytes] = []  # still to come of the room that is being written, the next one last
        self._behind: list[bytes] = []  # lines that came meanwhile: nothing may stand between a room's frames

    def __repr__(self) -> str:
        return f"<Rewrite {self.size} bytes, {len(self._to_come)} rooms to come>"

    def add(self, placed: Iterable[tuple[str, bytes]]) -> None:
        """Take what was placed just now: lines, each with its room."""
        lines = [line for room, line in placed if room not in self._to_come]
        if self._frames:
            self._behind += lines
        else:
            self._write(lines)

    def step(self, size: int) -> bool:
        """Write ``size`` bytes more, or a little beyond; tell whether that was all."""
        lines = [] if self.size else [journal_format.header()]
        while size > 0 and (self._frames or self._order):
            if not self._frames:
                head = self._begin(self._order.pop())
                lines.append(head)
                size -= len(head) + ROOM_BYTES
            while self._frames and size > 0:
                frame = self._frames.pop()
                lines += (frame, b"\n")
                size -= len(frame) + 1
            if not self._frames:
                lines += self._behind
                self._behind = []
        self._write(lines)
        return not self._frames and not self._order

    def finish(self) -> None:
        """Take the old journal's place."""
        self._fresh.take_over()

    def drop(self) -> None:
        """Leave everything as it was."""
        self._fresh.drop()

    def _begin(self, name: str) -> bytes:
        self._to_come.discard(name)
        resumed = self._state.snapshot(name)
        if resumed is None:  # it has ended
            return b""
        kept = newest(resumed.kept, self._share)
        self._frames = list(reversed(kept))
        return journal_format.head(replace(resumed, kept=kept))

    def _write(self, lines: Sequence[bytes]) -> None:
        data = memoryview(b"".join(lines))
        self.size += len(data)
        while data:
            data = data[self._fresh.write(data) :]


def fair_share(sizes: Iterable[int], most: int) -> int:
    """Return how much each may have for all to have ``most``: what the small leave over is the big ones'."""
    rising = sorted(sizes)
    share = most
    for place, size in enumerate(rising):
        share = most // (len(rising) - place)
        if size > share:
            break
        most -= size
    return share


def newest(kept: Sequence[bytes], most: int) -> tuple[bytes, ...]:
    """Return the last frames, as many as have ``most`` bytes together."""
    first = len(kept)
    while first and most >= len(kept[first - 1]):
        first -= 1
        most -= len(kept[first])
    return tuple(kept[first:])
