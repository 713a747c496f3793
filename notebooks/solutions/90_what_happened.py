def what_happened(closed):
    return "ended" if closed.wasClean else "lost"
