def swallowed(tasks):
    """Return a list of exceptions."""
    finished = [task for task in tasks if task.done() and not task.cancelled()]
    return [task.exception() for task in finished if task.exception() is not None]
