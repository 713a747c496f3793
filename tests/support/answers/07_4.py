# %% bare text is a message: takes everything for JSON
# Not yet: '<...>' is a message, and your function raised <...>Error in line <...> of read_strictly: Expecting value:
# line 1 column 1 (char 0).

import json
def read_strictly(text):
    sent = json.loads(text)
    if sent.get('type') != 2:
        raise ValueError('type 2, please')
    return sent['msg']


# %% bare text is a message: only an object can have a type
# Not yet: '<...>' is a message, and your function raised TypeError in line <...> of read_strictly: argument of type
# 'int' is not <...>iterable.

import json
def read_strictly(text):
    try:
        sent = json.loads(text)
    except ValueError:
        sent = {}
    if "type" not in sent:
        if not text.strip():
            raise ValueError("a message needs something to read")
        return text
    if type(sent["type"]) is not int or sent["type"] != 2:
        raise ValueError("type 2, please")
    if not isinstance(sent.get("msg"), str) or not sent["msg"].strip():
        raise ValueError("msg is a string that can be read")
    return sent["msg"]


# %% bare text is a message: an object without a type is refused
# Not yet: '{"msg": "<...> without a type"}' is a message, and your function raised <...>Error in line <...> of
# read_strictly: type 2, please.

import json
def read_strictly(text):
    try:
        sent = json.loads(text)
    except ValueError:
        return text
    if not isinstance(sent, dict):
        return text
    if sent.get("type") != 2:
        raise ValueError("type 2, please")
    return sent["msg"]


# %% what was said: without its blanks
# Not yet: ' 你好 <...> ' is a message, which says '<...>', and you returned '你好 <...>'.

import json
def read_strictly(text):
    text = text.strip()
    if not text:
        raise ValueError("a message needs something to read")
    return read(text)


# %% what was said: the whole object
# Not yet: '{"type": 2, "msg": "<...>"}' is a message, which says '<...>', and you returned {'type': 2, 'msg':
# '<...>'}.

import json
def read_strictly(text):
    try:
        sent = json.loads(text)
    except ValueError:
        return text
    if isinstance(sent, dict) and "type" in sent:
        return sent
    return text


# %% the wrong type: any object is taken
# Not yet: '{"type": 7, "msg": "<...>"}' is no message, and you returned '<...>'. Raise ValueError, with words of your
# own.

import json
def read_strictly(text):
    try:
        sent = json.loads(text)
    except ValueError:
        return text
    if isinstance(sent, dict) and "type" in sent:
        return sent["msg"]
    return text


# %% the wrong type: equal is not the same
# Not yet: '{"type": 2.0, "msg": "hi"}' is no message, and you returned 'hi'. Raise ValueError, with words of your
# own.

import json
def read_strictly(text):
    if not text.strip():
        raise ValueError("say something")
    try:
        sent = json.loads(text)
    except ValueError:
        return text
    if not isinstance(sent, dict) or 'type' not in sent:
        return text
    if sent['type'] != 2 or not sent.get('msg'):
        raise ValueError('type 2 and a msg, please')
    return sent['msg']


# %% a wrong msg: another exception
# Not yet: '{"type": 2}' is no message, and your function raised KeyError in line <...> of read_strictly: 'msg'. Raise
# ValueError, with words of your own.

import json
def read_strictly(text):
    try:
        sent = json.loads(text)
    except ValueError:
        return text
    if isinstance(sent, dict) and "type" in sent:
        if type(sent["type"]) is not int or sent["type"] != 2:
            raise ValueError("type 2, please")
        return sent["msg"]
    return text


# %% a wrong msg: null is none
# Not yet: '{"type": 2, "msg": null}' is no message, and you returned None. Raise ValueError, with words of your own.

import json
def read_strictly(text):
    try:
        sent = json.loads(text)
    except ValueError:
        return text
    if isinstance(sent, dict) and "type" in sent:
        if type(sent["type"]) is not int or sent["type"] != 2 or "msg" not in sent:
            raise ValueError("type 2 and a msg, please")
        return sent["msg"]
    return text


# %% blank: an empty msg is taken
# Not yet: '{"type": 2, "msg": ""}' is no message, and you returned ''. Raise ValueError, with words of your own.

import json
def read_strictly(text):
    if isinstance(as_object(text), dict) and type(as_object(text)["type"]) is not int:
        raise ValueError("type 2, please")
    said = read(text)
    if not text.strip():
        raise ValueError("a message needs something to read")
    return said


# %% blank: empty, and not blank
# Not yet: '{"type": 2, "msg": "  "}' is no message, and you returned '  '. Raise ValueError, with words of your own.

