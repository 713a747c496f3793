"""Freeze what a learner's environment holds today into binder/constraints.txt (`make lock`)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "binder" / "constraints.txt"
RUNTIME = ROOT / "binder" / "runtime.txt"


def main() -> None:
    """Install requirements.txt into a new environment and write down every version that came."""
    version = f"python-{sys.version_info.major}.{sys.version_info.minor}"
    if version != RUNTIME.read_text().strip():
        sys.exit(f"binder/runtime.txt says {RUNTIME.read_text().strip()}, this is {version}: lock with that Python.")
    with tempfile.TemporaryDirectory() as directory:
        venv.create(directory, with_pip=True)
        pip = [str(Path(directory) / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", "-r", "requirements.txt"], cwd=ROOT, check=True)
        frozen = subprocess.run([*pip, "freeze", "--exclude-editable"], check=True, capture_output=True, text=True)
    CONSTRAINTS.write_text(
        f"# Made by `make lock` with {version}: every version that Binder installs.\n{frozen.stdout}"
    )


if __name__ == "__main__":
    main()
