# %% at 1 line a second: long polling everywhere
# Not yet: at 1 line a second long polling sent <...> requests, and another one <...>. Polling asks four times a second: is that more often than there is news, or less?

most_requests = {1: "long polling", 10: "long polling", 50: "long polling"}


# %% at 10 lines a second: believes that polling is always the worst
# Not yet: at 10 lines a second polling sent <...> requests, and another one <...>. Polling asks four times a second: is that more often than there is news, or less?

most_requests = {1: "polling", 10: "polling", 50: "polling"}


# %% at 50 lines a second: believes that polling catches up
# Not yet: at 50 lines a second polling sent <...> requests, and another one <...>. Polling asks four times a second: is that more often than there is news, or less?

most_requests = {1: "polling", 10: "long polling", 50: "polling"}


# %% at 10 lines a second: the stream that asks only once
# Not yet: at 10 lines a second server-sent events sent <...> requests, and another one <...>. Polling asks four times a second: is that more often than there is news, or less?

most_requests = {1: "polling", 10: "server-sent events", 50: "server-sent events"}


# %% a name from the race: the short one
# Not yet: 'SSE' was not in the race. These were: polling, long polling, server-sent events, WebSocket.

most_requests = {1: "SSE", 10: "SSE", 50: "SSE"}


# %% in place of each None: one is left
# Not yet: no guess yet at 50 lines a second. Who asks at a fixed pace, and who once per line?

most_requests = {1: "polling", 10: "long polling", 50: None}


# %% these rates: other ones
# Not yet: the rates are 1, 10 and 50, and you have [1, 10]. Leave the keys as they were.

most_requests = {1: "polling", 10: "long polling"}


# %% these rates: nothing
# Not yet: most_requests is None. Leave it a dictionary, as it was, and replace each None in it.

most_requests = None


# %% at 10 lines: the WebSocket
# Not yet: at 10 lines a second WebSocket sent 1 request, and another one <...>. Polling asks four times a second: is that more often than there is news, or less?

most_requests = {1: "polling", 10: "WebSocket", 50: "WebSocket"}


# %% each of the three rates: drops one
# Not yet: the rates are 1, 10 and 50, and you have [1, 10]. Leave the keys as they were.

most_requests = {1: "polling", 10: "long polling"}
