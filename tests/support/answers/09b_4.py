# %% each: one is missing
# Not yet: 1 of 3 has no guarantee yet.

guarantees = dict(zip(guarantees, ["at most once", "at least once", None]))


# %% one of three: other words
# Not yet: the three guarantees are 'at most once', 'at least once', 'exactly once', and not 'never', a str.

guarantees = dict(zip(guarantees, ["never", "at least once", "exactly once"]))


# %% send and forget: TCP will do it
# Not yet: send() and forget: we just tried it over 40 cuts. Of <...> messages, <...> are lost, and 0 came twice. Is that 'exactly once'?

guarantees = dict(zip(guarantees, ["exactly once", "at least once", "exactly once"]))


# %% whatever comes: the outbox alone is enough
# Not yet: an outbox, and a server that places whatever comes: we just tried it over 40 cuts. Of <...> messages, 0 are lost, and <...> came twice. Is that 'exactly once'?

guarantees = dict(zip(guarantees, ["at most once", "exactly once", "exactly once"]))


# %% each id once: and the outbox counts for nothing
# Not yet: an outbox, and a server that places each id once: we just tried it over 40 cuts. Of <...> messages, 0 are lost, and 0 came twice. Is that 'at most once'?

guarantees = dict(zip(guarantees, ["at most once", "at least once", "at most once"]))


# %% a dictionary: a list
# Not yet: guarantees is ['at most once'], a list. Leave it a dictionary, as it was, and replace each None in it.

guarantees = ["at most once"]


# %% each: none has one
# Not yet: 3 of 3 have no guarantee yet.

guarantees = dict.fromkeys(guarantees)


# %% one of three: with a capital letter
# Not yet: the three guarantees are 'at most once', 'at least once', 'exactly once', and not 'At most once', a str.

guarantees = dict(zip(guarantees, ["At most once", "At least once", "Exactly once"]))


# %% send and forget: the two are mixed up
# Not yet: send() and forget: we just tried it over 40 cuts. Of <...> messages, <...> are lost, and 0 came twice. Is that 'at least once'?

guarantees = dict(zip(guarantees, ["at least once", "at most once", "exactly once"]))


# %% each id once: a promise of one end only
# Not yet: an outbox, and a server that places each id once: we just tried it over 40 cuts. Of <...> messages, 0 are lost, and 0 came twice. Is that 'at least once'?

guarantees = dict(zip(guarantees, ["at most once", "at least once", "at least once"]))


# %% whatever comes: some are lost
# Not yet: an outbox, and a server that places whatever comes: we just tried it over 40 cuts. Of <...> messages, 0 are lost, and <...> came twice. Is that 'at most once'?

guarantees = dict(zip(guarantees, ["at most once", "at most once", "exactly once"]))
