"""How a widget's front end reaches the page: as one text.

A front end imports ``./shared.js`` and its like as any module. The reading site serves the files as they are; anywidget
loads the module from a Blob URL, where a relative import cannot resolve, so that here their text takes the import's
place.
"""

from __future__ import annotations

import re
from pathlib import Path

STATIC = Path(__file__).parent
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";$', re.MULTILINE)


def front_end(name: str) -> str:
    """Return the module ``<name>.js`` with each module that it imports, once, in the place of its import."""
    included: set[str] = set()

    def text(module: str) -> str:
        if module in included:
            return ""
        included.add(module)
        return _IMPORT.sub(lambda found: text(found[1]), (STATIC / f"{module}.js").read_text(encoding="utf-8"))

    return text(name)
