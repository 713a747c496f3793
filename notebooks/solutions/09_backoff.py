import random


class Backoff:
    """How long to wait before each attempt to connect."""

    def __init__(self):
        self.bound = 1

    def next(self, lasted):
        """Return the seconds to wait; the last connection lasted so many seconds, 0 if it never opened."""
        if lasted > 60:
            self.bound = 1
        seconds = random.uniform(0, self.bound)
        self.bound = min(30, self.bound * 2)
        return seconds
