"""What the doctor found, and how it is shown: a card in a notebook, lines in a terminal."""

from __future__ import annotations

import enum
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from chatlib import languages
from chatlib.languages import Language, printed
from chatlib.words import Text

NOTHING: Final = Text("")
TOPIC_WIDTH: Final = 12


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
    text: Text
    mend: Text = NOTHING


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
        return self.lines(languages.of_outputs())

    def lines(self, language: Language) -> str:
        """Return it as lines, for a terminal."""
        lines = []
        for finding in self.findings:
            topic = _padded(languages.said(Text.of_data(finding.topic), language), TOPIC_WIDTH)
            colour = _padded(languages.said(NAMES[finding.colour], language), len("green"))
            lines.append(f"{colour}  {topic}  {languages.said(finding.text, language)}")
            if finding.mend:
                mend = languages.said(Text("to fix it: {mend}", mend=finding.mend), language)
                lines.append(f"{_padded('', len('green'))}  {_padded('', TOPIC_WIDTH)}  {mend}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Return the card: the verdict, then what is red, then what is amber; what is well is folded away."""
        style = f"font-size: 1.25em; font-weight: bold; {_STYLES[self.colour]}"
        troubles = sorted((each for each in self.findings if each.colour), key=lambda each: -each.colour)
        well = [each for each in self.findings if not each.colour]
        summary = printed(Text("{count} well", count=len(well)))
        folded = f"<details><summary>{summary}</summary>{_table(well)}</details>" if well else ""
        return f'<p style="{style}">{printed(VERDICTS[self.colour])}</p>{_table(troubles)}{folded}'


VERDICTS: Final = {
    Colour.GREEN: Text("Everything is well."),
    Colour.AMBER: Text("It works; read what is amber."),
    Colour.RED: Text("Something does not work; fix what is red."),
}
NAMES: Final = {Colour.GREEN: Text("green"), Colour.AMBER: Text("amber"), Colour.RED: Text("red")}
MEANINGS: Final = {Colour.GREEN: NOTHING, Colour.AMBER: Text("works, but"), Colour.RED: Text("does not work")}
QUESTIONS: Final[dict[str, Text]] = {
    Text("Python"): Text("Is it new enough?"),
    Text("Packages"): Text("Is everything installed?"),
    Text("Files"): Text("Does a file here hide a module?"),
    Text("Kernel"): Text("Is a click heard while a cell runs?"),
    Text("Loop"): Text("Can a cell wait while other things go on?"),
    Text("Proxies"): Text("Does the network lead past this computer?"),
    Text("Port"): Text("Is the number of our server free?"),
    Text("Orphans"): Text("Is a server of an earlier session still running?"),
    Text("Place"): Text("Where does this notebook run?"),
    Text("Class server"): Text("Does the server of the class answer?"),
    Text("Origins"): Text("Which web pages may connect?"),
    Text("Front end"): Text("Can the page show buttons and pictures?"),
    Text("Journal"): Text("Is the chat kept when its server ends?"),
}
"""What each topic asks, for who does not know its word yet."""
_TEXT: Final = "var(--jp-content-font-color1, CanvasText)"
_STYLES: Final = {  # nearly as in base.css: JupyterLab's own green and amber are too pale to be read
    Colour.GREEN: f"color: oklch(from {_TEXT} clamp(0.47, l, 0.8) 0.14 150)",
    Colour.AMBER: f"color: oklch(from {_TEXT} clamp(0.45, l, 0.8) 0.12 70)",
    Colour.RED: f"color: oklch(from {_TEXT} clamp(0.5, l, 0.76) 0.17 25)",
}
_SIZES: Final = {Colour.GREEN: "", Colour.AMBER: "; font-size: 1.05em", Colour.RED: "; font-size: 1.2em"}


def _table(findings: Sequence[Finding]) -> str:
    return f"<table>{''.join(map(_row, findings))}</table>" if findings else ""


def _row(finding: Finding) -> str:
    colour = finding.colour
    cell = f'style="text-align: left; vertical-align: top{_SIZES[colour]}"'
    question = QUESTIONS.get(finding.topic, NOTHING)
    asked = f'<br><span style="font-weight: normal">{_escaped(question)}</span>' if question else ""
    meaning = f"<br>{_escaped(MEANINGS[colour])}" if MEANINGS[colour] else ""
    to_fix = printed(Text("To fix it:"))
    mend = f"<br><strong>{to_fix}</strong> <code>{_escaped(finding.mend)}</code>" if finding.mend else ""
    return (
        f'<tr><th scope="row" {cell}>{_escaped(Text.of_data(finding.topic))}{asked}</th>'
        f'<td {cell}><strong style="{_STYLES[colour]}">{printed(NAMES[colour])}</strong>{meaning}</td>'
        f"<td {cell}>{_escaped(finding.text)}{mend}</td></tr>"
    )


def _escaped(text: Text) -> str:
    return escape(printed(text))


def _padded(words: str, width: int) -> str:
    """Return words with blanks behind them: a terminal draws a Chinese character as wide as two letters."""
    return words + " " * (width - sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in words))
