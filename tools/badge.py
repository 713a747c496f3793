"""Write the README's Binder badge for the repository that pyproject.toml names (`make badge REPOSITORY=owner/name`).

pyproject.toml is the one place that knows the repository. As long as it names none there is neither a badge nor a link
to the reading site in the README: they could lead nowhere. A workflow knows whose it is: what it publishes has them.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
FIRST = "lab/tree/00_check_your_seat.ipynb"
CHAT = "lab/tree/chat.jupyterlab-workspace"
BADGE = re.compile(r"^\[!\[Open the course on Binder\].*\n\n", re.MULTILINE)
SOURCE = re.compile(r'^Source = ".*"\n', re.MULTILINE)
URLS = "[project.urls]\n"


def repository(pyproject: str) -> str | None:
    """Return owner/name from the text of pyproject.toml, None if it names no source on GitHub."""
    source = tomllib.loads(pyproject)["project"].get("urls", {}).get("Source", "")
    match = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+)", source)
    return match[1] if match else None


def on_binder(name: str, path: str) -> str:
    """Return where Binder runs a repository and opens this path of its Lab."""
    return f"https://mybinder.org/v2/gh/{name}/HEAD?urlpath={quote(path, safe='')}"


def site_of(name: str) -> str:
    """Return where GitHub publishes the reading site of a repository."""
    owner, _, project = name.lower().partition("/")
    host = f"{owner}.github.io"
    return f"https://{host}/" if project == host else f"https://{host}/{name.partition('/')[2]}/"


def with_repository(pyproject: str, name: str) -> str:
    """Return the text of pyproject.toml, naming this repository."""
    source = f'Source = "https://github.com/{name}"\n'
    if SOURCE.search(pyproject):
        return SOURCE.sub(source, pyproject)
    if URLS in pyproject:
        return pyproject.replace(URLS, URLS + source)
    return pyproject.replace("[project.optional-dependencies]\n", f"{URLS}{source}\n[project.optional-dependencies]\n")


def with_badge(readme: str, name: str | None) -> str:
    """Return the README with the badge of a repository below its title, or with none."""
    title, _, rest = BADGE.sub("", readme).partition("\n\n")
    if name is None:
        return f"{title}\n\n{rest}"
    course, chat = on_binder(name, FIRST), on_binder(name, CHAT)
    badge = f"[![Open the course on Binder](https://mybinder.org/badge_logo.svg)]({course})"
    site = f"[read it, with recorded sessions to play]({site_of(name)})"
    return f"{title}\n\n{badge} [the two chat notebooks side by side]({chat}) · {site}\n\n{rest}"


def main(arguments: list[str]) -> None:
    """Write down the repository, if one is given, and the badge of the one that is written down."""
    pyproject, readme = ROOT / "pyproject.toml", ROOT / "README.md"
    text = pyproject.read_text(encoding="utf-8")
    if arguments:
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", arguments[0]):
            sys.exit(f"expected a repository on GitHub as owner/name, got {arguments[0]!r}")
        text = with_repository(text, arguments[0])
        pyproject.write_text(text, encoding="utf-8")
    readme.write_text(with_badge(readme.read_text(encoding="utf-8"), repository(text)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