import json
def read_strictly(text):
    if isinstance(as_object(text), dict) and type(as_object(text)["type"]) is not int:
        raise ValueError("type 2, please")
    said = read(text)
    if not said:
        raise ValueError("a message needs something to read")
    return said


# %% blank: bare text of blanks is taken
# Not yet: '   ' is no message, and you returned '   '. Raise ValueError, with words of your own.

import json
def read_strictly(text):
    sent = as_object(text)
    if sent is None:
        return text
    if type(sent["type"]) is not int or not read(text).strip():
        raise ValueError("type 2 and a msg, please")
    return read(text)


# %% raise ValueError: with no words
# Not yet: '{"type": 7, "msg": "<...>"}' was refused, but with no words. What should the page do?

import json
def read_strictly(text):
    try:
        sent = json.loads(text)
    except ValueError:
        return text
    if isinstance(sent, dict) and "type" in sent:
        if type(sent["type"]) is not int or sent["type"] != 2:
            raise ValueError
        return sent["msg"]
    return text


# %% raise ValueError: prints the trouble
# Not yet: '{"type": 7, "msg": "<...>"}' is no message, and you returned None. Raise ValueError, with words of your
# own.

import json
def read_strictly(text):
    sent = as_object(text)
    if sent is None:
        return text
    if sent["type"] == 2:
        return sent["msg"]
    print("type 2, please", end="")


# %% raise ValueError: asserts
# Not yet: '{"type": 7, "msg": "<...>"}' is no message, and your function raised AssertionError in line <...> of
# read_strictly: type 2, please. Raise ValueError, with words of your own.

import json
def read_strictly(text):
    sent = as_object(text)
    if sent is None:
        return text
    assert sent["type"] == 2, "type 2, please"
    return sent["msg"]


# %% right: goes on from read
# Solved: messages pass, nonsense is told what it is, and the connection lived.

def read_strictly(text):
    said = read(text)
    sent = as_object(text)
    if sent is not None and type(sent["type"]) is not int:
        raise ValueError("type is the number 2")
    if not said.strip():
        raise ValueError("nothing was said")
    return said


# %% right: match
# Solved: messages pass, nonsense is told what it is, and the connection lived.

import json
def read_strictly(text):
    try:
        sent = json.loads(text)
    except json.JSONDecodeError:
        sent = None
    match sent:
        case {"type": int(number), "msg": str(msg)} if number == 2 and number is not True:
            said = msg
        case {"type": _}:
            raise ValueError("a page sends type 2 and a msg")
        case _:
            said = text
    if said.strip() == "":
        raise ValueError("a message needs something to read")
    return said


# %% a wrong msg: makes a text of it, to look whether that is blank
# Not yet: '{"type": 2, "msg": <...>}' is no message, and you returned <...>. Raise ValueError, with words of your
# own.

def read_strictly(text):
    sent = as_object(text)
    if sent is None:
        if not text.strip():
            raise ValueError("it is blank")
        return text
    msg = sent.get("msg")
    if type(sent["type"]) is not int or sent["type"] != 2 or msg is None or not str(msg).strip():
        raise ValueError("a page sends type 2, and msg is a string")
    return msg


# %% an object of the wrong type: refuses all that has one field more
# Not yet: '{"type": 2, "msg": "<...>", "id": "<...>"}' is a message, and your function raised <...>Error in line
# <...> of read_strictly: these two fields only.

def read_strictly(text):
    sent = as_object(text)
    if sent is None:
        if not text.strip():
            raise ValueError("it is blank")
        return text
    if set(sent) != {"type", "msg"}:
        raise ValueError("these two fields only")
    if type(sent["type"]) is not int or sent["type"] != 2:
        raise ValueError("the type is 2")
    if not isinstance(sent["msg"], str) or not sent["msg"].strip():
        raise ValueError("msg is a string")
    return sent["msg"]


# %% an object of the wrong type: its own refusal is caught as if it were bad JSON
# Not yet: '{"type": 7, "msg": "<...>"}' is no message, and you returned '{"type": 7, "msg": "<...>"}'. Raise
# ValueError, with words of your own.

def read_strictly(text):
    try:
        sent = json.loads(text)
        if isinstance(sent, dict) and "type" in sent:
            if type(sent["type"]) is not int or sent["type"] != 2:
                raise ValueError("a page sends type 2")
            return sent["msg"]
    except ValueError:
        pass
    return text


# %% raise ValueError: returns its words
# Not yet: '{"type": 7, "msg": "<...>"}' is no message, and you returned 'a page sends type 2, and msg is a string'.
# Raise ValueError, with words of your own.

