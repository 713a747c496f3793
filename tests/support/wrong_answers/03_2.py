# %% wrong 1
# Not yet: <...>when the server's handler returns, the code is not 1006<...>

codes = dict.fromkeys(codes, 1006)


# %% wrong 2
# Not yet: <...>when you call ws.close(), the code is not 1000<...>

codes = dict(zip(codes, [1000, 1011, 1001, 1006, 1006, 1009, 4001, 1000], strict=True))
