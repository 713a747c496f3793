# %% without client.name: everybody
# Not yet: <...> are here, <...> asked who else is, and you returned ['<...>', '<...>', '<...> (2)'].

def others(client):
    return client.people


# %% all people: not those whose name begins alike
# Not yet: <...> are here, <...> asked who else is, and you returned ['<...>'].

def others(client):
    return [name for name in client.people if not name.startswith(client.name)]


# %% without client.name: without the first
# Not yet: <...> are here, <...> asked who else is, and you returned ['<...>', '<...> (2)'].

def others(client):
    return list(client.people)[1:]


# %% without client.name: without Ada
# Not yet: <...> are here, <...> asked who else is, and you returned ['<...>', '<...>', '<...> (2)'].

def others(client):
    return [name for name in client.people if name != "Ada"]


# %% names: how many
# Not yet: <...> are here, <...> asked who else is, and you returned 2, an int, and not a list.

def others(client):
    return len(client.people) - 1


# %% a list: one long text
# Not yet: <...> are here, <...> asked who else is, and you returned '<...>, <...> (2)', a str, and not a list.

def others(client):
    return ", ".join(name for name in client.people if name != client.name)


# %% return it: prints it
# Not yet: <...> are here, <...> asked who else is, and you returned None.

def others(client):
    for name in client.people:
        if name != client.name:
            print(name, end="")


# %% the people: takes the client's own out of their list
# Not yet: it raised AttributeError in line 2 of others: 'tuple' object has no attribute 'remove'.

def others(client):
    client.people.remove(client.name)
    return client.people


# %% a list: a set
# Not yet: <...> are here, <...> asked who else is, and you returned {<...>}, a set, and not a list.

def others(client):
    return set(client.people) - {client.name}


# %% right: a copy, and one out of it
# Solved: everybody sees the others, even with nearly the same name.

def others(client):
    names = list(client.people)
    names.remove(client.name)
    return names


# %% a list: a generator
# Not yet: <...> are here, <...> asked who else is, and you returned <generator object <...>, a generator, and not a
# list.

def others(client):
    return (name for name in client.people if name != client.name)


# %% right: a tuple
# Solved: everybody sees the others, even with nearly the same name.

def others(client):
    return tuple(name for name in client.people if name != client.name)


# %% all people: those who were here when it was first asked
# Not yet: <...>, <...> (2) are here, <...> asked who else is, and you returned ['<...>', '<...> (2)'].

known = {}

def others(client):
    if client not in known:
        known[client] = [name for name in client.people if name != client.name]
    return known[client]


# %% a list: None where nobody else is there
# Not yet: <...> is here, and nobody else. <...> asked who else is, and you returned None. A list of no names is [].

def others(client):
    names = [name for name in client.people if name != client.name]
    if names:
        return names


# %% names: a word for nobody
# Not yet: <...> is here, and nobody else. <...> asked who else is, and you returned ['nobody'], a list. A list of no names is [].

def others(client):
    return [name for name in client.people if name != client.name] or ["nobody"]
