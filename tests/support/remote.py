"""Python in processes of its own, told what to run: a plain interpreter, or a real Jupyter kernel.

``python -m tests.support.remote`` is the plain one: it runs each line of stdin, a JSON string of code as a cell
takes it, and answers with one line, the JSON of the last expression's value.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import json
import signal
import sys
from collections.abc import AsyncIterator
from typing import Any, Protocol

from jupyter_client.manager import AsyncKernelManager

from tests.support.places import ROOT
from tools.ports import kernel_ports

SECONDS = 60


class Remote(Protocol):
    """A Python elsewhere."""

    async def run(self, code: str) -> Any:
        """Run code as a cell does, top-level ``await`` too; return the value of its last expression, through JSON."""

    async def kill(self) -> None:
        """End it with SIGKILL."""


class Process:
    """A plain Python process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def run(self, code: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(code).encode() + b"\n")
        async with asyncio.timeout(SECONDS):
            answer = await self._process.stdout.readline()
        assert answer, f"it ended over {code!r}"
        value, error = json.loads(answer)
        assert error is None, error
        return value

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


class Kernel:
    """A real ipykernel."""

    def __init__(self, manager: AsyncKernelManager) -> None:
        self._manager = manager
        self._client = manager.client()
        self._client.start_channels()

    async def ready(self) -> None:
        await self._client.wait_for_ready(timeout=SECONDS)

    async def run(self, code: str) -> Any:
        *statements, last = ast.parse(code).body
        assigned = ast.Assign([ast.Name("_value", ast.Store())], last.value) if isinstance(last, ast.Expr) else last
        cell = ast.unparse(ast.fix_missing_locations(ast.Module([*statements, assigned], [])))
        shown = "__import__('json').dumps(globals().pop('_value', None))"
        async with asyncio.timeout(SECONDS):
            reply = await self._client.execute_interactive(
                cell, user_expressions={"value": shown}, timeout=SECONDS, output_hook=lambda message: None
            )
        content = reply["content"]
        assert content["status"] == "ok", content
        return json.loads(ast.literal_eval(content["user_expressions"]["value"]["data"]["text/plain"]))

    async def kill(self) -> None:
        if await self._manager.is_alive():
            await self._manager.signal_kernel(signal.SIGKILL)
        self._client.stop_channels()
        await self._manager.shutdown_kernel(now=True)


@contextlib.asynccontextmanager
async def process() -> AsyncIterator[Process]:
    """A plain Python process, ended at the latest with this context."""
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.remote"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        limit=2**24,
    )
    remote = Process(started)
    try:
        yield remote
    finally:
        await remote.kill()


@contextlib.asynccontextmanager
async def kernel() -> AsyncIterator[Kernel]:
    """A Jupyter kernel, ended at the latest with this context."""
    manager = AsyncKernelManager(kernel_name="python3", **kernel_ports())
    await manager.start_kernel(cwd=str(ROOT))
    remote = Kernel(manager)
    try:
        await remote.ready()
        yield remote
    finally:
        await remote.kill()


async def _answer_lines() -> None:
    namespace: dict[str, Any] = {}
    while line := await asyncio.to_thread(sys.stdin.readline):
        value, error = None, None
        try:
            for node in ast.parse(json.loads(line)).body:
                mode = "eval" if isinstance(node, ast.Expr) else "exec"
                tree = ast.Expression(node.value) if isinstance(node, ast.Expr) else ast.Module([node], [])
                code = compile(tree, "<cell>", mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
                value = eval(code, namespace)
                if inspect.iscoroutine(value):
                    value = await value
        except Exception as failure:
            value, error = None, repr(failure)
        sys.stdout.write(json.dumps([value, error]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_answer_lines())
