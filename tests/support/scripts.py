"""Programs that only pretend."""

from __future__ import annotations

from pathlib import Path


def put(directory: Path, name: str, text: str) -> Path:
    """Write a script that can be run, also into a folder that is not there yet."""
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path
