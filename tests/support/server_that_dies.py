"""A chat server in a process of its own, that can be killed and started again on its port."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator

from tests.support.places import ROOT
from tools.ports import free_port

SECONDS = 60


class ServerThatDies:
    """``python -m chatlib serve`` on one port: killed, started again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"ws://127.0.0.1:{self.port}"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, *flags: str) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "chatlib", "serve", "--port", str(self.port), "--rate", "0", *flags),
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(SECONDS):
            assert self.url in (await self._process.stdout.readline()).decode()

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def ended(self) -> None:
        """Wait for its end."""
        assert self._process is not None
        async with asyncio.timeout(SECONDS):
            await self._process.wait()

    async def kill(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


@contextlib.asynccontextmanager
async def server_that_dies(*flags: str) -> AsyncIterator[ServerThatDies]:
    server = ServerThatDies()
    try:
        await server.start(*flags)
        yield server
    finally:
        await server.kill()
