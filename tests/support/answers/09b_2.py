# %% nothing is lost: sends, and forgets
# Not yet: 100 cuts, and your outbox gives at most once: <...> of <...> never came. What does it keep, and until when?

import json, secrets
class Outbox:
    def __init__(self):
        self.ws = None
    def say(self, text):
        if self.ws:
            self.ws.send(json.dumps({"id": secrets.token_hex(4), "msg": text}))
    def opened(self, ws):
        self.ws = ws
    def heard(self, data):
        pass
    def closed(self):
        self.ws = None


# %% nothing is lost: keeps only what was said while away
# Not yet: 100 cuts, and your outbox gives at most once: <...> of <...> never came. What does it keep, and until when?

import json, secrets
class Outbox:
    def __init__(self):
        self.ws, self.waiting = None, []
    def say(self, text):
        frame = json.dumps({"id": secrets.token_hex(4), "msg": text})
        if self.ws:
            self.ws.send(frame)
        else:
            self.waiting.append(frame)
    def opened(self, ws):
        self.ws = ws
        while self.waiting:
            ws.send(self.waiting.pop(0))
    def heard(self, data):
        pass
    def closed(self):
        self.ws = None


# %% come twice: another id each time
# Not yet: 100 cuts, and your outbox gives at least once: <...> of <...> came more than once. What does it keep, and
# until when?

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


# %% out of order: the newest first, when it is sent again
# Not yet: none of <...> is lost, and none came twice. But message <...> is not in its place: what was said first is sent first, also when it is sent again.

import json, secrets
class Outbox:
    def __init__(self):
        self.ws, self.waiting = None, {}
    def say(self, text):
        id_ = secrets.token_hex(4)
        self.waiting[id_] = json.dumps({"id": id_, "msg": text})
        if self.ws:
            self.ws.send(self.waiting[id_])
    def opened(self, ws):
        self.ws = ws
        for frame in reversed(self.waiting.values()):
            ws.send(frame)
    def heard(self, data):
        self.waiting.pop(json.loads(data)["id"], None)
    def closed(self):
        self.ws = None


# %% not sent again: forgets nothing
# Not yet: all <...> arrived once, and in order. But what was acknowledged already was sent again, <...> in all: when
# does your outbox forget a message?

import json
class Outbox:
    def __init__(self):
        self.ws, self.frames = None, []
    def say(self, text):
        self.frames.append(json.dumps({"id": str(len(self.frames)), "msg": text}))
        if self.ws:
            self.ws.send(self.frames[-1])
    def opened(self, ws):
        self.ws = ws
        for frame in self.frames:
            ws.send(frame)
    def heard(self, data):
        pass
    def closed(self):
        self.ws = None


# %% an id and a msg: bare text
# Not yet: the server was sent <...>. It takes JSON with an id, another for each message, and a msg.

class Outbox:
    def __init__(self):
        self.ws = None
    def say(self, text):
        if self.ws:
            self.ws.send(text)
    def opened(self, ws):
        self.ws = ws
    def heard(self, data):
        pass
    def closed(self):
        self.ws = None


# %% an id: the same for all
# Not yet: the server was sent the id 'me' for <...>, and then for <...>. It takes JSON with an id, another for each message, and a msg.

import json
class Outbox:
    def __init__(self):
        self.ws = None
    def say(self, text):
        if self.ws:
            self.ws.send(json.dumps({"id": "me", "msg": text}))
    def opened(self, ws):
        self.ws = ws
    def heard(self, data):
        pass
    def closed(self):
        self.ws = None


# %% sends: never does
# Not yet: <...> messages were said, and the server was sent none of them.

class Outbox:
    def say(self, text):
        self.text = text
    def opened(self, ws):
        self.ws = ws
    def heard(self, data):
        pass
    def closed(self):
        pass


# %% comes and goes: sends before there is a connection
# Not yet: it raised AttributeError in line <...> of say: 'NoneType' object has no attribute 'send'.

import json
class Outbox:
    def __init__(self):
        self.ws = None
    def say(self, text):
        self.ws.send(json.dumps({"id": text, "msg": text}))
    def opened(self, ws):
        self.ws = ws
    def heard(self, data):
        pass
    def closed(self):
        self.ws = None


# %% heard: data is taken for the id
# Not yet: it raised KeyError in line <...> of heard: <...>.

import json
class Outbox:
    def __init__(self):
        self.ws, self.waiting = None, {}
    def say(self, text):
        self.waiting[text] = json.dumps({"id": text, "msg": text})
        if self.ws:
            self.ws.send(self.waiting[text])
    def opened(self, ws):
        self.ws = ws
        for frame in self.waiting.values():
            ws.send(frame)
    def heard(self, data):
        del self.waiting[data]
    def closed(self):
        self.ws = None


