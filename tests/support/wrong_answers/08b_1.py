# %% wrong 1
# Not yet: <...>An event has fields<...>

def watch_typing(client, tell):
    client.subscribe(tell)


# %% wrong 2
# Not yet: <...>There are other events, too<...>

def watch_typing(client, tell):
    client.subscribe(lambda event: tell(getattr(event, 'user', None) or event.entry.user))
