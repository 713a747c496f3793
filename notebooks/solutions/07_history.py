import json


def last_twenty(messages):
    """Return a list of JSON texts, the oldest first."""
    said = [text for text in messages if json.loads(text)["type"] == 2]
    return said[-20:]  # choose first, count afterwards
