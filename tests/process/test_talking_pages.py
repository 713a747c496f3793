"""Cells that await while pages talk to the kernel, in a real kernel: each keeps its output, and each ends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.support import kernels

pytestmark = pytest.mark.usefixtures("forked_kernels")

SECONDS = 30
CELLS = 300
MADE = """
import asyncio
import chatlib
from chatlib.exercises.predictions import PREDICTIONS
from chatlib.widgets import Prediction
print(Prediction(*next(iter(PREDICTIONS.values()))).model_id)
"""


async def test_each_cell_keeps_its_output_and_its_end():
    """ipykernel 7.4 alone tells some of the ends to the cell before: that one's prompt is [*] for good."""
    manager, kernel = await kernels.started()
    said: dict[str, str] = {}
    ended: set[str] = set()

    async def hear(requests: set[str]) -> None:
        while not requests <= ended:
            message: dict[str, Any] = await kernel.get_iopub_msg(timeout=SECONDS)
            request, content = message["parent_header"].get("msg_id", ""), message["content"]
            if message["msg_type"] == "stream":
                said[request] = said.get(request, "") + content["text"]
            elif message["msg_type"] == "error":
                raise AssertionError(content)
            elif content.get("execution_state") == "idle":
                ended.add(request)

    try:
        async with asyncio.timeout(2 * SECONDS):
            made = kernel.execute(MADE)
            await hear({made})
            ready = {"comm_id": said[made].strip()}
            ready["data"] = {"method": "custom", "content": {"type": "ready", "about": {"view": "a", "have": 0}}}
            cells = {}
            for number in range(CELLS):
                cells[kernel.execute(f"await asyncio.sleep({number % 5} / 2000); print({number})")] = f"{number}\n"
                for _ in range(3):
                    kernel.shell_channel.send(kernel.session.msg("comm_msg", ready))
            await hear(set(cells))
    finally:
        kernel.stop_channels()
        await manager.shutdown_kernel(now=True)
    assert {request: said.get(request) for request in cells} == cells
