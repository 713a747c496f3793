# %% takes 1000 for the only goodbye
# Not yet: the server said goodbye with <...>, the event was <CloseEvent code=<...> reason='' wasClean=True>, and you
# returned 'lost', not '<...>'.

def what_happened(closed):
    return "ended" if closed.code == 1000 else "lost"


# %% takes a bug of the server's for a lost connection
# Not yet: the server's code failed, and the server said goodbye with 1011, the event was <CloseEvent code=1011
# reason=<...> wasClean=True>, and you returned 'lost', not '<...>'.

def what_happened(closed):
    return "ended" if closed.code in (1000, 1001) or closed.code >= 4000 else "lost"


# %% never finds anything lost
# Not yet: the cable was cut, the event was <CloseEvent code=1006 reason='' wasClean=False>, and you returned 'ended',
# not '<...>'.

def what_happened(closed):
    return "ended"


# %% returns a bool
# Not yet: the server said goodbye with 1000, the event was <CloseEvent code=1000 reason='' wasClean=True>, and you
# returned True, not '<...>'.

def what_happened(closed):
    return closed.wasClean


# %% prints it
# Not yet: you returned None. Return "ended" or "lost". Which part of the event says whether there was a goodbye?

def what_happened(closed):
    print("ended" if closed.wasClean else "lost")


# %% knows a list of numbers
# Not yet: the server said goodbye with <...>, the event was <CloseEvent code=<...> reason='' wasClean=True>, and you
# returned 'lost', not '<...>'.

def what_happened(closed):
    return "ended" if closed.code in (1000, 1011, 4001) else "lost"


# %% takes a goodbye with no number for none
# Not yet: there was a goodbye, with no number in it, the event was <CloseEvent code=1005 reason='' wasClean=True>,
# and you returned 'lost', not '<...>'.

def what_happened(closed):
    return "lost" if closed.code in (1005, 1006) else "ended"


# %% right: by the one number that means it
# Solved: you know a goodbye, whatever its number, and a connection that was lost.

def what_happened(closed):
    return "lost" if closed.code == 1006 else "ended"


# %% knows the numbers of the notebook
# Not yet: the server said goodbye with <...>, the event was <...>, and you returned 'lost', not '<...>'.

def what_happened(closed):
    return "ended" if closed.code in (1000, 1005, 1011) or closed.code >= 4000 else "lost"


# %% knows two numbers, and nothing else
# Not yet: the server said goodbye with <...>, the event was <...>, and you returned None, not '<...>'.

def what_happened(closed):
    if closed.code == 1000:
        return "ended"
    if closed.code == 1006:
        return "lost"


# %% takes the event for a number
# Not yet: the server said goodbye with 1000, and your function raised TypeError in line 2 of what_happened: '>' not supported between instances of 'int' and 'CloseEvent'.

def what_happened(closed):
    return "ended" if closed == 1000 or closed.code != 1006 and closed.code > closed else "lost"


# %% returns a word of its own
# Not yet: the server said goodbye with 1000, the event was <CloseEvent code=1000 reason='' wasClean=True>, and you
# returned 'Ended', not 'ended'.

def what_happened(event):
    return "Ended" if event.wasClean else "Lost"


# %% knows the numbers of the notebook, and that programs have those from 3000 on
# Not yet: the server said goodbye with 1008, the event was <CloseEvent code=1008 reason='' wasClean=True>, and you returned
# 'lost', not 'ended'.

def what_happened(closed):
    return "ended" if closed.code in (1000, 1001, 1005, 1011) or closed.code >= 3000 else "lost"


# %% takes a broken rule for a cut
# Not yet: the server said goodbye with 1002, the event was <CloseEvent code=1002 reason='' wasClean=True>, and you
# returned 'lost', not 'ended'.

def what_happened(closed):
    return 'lost' if closed.code in (1002, 1006) else 'ended'


# %% knows many numbers
# Not yet: the server said goodbye with 1014, the event was <CloseEvent code=1014 reason='' wasClean=True>, and you
# returned 'lost', not 'ended'.

def what_happened(closed):
    return "ended" if closed.code in (1000, 1001, 1005, 1008, 1011, 1012, 1013) or closed.code >= 3000 else "lost"
