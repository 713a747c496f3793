# %% wrong 1
# Not yet: <...>in the middle of a Chinese character<...>

def message_in(frames):
    return "".join(f[2:].decode() for f in frames if f[0] & 15 in (0, 1))


# %% wrong 2
# Not yet: <...>Some of these frames are control frames<...>

def message_in(frames):
    return b"".join(f[2:] for f in frames).decode("utf-8", "ignore")


# %% wrong 3
# Not yet: <...>there is more, or less<...>

def message_in(frames):
    return b"".join(f[2:] for f in frames if f[0] == 0x80 or f[0] == 1).decode("utf-8", "ignore")
