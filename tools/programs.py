"""The programs beside Python that the tests need: Chromium, Node and npm, Redis. Found, installed, or asked for.

`make test` runs this; the tests import it for the paths.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable

CHROMIUM_NAMES = (
    "chromium-headless-shell",  # the same engine without windows: a page costs it half the CPU time
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
OLDEST_NODE = 18
REDIS_NAMES = ("redis-server", "valkey-server")
OLDEST_REDIS = (6, 2)

# What each package manager calls them. Tried on Debian; the others follow their package lists.
PACKAGES = {
    "apt-get": {
        "chromium": ["chromium-headless-shell"],
        "node": ["nodejs", "npm"],
        "redis": ["redis-server"],
        "fonts": ["fontconfig", "fonts-noto-cjk", "fonts-noto-color-emoji"],
    },
    "dnf": {
        "chromium": ["chromium"],
        "node": ["nodejs", "npm"],
        "redis": ["valkey"],
        "fonts": ["google-noto-sans-cjk-fonts", "google-noto-color-emoji-fonts"],
    },
    "apk": {
        "chromium": ["chromium"],
        "node": ["nodejs", "npm"],
        "redis": ["redis"],
        "fonts": ["font-noto-cjk", "font-noto-emoji"],
    },
    "pacman": {
        "chromium": ["chromium"],
        "node": ["nodejs", "npm"],
        "redis": ["valkey"],
        "fonts": ["noto-fonts-cjk", "noto-fonts-emoji"],
    },
    "brew": {"chromium": ["google-chrome"], "node": ["node"], "redis": ["redis"], "fonts": []},
}
COMMANDS = {
    "apt-get": ["apt-get", "install", "--yes", "--no-install-recommends"],
    "dnf": ["dnf", "install", "--assumeyes"],
    "apk": ["apk", "add"],
    "pacman": ["pacman", "--sync", "--refresh", "--noconfirm"],
    "brew": ["brew", "install"],
}
ADVICE = {
    "chromium": "Chromium or Chrome (any recent one), or set CHROMIUM to its path",
    "node": f"Node.js {OLDEST_NODE} or later with npm",
    "redis": f"Redis {'.'.join(map(str, OLDEST_REDIS))} or later, or Valkey; REDIS_SERVER may be its path",
    "fonts": "fonts with Chinese characters and emoji (only the pictures need them)",
}


def answer(*command: str) -> str:
    """Return what a program prints, empty if it cannot be run or fails."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome that starts, $CHROMIUM first."""
    for name in (os.environ.get("CHROMIUM"), *CHROMIUM_NAMES):
        path = name and shutil.which(name)
        if path and answer(path, "--version"):  # Ubuntu's chromium-browser may be a stub that only asks for a snap
            return path
    return None


def find_node() -> str | None:
    """Return the path of a Node that is new enough and has its npm."""
    path = shutil.which("node")
    version = re.match(r"v(\d+)\.", answer(path, "--version")) if path and shutil.which("npm") else None
    return path if version and int(version[1]) >= OLDEST_NODE else None


def find_redis() -> str | None:
    """Return the path of a Redis server, or a Valkey, that is new enough; where $REDIS_SERVER is set, no other."""
    chosen = os.environ.get("REDIS_SERVER")
    for path in filter(None, map(shutil.which, (chosen,) if chosen else REDIS_NAMES)):
        version = re.search(r"\bv=(\d+)\.(\d+)", answer(path, "--version"))
        if version and (int(version[1]), int(version[2])) >= OLDEST_REDIS:
            return path
    return None


def find_fonts() -> str | None:
    """Return the fonts with Chinese characters, or the name of a system that brings its own."""
    return sys.platform if sys.platform in {"darwin", "win32"} else answer("fc-list", ":lang=zh", "family") or None


def install(wanted: list[str]) -> None:
    """Ask the system's package manager for what is wanted, if there is one that we may use without a password."""
    manager = next((name for name in COMMANDS if shutil.which(name)), None)
    packages = [package for name in wanted for package in PACKAGES[manager][name]] if manager else []
    if not manager or not packages:
        return
    rights: list[str] = []
    if manager != "brew" and os.geteuid() != 0:
        rights = ["sudo", "--non-interactive"]
        if not shutil.which("sudo") or subprocess.run([*rights, "true"], capture_output=True).returncode != 0:
            return
    commands = [[*COMMANDS[manager], *packages]]
    if manager == "apt-get":
        commands = [["apt-get", "update"], ["env", "DEBIAN_FRONTEND=noninteractive", *commands[0]]]
    for command in commands:
        print("+", *rights, *command, flush=True)
        if subprocess.run([*rights, *command], stdin=subprocess.DEVNULL).returncode != 0:
            return


def main() -> None:
    """Find or install everything; end with status 1 and a line for each program that has to be installed by hand."""
    finders: dict[str, Callable[[], str | None]] = {
        "chromium": find_chromium,
        "node": find_node,
        "redis": find_redis,
        "fonts": find_fonts,
    }
    for name in [name for name, find in finders.items() if not find()]:
        install([name])
    missing = [name for name, find in finders.items() if not find()]
    for name in missing:
        print(f"Not found, and not installed by this script. Please install: {ADVICE[name]}.", file=sys.stderr)
    sys.exit(1 if set(missing) - {"fonts"} else 0)


if __name__ == "__main__":
    main()
