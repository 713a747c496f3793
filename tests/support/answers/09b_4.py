# %% each: one is missing
# Not yet: 1 of 3 has no guarantee yet.

guarantees = dict(zip(guarantees, ["at most once", "at least once", None]))


# %% one of three: other words
# Not yet: the three guarantees are 'at most once', 'at least once', 'exactly once', and not 'never', a str.

guarantees = dict(zip(guarantees, ["never", "at least once", "exactly once"]))


# %% send and forget: TCP will do it
# Not yet: send() and forget: we just tried it over 40 cuts. Of <...> messages, <...> never came, and 0 came more than
# once. Is that 'exactly once'?

guarantees = dict(zip(guarantees, ["exactly once", "at least once", "exactly once"]))


# %% whatever comes: the outbox alone is enough
# Not yet: your outbox, and a server that places whatever comes: we just tried it over 40 cuts. Of <...> messages, 0
# never came, and <...> came more than once. Is that 'exactly once'?

guarantees = dict(zip(guarantees, ["at most once", "exactly once", "exactly once"]))


# %% each id once: and the outbox counts for nothing
# Not yet: your outbox, and a server that places each id once: we just tried it over 40 cuts. Of <...> messages, 0
# never came, and 0 came more than once. Is that 'at most once'?

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
# Not yet: send() and forget: we just tried it over 40 cuts. Of <...> messages, <...> never came, and 0 came more than
# once. Is that 'at least once'?

guarantees = dict(zip(guarantees, ["at least once", "at most once", "exactly once"]))


# %% each id once: a promise of one end only
# Not yet: your outbox, and a server that places each id once: we just tried it over 40 cuts. Of <...> messages, 0
# never came, and 0 came more than once. Is that 'at least once'?

guarantees = dict(zip(guarantees, ["at most once", "at least once", "at least once"]))


# %% whatever comes: some are lost
# Not yet: your outbox, and a server that places whatever comes: we just tried it over 40 cuts. Of <...> messages, 0
# never came, and <...> came more than once. Is that 'at most once'?

guarantees = dict(zip(guarantees, ["at most once", "at most once", "exactly once"]))


# %% your outbox: as the stub has left it
# Not yet: <...> messages were said, and the server was sent none of them.

class Outbox:
    def say(self, text): ...
    def opened(self, ws): ...
    def heard(self, data): ...
    def closed(self): ...
guarantees = dict(zip(guarantees, ["at most once", "at least once", "exactly once"]))


# %% your outbox: has another id each time, and so it is not exactly once
# Not yet: your outbox, and a server that places each id once: we just tried it over 40 cuts. Of <...> messages, 0
# never came, and <...> came more than once. Is that 'exactly once'?

import json, secrets
class Outbox:
    def __init__(self):
        self.ws, self.waiting, self.ids = None, [], {}
    def send(self, text):
        id_ = secrets.token_hex(4)
        self.ids[id_] = text
        self.ws.send(json.dumps({"id": id_, "msg": text}))
    def say(self, text):
        self.waiting.append(text)
        if self.ws:
            self.send(text)
    def opened(self, ws):
        self.ws = ws
        for text in self.waiting:
            self.send(text)
    def heard(self, data):
        text = self.ids[json.loads(data)["id"]]
        if text in self.waiting:
            self.waiting.remove(text)
    def closed(self):
        self.ws = None
guarantees = dict(zip(guarantees, ["at most once", "at least once", "exactly once"]))


# %% right: says of such an outbox what it gives
# Solved: we tried all three with your own outbox, and each kept what you said, and no more.

import json, secrets
class Outbox:
    def __init__(self):
        self.ws, self.waiting, self.ids = None, [], {}
    def send(self, text):
        id_ = secrets.token_hex(4)
        self.ids[id_] = text
        self.ws.send(json.dumps({"id": id_, "msg": text}))
    def say(self, text):
        self.waiting.append(text)
        if self.ws:
            self.send(text)
    def opened(self, ws):
        self.ws = ws
        for text in self.waiting:
            self.send(text)
    def heard(self, data):
        text = self.ids[json.loads(data)["id"]]
        if text in self.waiting:
            self.waiting.remove(text)
    def closed(self):
        self.ws = None
guarantees = dict(zip(guarantees, ["at most once", "at least once", "at least once"]))


# %% your outbox: loses some, and doubles some
# Not yet: your outbox, and a server that places whatever comes: we just tried it over 40 cuts. Of <...> messages,
# <...> never came, and <...> came more than once. None of the three allows that: exercise 2 comes first.

import json
class Outbox:
    def __init__(self):
        self.ws, self.last, self.count = None, None, 0
    def say(self, text):
        self.count += 1
        self.last = json.dumps({"id": self.count, "msg": text})
        if self.ws:
            self.ws.send(self.last)
    def opened(self, ws):
        self.ws = ws
        if self.last:
            ws.send(self.last)
    def heard(self, data):
        pass
    def closed(self):
        self.ws = None
guarantees = dict(zip(guarantees, ["at most once", "at least once", "exactly once"]))
