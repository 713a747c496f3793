"""How long one turn of an event loop keeps all others waiting."""

from __future__ import annotations

import asyncio
import time


class Turns:
    """How much CPU time of the loop's thread the longest turn took: others on this machine do not count."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.thread_time()
        self._task = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        while True:
            now = time.thread_time()
            self.longest = max(self.longest, now - self._last)
            self._last = now
            await asyncio.sleep(0)

    def end(self) -> float:
        self._task.cancel()
        return self.longest
