# %% wrong 1
# Not yet: <...>Look for the other one<...>

def bytes_of(client, message_id):
    return client.sightings(message_id)[-1].raw


# %% wrong 2
# Not yet: <...>What does a client do to each frame<...>

def bytes_of(client, message_id):
    return bytes(client.sightings(message_id)[0].frame.data)


# %% wrong 3
# Not yet: <...>and not the bytes<...>

def bytes_of(client, message_id):
    return client.sightings(message_id)[0]
