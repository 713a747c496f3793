# %% the simplest: WebSocket everywhere
# Not yet: the opening hours of a library: is WebSocket the simplest that is enough? They change twice a year.

choices = dict.fromkeys(choices, "WebSocket")


# %% that will do: HTTP for a chat
# Not yet: a chat room: is HTTP the simplest that is enough? Everybody there may speak at any time.

choices = dict.fromkeys(choices, "HTTP")


# %% that will do: a stream for a chat
# Not yet: a chat room: is SSE the simplest that is enough? Everybody there may speak at any time.

choices = dict.fromkeys(choices, "SSE")


# %% the simplest: WebSocket for goals, where the page only listens
# Not yet: the goals of a football match, on every page within a second: is WebSocket the simplest that is enough? Who has news there, and who only listens?

choices = dict.fromkeys(choices, "WebSocket") | {"the opening hours of a library": "HTTP"}


# %% that will do: a stream for a game that both steer
# Not yet: a game in which two people steer one boat: is SSE the simplest that is enough? Both send, and both see the boat move, many times a second.

choices = dict.fromkeys(choices, "SSE") | {"a chat room": "WebSocket", "the opening hours of a library": "HTTP"}


# %% the simplest: WebSocket for a photo
# Not yet: sending in a photo: is WebSocket the simplest that is enough? There is one question with a big body, and one answer.

choices = dict(zip(choices, ["WebSocket", "HTTP", "SSE", "WebSocket", "WebSocket", "SSE"], strict=True))


# %% the simplest: WebSocket for an answer that grows
# Not yet: one long answer, shown word by word while it is written: is WebSocket the simplest that is enough? The page has asked once. Who speaks from then on, and how often?

choices = dict(zip(choices, ["WebSocket", "HTTP", "SSE", "WebSocket", "HTTP", "WebSocket"], strict=True))


# %% one of three words: in another spelling
# Not yet: for a chat room you say 'websocket'. Choose "HTTP", "SSE" or "WebSocket".

choices = dict.fromkeys(choices, "websocket")


# %% for each: one is left
# Not yet: no choice yet for sending in a photo. Who speaks there, and how often?

choices = dict(zip(choices, ["WebSocket", "HTTP", "SSE", "WebSocket", None, "SSE"], strict=True))


# %% these cases: none of them
# Not yet: the cases are these six: a chat room, the opening hours of a library, the goals of a football match, on every page within a second, a game in which two people steer one boat, sending in a photo, one long answer, shown word by word while it is written. Change None only.

choices = {}


# %% for each: a list of choices
# Not yet: choices is ['WebSocket', None], a list. Leave it a dictionary, as it was, and replace each None in it.

choices = ["WebSocket", None]
