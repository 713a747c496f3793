# %% wrong 1
# Not yet: <...>and you returned 13<...>

import json
def last_twenty(frames):
    return [text for text in frames[-20:] if json.loads(text)['type'] == 2]


# %% wrong 2
# Not yet: <...>somebody came or went<...>

import json
def last_twenty(frames):
    return frames[-20:]


# %% wrong 3
# Not yet: <...>Which twenty does a newcomer want to hear?<...>

import json
def last_twenty(frames):
    return [text for text in frames if json.loads(text)['type'] == 2][:20]
