"""What is wrong with an environment, and how to fix it."""

from chatlib import shadows

with shadows.SetAside():  # of a random.py beside the notebook the doctor must speak, not die
    from chatlib.diagnostics import checkup as checkup
