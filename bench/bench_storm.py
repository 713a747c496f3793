"""How long two well-behaved clients wait for each other's answer while a fuzzing storm goes on; aim: p99 under 250 ms.

Run it from the root of the checkout: ``python -m bench.bench_storm [--seconds N]``. The storm, that of
tests/support/storm.py, comes from a process of its own; the two check that they lose nothing and see nothing twice.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import time
from statistics import median, quantiles

from tests.support.server_process import ServerProcess
from tests.support.storm import KINDS, talk

ROUNDS = 20  # of each kind, in one storm


async def measure(port: int, seconds: float, *, storm: bool) -> tuple[list[float], int]:
    """Have the two talk that long; return their round trips, and how many malicious clients came meanwhile."""
    over = asyncio.Event()
    talking = asyncio.create_task(talk(port, over))
    end = time.monotonic() + seconds
    storms = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(asyncio.get_running_loop().time() + seconds):
            while storm:
                await _play(port, seed=storms)
                storms += 1
            await asyncio.sleep(end - time.monotonic())
    over.set()
    return await talking, storms * ROUNDS * len(KINDS)


async def _play(port: int, seed: int) -> None:
    command = (sys.executable, "-m", "tests.support.storm", str(port), str(seed), str(ROUNDS))
    process = await asyncio.create_subprocess_exec(*command)
    try:
        if await process.wait():
            raise SystemExit(f"the storm failed: {' '.join(command)}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20, help="for each of the two measurements (%(default)s)")
    seconds = parser.parse_args().seconds
    print("| | round trips | malicious clients | median | p99 |")
    print("|---|---:|---:|---:|---:|")
    with ServerProcess("--port", "0") as server:
        for label, storm in (("calm", False), ("storm", True)):
            trips, clients = await measure(server.port, seconds, storm=storm)
            p99 = quantiles(trips, n=100)[98]
            print(f"| {label} | {len(trips)} | {clients} | {median(trips) * 1000:.1f} ms | {p99 * 1000:.1f} ms |")


if __name__ == "__main__":
    asyncio.run(main())
