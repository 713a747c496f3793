# %% wrong 1
# Not yet: <...>we sent b'5', a bytes<...>

guesses = ["str"] * 4


# %% wrong 2
# Not yet: <...>a bytearray, and no 'bytearray' came back<...>

guesses = ["str", "bytes", "bytearray", "str"]
