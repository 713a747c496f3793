"""What is said to people: in English at its place in the source, with all that it takes to say it in another language.

Pure. A text is a template and what stands in its gaps. Where nobody asks for more it is an ordinary string, in English;
``languages`` has the catalogue that says it in Chinese.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self


class Text(str):
    """A string in English that can be said in another language, too.

    ::

        Text("{count} bytes of payload", count=5)

    ``template`` is a literal, written as for ``str.format`` with names only: it is what the catalogue knows. Without
    ``values`` it is taken as it is, braces and all. A value may be a text itself; one that can change is written down
    as it looks now.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Make one."""
        lasting = {
            name: value if isinstance(value, str | int | float) else _Seen(value) for name, value in values.items()
        }
        self = super().__new__(cls, template.format_map(lasting) if values else template)
        self.template = template
        self.values = lasting
        return self

    @classmethod
    def of_data(cls, template: str, /, **values: object) -> Text:
        """Return a text whose template is no literal here, and may be in the catalogue: a quiz's question, say."""
        return template if isinstance(template, Text) else cls(template, **values)

    def by(self, templates: Mapping[str, str]) -> str:
        """Return it as these templates say it; in English where they do not know it."""
        template = templates.get(self.template, self.template)
        values = {
            name: value.by(templates) if isinstance(value, Text) else value for name, value in self.values.items()
        }
        return template.format_map(values) if values else template

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


class _Seen:
    """What a value looked like: a list may be longer when the text is said again."""

    __slots__ = ("_repr", "_str")

    def __init__(self, value: object) -> None:
        self._str, self._repr = str(value), repr(value)

    def __str__(self) -> str:
        return self._str

    def __repr__(self) -> str:
        return self._repr


def joined(texts: Iterable[str], between: Text) -> Text:
    """Return the texts one behind the other, with another one between each two."""
    parts = {f"part{number}": text for number, text in enumerate(texts)}
    return Text("{between}".join(f"{{{name}}}" for name in parts), between=between, **parts)
