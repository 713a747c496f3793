# %% the last twenty that were said: counts first, chooses afterwards
# Not yet: <...> things were said, a newcomer is told the last 20 of them, and your list has <...>.

import json
def last_twenty(messages):
    return [text for text in messages[-20:] if json.loads(text)['type'] == 2]


# %% only what was said: everything
# Not yet: 'User 1 entered' is in your list, and nobody said that: its type is not 2.

def last_twenty(messages):
    return messages[-20:]


# %% the last: the first
# Not yet: number 1 in your list is '<...> 0', and number 1 that a newcomer is told is '<...>'.

import json
def last_twenty(messages):
    return [text for text in messages if json.loads(text)['type'] == 2][:20]


# %% the oldest first: the newest first
# Not yet: these are the right ones; the oldest comes first.

import json
def last_twenty(messages):
    said = [text for text in messages if json.loads(text)['type'] == 2]
    return said[::-1][:20]


# %% twenty: all of them
# Not yet: <...> things were said, a newcomer is told the last 20 of them, and your list has <...>.

import json
def last_twenty(messages):
    return [text for text in messages if json.loads(text)['type'] == 2]


# %% twenty: without the very last
# Not yet: 4 things were said, a newcomer is told all of them, and your list has 3.

import json
def last_twenty(messages):
    return [text for text in messages if json.loads(text)['type'] == 2][-20:-1]


# %% what was said: looks for the letters, which other programs write without a blank
# Not yet: <...> things were said, a newcomer is told the last 20 of them, and your list has <...>.

def last_twenty(messages):
    return [text for text in messages if '"type": 2,' in text][-20:]


# %% JSON texts: objects
# Not yet: {'type': 2, 'user': 'User 1', 'msg': 'hello', 'time': '12:00:00'} is in your list.
# Return the JSON texts, just as they are in messages.

import json
def last_twenty(messages):
    return [said for said in map(json.loads, messages) if said['type'] == 2][-20:]


# %% JSON texts: only what was said in them
# Not yet: 'hello' is in your list. Return the JSON texts, just as they are in messages.

import json
def last_twenty(messages):
    return [said["msg"] for said in map(json.loads, messages) if said['type'] == 2][-20:]


# %% a list: prints them
# Not yet: you returned None, and not a list.

import json
def last_twenty(messages):
    for text in [text for text in messages if json.loads(text)['type'] == 2][-20:]:
        print(text, end="")


# %% a list: one long text
# Not yet: you returned '<...>, a str, and not a list.

import json
def last_twenty(messages):
    return "\n".join([text for text in messages if json.loads(text)['type'] == 2][-20:])


# %% the types are numbers: compares with a text
# Not yet: 4 things were said, a newcomer is told all of them, and your list has 0.

import json
def last_twenty(messages):
    return [text for text in messages if json.loads(text)['type'] == "2"][-20:]


# %% right: a deque forgets by itself
# Solved: a newcomer hears the last twenty that were said.

import json
from collections import deque

def last_twenty(messages):
    kept = deque(maxlen=20)
    for text in messages:
        if json.loads(text)["type"] == 2:
            kept.append(text)
    return kept


# %% right: from behind
# Solved: a newcomer hears the last twenty that were said.

import json

def last_twenty(messages):
    found = []
    for text in reversed(messages):
        if json.loads(text)["type"] == 2 and len(found) < 20:
            found.insert(0, text)
    return found


# %% that were said: what was said twice counts once
# Not yet: 4 things were said, a newcomer is told all of them, and your list has 3.

def last_twenty(messages):
    return list(dict.fromkeys(text for text in messages if json.loads(text)["type"] == 2))[-20:]


# %% a list: yields them
# Not yet: you returned <generator object <...>, a generator, and not a list.

def last_twenty(messages):
    yield from [text for text in messages if json.loads(text)["type"] == 2][-20:]


# %% the last 20: one of them twice
# Not yet: number 1 in your list is '<...>', and number 1 that a newcomer is told is '<...>'.

import json


def last_twenty(messages):
    said = [text for text in messages if json.loads(text)["type"] == 2]
    return said[-19:] + said[-1:] if len(said) > 20 else said


# %% the last twenty: counts from the front, and there are fewer
# Not yet: 15 things were said, a newcomer is told all of them, and your list has 5.

def last_twenty(messages):
    said = [text for text in messages if json.loads(text)["type"] == MSG]
    return said[len(said) - 20 :]


# %% a list: a default that is made once
# Not yet: your function was called once more, and returned <...>. What an earlier call had found is still in it. Is it made anew at each call?

def last_twenty(messages, said=[]):
    for text in messages:
        if json.loads(text)["type"] == MSG:
            said.append(text)
    return said[-20:]


# %% messages stay as they are: takes them out, one by one
# Not yet: your list is right, and messages has changed: 5 texts were in it, and now it is [], a list. Leave it as it is: the
# next newcomer is told of it, too.

def last_twenty(messages):
    said = []
    while messages and len(said) < 20:
        text = messages.pop()
        if json.loads(text)["type"] == MSG:
            said.insert(0, text)
    return said


# %% messages stay as they are: turns them round
# Not yet: your list is right, and messages has changed: 5 texts were in it, and now it is [<...>, a list. Leave it as it
# is: the next newcomer is told of it, too.

def last_twenty(messages):
    messages.reverse()
    said = [text for text in messages if json.loads(text)["type"] == MSG][:20]
    return said[::-1]


# %% just as it is in messages: written anew
# Not yet: '{"type": 2, "user": "User 1", "msg": "<...>", "time": "12:00:00"}' is in your list. Return the JSON texts, just as
# they are in messages.

def last_twenty(messages):
    said = [sent for sent in map(json.loads, messages) if sent["type"] == MSG]
    return [json.dumps(sent) for sent in said[-20:]]


# %% that were said: all but those who came and went
# Not yet: 'a message needs something to read' is in your list, and nobody said that: its type is not 2.

import json

def last_twenty(messages):
    return [text for text in messages if json.loads(text)["type"] not in (0, 1)][-20:]


# %% that were said: not what is blank
# Not yet: 4 things were said, a newcomer is told all of them, and your list has 3.

import json

def last_twenty(messages):
    said = []
    for text in messages:
        fields = json.loads(text)
        if fields["type"] == 2 and fields["msg"].strip():
            said.append(text)
    return said[-20:]


# %% the oldest first: by a time that begins anew at midnight
# Not yet: number <...> in your list is <...>, and number <...> that a newcomer is told is <...>.

import json

def last_twenty(messages):
    said = [text for text in messages if json.loads(text)["type"] == 2]
    return sorted(said, key=lambda text: json.loads(text)["time"])[-20:]


# %% just as it is in messages: without the end of its line
# Not yet: <...> is in your list. Return the JSON texts, just as they are in messages.

import json

def last_twenty(messages):
    said = [text.strip() for text in messages if json.loads(text)["type"] == 2]
    return said[-20:]


# %% return a list: only if something was said
# Not yet: nobody had said anything, and you returned None. Return a list: there is nothing in it then.

def last_twenty(messages):
    said = [text for text in messages if json.loads(text)["type"] == 2]
    if said:
        return said[-20:]


# %% return a list: the last of those that were said, and then on from behind
# Not yet: 0 things had been said, and your function raised IndexError in line 3 of last_twenty: list index out of range.

def last_twenty(messages):
    said = [text for text in messages if json.loads(text)["type"] == 2]
    found = [said[-1]]
    for text in said[-2::-1]:
        if len(found) < 20:
            found.insert(0, text)
    return found
