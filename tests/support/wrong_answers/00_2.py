# %% wrong 1
# Not yet: <...>A B B C: we ran it, and it shows another<...>

shown = {"A B B C": 2, "A B A C": 1, "A B restart C": "NameError"}


# %% wrong 2
# Not yet: <...>A B restart C: we ran it, and it raises an error<...>

shown = {"A B B C": 3, "A B A C": 1, "A B restart C": 2}
