# %% wrong 1
# Not yet: <...>Now mix in the mask<...>

def unmask(frame):
    return frame[6:]


# %% wrong 2
# Not yet: <...>Where is the length then<...>

def unmask(frame):
    return bytes(byte ^ frame[2 + place % 4] for place, byte in enumerate(frame[6:]))


# %% wrong 3
# Not yet: <...>Which byte belongs to which<...>

def unmask(frame):
    return bytes(byte ^ frame[2] for byte in frame[6:])
