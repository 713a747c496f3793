# %% wrong 1
# Not yet: <...>quotation marks<...>

name = 42


# %% wrong 2
# Not yet: <...>still empty<...>

name = "  "
