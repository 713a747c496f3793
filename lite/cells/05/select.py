"not in a browser tab, which has no select: there the browser wakes who waits; elsewhere: (0, 1)"
