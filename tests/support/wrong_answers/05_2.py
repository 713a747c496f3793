# %% wrong 1
# Not yet: <...>What can you ask first?<...>

def swallowed(tasks):
    return [task.exception() for task in tasks]


# %% wrong 2
# Not yet: <...>its None is none<...>

def swallowed(tasks):
    return [task.exception() for task in tasks if task.done() and not task.cancelled()]


# %% wrong 3
# Not yet: <...>two of the tasks had failed<...>

def swallowed(tasks):
    return []
