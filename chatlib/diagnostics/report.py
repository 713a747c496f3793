"""What the doctor found, and how it is shown: a table in a notebook, lines in a terminal."""

from __future__ import annotations

import enum
import time
from dataclasses import dataclass, field
from html import escape
from typing import Final


class Colour(enum.IntEnum):
    """How bad a finding is."""

    GREEN = 0
    AMBER = 1
    RED = 2

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found about its topic; ``mend`` is the line to type or the thing to do, "" if there is nothing."""

    topic: str
    colour: Colour
    text: str
    mend: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What the doctor found: a table in a notebook, lines in a terminal. ``made_at`` is on time.monotonic()."""

    findings: tuple[Finding, ...]
    made_at: float = field(default_factory=time.monotonic, compare=False)

    @property
    def colour(self) -> Colour:
        """The worst of the findings' colours."""
        return max(finding.colour for finding in self.findings)

    def __repr__(self) -> str:
        colours = [finding.colour for finding in self.findings]
        return f"<Report {', '.join(f'{colours.count(colour)} {colour}' for colour in Colour)}>"

    def __str__(self) -> str:
        lines = []
        for finding in self.findings:
            lines.append(f"{finding.colour!s:5}  {finding.topic:12}  {finding.text}")
            if finding.mend:
                lines.append(f"{'':5}  {'':12}  to mend it: {finding.mend}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<table><caption>{VERDICTS[self.colour]}</caption>{''.join(map(_row, self.findings))}</table>"


VERDICTS: Final = {
    Colour.GREEN: "Everything is well.",
    Colour.AMBER: "It works; read what is amber.",
    Colour.RED: "Something does not work; mend what is red.",
}
_STYLES: Final = {
    Colour.GREEN: "color: var(--jp-success-color1, #1a7f37)",
    Colour.AMBER: "color: var(--jp-warn-color1, #9a6700)",
    Colour.RED: "color: var(--jp-error-color1, #cf222e)",
}


def _row(finding: Finding) -> str:
    mend = f"<br>To mend it: <code>{escape(finding.mend)}</code>" if finding.mend else ""
    return (
        f'<tr><th scope="row" style="text-align: left">{escape(finding.topic)}</th>'
        f'<td style="text-align: left"><strong style="{_STYLES[finding.colour]}">{finding.colour}</strong></td>'
        f'<td style="text-align: left">{escape(finding.text)}{mend}</td></tr>'
    )