# %% tells: a method is missing
# Not yet: your class makes <...>, and that has no method heard.

class Outbox:
    def say(self, text):
        pass
    def opened(self, ws):
        pass
    def closed(self):
        pass


# %% right: numbers for ids, and one at a time
# Solved: <...> messages over 100 cuts, each exactly once, and in order.

import json
from collections import deque
class Outbox:
    def __init__(self):
        self.ws, self.count, self.waiting = None, 0, deque()
    def say(self, text):
        self.count += 1
        self.waiting.append((self.count, text))
        if len(self.waiting) == 1:
            self.send()
    def send(self):
        if self.ws and self.waiting:
            number, text = self.waiting[0]
            self.ws.send(json.dumps({"id": number, "msg": text}))
    def opened(self, ws):
        self.ws = ws
        self.send()
    def heard(self, data):
        if self.waiting and json.loads(data)["id"] == self.waiting[0][0]:
            self.waiting.popleft()
            self.send()
    def closed(self):
        self.ws = None


# %% tells: async methods, which nobody awaits
# Not yet: say() returned a coroutine, as an async def does, and nobody awaits it. Make it a def that is done when it
# returns.

import json
class Outbox:
    def __init__(self):
        self.ws, self.waiting = None, {}
    async def say(self, text):
        self.waiting[text] = json.dumps({"id": text, "msg": text})
        if self.ws:
            self.ws.send(self.waiting[text])
    async def opened(self, ws):
        self.ws = ws
        for frame in self.waiting.values():
            ws.send(frame)
    async def heard(self, data):
        self.waiting.pop(json.loads(data)["id"], None)
    async def closed(self):
        self.ws = None


# %% tells: only one of them is async
# Not yet: heard() returned a coroutine, as an async def does, and nobody awaits it. Make it a def that is done when
# it returns.

import json
class Outbox:
    def __init__(self):
        self.ws, self.waiting = None, {}
    def say(self, text):
        self.waiting[text] = json.dumps({"id": text, "msg": text})
        if self.ws:
            self.ws.send(self.waiting[text])
    def opened(self, ws):
        self.ws = ws
        for frame in self.waiting.values():
            ws.send(frame)
    async def heard(self, data):
        self.waiting.pop(json.loads(data)["id"], None)
    def closed(self):
        self.ws = None


# %% a msg: a frame within a frame
# Not yet: the server was sent <...>, a str as a msg, and nobody said that. Send each text as it was said.

import json, secrets
class Outbox:
    def __init__(self):
        self.ws, self.waiting = None, {}
    def say(self, text):
        id_ = secrets.token_hex(4)
        self.waiting[id_] = json.dumps({"id": id_, "msg": text})
        self.send(id_)
    def send(self, id_):
        if self.ws:
            self.ws.send(json.dumps({"id": id_, "msg": self.waiting[id_]}))
    def opened(self, ws):
        self.ws = ws
        for id_ in self.waiting:
            self.send(id_)
    def heard(self, data):
        self.waiting.pop(json.loads(data)["id"], None)
    def closed(self):
        self.ws = None


# %% an id: numbers that begin again when the outbox is empty
# Not yet: the server was sent the id <...> for <...>, and then for <...>. It takes JSON with an id, another for each message, and a msg.

import json
class Outbox:
    def __init__(self):
        self.ws, self.waiting = None, {}
    def say(self, text):
        id_ = str(len(self.waiting))
        self.waiting[id_] = json.dumps({"id": id_, "msg": text})
        if self.ws:
            self.ws.send(self.waiting[id_])
    def opened(self, ws):
        self.ws = ws
        for frame in self.waiting.values():
            ws.send(frame)
    def heard(self, data):
        self.waiting.pop(json.loads(data)["id"], None)
    def closed(self):
        self.ws = None


# %% an id and a msg: another name for the text
# Not yet: the server was sent <...>. It takes JSON with an id, another for each message, and a msg.

import json
class Outbox:
    def __init__(self):
        self.ws, self.waiting = None, {}
    def say(self, text):
        self.waiting[text] = json.dumps({"id": text, "text": text})
        if self.ws:
            self.ws.send(self.waiting[text])
    def opened(self, ws):
        self.ws = ws
        for frame in self.waiting.values():
            ws.send(frame)
    def heard(self, data):
        self.waiting.pop(json.loads(data)["id"], None)
    def closed(self):
        self.ws = None