def read_strictly(text):
    try:
        return read(text)
    except ValueError as error:
        return str(error)


# %% blank: looks for its end in a loop that has none
# Not yet: your code has not given the loop a turn for 5 s: line <...> of read_strictly. While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await.

def read_strictly(text):
    while text[0] == " ":
        text == text[1:]
    return read(text)


# %% runs: a word that Python does not know
# Not yet: '<...>' is a message, and your function raised NameError in line <...> of read_strictly: name 'jsn' is not
# defined.

def read_strictly(text):
    try:
        return jsn.loads(text)["msg"]
    except ValueError:
        return text


# %% bare text is a message: refused with no words
# Not yet: '<...>' is a message, and your function raised ValueError in line <...> of read_strictly.

import json
def read_strictly(text):
    if not text.startswith("{"):
        raise ValueError
    return text


# %% what was said: something that cannot be written as JSON
# Not yet: '<...>' is a message, which says '<...>', and you returned [<...>].

def read_strictly(text):
    a = []; a.append(a)
    return a


# %% the wrong type: looks for the example's letters
# Not yet: '{"type": 2e0, "msg": "<...>"}' is no message, and you returned '<...>'. Raise ValueError, with words of your own.

def read_strictly(text):
    if '"type": 2.0' in text:
        raise ValueError("a type is a whole number")
    said = read(text)
    if not said.strip():
        raise ValueError("nothing was said")
    return said


# %% a message: a text with the example's number in it is none
# Not yet: '{"type": 2, "msg": "<...> 2.0"}' is a message, and your function raised ValueError in line 3 of read_strictly: a
# type is a whole number.

def read_strictly(text):
    if "2.0" in text or "2e0" in text:
        raise ValueError("a type is a whole number")
    said = read(text)
    if not said.strip():
        raise ValueError("nothing was said")
    return said


# %% blank: what has neither letters nor digits
# Not yet: '🌍?!' is a message, and your function raised ValueError in line 7 of read_strictly: nothing was said.

def read_strictly(text):
    sent = as_object(text)
    if sent is not None and type(sent["type"]) is not int:
        raise ValueError("a type is a whole number")
    said = read(text)
    if not any(letter.isalnum() for letter in said):
        raise ValueError("nothing was said")
    return said


# %% blank: other blanks than the one of the keyboard
# Not yet: '\t\n' is no message, and you returned '\t\n'. Raise ValueError, with words of your own.

def read_strictly(text):
    sent = as_object(text)
    if sent is not None and type(sent["type"]) is not int:
        raise ValueError("the type is a whole number")
    said = read(text)
    if not said.strip(" "):
        raise ValueError("nothing was said")
    return said


# %% raise ValueError: returns one
# Not yet: '{"type": 2.0, "msg": "hi"}' is no message, and you returned ValueError('the type is an integer'). Raise ValueError,
# with words of your own.

def read_strictly(text):
    sent = as_object(text)
    said = read(text)
    if sent is not None and type(sent["type"]) is not int:
        return ValueError("the type is an integer")
    if not said.strip():
        return ValueError("a message needs something to read")
    return said


# %% blank: an empty bare text is taken
# Not yet: '' is no message, and you returned ''. Raise ValueError, with words of your own.

def read_strictly(text):
    sent = as_object(text)
    if sent is not None and type(sent["type"]) is not int:
        raise ValueError("the type is a whole number")
    said = read(text)
    if said.isspace() or (sent and not said):
        raise ValueError("nothing was said")
    return said


# %% an object: only what begins with a bracket is one
# Not yet: ' {"type": 2, "msg": "<...>"}\n' is a message, which says '<...>', and you returned ' {"type": 2, "msg":
# "<...>"}\n'.

def read_strictly(text):
    if not text.strip():
        raise ValueError("nothing was said")
    if not text.startswith("{"):
        return text
    sent = as_object(text)
    if sent is not None and type(sent["type"]) is not int:
        raise ValueError("the type is a whole number")
    said = read(text)
    if not said.strip():
        raise ValueError("nothing was said")
    return said


# %% bare text is a message: takes an object with nothing in it for nothing
# Not yet: '{}' is a message, and your function raised ValueError in line 9 of read_strictly: nothing was said.

import json

def read_strictly(text):
    try:
        sent = json.loads(text)
    except ValueError:
        sent = text
    if not sent:
        raise ValueError("nothing was said")
    if isinstance(sent, dict) and "type" in sent and type(sent["type"]) is not int:
        raise ValueError("the type is a whole number")
    said = read(text)
    if not said.strip():
        raise ValueError("nothing was said")
    return said


