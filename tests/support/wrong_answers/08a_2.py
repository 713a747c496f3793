# %% wrong 1
# Not yet: <...>Cleo asked, and you returned<...>

def others(client):
    return client.people


# %% wrong 2
# Not yet: <...>Dan asked, and you returned ['Cleo']<...>

def others(client):
    return [name for name in client.people if not name.startswith(client.name)]
