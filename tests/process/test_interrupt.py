"""Kernel → Interrupt, in a real kernel: a cell that awaits ends at once, and the kernel goes on."""

from __future__ import annotations

import asyncio
import time

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient

from tests.support import kernels

pytestmark = pytest.mark.usefixtures("forked_kernels")

SECONDS = 30
NAP = 20
AT_ONCE = 5  # seconds; the nap, or the loop's next timer, is far behind that


async def status_of(kernel: AsyncKernelClient, request: str) -> str:
    """Return how a request ended; a kernel that was slow to start still answers the question whether it is there."""
    while (reply := await kernel.get_shell_msg(timeout=SECONDS))["parent_header"]["msg_id"] != request:
        pass
    return reply["content"]["status"]


@pytest.mark.parametrize(
    "cell",
    [
        f"await asyncio.sleep({NAP})",
        f"await client.until(lambda: False, timeout={NAP})",
        f"await asyncio.gather(*(asyncio.sleep({NAP}) for _ in range(3)))",
        f"time.sleep({NAP})",
        f"await check.ex1(lambda url: asyncio.sleep({NAP}))",
    ],
)
async def test_interrupt_ends_a_cell_at_once(cell: str) -> None:
    """ipykernel cancels it in a signal handler, which alone would not wake the loop that the cell waits on."""
    manager, kernel = await kernels.started()
    try:
        async with asyncio.timeout(3 * SECONDS):
            made = kernel.execute(
                "import asyncio, time, chatlib; from chatlib.exercises import nb02 as check\n"
                "client = chatlib.ChatClient('ws://127.0.0.1:1')"
            )
            assert await status_of(kernel, made) == "ok"
            cell_id = kernel.execute(f"print('begun', flush=True); {cell}", stop_on_error=False)
            while (await kernel.get_iopub_msg(timeout=SECONDS))["msg_type"] != "stream":
                pass
            began = time.monotonic()
            await manager.interrupt_kernel()
            status = await status_of(kernel, cell_id)
            took = time.monotonic() - began
            after = await status_of(kernel, kernel.execute("await asyncio.sleep(0)"))
    finally:
        kernel.stop_channels()
        await manager.shutdown_kernel(now=True)
    assert (status, after) == ("error", "ok")
    assert took < AT_ONCE


async def test_a_kernel_goes_on_after_a_busy_loop():
    """In a real kernel, where ipykernel handles interrupts in its own way."""
    manager, kernel = await kernels.started()
    cells = (
        "import chatlib\nfrom chatlib.exercises import nb02 as check, watchdog\nwatchdog.SECONDS = 0.5",
        "async def echo_three(url):\n    ws = chatlib.WebSocket(url)\n    while ws.readyState == 0:\n        pass",
        "await check.ex1(echo_three)",
        "await check.ex1(echo_three)",
    )
    shown = []
    try:
        async with asyncio.timeout(SECONDS):
            for cell in cells:
                asked = kernel.execute(cell)
                while (reply := await kernel.get_shell_msg())["parent_header"]["msg_id"] != asked:
                    pass
                assert reply["content"]["status"] == "ok"
            while len(shown) < 2:
                message = await kernel.get_iopub_msg()
                if message["msg_type"] == "execute_result":
                    shown.append(message["content"]["data"]["text/plain"])
    finally:
        kernel.stop_channels()
        await manager.shutdown_kernel(now=True)
    told = "your code has not given the loop a turn for 0.5 s: line "
    assert [text.startswith(f"Not yet: {told}") for text in shown] == [True, True]
    assert all(" of echo_three. " in text for text in shown)
