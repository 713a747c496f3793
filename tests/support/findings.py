"""What the doctor finds: one of its checks, carried out here."""

from __future__ import annotations

from chatlib.diagnostics.checkup import Check
from chatlib.diagnostics.report import Finding
from chatlib.diagnostics.seat import Seat


def finding(check: Check) -> Finding:
    """Carry out a check that has one thing to say; return it."""
    (found,) = check(Seat.here())
    return found