# %% nothing is lost: empties itself at each connection
# Not yet: 100 cuts, and your outbox gives at most once: <...> of <...> never came. What does it keep, and until when?

import json, secrets
class Outbox:
    def __init__(self):
        self.ws, self.waiting = None, []
    def say(self, text):
        self.waiting.append(json.dumps({"id": secrets.token_hex(4), "msg": text}))
        if self.ws:
            self.ws.send(self.waiting[-1])
    def opened(self, ws):
        self.ws = ws
        for frame in self.waiting:
            ws.send(frame)
        self.waiting.clear()
    def heard(self, data):
        pass
    def closed(self):
        self.ws = None


# %% right: the acknowledgements come in the order of the messages
# Solved: <...> messages over 100 cuts, each exactly once, and in order.

import itertools, json
class Outbox:
    def __init__(self):
        self.ws, self.waiting, self.numbers = None, [], itertools.count()
    def say(self, text):
        self.waiting.append(json.dumps({"id": next(self.numbers), "msg": text}))
        if self.ws and self.ws.readyState == 1:
            self.ws.send(self.waiting[-1])
    def opened(self, ws):
        self.ws = ws
        for frame in self.waiting:
            ws.send(frame)
    def heard(self, data):
        del self.waiting[0]
    def closed(self):
        pass


# %% nothing is lost, nothing comes twice: keeps the last three, and another id each time
# Not yet: 100 cuts, and your outbox gives no guarantee at all: of <...>, <...> never came, and <...> came more than
# once. What does it keep, and until when?

import json, secrets
from collections import deque
class Outbox:
    def __init__(self):
        self.ws, self.waiting = None, deque(maxlen=3)
    def send(self, text):
        self.ws.send(json.dumps({"id": secrets.token_hex(4), "msg": text}))
    def say(self, text):
        self.waiting.append(text)
        if self.ws:
            self.send(text)
    def opened(self, ws):
        self.ws = ws
        for text in self.waiting:
            self.send(text)
    def heard(self, data):
        if self.waiting:
            self.waiting.popleft()
    def closed(self):
        self.ws = None


# %% sends: only when a connection opens
# Not yet: while there was a connection, something was said, and the server was not sent it. What can be sent at once does not wait for the next connection.

import itertools, json
class Outbox:
    def __init__(self):
        self.waiting, self.numbers = {}, itertools.count()
    def say(self, text):
        id_ = next(self.numbers)
        self.waiting[id_] = json.dumps({"id": id_, "msg": text})
    def opened(self, ws):
        for frame in self.waiting.values():
            ws.send(frame)
    def heard(self, data):
        self.waiting.pop(json.loads(data)["id"], None)
    def closed(self):
        pass


# %% right: a task for each connection, which its end cancels
# Solved: <...> messages over 100 cuts, each exactly once, and in order.

import asyncio, itertools, json
class Outbox:
    def __init__(self):
        self.waiting, self.numbers = {}, itertools.count()
    def say(self, text):
        id_ = next(self.numbers)
        self.waiting[id_] = json.dumps({"id": id_, "msg": text})
    def opened(self, ws):
        self.task = asyncio.create_task(self.run(ws))
    async def run(self, ws):
        sent = set()
        while True:
            for id_ in [each for each in self.waiting if each not in sent]:
                sent.add(id_)
                ws.send(self.waiting[id_])
            await asyncio.sleep(0.005)
    def heard(self, data):
        self.waiting.pop(json.loads(data)["id"], None)
    def closed(self):
        self.task.cancel()


# %% not sent again: forgets six at a time
# Not yet: all <...> arrived once, and in order. But what was acknowledged already was sent again, <...> in all: when
# does your outbox forget a message?

import json
class Outbox:
    def __init__(self):
        self.waiting = {}; self.acked=set(); self.count = 0; self.ws = None
    def say(self, text):
        self.count += 1
        frame = json.dumps({"id": f"m{self.count}", "msg": text})
        self.waiting[f"m{self.count}"] = frame
        if self.ws is not None:
            self.ws.send(frame)
    def opened(self, ws):
        self.ws = ws
        for frame in self.waiting.values():
            ws.send(frame)
    def heard(self, data):
        self.acked.add(json.loads(data)["id"])
        if len(self.acked) > 5:
            for id in self.acked: self.waiting.pop(id)
            self.acked.clear()
    def closed(self):
        self.ws = None


# %% nothing is lost: the very first
# Not yet: 100 cuts, and your outbox gives at most once: 1 of <...> never came. What does it keep, and until when?

