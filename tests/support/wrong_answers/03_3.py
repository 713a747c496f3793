# %% wrong 1
# Not yet: <...>60 characters were too much<...>

reason = "再见" * 30


# %% wrong 2
# Not yet: <...>There is room for more<...>

reason = "再见"


# %% wrong 3
# Not yet: <...>is no Chinese character<...>

reason = "x" * 123
