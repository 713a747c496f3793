import json


def read_strictly(text):
    """Return what was said. Raise ValueError if it is blank, or an object of the wrong type or with a wrong msg."""
    if isinstance(text, bytes):
        raise ValueError("a page sends text, and no bytes")
    try:
        sent = json.loads(text)
    except (ValueError, RecursionError):  # no JSON, or nested too deep to read
        sent = None
    if isinstance(sent, dict) and "type" in sent:
        if type(sent["type"]) is not int or sent["type"] != 2:  # True and 2.0 equal 1 and 2, and are neither
            raise ValueError("a page sends type 2, an integer")
        text = sent.get("msg")
        if not isinstance(text, str):
            raise ValueError("msg is a string")
    if not text.strip():
        raise ValueError("a message needs something to read")
    return text