import json
class Outbox:
    def __init__(self):
        self.waiting = {}; self.count = 0; self.ws = None
    def say(self, text):
        self.count += 1
        frame = json.dumps({"id": f"m{self.count}", "msg": text})
        if self.count > 1: self.waiting[f"m{self.count}"] = frame
        if self.ws is not None:
            self.ws.send(frame)
    def opened(self, ws):
        self.ws = ws
        for frame in self.waiting.values():
            ws.send(frame)
    def heard(self, data):
        self.waiting.pop(json.loads(data)["id"], None)
    def closed(self):
        self.ws = None


# %% tells: hands back what others should await
# Not yet: say() returned a coroutine, as an async def does, and nobody awaits it. Make it a def that is done when it
# returns.

import asyncio
class Outbox:
    def say(self, text): return asyncio.sleep(0)
    def opened(self, ws): pass
    def heard(self, data): pass
    def closed(self): pass


# %% an id: the text is its own, and people say the same twice
# Not yet: <...> was said 2 times, and the server places each id once: it has 1 of them. By what does your
# outbox tell two messages apart?

import json
class Outbox:
    def __init__(self):
        self.ws, self.waiting = None, {}
    def say(self, text):
        self.waiting[text] = json.dumps({"id": text, "msg": text})
        if self.ws:
            self.ws.send(self.waiting[text])
    def opened(self, ws):
        self.ws = ws
        for frame in self.waiting.values():
            ws.send(frame)
    def heard(self, data):
        self.waiting.pop(json.loads(data)["id"], None)
    def closed(self):
        self.ws = None


# %% yours: what waits is kept in the class, for all outboxes
# Not yet: there were two outboxes, and what was said to one of them came from the other as well. What do they share?

import json
class Outbox:
    ws = None
    count = 0
    waiting = {}
    def say(self, text):
        self.count += 1
        self.waiting[self.count] = json.dumps({"id": self.count, "msg": text})
        if self.ws:
            self.ws.send(self.waiting[self.count])
    def opened(self, ws):
        self.ws = ws
        for frame in self.waiting.values():
            ws.send(frame)
    def heard(self, data):
        self.waiting.pop(json.loads(data)["id"], None)
    def closed(self):
        self.ws = None


# %% nothing is lost: whatever is acknowledged, all that waits is forgotten
# Not yet: 100 cuts, and your outbox gives at most once: <...> of <...> never came. What does it keep, and until when?

import json

class Outbox:
    def __init__(self):
        self.ws, self.waiting, self.count = None, {}, 0

    def say(self, text):
        self.count += 1
        self.waiting[self.count] = json.dumps({"id": self.count, "msg": text})
        if self.ws:
            self.ws.send(self.waiting[self.count])

    def opened(self, ws):
        self.ws = ws
        for frame in self.waiting.values():
            ws.send(frame)

    def heard(self, data):
        self.waiting.clear()

    def closed(self):
        self.ws = None


# %% as JSON: written by hand
# Not yet: the server was sent '{"id": <...>. It takes JSON with an id, another for each message, and a msg.

import json

class Outbox:
    def __init__(self):
        self.ws, self.waiting, self.count = None, {}, 0

    def say(self, text):
        self.count += 1
        self.waiting[self.count] = f'{{"id": {self.count}, "msg": "{text}"}}'
        if self.ws:
            self.ws.send(self.waiting[self.count])

    def opened(self, ws):
        self.ws = ws
        for frame in self.waiting.values():
            ws.send(frame)

    def heard(self, data):
        self.waiting.pop(json.loads(data)["id"], None)

    def closed(self):
        self.ws = None


# %% a msg: without the blanks at its ends
# Not yet: the server was sent <...>, a str as a msg, and nobody said that. Send each text as it was said.

import json

class Outbox:
    def __init__(self):
        self.ws, self.waiting, self.count = None, {}, 0

    def say(self, text):
        self.count += 1
        self.waiting[self.count] = json.dumps({"id": self.count, "msg": text.strip()})
        if self.ws:
            self.ws.send(self.waiting[self.count])

    def opened(self, ws):
        self.ws = ws
        for frame in self.waiting.values():
            ws.send(frame)

    def heard(self, data):
        self.waiting.pop(json.loads(data)["id"], None)

    def closed(self):
        self.ws = None


# %% each message: but not an empty one
# Not yet: an empty text was said <...> times, and the server was sent none of them. Send each text as it was said.

import json
from uuid import uuid4

