"""How every test starts its Chromium: alone with the test, and silent towards everybody else."""

from __future__ import annotations

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# For a page that lives for seconds: the time that V8's last compiler takes, no such page gets back.
SHORT_LIVED = "--js-flags=--no-opt"
