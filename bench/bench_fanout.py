"""How fast a message reaches everybody: this server beside ``websockets.broadcast()``, ``ws`` and ``nodejs-websocket``.

Run it from the root of the checkout: ``python -m bench.bench_fanout [--quick] [--rounds N] [--json FILE]``. The servers
take turns within a round, each alone on one core while the load generator has another. Every figure is checked: each
client got each message once and in order, byte for byte, or the run ends with an error. Ratios are to
``websockets.broadcast()`` in the same round; the table has the median of the rounds.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Final

import psutil  # type: ignore[import-untyped]

from bench.load import Swarm, connect

ROOT: Final = Path(__file__).parent.parent
PEERS: Final = ROOT / "bench" / "peers"
NODE_MODULES: Final = ROOT / "tests" / "node" / "node_modules"
PATH: Final = "/chat/bench"
SENDERS: Final = 100
UNREAD_CLIENTS: Final = 100
UNREAD_SIZE: Final = 2_000
UNREAD_PIECE: Final = 200  # messages at once: less than a client may leave unread, or slow ones would be dropped
PAUSE: Final = 0.01
LONG_ENOUGH: Final = 1.0  # seconds

Figures = dict[str, float]  # by the key of the measure


@dataclass(frozen=True, slots=True)
class Contender:
    """A server in the comparison; ``keepalive`` is what turns its pings on, where it has any."""

    name: str
    command: tuple[str, ...]
    keepalive: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    rounds: int
    clients: tuple[int, ...]
    messages: int
    single_messages: int
    paced_messages: int
    idle_clients: int
    unread_messages: int


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table; ``target`` is for the ratio, or for the figure itself where it says a unit."""

    key: str
    label: str
    show: Callable[[float], str]
    target: str


QUICK: Final = Plan(1, (100,), 4_000, 200, 50, 1_000, 4_000)
FULL: Final = Plan(3, (100, 1_000), 4_000, 300, 100, 1_000, 8_000)


def contenders() -> tuple[Contender, ...]:
    """Return who takes part: ours first, then the baseline of the ratios."""
    python = sys.executable
    return (
        Contender("chatlib", (python, "-m", "chatlib", "serve", "--rate", "0", "--max-clients", "0")),
        Contender("websockets.broadcast()", (python, str(PEERS / "websockets_broadcast.py")), ("--ping", "20")),
        Contender("ws", ("node", str(PEERS / "ws.js"))),
        Contender("nodejs-websocket", ("node", str(PEERS / "nodejs_websocket.js"))),
    )


def measures(plan: Plan) -> Iterator[Measure]:
    """Yield the lines of the table."""
    for clients in plan.clients:
        single = "≥ 1.3" if clients == 100 else "≥ 1.15"
        yield Measure(f"pipelined_{clients}", f"{clients:,} clients, one sender, pipelined", _rate, "≥ 20")
        yield Measure(f"senders_{clients}", f"{clients:,} clients, {SENDERS} senders", _rate, "≥ 15")
        yield Measure(f"single_{clients}", f"{clients:,} clients, one message at a time", _rate, single)
        yield Measure(f"latency_{clients}", f"{clients:,} clients, p50 to the last recipient", _milliseconds, "≤ 1.0")
    yield Measure("idle", "memory per idle connection", lambda value: f"{value / 1024:.1f} KB", "≤ 16 KB")
    yield Measure("unread_cost", "one never reads: time for the others", lambda value: f"{value:.2f} ×", "≈ 1 ×")
    yield Measure("unread_memory", "one never reads: memory", lambda value: f"{value / 2**20:.1f} MB", "bounded")


# Measuring ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cores:
    """Which core the server has, and which the load generator; None where the system cannot say."""

    server: int | None
    load: int | None

    @classmethod
    def share(cls) -> Cores:
        """Take two of the cores that this process may use."""
        if not hasattr(os, "sched_setaffinity") or len(usable := sorted(os.sched_getaffinity(0))) < 2:
            return cls(None, None)
        return cls(usable[0], usable[-1])

    @contextmanager
    def for_server(self) -> Iterator[None]:
        """Within, what is started runs on the server's core."""
        if self.server is None or self.load is None:
            yield
            return
        os.sched_setaffinity(0, {self.server})  # inherited by the child, before it has threads
        try:
            yield
        finally:
            os.sched_setaffinity(0, {self.load})


