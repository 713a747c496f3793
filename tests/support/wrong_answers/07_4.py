# %% wrong 1
# Not yet: <...>'hello' is a message, and you refused it<...>

import json
def read_strictly(text):
    sent = json.loads(text)
    if sent.get('type') != 2:
        raise ValueError('type 2, please')
    return sent['msg']


# %% wrong 2
# Not yet: <...>'{"type": 2.0, "msg": "hi"}' was sent, and you took it<...>

import json
def read_strictly(text):
    if not text.strip():
        raise ValueError
    try:
        sent = json.loads(text)
    except ValueError:
        return text
    if not isinstance(sent, dict) or 'type' not in sent:
        return text
    if sent['type'] != 2 or not sent.get('msg'):
        raise ValueError('type 2 and a msg, please')
    return sent['msg']
