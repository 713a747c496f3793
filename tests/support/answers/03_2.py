# %% a code for each: some are left
# Not yet: 8 of 8 endings have no code yet. The theatre above can play each of them.

codes = dict.fromkeys(codes)


# %% a code for each: one is left
# Not yet: 1 of 8 endings has no code yet. The theatre above can play each of them.

codes = dict(zip(codes, [1000, 1011, 1001, 1006, 1006, 1009, 4001, None], strict=True))


# %% the handler returns: believes that nobody said goodbye
# Not yet: when the server's handler returns, the code is not 1006; we just tried it. 5 more are wrong. Who sent a Close frame there, and with a code in it?

codes = dict.fromkeys(codes, 1006)


# %% the handler raises: believes that the connection breaks
# Not yet: when the server's handler raises an exception, the code is not 1006; we just tried it. Who sent a Close frame there, and with a code in it?

codes = dict(zip(codes, [1000, 1006, 1001, 1006, 1006, 1009, 4001, 1005], strict=True))


# %% the server is going away: a normal end
# Not yet: when the server is going away, the code is not 1000; we just tried it. Who sent a Close frame there, and with a code in it?

codes = dict(zip(codes, [1000, 1011, 1000, 1006, 1006, 1009, 4001, 1005], strict=True))


# %% the cable is cut: somebody is going away
# Not yet: when somebody cuts the cable, the code is not 1001; we just tried it. Who sent a Close frame there, and with a code in it?

codes = dict(zip(codes, [1000, 1011, 1001, 1001, 1006, 1009, 4001, 1005], strict=True))


# %% the server refuses: the status of HTTP
# Not yet: when the server refuses the handshake, the code is not 403; we just tried it. Who sent a Close frame there, and with a code in it?

codes = dict(zip(codes, [1000, 1011, 1001, 1006, 403, 1009, 4001, 1005], strict=True))


# %% more than the server takes: an internal error
# Not yet: when you send more than the server takes, the code is not 1011; we just tried it. Who sent a Close frame there, and with a code in it?

codes = dict(zip(codes, [1000, 1011, 1001, 1006, 1006, 1011, 4001, 1005], strict=True))


# %% close(4001): a normal end
# Not yet: when you call ws.close(4001), the code is not 1000; we just tried it. 1 more is wrong. Who sent a Close frame there, and with a code in it?

codes = dict(zip(codes, [1000, 1011, 1001, 1006, 1006, 1009, 1000, 1000], strict=True))


# %% close(): believes that no code means 1000
# Not yet: when you call ws.close(), the code is not 1000; we just tried it. Who sent a Close frame there, and with a code in it?

codes = dict(zip(codes, [1000, 1011, 1001, 1006, 1006, 1009, 4001, 1000], strict=True))


# %% a number: texts
# Not yet: a code is a whole number, such as 1000, and not '1000', a str.

codes = dict.fromkeys(codes, "1000")


# %% a code for each: a list of them
# Not yet: codes is [1000, 1011, 1001, 1006, 1006, 1009, 4001, 1005], a list.
# Leave it a dictionary, as it was, and replace each None in it.

codes = [1000, 1011, 1001, 1006, 1006, 1009, 4001, 1005]


# %% a number: with a point
# Not yet: a code is a whole number, such as 1000, and not 1000.0, a float.

codes = dict.fromkeys(codes, 1000.0)