class Bench:
    """Starts the servers and measures them."""

    def __init__(self, plan: Plan, cores: Cores) -> None:
        self.plan = plan
        self.cores = cores
        self.busiest = 0.0  # the largest share of its core that the load generator needed

    def round(self, contender: Contender, clients: int | None) -> Figures:
        """Measure one server with that many clients; None for what is measured once in a round."""
        if clients is not None:
            return self._fan_out(contender, clients)
        return self._idle(contender) | self._unread(contender)

    def _fan_out(self, contender: Contender, clients: int) -> Figures:
        messages = self.plan.messages
        with self._running(contender) as server, Swarm(server.port, clients, path=PATH) as swarm:
            swarm.settle()
            pipelined = self._watched(lambda: swarm.pipeline(messages))
            senders = self._watched(lambda: swarm.pipeline(messages, senders=SENDERS))
            single = median(swarm.one_at_a_time(self.plan.single_messages))
            latency = median(swarm.one_at_a_time(self.plan.paced_messages, pause=PAUSE))
        return {
            f"pipelined_{clients}": messages * clients / pipelined,
            f"senders_{clients}": messages * clients / senders,
            f"single_{clients}": clients / single,
            f"latency_{clients}": latency,
        }

    def _idle(self, contender: Contender) -> Figures:
        with self._running(contender, contender.keepalive) as server:
            with Swarm(server.port, 1, path=PATH) as first:  # whatever is imported on first use is imported now
                first.settle()
            before = server.resident()
            with Swarm(server.port, self.plan.idle_clients, path=PATH) as swarm:
                swarm.settle()
                return {"idle": (server.resident() - before) / self.plan.idle_clients}

    def _unread(self, contender: Contender) -> Figures:
        seconds, resident = zip(*(self._with_stuck(contender, stuck) for stuck in (0, 1)), strict=True)
        return {"unread_cost": seconds[1] / seconds[0], "unread_memory": max(0, resident[1] - resident[0])}

    def _with_stuck(self, contender: Contender, stuck: int) -> tuple[float, int]:
        with self._running(contender) as server:
            never_read = [sock for sock, _ in connect(server.port, stuck, path=PATH, receive_buffer=4096)]
            with Swarm(server.port, UNREAD_CLIENTS, path=PATH) as swarm:
                swarm.settle()
                pieces = range(self.plan.unread_messages // UNREAD_PIECE)
                seconds = sum(swarm.pipeline(UNREAD_PIECE, size=UNREAD_SIZE) for _ in pieces)
                resident = server.resident()
            for sock in never_read:
                sock.close()
            return seconds, resident

    def _watched(self, run: Callable[[], float]) -> float:
        """Run it until that has taken long enough to mean something; return the median of the seconds."""
        seconds: list[float] = []
        busy = time.process_time()
        while sum(seconds) < LONG_ENOUGH:
            seconds.append(run())
        self.busiest = max(self.busiest, (time.process_time() - busy) / sum(seconds))
        return median(seconds)

    @contextmanager
    def _running(self, contender: Contender, arguments: tuple[str, ...] = ()) -> Iterator[_Running]:
        with tempfile.TemporaryDirectory() as runtime, self.cores.for_server():
            environment = os.environ | {
                "NODE_PATH": str(NODE_MODULES),
                "JUPYTER_RUNTIME_DIR": runtime,  # for the journal
                "CHATLIB_PORT": str(_free_port()),  # 0 would be a server without one
            }
            command = [*contender.command, *arguments]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
        try:
            assert process.stdout is not None
            line = process.stdout.readline()  # a port, or a URL that ends with it
            if not line:
                raise SystemExit(f"{contender.name} did not start: {' '.join(command)}")
            yield _Running(int(line.rpartition(":")[2]), psutil.Process(process.pid))
        finally:
            process.kill()
            process.communicate()


@dataclass(frozen=True, slots=True)
class _Running:
    port: int
    process: psutil.Process

    def resident(self) -> int:
        """Return the bytes of memory that the process has now."""
        return int(self.process.memory_info().rss)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


# Reporting ----------------------------------------------------------------------------------------------------------


def machine(cores: Cores) -> dict[str, str]:
    """Say what this was measured on."""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    packages = json.loads((NODE_MODULES / ".package-lock.json").read_text())["packages"]
    pinned = "not pinned" if cores.server is None else "server and load generator on a core each"
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{_processor()}, {os.cpu_count()} cores ({pinned})",
        "system": f"{platform.system()} {platform.release()}",
        "versions": ", ".join(
            [
                f"Python {platform.python_version()}",
                f"websockets {version('websockets')}",
                f"Node {node.removeprefix('v')}",
                *(f"{name} {packages[f'node_modules/{name}']['version']}" for name in ("ws", "nodejs-websocket")),
            ]
        ),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def table(plan: Plan, rounds: dict[str, list[Figures]]) -> Iterator[str]:
    """Yield the lines of a Markdown table: each figure, and behind it the ratio to the baseline."""
    _, baseline, *_ = names = list(rounds)
    yield "| | target | " + " | ".join(names) + " |"
    yield "|---|---|" + "---:|" * len(names)
    for measure in measures(plan):
        cells = []
        for name in names:
            value = median(figures[measure.key] for figures in rounds[name])
            cell = measure.show(value)
            if "B" not in measure.target and not measure.key.startswith("unread"):
                pairs = zip(rounds[name], rounds[baseline], strict=True)
                cell += f" ({median(own[measure.key] / base[measure.key] for own, base in pairs):.2f})"
            cells.append(cell)
        yield f"| {measure.label} | {measure.target} | " + " | ".join(cells) + " |"


def _rate(value: float) -> str:
    return f"{value / 1e6:.2f} M/s" if value >= 1e6 else f"{value / 1e3:.0f} k/s"


def _milliseconds(value: float) -> str:
    return f"{value * 1000:.2f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round, 100 clients only: less than a minute")
    parser.add_argument("--rounds", type=int, metavar="N", help="how often the servers take turns (default: 3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure of every round there as well")
    options = parser.parse_args()
    plan, cores = (QUICK if options.quick else FULL), Cores.share()
    plan = replace(plan, rounds=options.rounds or plan.rounds)
    bench = Bench(plan, cores)
    gc.disable()  # a collection in the load generator would count as the server's
    rounds: dict[str, list[Figures]] = {contender.name: [{} for _ in range(plan.rounds)] for contender in contenders()}
    for number in range(plan.rounds):
        for clients in (*plan.clients, None):
            for contender in contenders():
                what = "memory" if clients is None else f"{clients} clients"
                print(f"round {number + 1} of {plan.rounds}: {contender.name}, {what}", file=sys.stderr)
                rounds[contender.name][number] |= bench.round(contender, clients)
                gc.collect()
    described = machine(cores) | {"load generator": f"needed at most {bench.busiest:.0%} of its core"}
    print("\n".join(f"{key}: {value}" for key, value in described.items()), end="\n\n")
    print("\n".join(table(plan, rounds)))
    if options.json:
        options.json.write_text(json.dumps({"machine": described, "rounds": rounds}, indent=2) + "\n")


if __name__ == "__main__":
    main()
