"""How Sphinx makes the reading site of the pages that `tools.site` writes."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.ext import napoleon
from sphinx.search.en import SearchEnglish

from chatlib.version import __version__

project = "Learn WebSockets by doing"
version = release = __version__
language = "en"
extensions = ["myst_nb", "sphinx.ext.autodoc"]
exclude_patterns = ["downloads", "_static"]

nb_execution_mode = "off"  # what is committed is shown
nb_merge_streams = True
nb_code_prompt_show = "Predict first. Then: show what happened"
nb_code_prompt_hide = "What happened"
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
nitpicky = True  # a link of a docstring that leads nowhere is a warning, and so a failure
nitpick_ignore_regex = [("py:class", r".+\..+|Sighting")]  # types in signatures, which nobody wrote as links

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = project
html_static_path = [str(Path(__file__).parent / "static")]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_scaled_image_link = False
html_use_index = False
html_domain_indices = False
html_favicon = "static/favicon.svg"
html_theme_options = {
    "top_of_page_buttons": [],
    "light_css_variables": {
        "color-brand-primary": "#1a5f78",
        "color-brand-content": "#1a5f78",
        "color-brand-visited": "#5a4a8a",
        "color-background-primary": "#fdfcf9",
        "color-background-secondary": "#f6f4ee",
        "color-background-border": "#dedacf",
        "color-foreground-primary": "#23262b",
        "color-code-background": "#f6f4ee",
        "color-sidebar-link-text": "#4a4d52",
        "color-sidebar-link-text--top-level": "#3a3d42",
    },
    "dark_css_variables": {
        "color-brand-primary": "#7cc4dc",
        "color-brand-content": "#7cc4dc",
        "color-brand-visited": "#b9a7e8",
        "color-background-primary": "#16181c",
        "color-background-secondary": "#1c1f24",
        "color-background-border": "#363a42",
        "color-foreground-primary": "#d9d6cf",
        "color-code-background": "#1f2228",
        "color-sidebar-link-text": "#b3b0a9",
        "color-sidebar-link-text--top-level": "#c6c3bc",
    },
}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"


_RECORDED = re.compile(r'"version":1,"widget":"(\w+)"')
# Around each word of code, and around each sign of a signature: half of the longest page's elements
_WORD = re.compile(r'<span class="pre">([^<]*)</span>')
_SIGNATURE = re.compile(r"<dt class=.sig .*?</dt>", re.DOTALL)
_SIGN = re.compile(r'<span class="(?:[knopw]|default_value)">([^<]*)</span>')
_SCROLLS = re.compile(r'<div class="(?=table-wrapper|output text_html)')


class Search(SearchEnglish):
    """English, and numbers: whoever has a close code looks for it."""

    def word_filter(self, word: str) -> bool:
        """Keep numbers, too, which Sphinx leaves out; ``search_numbers.js`` is the other half."""
        return word not in self.stopwords


def _take_static_files(app: Sphinx, config: Config) -> None:
    config.html_static_path.append(str(app.srcdir / "_static"))


def _read_docstring(_app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Read "Args:" and "Raises:"; with the extension, a colon in a property's first line would end its type."""
    what = "function" if what == "property" else what
    lines[:] = napoleon.GoogleDocstring(
        lines, napoleon.Config(), what=what, name=name, obj=thing, options=options
    ).lines()


def _finish(app: Sphinx, name: str, _template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Give a page its description and the scripts that it needs, and let a keyboard reach what may scroll."""
    first = next(doctree.findall(nodes.paragraph), None) if doctree else None
    if first is not None:  # what a search engine shows of it
        said = escape(" ".join(first.astext().split()))
        context["metatags"] += f'<meta name="description" content="{said}">'
    if name == "search":
        app.add_js_file("search_numbers.js")
    if recorded := dict.fromkeys(_RECORDED.findall(context.get("body", ""))):
        app.add_css_file("instruments.css", priority=700)  # before the site's own
        own = [each for each in recorded if (app.srcdir / "_static" / f"{each}.js").exists()]
        for each in (*own[:1], "reading_site"):
            app.add_js_file(f"{each}.js", loading_method="defer")
        for each in own[1:]:  # reading_site.js asks for them when a reader comes near
            app.add_js_file(f"{each}.js", type="text/later")
    for part in context.keys() & {"body", "toc"}:
        context[part] = _WORD.sub(r"\1", context[part])
    if "body" in context:
        body = _SIGNATURE.sub(lambda it: _SIGN.sub(r"\1", it[0]), context["body"])
        body = _SCROLLS.sub('<div tabindex="0" class="', body)
        context["body"] = body.replace(' aria-label="Toggle hidden content"', "")  # it would hide what is to be read
    if "furo_navigation_tree" in context:  # a heading has a level
        context["furo_navigation_tree"] = context["furo_navigation_tree"].replace(
            'role="heading"', 'role="heading" aria-level="2"'
        )


def setup(app: Sphinx) -> None:
    """Have Sphinx do what no option says."""
    app.add_search_language(Search)
    app.connect("config-inited", _take_static_files)
    app.connect("autodoc-process-docstring", _read_docstring)
    app.connect("html-page-context", _finish, priority=900)  # after the theme
