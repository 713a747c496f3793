import time


def compute(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


before = ticks
compute(1)
ticks - before