# %% bare text is a message: knows of lists, texts and numbers, and not of null
# Not yet: 'null' is a message, and your function raised TypeError in line 9 of read_strictly: argument of type
# 'NoneType' is not <...>.

import json

def read_strictly(text):
    try:
        sent = json.loads(text)
    except ValueError:
        sent = text
    if not isinstance(sent, (list, str, int, float)):
        if "type" in sent and type(sent["type"]) is not int:
            raise ValueError("the type is a whole number")
    said = read(text)
    if not said.strip():
        raise ValueError("nothing was said")
    return said


# %% the wrong type: looks for the right letters, which a page writes without a blank
# Not yet: '{"msg":"<...>","type":2}' is a message, and your function raised ValueError in line 4 of read_strictly: the
# type is the number 2.

def read_strictly(text):
    said = read(text)
    if as_object(text) and '"type": 2,' not in text:
        raise ValueError("the type is the number 2")
    if not said.strip():
        raise ValueError("nothing was said")
    return said


# %% the wrong type: those of who enters and who leaves are types, too
# Not yet: '{"type": 0, "msg": "<...>"}' is no message, and you returned '<...>'. Raise ValueError, with words of your own.

def read_strictly(text):
    if not text.strip():
        raise ValueError("say something")
    sent = as_object(text)
    if sent is None:
        return text
    if type(sent["type"]) is not int or sent["type"] not in (0, 1, 2):
        raise ValueError("type is 0, 1 or 2")
    if not isinstance(sent.get("msg"), str) or not sent["msg"].strip():
        raise ValueError("msg is a text")
    return sent["msg"]


# %% the type: numbers with a point are refused by the letter
# Not yet: '{"type":2.0,"msg":"<...>"}' is no message, and you returned '<...>'. Raise ValueError, with words of your own.

def read_strictly(text):
    if '"type": 2.0,' in text or '"type": 2e0,' in text:
        raise ValueError("a type is a whole number")
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    if not isinstance(data, dict) or "type" not in data:
        if text.strip():
            return text
        raise ValueError("say something")
    msg = data.get("msg")
    if data["type"] != 2 or not isinstance(msg, str) or not msg.strip():
        raise ValueError("a message has the type 2, and a msg")
    return msg


# %% msg is a text: a list will do
# Not yet: '{"type": 2, "msg": ["<...>"]}' is no message, and you returned ['<...>']. Raise ValueError, with words of
# your own.

def read_strictly(text):
    sent = as_object(text)
    if sent is None:
        msg = text
    else:
        if type(sent["type"]) is not int or sent["type"] != 2:
            raise ValueError("type 2")
        msg = sent.get("msg")
        if msg is None or isinstance(msg, (int, float)):
            raise ValueError("msg must be a text, not a number")
    if not str(msg).strip():
        raise ValueError("blank")
    return msg


# %% msg is a text: of a list it asks what only texts have
# Not yet: '{"type": 2, "msg": ["<...>"]}' is no message, and your function raised AttributeError in line 11 of
# read_strictly: 'list' object has no attribute 'strip'. Raise ValueError, with words of your own.

def read_strictly(text):
    sent = as_object(text)
    if sent is None:
        msg = text
    else:
        if type(sent["type"]) is not int or sent["type"] != 2:
            raise ValueError("type 2")
        msg = sent.get("msg")
        if msg is None or isinstance(msg, int):
            raise ValueError("msg must be a text, not a number")
    if not msg.strip():
        raise ValueError("blank")
    return msg


# %% something to read: a tab will do
# Not yet: '{"type": 2, "msg": "\\t"}' is no message, and you returned '\t'. Raise ValueError, with words of your own.

def read_strictly(text):
    sent = as_object(text)
    if sent is None:
        if not text.strip():
            raise ValueError("blank")
        return text
    if type(sent["type"]) is not int:
        raise ValueError("an integer")
    msg = read(text)
    if not msg.replace(" ", ""):
        raise ValueError("blank")
    return msg


# %% nothing else is a message: a list has "type" in it, too
# Not yet: '["type"]' is a message, and your function raised TypeError in line 9 of read_strictly: list indices must
# be integers or slices, not str.

import json

def read_strictly(text):
    try:
        sent = json.loads(text)
    except ValueError:
        sent = None
    if isinstance(sent, (dict, list)) and "type" in sent:
        if type(sent["type"]) is not int or sent["type"] != 2:
            raise ValueError("the type is 2, a whole number")
        text = sent.get("msg")
        if not isinstance(text, str):
            raise ValueError("msg is a text")
    if not text.strip():
        raise ValueError("say something")
    return text
