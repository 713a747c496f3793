"""How soon each page of the reading site can be used on a phone, on a slow connection.

Run it from the root of the checkout: ``python -m bench.bench_site``. It builds the site and opens each page three times
in Chromium, as somebody who has seen none of it before, in a window as large as a phone's. A page can be used when all
that it asked for by itself is there, its scripts have run, and every instrument that is near has been mounted; pictures
may come later. Nothing is timed, for a time says more of this machine than of the page. Counted are the bytes as a
server sends them (gzip), how often one answer has to be there before the next question, and the CPU time of the page's
main thread; from that the seconds are reckoned for the slow phone by which Lighthouse measures.
"""

from __future__ import annotations

import asyncio
import gzip
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Response, ViewportSize, async_playwright

from tests.support.chromium import CHROMIUM_FLAGS
from tests.support.reading_site import served
from tools import site
from tools.programs import find_chromium

RUNS: Final = 3
PHONE: Final[ViewportSize] = {"width": 375, "height": 812}
ROUND_TRIP: Final = 0.15  # seconds, as all of Lighthouse's
BYTES_PER_SECOND: Final = 1_600_000 / 8
SLOWER: Final = 4  # times, than what this runs on
CONNECT: Final = 3  # round trips: the name, TCP, TLS
HEAD: Final = 500  # bytes of an answer's header fields, at most
PROMISED: Final = 2.0  # seconds
AT_REST: Final = "new Promise(done => requestIdleCallback(done))"


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page took: requests, bytes, one round trip after the other, seconds of its main thread."""

    requests: int
    bytes: int
    trips: int
    cpu: float

    @property
    def seconds(self) -> float:
        """When the page can be used on the slow phone."""
        return (CONNECT + self.trips) * ROUND_TRIP + self.bytes / BYTES_PER_SECOND + SLOWER * self.cpu


async def visit(browser: Browser, url: str, path: str) -> Visit:
    """Open a page as somebody who has nothing of the site yet."""
    context = await browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)
    try:
        page = await context.new_page()
        answers: list[Response] = []
        asked_by_scripts: list[str] = []
        cdp = await context.new_cdp_session(page)
        await cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        await page.goto(f"{url}_static/favicon.svg")  # the same process, before the page

        async def cpu() -> float:
            metrics = (await cdp.send("Performance.getMetrics"))["metrics"]
            return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))

        page.on("response", lambda answer: answers.append(answer))
        cdp.on(
            "Network.requestWillBeSent",
            lambda event: event["initiator"]["type"] == "script" and asked_by_scripts.append(event["request"]["url"]),
        )
        await cdp.send("Network.enable")
        before = await cpu()
        await page.goto(url + path, wait_until="load")
        await page.evaluate(AT_REST)
        used = await cpu() - before
        sizes = [
            len(gzip.compress(await answer.body())) + HEAD
            for answer in answers
            if answer.request.resource_type != "image" and answer.ok
        ]
        return Visit(len(sizes), sum(sizes), 3 if asked_by_scripts else 2, used)
    finally:
        await context.close()


async def main() -> bool:
    """Print the table; tell whether each page can be used as soon as is promised."""
    with tempfile.TemporaryDirectory(prefix="chatlib-bench-") as directory:
        folder = site.build(Path(directory))
        paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
        with served(folder) as url:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
                visits = {path: [await visit(browser, url, path) for _ in range(RUNS)] for path in paths}
                await browser.close()
    print("| page | requests | KB | main thread | usable after |\n|---|---:|---:|---:|---:|")
    for path, each in visits.items():
        cpu, seconds = (statistics.median(getattr(one, name) for one in each) for name in ("cpu", "seconds"))
        print(f"| {path} | {each[0].requests} | {each[0].bytes / 1000:.0f} | {cpu * 1000:.0f} ms | {seconds:.2f} s |")
    slowest = max(statistics.median(one.seconds for one in each) for each in visits.values())
    print(f"\nthe slowest page: {slowest:.2f} s (promised: ≤ {PROMISED})")
    return slowest <= PROMISED


if __name__ == "__main__":
    sys.exit(not asyncio.run(main()))
