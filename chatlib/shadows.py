"""Files of the learner's that hide a module, because their folder comes first: ``random.py`` beside the notebook.

A kernel looks into the notebook's folder first, ``python -m`` into the folder where it is typed. Whoever speaks of such
files must not fall over one: so this module imports only what no file can hide (``os`` is frozen into Python).
"""

import os
import sys


class SetAside:
    """A context in which the current folder is not looked into for modules, as with ``python -P``."""

    def __enter__(self) -> None:
        self._path = sys.path[:]
        try:
            here = os.path.realpath(os.getcwd())
        except OSError:  # it was deleted: nothing lies there any more
            return
        sys.path[:] = [folder for folder in sys.path if os.path.realpath(folder or here) != here]

    def __exit__(self, *error: object) -> None:
        sys.path[:] = self._path
