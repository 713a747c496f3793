"""How a widget's front end reaches the page: as one module, and one style sheet.

The front ends are plain ES modules that import ``./dom.js`` and its like. anywidget loads a module from a Blob URL,
where no relative import can resolve. Therefore each module that it imports becomes a function, called once, that hands
out what the module exports; what else it names stays its own. The reading site's scripts are made the same way: one for
every page, and one for each widget, which only the pages have that show it. Comments are left out of them.

A module's looks are in the CSS file of its name, and ``base.css`` has what all share.
"""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent

_FORMS = (
    'import { name, other as own } from "./module.js"; or export function, class or const name, '
    "or export default expression;"
)
_IMPORTED = re.compile(r"(\w+)(?:\s+as\s+(\w+))?")
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)?\n", re.MULTILINE)  # or an empty line
_STATEMENT = re.compile(
    r"""^import\ \{(?P<names>[^}]*)\}\ from\ "\./(?P<module>\w+)\.js";$
      | ^export\ (?P<kind>async\ function|function|class|const)\ (?P<name>\w+)
      | ^export\ (?P<default>default)\ (?!(?:async\ )?function|class)
      | (?P<other>^[\ \t]*(?:import|export)\b.*|\bimport(?:\(|\.meta\b).*)""",
    re.MULTILINE | re.VERBOSE,
)


class BundleError(Exception):
    """A statement that cannot be bundled: where it is, what was expected, and what stands there."""

    def __init__(self, path: Path, line: int, expected: str, got: str) -> None:
        super().__init__(path, line, expected, got)
        self.path, self.line, self.expected, self.got = path, line, expected, got

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: expected {self.expected}, got {self.got}"


def front_end(name: str, folder: Path = HERE) -> str:
    """Return the module ``<name>.js`` and all that it imports as one module that imports nothing."""
    reader = _Reader(folder)
    reader.read(name)
    exports = reader.exports[name]
    names = ", ".join(each for each in exports if each != "default")
    default = f"export default ${name}.default;\n" if "default" in exports else ""
    return f"{''.join(reader.functions.values())}export const {{ {names} }} = ${name};\n{default}"


def script(name: str, folder: Path = HERE) -> str:
    """Return the module ``<name>.js`` and all that it imports as a script that calls its ``begin``.

    A browser takes no module from a page that was opened from a folder, but it takes a script.
    """
    return _script(name, folder, f"${name}.begin();")


def widget_script(name: str, folder: Path = HERE) -> str:
    """Return a widget's module and all that it imports as a script that says how it is mounted; it begins nothing."""
    return _script(name, folder, f"(globalThis.chatlibWidgets ??= {{}}).{name} = ${name}.mount;")


def imported(name: str, folder: Path = HERE) -> list[str]:
    """Return the modules that the module ``<name>.js`` imports, directly or not, and itself."""
    reader = _Reader(folder)
    reader.read(name)
    return list(reader.functions)


def _script(name: str, folder: Path, last: str) -> str:
    reader = _Reader(folder)
    reader.read(name)
    return without_comments(f'"use strict";\n(() => {{\n{"".join(reader.functions.values())}{last}\n}})();\n')


def without_comments(source: str) -> str:
    """Return JavaScript without the lines that are a comment, or empty: a third of what would be sent."""
    return _COMMENT.sub("", source)


def style_sheet(name: str, folder: Path = HERE) -> str:
    """Return the looks of the module ``<name>.js`` and of all that it imports, what all share first."""
    paths = [folder / f"{each}.css" for each in ("base", *imported(name, folder))]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.is_file())


class _Reader:
    """The modules read so far, in the order of their evaluation: what each exports, and the function it became."""

    def __init__(self, folder: Path) -> None:
        self.exports: dict[str, list[str]] = {}
        self.functions: dict[str, str] = {}
        self._folder = folder
        self._under_way: list[str] = []

    def read(self, name: str) -> None:
        """Read a module, and before it those that it imports, unless that was done."""
        if name in self.functions:
            return
        path = self._folder / f"{name}.js"
        source = path.read_text(encoding="utf-8")
        exports = self.exports[name] = []
        self._under_way.append(name)
        body = _STATEMENT.sub(lambda found: self._translate(found, path, exports), source)
        self._under_way.pop()
        handed_out = ", ".join("default: $default" if each == "default" else each for each in exports)
        self.functions[name] = f"const ${name} = (() => {{\n{body}\nreturn {{ {handed_out} }};\n}})();\n"

    def _translate(self, found: re.Match[str], path: Path, exports: list[str]) -> str:
        """Return what stands for an import or an export within a function."""
        if found["module"]:
            return self._translate_import(found, path)
        if found["other"]:
            raise _error(found, path, _FORMS)
        exports.append(found["name"] or "default")
        return f"{found['kind']} {found['name']}" if found["name"] else "const $default = "

    def _translate_import(self, found: re.Match[str], path: Path) -> str:
        module = found["module"]
        if module in self._under_way:
            raise _error(found, path, f"no cycle, but {' imports '.join(self._under_way)}")
        if not (self._folder / f"{module}.js").is_file():
            raise _error(found, path, f"a file {module}.js beside it")
        self.read(module)
        parts = [part.strip() for part in found["names"].split(",") if part.strip()]
        imported = [_IMPORTED.fullmatch(part) for part in parts]
        exported = set(self.exports[module]) - {"default"}
        names = [f"{each[1]}: {each[2]}" if each[2] else each[1] for each in imported if each and each[1] in exported]
        if len(names) < len(parts):
            raise _error(found, path, f"names that {module}.js exports ({', '.join(self.exports[module])})")
        return f"const {{ {', '.join(names)} }} = ${module};"


def _error(found: re.Match[str], path: Path, expected: str) -> BundleError:
    return BundleError(path, found.string.count("\n", 0, found.start()) + 1, expected, found[0].strip())
