"""Where a reader of a notebook sees what went wrong: in a real kernel, under the cell that it came from."""

from __future__ import annotations

import asyncio

import pytest

from tests.support import kernels, peers
from tests.support.peers import peer

pytestmark = pytest.mark.usefixtures("forked_kernels")


async def test_a_traceback_shows_in_the_cell_that_created_it():
    """In a notebook the exception of a handler is an error output of the cell that made the WebSocket."""
    async with peer(peers.echo) as server:
        manager, client = await kernels.started()
        try:
            ended: dict[str, str] = {}
            create = client.execute(
                f"from chatlib.client.websocket import WebSocket\nws = WebSocket('{server.url}')\n"
                "def failing(event): raise LookupError('in the handler')\nws.onmessage = failing"
            )
            client.execute("await ws.once('open'); ws.send('x'); await ws.once('message')")
            client.execute("ws")
            async with asyncio.timeout(30):
                while "result" not in ended:
                    message = await client.get_iopub_msg()
                    content, parent = message["content"], message["parent_header"].get("msg_id")
                    if message["msg_type"] == "error":
                        ended[parent] = content["evalue"]
                        assert "failing" in "".join(content["traceback"])
                    elif message["msg_type"] == "execute_result" and "OPEN" in content["data"]["text/plain"]:
                        ended["result"] = content["data"]["text/plain"]
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)
    assert ended == {
        create: "in the handler",
        "result": f"<WebSocket {server.url}/ OPEN, 1 exception in handlers>",
    }
