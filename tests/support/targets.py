"""What the Makefile can be asked for."""

from __future__ import annotations

import re

from tests.support.places import ROOT

MAKEFILE = ROOT / "Makefile"


def targets() -> set[str]:
    """Return the names that `make help` lists."""
    return set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE.read_text(encoding="utf-8"), flags=re.MULTILINE))
