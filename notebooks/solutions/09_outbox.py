import json


class Outbox:
    """Keeps what was said until the server has it."""

    def __init__(self):
        self.waiting = {}
        self.count = 0
        self.ws = None

    def say(self, text):
        """Somebody said this, whether there is a connection or not."""
        self.count += 1
        frame = json.dumps({"id": f"m{self.count}", "msg": text})
        self.waiting[f"m{self.count}"] = frame
        if self.ws is not None:
            self.ws.send(frame)

    def opened(self, ws):
        """There is a connection."""
        self.ws = ws
        for frame in self.waiting.values():
            ws.send(frame)

    def heard(self, data):
        """The server has placed a message: data is JSON with its id."""
        self.waiting.pop(json.loads(data)["id"], None)

    def closed(self):
        """The connection is gone."""
        self.ws = None
