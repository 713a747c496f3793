# %% wrong 1
# Not yet: <...>the opening hours of a library: is WebSocket the simplest<...>

choices = dict.fromkeys(choices, "WebSocket")


# %% wrong 2
# Not yet: <...>a chat room: is HTTP the simplest<...>

choices = dict.fromkeys(choices, "HTTP")


# %% wrong 3
# Not yet: <...>Choose "HTTP"<...>

choices = dict.fromkeys(choices, "websocket")
