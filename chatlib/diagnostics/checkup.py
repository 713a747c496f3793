"""What is wrong with this notebook's environment, and how to fix it.

``chatlib.doctor()`` in a notebook, ``python -m chatlib doctor`` in a terminal. Each check looks at one topic and says
what it found: green is well, amber works with a "but", red does not work; amber and red bring the line that mends it.
Looking changes nothing. A package that is missing is a finding, not the end: so no check imports one at its top.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from chatlib.diagnostics import files, installation, surroundings, tab_checks
from chatlib.diagnostics.report import Colour, Finding, Report
from chatlib.diagnostics.seat import Check, Seat
from chatlib.machine import tab
from chatlib.words import Text

logger = logging.getLogger(__name__)

CHECKS: Final[tuple[Check, ...]] = (
    installation.check_python,
    installation.check_packages,
    files.check_files,
    installation.check_kernel,
    installation.check_loop,
    surroundings.check_proxies,
    surroundings.check_port,
    surroundings.check_orphans,
    surroundings.check_place,
    surroundings.check_class_server,
    surroundings.check_origins,
    installation.check_front_end,
    surroundings.check_journal,
)
"""In the order in which a report has them; each is named for its topic."""


def doctor() -> Report:
    """Look at everything that the course needs, and report; takes a second, three where something hangs."""
    seat = Seat.here()
    if tab.is_here():
        return Report(tuple(finding for check in tab_checks.CHECKS for finding in _look(check, seat)))
    with ThreadPoolExecutor(len(CHECKS)) as pool:  # some of them wait for answers
        found = pool.map(lambda check: _look(check, seat), CHECKS)
    return Report(tuple(finding for findings in found for finding in findings))


def _look(check: Check, seat: Seat) -> list[Finding]:
    """Carry out a check; one that fails is a finding too."""
    topic = check.__name__.removeprefix("check_").replace("_", " ").capitalize()
    try:
        return list(check(seat))
    except Exception as error:
        logger.debug("the check of %s failed", topic, exc_info=True)
        return [Finding(topic, Colour.AMBER, Text("could not be looked at: {error!r}", error=error))]
