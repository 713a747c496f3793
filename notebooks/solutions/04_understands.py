import base64
import hashlib

FIXED_TEXT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def header(text, name):
    """Return a header's value, None if it is not there."""
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.lower() == name:
            return value.strip()
    return None


def understands(request, response):
    """Return True if the response answers the key of this request."""
    key = header(request, "sec-websocket-key")
    if key is None:
        return False
    digest = hashlib.sha1((key + FIXED_TEXT).encode()).digest()
    return header(response, "sec-websocket-accept") == base64.b64encode(digest).decode()
