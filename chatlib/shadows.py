"""Files of the learner's that hide a module, because their folder comes first: ``random.py`` beside the notebook.

A kernel looks into the notebook's folder first, ``python -m`` into the folder where it is typed. Whoever speaks of such
files must not fall over one: so this module imports only what no file can hide (``os`` is frozen into Python).
"""

import os
import sys


def folders_that_come_first(path: list[str]) -> list[str]:
    """Return the entries of a path that come before the standard library: what lies there hides what comes later."""
    library = os.path.realpath(os.path.dirname(os.__file__))
    for place, folder in enumerate(path):
        if folder and os.path.realpath(folder) == library:
            return path[:place]
    return path


class SetAside:
    """A context in which the current folder does not come first where modules are looked for, as with ``python -P``."""

    def __enter__(self) -> None:
        self._path = sys.path[:]
        first = folders_that_come_first(sys.path)
        try:
            here = os.path.realpath(os.getcwd())
        except OSError:  # it was deleted: nothing lies there any more
            return
        sys.path[: len(first)] = [folder for folder in first if os.path.realpath(folder or here) != here]

    def __exit__(self, *error: object) -> None:
        sys.path[:] = self._path
