"""chatlib.WebSocket beside the plain client of websockets: small round trips, and messages of 3 MB.

A round trip is one message to an echo server in another process and back, awaited. The runs are interleaved, and the
ratio is the median of the pairs' ratios, so that whatever else the machine does meets both alike.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from websockets.asyncio.client import connect

from chatlib.client.websocket import WebSocket

RUNS = 5
KINDS = {  # name: message, how many, the ratio that is promised
    "small round trip": ("x" * 32, 2_000, 3.0),
    "3 MB there and back": (bytes(3_000_000), 15, None),
}

Message = str | bytes
Client = Callable[[str, Message, int], Awaitable[float]]


async def plain(url: str, message: Message, count: int) -> float:
    async with connect(url, compression=None, max_size=None, proxy=None) as connection:
        start = time.perf_counter()
        for _ in range(count):
            await connection.send(message)
            await connection.recv()
        return (time.perf_counter() - start) / count


async def ours(url: str, message: Message, count: int) -> float:
    ws = WebSocket(url)
    await ws.once("open")
    start = time.perf_counter()
    for _ in range(count):
        ws.send(message)
        await ws.once("message")
    seconds = (time.perf_counter() - start) / count
    ws.close()
    await ws.once("close")
    return seconds


async def measure(url: str) -> bool:
    print(f"{'':22}{'websockets':>14}{'chatlib':>14}{'ratio':>8}{'promised':>10}")
    kept = True
    for name, (message, count, promised) in KINDS.items():
        pairs = [(await plain(url, message, count), await ours(url, message, count)) for _ in range(RUNS)]
        theirs, mine = (statistics.median(times) for times in zip(*pairs, strict=True))
        ratio = statistics.median(b / a for a, b in pairs)
        limit = f"<= {promised:g}" if promised else ""
        print(f"{name:22}{1 / theirs:>12,.0f}/s{1 / mine:>12,.0f}/s{ratio:>8.2f}{limit:>10}")
        kept = kept and (promised is None or ratio <= promised)
    return kept


def main() -> int:
    script = Path(__file__).with_name("websocket_echo.py")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, str(script)], **pipes) as server:
        url = f"ws://127.0.0.1:{int(server.stdout.readline())}/"
        kept = asyncio.run(measure(url))
        server.stdin.close()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
