"""What a Redis between two servers costs, beside one server with its journal.

Run it from the root of the checkout: ``python -m bench.bench_redis [--quick]``. In each round one server keeps a
journal, then two share a Redis; a hundred clients of one server talk, then a hundred of the other, and each time a
client of the server that only listens has to get every message too, in order. The ratios are those of the same round,
of whichever server is worse; the table has their median. CPU is that of the pipelined messages alone. Where fewer cores
are free than there are processes (two servers, Redis, the load), only CPU tells what a server could do.

How long a turn of the loop takes, and that reading keeps pace with writing, is in tests/stress/test_redis_flood.py.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Final

import psutil  # type: ignore[import-untyped]

from bench.load import CHUNK, MESSAGE, PONG, Swarm, connect
from tests.support.redis_server import RedisServer
from tools.ports import free_port

ROOT: Final = Path(__file__).parent.parent
CLIENTS: Final = 100
PAUSE: Final = 0.01
ENTER: Final = b'{"type":0,'
EMPTY_PING: Final = b"\x89\x00"  # in no text
PLACE: Final = re.compile(rb'"seq":"[0-9a-f]+-(\d+)"')

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
    """A client of the server that only listens; a context manager.

    While others are timed it counts what comes and no more, for its time is taken from theirs.
    """

    def __init__(self, port: int) -> None:
        ((self._socket, welcome),) = connect(port, 1, path="/chat/bench")
        while ENTER not in welcome:  # its own: what stands before it was said earlier
            welcome += self._socket.recv(CHUNK)
        self._socket.settimeout(None)
        self._received = bytearray(welcome[welcome.index(ENTER) :])
        self._counted = self._read = 0  # how far in these
        self._said = self._place = 0
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def __enter__(self) -> Elsewhere:
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def wait_for(self, said: int) -> None:
        """Wait until it was told as much, and see that it came in order."""
        with self._news:
            assert self._news.wait_for(lambda: self._said >= said, 30), f"it was told {self._said} of {said}"
            places = [self._place, *map(int, PLACE.findall(self._received, self._read, self._counted))]
            self._read = self._counted
        assert places == sorted(set(places)), "out of order"
        self._place = places[-1]

    def _listen(self) -> None:
        while data := self._socket.recv(CHUNK):
            if EMPTY_PING in data:
                self._socket.send(PONG)
            with self._news:
                self._received += data
                whole = self._received.rfind(b"}") + 1
                self._said += self._received.count(MESSAGE, self._counted, whole)
                self._counted = whole
                self._news.notify_all()


def measure(
    port: int, messages: int, single: int, processes: Mapping[str, psutil.Process], listener: Elsewhere | None = None
) -> Figures:
    """Return the figures of a hundred clients of a server, and what a message costs each process."""
    said = 0

    def all_have(more: int) -> None:
        nonlocal said
        said += more
        if listener is not None:
            listener.wait_for(said)

    with Swarm(port, CLIENTS) as swarm:
        swarm.settle()
        all_have(1)
        begun = {name: cpu(process) for name, process in processes.items()}
        seconds = swarm.pipeline(messages)
        all_have(messages)
        costs = {name: (cpu(process) - begun[name]) / messages for name, process in processes.items()}
        latency = median(swarm.one_at_a_time(single, pause=PAUSE))
        all_have(single)
        return costs | {"pipelined": messages * CLIENTS / seconds, "latency": latency}


def with_journal(messages: int, single: int) -> Figures:
    """One server."""
    with server("") as (port, own):
        return measure(port, messages, single, {"cpu of the server": own})


def with_redis(messages: int, single: int) -> list[Figures]:
    """Two servers; each in turn has the clients, and the other listens."""
    found = []
    with ExitStack() as stack:
        redis = stack.enter_context(RedisServer("--appendfsync", "everysec"))
        both = [stack.enter_context(server(redis.url)) for _ in range(2)]
        for (port, own), (other_port, other) in (both, both[::-1]):
            processes = {"cpu of the server": own, "cpu of the other server": other, "cpu of redis": redis.process}
            with Elsewhere(other_port) as listener:
                found.append(measure(port, messages, single, processes, listener))
    return found


def cpu(process: psutil.Process) -> float:
    """Return the seconds of a core that a process has had."""
    times = process.cpu_times()
    return float(times.user + times.system)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one short round")
    quick = parser.parse_args().quick
    rounds, messages, single = (1, 10_000, 50) if quick else (3, 20_000, 200)
    if importlib.util.find_spec("hiredis") is None:
        print(
            "hiredis is missing, which chatlib[redis] brings: Redis' answers are read more slowly than they would be\n"
        )
    both = [(with_journal(messages, single), with_redis(messages, single)) for _ in range(rounds)]
    print(
        f"| {CLIENTS} clients | target | journal | Redis, the worse of two servers | ratio |\n|---|---|---:|---:|---:|"
    )
    for title, name, target, worse, unit in (
        ("p50 to the last recipient", "latency", "≤ 3", max, (1e3, ".2f", "ms")),
        ("pipelined", "pipelined", "≥ 0.8", min, (1e-6, ".2f", "M/s")),
        ("cpu of the server, a message", "cpu of the server", "≤ 1.25", max, (1e6, ".1f", "µs")),
        ("cpu of the other server, a message", "cpu of the other server", "", max, (1e6, ".1f", "µs")),
        ("cpu of Redis, a message", "cpu of redis", "", max, (1e6, ".1f", "µs")),
    ):
        rounds_of = [(journal.get(name), worse(it[name] for it in redis)) for journal, redis in both]
        first = [journal for journal, _ in rounds_of if journal is not None]
        ratio = f"{median(redis / journal for journal, redis in rounds_of if journal):.2f}" if first else ""
        factor, digits, sign = unit
        cells = [f"{median(it) * factor:{digits}} {sign}" if it else "" for it in (first, [it for _, it in rounds_of])]
        print(f"| {title} | {target} | {cells[0]} | {cells[1]} | {ratio} |")


if __name__ == "__main__":
    main()