class Outbox:
    def __init__(self):
        self.kept = {}
        self.ws = None

    def say(self, text):
        if not text:
            return
        id = uuid4().hex
        self.kept[id] = json.dumps({"id": id, "msg": text})
        if self.ws:
            self.ws.send(self.kept[id])

    def opened(self, ws):
        self.ws = ws
        for frame in self.kept.values():
            ws.send(frame)

    def heard(self, data):
        self.kept.pop(json.loads(data)["id"], None)

    def closed(self):
        self.ws = None


# %% sends: what waits, in a loop that takes nothing out
# Not yet: your code has not given the loop a turn for 5 s: line <...> of opened. While it runs, nothing else can. Does a
# loop there end? Where it waits for something, it needs an await.

import json, secrets
class Outbox:
    def __init__(self):
        self.ws, self.waiting = None, []
    def say(self, text):
        self.waiting.append(json.dumps({"id": secrets.token_hex(4), "msg": text}))
        if self.ws:
            self.ws.send(self.waiting[-1])
    def opened(self, ws):
        self.ws = ws
        place = 0
        while self.waiting:
            ws.send(self.waiting[place % len(self.waiting)])
            place += 1
    def heard(self, data):
        self.waiting = [frame for frame in self.waiting if json.loads(frame)["id"] != json.loads(data)["id"]]
    def closed(self):
        self.ws = None


# %% nothing is lost: a queue with an end, which forgets the oldest
# Not yet: 100 cuts, and your outbox gives at most once: <...> of <...> never came. What does it keep, and until when?

import json
from collections import deque

class Outbox:
    def __init__(self):
        self.count, self.waiting, self.ws = 0, deque(maxlen=100), None

    def say(self, text):
        self.count += 1
        self.waiting.append({"id": self.count, "msg": text})
        if self.ws:
            self.ws.send(json.dumps(self.waiting[-1]))

    def opened(self, ws):
        self.ws = ws
        for message in self.waiting:
            ws.send(json.dumps(message))

    def heard(self, data):
        placed = json.loads(data)["id"]
        self.waiting = deque((each for each in self.waiting if each["id"] != placed), maxlen=100)

    def closed(self):
        self.ws = None


# %% a connection is given each once: sends all that waits with everything that is said
# Not yet: all <...> arrived once, and in order. But <...> times a message was given to a connection that had it already.
# Within one connection TCP repeats what is lost: where is a message sent again?

import secrets

class Outbox:
    def __init__(self):
        self.waiting = {}
        self.ws = None
    def say(self, text):
        id = secrets.token_hex()
        self.waiting[id] = json.dumps({"id": id, "msg": text})
        self.send_all()
    def send_all(self):
        if self.ws is not None:
            for frame in self.waiting.values():
                self.ws.send(frame)
    def opened(self, ws):
        self.ws = ws
        self.send_all()
    def heard(self, data):
        self.waiting.pop(json.loads(data)["id"], None)
    def closed(self):
        self.ws = None


# %% nothing is lost: gives up after five times
# Not yet: 100 cuts, and your outbox gives at most once: <...> of <...> never came. What does it keep, and until when?

import json
class Outbox:
    def __init__(self): self.waiting = {}; self.ws = None; self.count = 0
    def say(self, text):
        self.count += 1
        self.waiting[self.count] = {"msg": text, "tries": 0}
        if self.ws: self._send(self.count)
    def _send(self, id):
        m = self.waiting[id]
        m["tries"] += 1
        if m["tries"] > 5:
            del self.waiting[id]          # it will never work
        else:
            self.ws.send(json.dumps({"id": id, "msg": m["msg"]}))
    def opened(self, ws):
        self.ws = ws
        for id in list(self.waiting): self._send(id)
    def heard(self, data): self.waiting.pop(json.loads(data)["id"], None)
    def closed(self): self.ws = None


# %% nothing is lost: gives up after ten times
# Not yet: 100 cuts, and your outbox gives at most once: <...> of <...> never came. What does it keep, and until when?

import json
class Outbox:
    def __init__(self): self.waiting = {}; self.ws = None; self.count = 0
    def say(self, text):
        self.count += 1
        self.waiting[self.count] = {"msg": text, "tries": 0}
        if self.ws: self._send(self.count)
    def _send(self, id):
        m = self.waiting[id]
        m["tries"] += 1
        if m["tries"] > 10:
            del self.waiting[id]          # it will never work
        else:
            self.ws.send(json.dumps({"id": id, "msg": m["msg"]}))
    def opened(self, ws):
        self.ws = ws
        for id in list(self.waiting): self._send(id)
    def heard(self, data): self.waiting.pop(json.loads(data)["id"], None)
    def closed(self): self.ws = None
