"""bundle: several modules as one text, that no import is left in, and what it refuses."""

from __future__ import annotations

import re

import pytest

from chatlib.front_end.bundle import BundleError, front_end, script, style_sheet, widget_script, without_comments


@pytest.fixture
def write(tmp_path):
    """Return how to write modules, by their name; it returns their folder."""

    def write(**modules: str):
        for name, text in modules.items():
            (tmp_path / f"{name}.js").write_text(text)
        return tmp_path

    return write


def refusal(folder, name="main") -> BundleError:
    with pytest.raises(BundleError) as raised:
        front_end(name, folder)
    return raised.value


def test_a_module_without_imports_exports_what_it_did(write):
    """Constants, functions and classes by their names, and one default."""
    folder = write(
        main="export const a = 1;\nexport function b() {}\nexport async function c() {}\nexport class D {}\n"
        "export default a + 1;\n"
    )
    text = front_end("main", folder)

    assert "export const { a, b, c, D } = $main;\nexport default $main.default;\n" in text
    assert text.count("export") == 2


def test_what_is_imported_stands_before_it_and_hands_over_its_exports(write):
    """In the order of their evaluation, whatever the order of the imports' names."""
    folder = write(
        main='import { one } from "./a.js";\nimport {\n  two,\n  three,\n} from "./b.js";\nexport default one + two;',
        a="export const one = 1;",
        b='import { one } from "./a.js";\nexport const two = one + 1;\nexport const three = 3;',
    )
    text = front_end("main", folder)

    assert re.findall(r"^const \$(\w+) = \(", text, re.MULTILINE) == ["a", "b", "main"]
    assert "const { one } = $a;" in text
    assert "const { two, three } = $b;" in text
    assert not re.search(r"^\s*import\b", text, re.MULTILINE)


def test_what_two_modules_call_alike_is_imported_under_a_name_of_ones_own(write):
    """Each under its own."""
    folder = write(
        main='import { mount as a, more } from "./a.js";\nimport { mount as b } from "./b.js";',
        a="export const mount = 1;\nexport const more = 2;",
        b="export const mount = 3;",
    )
    text = front_end("main", folder)

    assert "const { mount: a, more } = $a;" in text
    assert "const { mount: b } = $b;" in text


def test_a_script_begins_by_itself_and_is_no_module(write):
    """A page that was opened from a folder loads no module, and a script's names would be the whole page's."""
    folder = write(main='import { one } from "./a.js";\nexport function begin() {}', a="export const one = 1;")
    text = script("main", folder)

    assert not re.search(r"^\s*(import|export)\b", text, re.MULTILINE)
    assert text.startswith('"use strict";\n(() => {\nconst $a = ')
    assert text.endswith("$main.begin();\n})();\n")


def test_a_widget_s_script_says_how_it_is_mounted(write):
    """Beside others, whichever comes first."""
    text = widget_script("main", write(main="export function mount() {}"))

    assert text.endswith("(globalThis.chatlibWidgets ??= {}).main = $main.mount;\n})();\n")


def test_a_script_has_no_comments():
    """Of several lines or of one; what stands in a line of code stays."""
    source = """// One.
/**
 * @type {A} */
const a = /** @type {B} */ (b); // why
  /* two */
  /* three */ c(
    "// no comment", "/* none */",

  );
"""
    assert without_comments(source).splitlines() == [
        "const a = /** @type {B} */ (b); // why",
        "  /* three */ c(",
        '    "// no comment", "/* none */",',
        "  );",
    ]
    for text in (script("reading_site"), widget_script("state_theatre")):
        assert [line for line in text.splitlines() if not line or line.lstrip().startswith(("//", "/**"))] == []


def test_an_import_in_a_comment_is_no_import(write):
    """Types are imported there."""
    folder = write(main='/** @import { Session } from "./session.js" */\n// We import nothing.\nexport const a = 1;')

    assert '@import { Session } from "./session.js"' in front_end("main", folder)


@pytest.mark.parametrize(
    "statement",
    [
        'import a from "./a.js";',
        'import * as a from "./a.js";',
        'import "./a.js";',
        "import { a } from './a.js';",
        'import { a } from "../a.js";',
        'import { a } from "https://example.org/a.js";',
        'import { a as } from "./a.js";',
        'import { a like b } from "./a.js";',
        'import { b as a } from "./a.js";',
        'const { a } = await import("./a.js");',
        'const url = new URL("./a.css", import.meta.url);',
        'export { a } from "./a.js";',
        'export * from "./a.js";',
        "export { a };",
        "export let a = 1;",
        "export const { a } = { a: 1 };",
        "export default function () {}",
        "export default class {}",
    ],
)
def test_another_form_is_refused_with_its_place(write, statement):
    """Rather than passed on to a page where it fails, or does something else."""
    folder = write(main=f"// A comment\n\n{statement}\n", a="export const a = 1;")
    error = refusal(folder)

    assert (error.path, error.line) == (folder / "main.js", 3)
    assert str(folder / "main.js") in str(error)
    assert "line 3: expected" in str(error)
    assert error.got in statement


def test_a_missing_file_is_refused(write):
    """By the module that asks for it."""
    error = refusal(write(main='\nimport { a } from "./gone.js";'))

    assert (error.path.name, error.line, error.expected) == ("main.js", 2, "a file gone.js beside it")


def test_a_name_that_is_not_exported_is_refused(write):
    """With the names that are."""
    folder = write(
        main='import { a, hidden } from "./a.js";', a="export const a = 1;\nconst hidden = 2;\nexport class B {}"
    )
    error = refusal(folder)

    assert (error.path.name, error.line) == ("main.js", 1)
    assert error.expected == "names that a.js exports (a, B)"
    assert "hidden" in error.got


def test_a_cycle_is_refused(write):
    """With the way round."""
    folder = write(
        main='import { a } from "./a.js";\nexport const b = 1;',
        a='import { b } from "./main.js";\nexport const a = 1;',
    )
    error = refusal(folder)

    assert (error.path.name, error.line) == ("a.js", 1)
    assert "main imports a" in error.expected


def test_the_style_sheet_has_what_all_share_then_what_is_imported_then_ones_own(write):
    """A module that draws nothing has none."""
    folder = write(
        main='import { a } from "./a.js";',
        a='import { b } from "./b.js";\nexport const a = 1;',
        b="export const b = 1;",
    )
    for name in ("base", "a", "main", "another"):
        (folder / f"{name}.css").write_text(f".{name} {{}}\n")

    assert style_sheet("main", folder).split() == [".base", "{}", ".a", "{}", ".main", "{}"]
