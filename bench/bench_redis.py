"""What a Redis between two servers costs, beside one server with its journal.

Run it from the root of the checkout: ``python -m bench.bench_redis [--quick]``. In each round one server keeps a
journal, then two share a Redis; a hundred clients of one server talk, and another server's client, where there is one,
has to get every message too, in order. The ratios are those of the same round; the table has their median. Where fewer
cores are free than there are processes (two servers, Redis, the load), only CPU time says what a server could do alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Final

import psutil  # type: ignore[import-untyped]
from websockets.sync.client import connect

from bench.load import Swarm
from tests.support.redis_server import RedisServer
from tools.ports import free_port

ROOT: Final = Path(__file__).parent.parent
CLIENTS: Final = 100
PAUSE: Final = 0.01
MSG: Final = 2

Figures = dict[str, float]


@contextmanager
def server(redis: str) -> Iterator[tuple[int, psutil.Process]]:
    """A server in a process of its own, with a Redis or, without one, a journal."""
    with tempfile.TemporaryDirectory() as runtime:
        port = free_port()
        environment = os.environ | {"JUPYTER_RUNTIME_DIR": runtime, "CHATLIB_PORT": str(port), "CHATLIB_REDIS": redis}
        command = [sys.executable, "-m", "chatlib", "serve", "--rate", "0", "--max-clients", "0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment)
        try:
            assert process.stdout is not None
            if not process.stdout.readline():
                raise SystemExit("the server did not start")
            yield port, psutil.Process(process.pid)
        finally:
            process.kill()
            process.communicate()


class Elsewhere:
    """A client of the other server; a context manager, that waits until it was told as much as was said."""

    def __init__(self, port: int) -> None:
        self.said = 0
        self._count = 0
        self._numbers: list[int] = []
        self._connection = connect(f"ws://127.0.0.1:{port}/chat/bench", proxy=None, max_size=None, max_queue=None)
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def __enter__(self) -> Elsewhere:
        return self

    def __exit__(self, *error: object) -> None:
        try:
            if error[0] is None:
                assert self._enough.wait(30), f"the other server's client was told {self._count} of {self.said}"
                assert self._numbers == sorted(set(self._numbers)), "out of order"
        finally:
            self._connection.close()

    def _listen(self) -> None:
        for text in self._connection:
            frame = json.loads(text)
            if "seq" in frame:
                self._numbers.append(int(frame["seq"].rpartition("-")[2]))
            self._count += frame["type"] == MSG
            if self.said and self._count >= self.said:
                self._enough.set()


def measure(port: int, messages: int, single: int) -> tuple[Figures, int]:
    """Return the figures of a hundred clients of a server, and how many messages that were."""
    with Swarm(port, CLIENTS) as swarm:
        swarm.settle()
        seconds = swarm.pipeline(messages)
        latency = median(swarm.one_at_a_time(single, pause=PAUSE))
        return {"pipelined": messages * CLIENTS / seconds, "latency": latency}, 1 + messages + single


def with_journal(messages: int, single: int) -> Figures:
    """One server."""
    with server("") as (port, own):
        begun = cpu(own)
        figures, said = measure(port, messages, single)
        return figures | {"cpu of the server": (cpu(own) - begun) / said}


def with_redis(messages: int, single: int) -> Figures:
    """Two servers; what one costs that only follows is measured too, and what Redis does."""
    with ExitStack() as stack:
        redis = stack.enter_context(RedisServer())
        (port, own), (other_port, other) = (stack.enter_context(server(redis.url)) for _ in range(2))
        begun = [cpu(it) for it in (own, other)] + [cpu(redis.process)]
        with Elsewhere(other_port) as elsewhere:
            figures, elsewhere.said = measure(port, messages, single)
        ended = [cpu(it) for it in (own, other)] + [cpu(redis.process)]
        names = ("cpu of the server", "cpu of the other server", "cpu of redis")
        return figures | {
            name: (after - before) / elsewhere.said for name, before, after in zip(names, begun, ended, strict=True)
        }


def cpu(process: psutil.Process) -> float:
    """Return the seconds of a core that a process has had."""
    times = process.cpu_times()
    return float(times.user + times.system)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one short round")
    quick = parser.parse_args().quick
    rounds, messages, single = (1, 4_000, 50) if quick else (3, 20_000, 200)
    both = [(with_journal(messages, single), with_redis(messages, single)) for _ in range(rounds)]
    latency = median(redis["latency"] / journal["latency"] for journal, redis in both)
    pipelined = median(redis["pipelined"] / journal["pipelined"] for journal, redis in both)
    print(f"| {CLIENTS} clients | target | journal | Redis, each of two servers | ratio |\n|---|---|---:|---:|---:|")
    first, second = (median(it[side]["latency"] for it in both) * 1000 for side in (0, 1))
    print(f"| p50 to the last recipient | ≤ 3 | {first:.2f} ms | {second:.2f} ms | {latency:.2f} |")
    first, second = (median(it[side]["pipelined"] for it in both) / 1e6 for side in (0, 1))
    print(f"| pipelined | ≥ 0.8 | {first:.2f} M/s | {second:.2f} M/s | {pipelined:.2f} |")
    for name in ("cpu of the server", "cpu of the other server", "cpu of redis"):
        first, second = (median(it[side].get(name, 0) for it in both) * 1e6 for side in (0, 1))
        cells = (f"{first:.0f} µs", f"{first / second:.2f}") if first else ("", "")
        print(f"| {name}, a message | | {cells[0]} | {second:.0f} µs | {cells[1]} |")


if __name__ == "__main__":
    main()
