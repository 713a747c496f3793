"""The one loop of a kernel in a browser is the background loop too: how Python waits for it."""

from __future__ import annotations

import asyncio
import concurrent.futures
from typing import Any, Final

from pyodide.ffi import can_run_sync, run_sync

NO_JSPI: Final = (
    "this browser cannot wait for it within Python (it has no JavaScript Promise Integration, or this is a callback): "
    "await what can be awaited, or use Chrome, Edge, or Firefox from 153 on"
)


class KernelLoop:
    """The background loop's home: the loop that the kernel's cells run on."""

    def start(self) -> asyncio.AbstractEventLoop:
        """Return the running loop."""
        return asyncio.get_running_loop()

    def hindrance(self) -> str:
        """Say whether Python can wait here for JavaScript, which can do other things of ours meanwhile."""
        return "" if can_run_sync() else NO_JSPI

    def wait(self, work: concurrent.futures.Future[Any], timeout: float | None) -> None:
        """Let the loop go on until the work is done."""
        if not run_sync(_is_done(work, timeout)):
            raise TimeoutError


async def _is_done(work: concurrent.futures.Future[Any], timeout: float | None) -> bool:
    """Wait; the result stays where it is: one that can be awaited itself, run_sync() would await for ever."""
    done = asyncio.Event()
    work.add_done_callback(lambda _: done.set())
    try:
        async with asyncio.timeout(timeout):
            await done.wait()
    except TimeoutError:
        return False
    return True
