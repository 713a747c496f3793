"""Jupyter kernels for tests that talk to them message by message."""

from __future__ import annotations

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from tools.ports import kernel_ports

SECONDS = 60


async def started() -> tuple[AsyncKernelManager, AsyncKernelClient]:
    """Start a kernel; return its manager, and a client, once it answers."""
    manager = AsyncKernelManager(kernel_name="python3", **kernel_ports())
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=SECONDS)
    except BaseException:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
        raise
    return manager, client
