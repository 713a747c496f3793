# %% wrong 1
# Not yet: <...>at 1 lines a second long polling<...>

most_requests = {1: "long polling", 10: "long polling", 50: "long polling"}


# %% wrong 2
# Not yet: <...>at 10 lines a second polling<...>

most_requests = {1: "polling", 10: "polling", 50: "polling"}


# %% wrong 3
# Not yet: <...>'SSE' was not in the race<...>

most_requests = {1: "SSE", 10: "SSE", 50: "SSE"}
