"""What the doctor found, and how it is shown: a card in a notebook, lines in a terminal."""

from __future__ import annotations

import enum
import time
from collections.abc import Sequence
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
    """What the doctor found: a card in a notebook, lines in a terminal. ``made_at`` is on time.monotonic()."""

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
                lines.append(f"{'':5}  {'':12}  to fix it: {finding.mend}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Return the card: the verdict, then what is red, then what is amber; what is well is folded away."""
        style = f"font-size: 1.25em; font-weight: bold; {_STYLES[self.colour]}"
        troubles = sorted((each for each in self.findings if each.colour), key=lambda each: -each.colour)
        well = [each for each in self.findings if not each.colour]
        folded = f"<details><summary>{len(well)} well</summary>{_table(well)}</details>" if well else ""
        return f'<p style="{style}">{VERDICTS[self.colour]}</p>{_table(troubles)}{folded}'


VERDICTS: Final = {
    Colour.GREEN: "Everything is well.",
    Colour.AMBER: "It works; read what is amber.",
    Colour.RED: "Something does not work; fix what is red.",
}
MEANINGS: Final = {Colour.GREEN: "", Colour.AMBER: "works, but", Colour.RED: "does not work"}
QUESTIONS: Final = {
    "Python": "Is it new enough?",
    "Packages": "Is everything installed?",
    "Files": "Does a file here hide a module?",
    "Kernel": "Is a click heard while a cell runs?",
    "Loop": "Can a cell wait while other things go on?",
    "Proxies": "Does the network lead past this computer?",
    "Port": "Is the number of our server free?",
    "Orphans": "Is a server of an earlier session still running?",
    "Place": "Where does this notebook run?",
    "Class server": "Does the server of the class answer?",
    "Origins": "Which web pages may connect?",
    "Front end": "Can the page show buttons and pictures?",
    "Journal": "Is the chat kept when its server ends?",
}
"""What each topic asks, for who does not know its word yet."""
_STYLES: Final = {
    Colour.GREEN: "color: var(--jp-success-color1, #1a7f37)",
    Colour.AMBER: "color: var(--jp-warn-color1, #9a6700)",
    Colour.RED: "color: var(--jp-error-color1, #cf222e)",
}
_SIZES: Final = {Colour.GREEN: "", Colour.AMBER: "; font-size: 1.05em", Colour.RED: "; font-size: 1.2em"}


def _table(findings: Sequence[Finding]) -> str:
    return f"<table>{''.join(map(_row, findings))}</table>" if findings else ""


def _row(finding: Finding) -> str:
    colour = finding.colour
    cell = f'style="text-align: left; vertical-align: top{_SIZES[colour]}"'
    question = QUESTIONS.get(finding.topic, "")
    asked = f'<br><span style="font-weight: normal">{escape(question)}</span>' if question else ""
    meaning = f"<br>{MEANINGS[colour]}" if MEANINGS[colour] else ""
    mend = f"<br><strong>To fix it:</strong> <code>{escape(finding.mend)}</code>" if finding.mend else ""
    return (
        f'<tr><th scope="row" {cell}>{escape(finding.topic)}{asked}</th>'
        f'<td {cell}><strong style="{_STYLES[colour]}">{colour}</strong>{meaning}</td>'
        f"<td {cell}>{escape(finding.text)}{mend}</td></tr>"
    )
