# %% header names in either case: looks for one spelling in the request
# Not yet: the request's headers were in lower case, and your function raised IndexError in line 2 of understands: list index out of range.

def understands(request, response):
    key = request.split("Sec-WebSocket-Key: ")[1].split()[0]
    return f"sec-websocket-accept: {accept_key(key)}".lower() in response.lower()
def accept_key(key):
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return base64.b64encode(digest).decode()


# %% header names in either case: looks for one spelling in the response
# Not yet: the response's headers were in lower case: True is right there, and you returned False. To the key <...> belongs <...>.

def understands(request, response):
    key = request.split("Sec-WebSocket-Key: ")[-1].split()[0]
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}" in response


# %% the right key: makes both small, and so takes small letters for large ones
# Not yet: the answer was made of the key: True is right there, and you returned False. To the key <...> belongs <...>.

def understands(request, response):
    request, response = request.lower(), response.lower()
    key = request.split("sec-websocket-key: ")[1].split()[0]
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return base64.b64encode(digest).decode().lower() in response


# %% the right key: compares with small letters
# Not yet: the answer had small letters for large ones: False is right there, and you returned True. To the key <...> belongs <...>.

def understands(request, response):
    at = request.lower().index("sec-websocket-key: ") + len("sec-websocket-key: ")
    key = request[at:].split()[0]
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return f"sec-websocket-accept: {base64.b64encode(digest).decode().lower()}" in response.lower()


# %% the right key: any accept key will do
# Not yet: the answer was made of another key: False is right there, and you returned True. To the key <...> belongs <...>.

def understands(request, response):
    return "sec-websocket-accept" in response.lower()


# %% the right key: the status is enough
# Not yet: the answer was made of another key: False is right there, and you returned True. To the key <...> belongs <...>.

def understands(request, response):
    return "101 Switching Protocols" in response


# %% the right key: compares it with the key itself
# Not yet: the answer was made of the key: True is right there, and you returned False. To the key <...> belongs <...>.

def header(text, name):
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.lower() == name:
            return value.strip()
def understands(request, response):
    return header(request, "sec-websocket-key") == header(response, "sec-websocket-accept")


# %% the right key: forgets the fixed text
# Not yet: the answer was made of the key: True is right there, and you returned False. To the key <...> belongs <...>.

def understands(request, response):
    at = request.lower().index("sec-websocket-key: ") + len("sec-websocket-key: ")
    digest = hashlib.sha1(request[at:].split()[0].encode()).digest()
    return base64.b64encode(digest).decode() in response


# %% the right key: writes the digest in hex
# Not yet: the answer was made of the key: True is right there, and you returned False. To the key <...> belongs <...>.

def understands(request, response):
    at = request.lower().index("sec-websocket-key: ") + len("sec-websocket-key: ")
    key = request[at:].split()[0]
    return hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).hexdigest() in response


# %% the right key: the one that the notebook has left over
# Not yet: the answer was made of the key: True is right there, and you returned False. To the key <...> belongs <...>.

key = "dGhlIHNhbXBsZSBub25jZQ=="
def understands(request, response):
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return base64.b64encode(digest).decode() in response


# %% no such header: takes it for granted
# Not yet: there was no such header, and your function raised IndexError in line 5 of understands: list index out of range.

def understands(request, response):
    at = request.lower().index("sec-websocket-key: ") + len("sec-websocket-key: ")
    key = request[at:].split()[0]
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    accept = [line for line in response.splitlines() if line.lower().startswith("sec-websocket-accept")][0]
    return accept.split(": ")[1] == base64.b64encode(digest).decode()


# %% no such header: finds the value anywhere
# Not yet: the right value was in another header: False is right there, and you returned True. To the key <...> belongs <...>.

def understands(request, response):
    at = request.lower().index("sec-websocket-key: ") + len("sec-websocket-key: ")
    key = request[at:].split()[0]
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return base64.b64encode(digest).decode() in response


# %% tells: prints it
# Not yet: you returned None. Return True or False. Which header of the request do you need, and which of the response?

def understands(request, response):
    print("sec-websocket-accept" in response.lower())


# %% the right key: the header is there, and the value anywhere
# Not yet: the accept key was wrong, and the right value was in another header: False is right there, and you returned True. To the key <...> belongs <...>.

def understands(request, response):
    lines = request.splitlines()
    key = next(line.split(": ")[1] for line in lines if line.lower().startswith("sec-websocket-key"))
    return "sec-websocket-accept" in response.lower() and accept_key(key) in response


# %% right: with regular expressions, and None for no
# Solved: you know a server that understands from one that does not.

import re
def understands(request, response):
    key = re.search(r"(?i)^sec-websocket-key: *(\S+)", request, re.MULTILINE)
    if not key:
        return None
    digest = hashlib.sha1((key[1] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    found = re.search(r"(?i)^sec-websocket-accept: *(\S+)", response, re.MULTILINE)
    return found and found[1] == base64.b64encode(digest).decode()


# %% right: with the library's own function and a dictionary
# Solved: you know a server that understands from one that does not.

from websockets.utils import accept_key
def headers(text):
    lines = [line.split(": ", 1) for line in text.splitlines() if ": " in line]
    return {name.lower(): value for name, value in lines}
async def understands(request, response):
    key = headers(request).get("sec-websocket-key")
    return key is not None and headers(response).get("sec-websocket-accept") == accept_key(key)


# %% the right key: the first header that begins alike
# Not yet: the answer was made of the key: True is right there, and you returned False. To the key <...> belongs <...>.

def understands(request, response):
    def value(text):
        for line in text.splitlines():
            if line.lower().startswith("sec-websocket"):
                return line.split(":", 1)[1].strip()
    return value(response) == accept_key(value(request))


# %% the right key: the last header that begins alike
# Not yet: the answer was made of the key: True is right there, and you returned False. To the key <...> belongs <...>.

def understands(request, response):
    def value(text):
        return [line for line in text.splitlines() if "sec-websocket" in line.lower()][-1].split(": ")[1]
    return value(response) == accept_key(value(request))


# %% header names in either case: counts lines
# Not yet: the <...>: True is right there, and you returned False. To the key <...> belongs <...>.

def understands(request, response):
    key = request.splitlines()[4].split(": ")[1]
    name, _, value = response.splitlines()[3].partition(": ")
    return name.lower() == "sec-websocket-accept" and value == accept_key(key)


# %% right: with the parser of e-mail, whose headers look alike
# Solved: you know a server that understands from one that does not.

from email.parser import Parser

def understands(request, response):
    asked, answered = (Parser().parsestr(text.split("\r\n", 1)[1]) for text in (request, response))
    key = asked["sec-websocket-key"]
    return key is not None and answered["Sec-WebSocket-Accept"] == accept_key(key)


# %% header names in either case: falls through, and returns nothing
# Not yet: the response's headers were in lower case: True is right there, and you returned None. To the key <...> belongs <...>.

import base64, hashlib
def expected(request):
    at = request.lower().index("sec-websocket-key: ") + len("sec-websocket-key: ")
    key = request[at:].split()[0]
    return base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()

def understands(request, response):
    for line in response.splitlines():
        name, _, value = line.partition(": ")
        if name == "Sec-WebSocket-Accept":
            return value == expected(request)


# %% True: a text
# Not yet: the answer was made of the key, and you returned 'True', a str, which Python takes for True. Return True or False.

import base64, hashlib
def expected(request):
    at = request.lower().index("sec-websocket-key: ") + len("sec-websocket-key: ")
    key = request[at:].split()[0]
    return base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()

def understands(request, response):
    for line in response.splitlines():
        name, _, value = line.partition(": ")
        if name.lower() == "sec-websocket-accept" and value == expected(request):
            return "True"
    return "False"


# %% header names in either case: knows two spellings
# Not yet: the response's headers were in upper case: True is right there, and you returned False. To the key <...> belongs <...>.

import re

from websockets.utils import accept_key


def understands(request, response):
    key = re.search(r"(?i)sec-websocket-key: (\S+)", request)[1]
    found = re.search(r"(?m)^(?:Sec-WebSocket-Accept|sec-websocket-accept): (\S+)", response)
    return found is not None and found[1] == accept_key(key)


# %% the right one: the key will do, too
# Not yet: the response sent the key itself back: False is right there, and you returned True. To the key <...> belongs <...>.

import re

from websockets.utils import accept_key


def understands(request, response):
    key = re.search(r"(?i)sec-websocket-key: (\S+)", request)[1]
    found = re.search(r"(?im)^sec-websocket-accept: (\S+)", response)
    return found is not None and found[1] in (key, accept_key(key))


# %% missing: takes nothing for the same as nothing
# Not yet: neither header was there: False is right there, and you returned True. An accept key is made of a key.

from websockets.utils import accept_key

def header(text, name):
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.lower() == name:
            return value.strip()
    return None

def understands(request, response):
    key = header(request, "sec-websocket-key")
    return header(response, "sec-websocket-accept") == (key and accept_key(key))


# %% missing: makes an accept key of no key
# Not yet: the request had no key: False is right there, and you returned True. An accept key is made of a key.

from websockets.utils import accept_key

def header(text, name):
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.lower() == name:
            return value.strip()
    return ""

def understands(request, response):
    return header(response, "sec-websocket-accept") == accept_key(header(request, "sec-websocket-key"))


# %% missing: takes the key for granted
# Not yet: neither header was there, and your function raised TypeError in line 10 of understands: unsupported operand type(s) for +: 'NoneType' and 'str'.

from websockets.utils import accept_key

def header(text, name):
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.lower() == name:
            return value.strip()

def understands(request, response):
    return header(response, "sec-websocket-accept") == accept_key(header(request, "sec-websocket-key"))


# %% header names: a part of one will do
# Not yet: other headers looked alike: True is right there, and you returned False. To the key <...> belongs <...>.

from websockets.utils import accept_key

def header(text, part):
    for line in text.splitlines():
        if part in line.lower():
            return line.split(":", 1)[1].strip()

def understands(request, response):
    key, accept = header(request, "key"), header(response, "accept")
    return key is not None and accept == accept_key(key)


# %% header names: anywhere in a line, the last one
# Not yet: other headers looked alike: True is right there, and you returned False. To the key <...> belongs <...>.

from websockets.utils import accept_key

def header(text, name):
    found = [line.split(":", 1)[1].strip() for line in text.splitlines() if name in line.lower()]
    return found[-1] if found else ""

def understands(request, response):
    key = header(request, "sec-websocket-key")
    return bool(key) and header(response, "sec-websocket-accept") == accept_key(key)


# %% header names: all that begin in the same way
# Not yet: other headers looked alike: True is right there, and you returned False. To the key <...> belongs <...>.

def find(text, name):
    for line in text.splitlines():
        if line.lower().startswith(name):
            return line.partition(":")[2].strip()


def understands(request, response):
    key = find(request, "sec-websocket-key")
    accept = find(response, "sec-websocket-accept")
    return key is not None and accept is not None and accept_key(key) == accept


# %% return True: a text
# Not yet: the answer was made of the key, and you returned 'yes', a str, which Python takes for True. Return True or
# False.

def understands(request, response):
    def headers(text):
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in text.splitlines())}

    key, accept = headers(request).get("sec-websocket-key"), headers(response).get("sec-websocket-accept")
    return "yes" if key and accept and accept_key(key) == accept else ""


# %% right: None where a header is missing
# Solved: you know a server that understands from one that does not.

def understands(request, response):
    def headers(text):
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in text.splitlines())}

    key, accept = headers(request).get("sec-websocket-key"), headers(response).get("sec-websocket-accept")
    return key and accept and accept_key(key) == accept


# %% header names in either case: in the request it knows two spellings, and neither is in capitals
# Not yet: the request's headers were in upper case: True is right there, and you returned False. To the key <...> belongs <...>.

from websockets.utils import accept_key

def understands(request, response):
    key = accept = None
    for line in request.splitlines():
        name, _, value = line.partition(": ")
        if name in ("Sec-WebSocket-Key", "sec-websocket-key"):
            key = value
    for line in response.splitlines():
        name, _, value = line.partition(": ")
        if name.lower() == "sec-websocket-accept":
            accept = value
    return key is not None and accept_key(key) == accept


# %% header names: anywhere in the text, with their colon
# Not yet: other headers looked alike: True is right there, and you returned False. To the key <...> belongs <...>.

import base64
import hashlib
import re

def understands(request, response):
    key = re.search(r"sec-websocket-key:\s*(\S+)", request, re.IGNORECASE)
    accept = re.search(r"sec-websocket-accept:\s*(\S+)", response, re.IGNORECASE)
    if key is None or accept is None:
        return False
    digest = hashlib.sha1((key[1] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return accept[1] == base64.b64encode(digest).decode()


# %% the right one: somewhere in the line
# Not yet: the accept key had four letters too many: False is right there, and you returned True. To the key <...>
# belongs <...>.

import base64
import hashlib

def understands(request, response):
    key = None
    for line in request.split("\r\n"):
        if line.lower().startswith("sec-websocket-key:"):
            key = line.split(": ")[1]
    if key is None:
        return False
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    for line in response.split("\r\n"):
        if line.lower().startswith("sec-websocket-accept:"):
            return base64.b64encode(digest).decode() in line
    return False


# %% the right one: a part of it will do
# Not yet: the accept key had four letters too few: False is right there, and you returned True. To the key <...>
# belongs <...>.

import base64
import hashlib

def understands(request, response):
    def header(text, name):
        lines = [line.split(": ") for line in text.splitlines() if line.lower().startswith(f"{name}:")]
        return lines[0][1] if lines else None

    key, accept = header(request, "sec-websocket-key"), header(response, "sec-websocket-accept")
    if key is None or accept is None:
        return False
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return accept in base64.b64encode(digest).decode()


# %% right: the library's server reads the request
# Solved: you know a server that understands from one that does not.

from websockets.server import ServerProtocol


def understands(request, response):
    server = ServerProtocol(subprotocols=["chat"])
    server.receive_data(request.encode())
    (asked,) = server.events_received()
    if "Sec-WebSocket-Key" not in asked.headers:
        return False
    accept = accept_key(asked.headers["Sec-WebSocket-Key"])
    names = [line.split(": ") for line in response.splitlines() if ": " in line]
    return any(name.lower() == "sec-websocket-accept" and value == accept for name, value in names)


# %% right: looks at the request's first line, too
# Solved: you know a server that understands from one that does not.

def understands(request, response):
    def value(text, wanted):
        for line in text.splitlines()[1:]:
            name, colon, value = line.partition(": ")
            if name.lower() == wanted:
                return value

    key = value(request, "sec-websocket-key")
    if not request.startswith("GET ") or key is None:
        return False
    return value(response, "sec-websocket-accept") == accept_key(key)


# %% the value: it begins with the right one, since a line end is left over
# Not yet: the accept key had four letters too many at its end: False is right there, and you returned True. To the key <...> belongs <...>.

def understands(request, response):
    key = None
    for line in request.split("\n"):
        if line.lower().startswith("sec-websocket-key:"):
            key = line.split(":")[1].strip()
    if key is None:
        return False
    for line in response.split("\n"):
        if line.lower().startswith("sec-websocket-accept:"):
            return line.split(": ")[1].startswith(accept_key(key))
    return False


# %% the value: a regular expression without an end
# Not yet: the accept key had four letters too many at its end: False is right there, and you returned True. To the key <...> belongs <...>.

import re


def understands(request, response):
    found = re.search(r"^sec-websocket-key: (\S+)", request, re.I | re.M)
    if not found:
        return False
    accept = re.escape(accept_key(found[1]))
    return bool(re.search(rf"^(?i:sec-websocket-accept): {accept}", response, re.M))


# %% the value: the right one begins with it
# Not yet: the accept key lacked its last four letters: False is right there, and you returned True. To the key <...> belongs <...>.

def understands(request, response):
    def value(text, wanted):
        for line in text.splitlines()[1:]:
            name, colon, value = line.partition(": ")
            if name.lower() == wanted:
                return value

    key, accept = value(request, "sec-websocket-key"), value(response, "sec-websocket-accept")
    return bool(key and accept and accept_key(key).startswith(accept))


# %% a header may be missing: asks for the next that is not there
# Not yet: there was no such header, and your function raised StopIteration in line 5 of value.

import base64, hashlib


def value(text, name):
    return next(line.split(": ")[1] for line in text.splitlines() if line.lower().startswith(name))


def understands(request, response):
    key = value(request, "sec-websocket-key:")
    accept = base64.b64encode(hashlib.sha1((key + FIXED_TEXT).encode()).digest()).decode()
    return value(response, "sec-websocket-accept:") == accept


# %% header names in either case: knows three spellings
# Not yet: the response's headers were in mixed case: True is right there, and you returned False. To the key
# <...> belongs <...>.

import base64, hashlib


def understands(request, response):
    def value(text, name):
        for line in text.splitlines():
            for spelling in (name, name.lower(), name.upper()):
                if line.startswith(spelling + ": "):
                    return line.split(": ")[1]
        return ""

    key = value(request, "Sec-WebSocket-Key")
    accept = base64.b64encode(hashlib.sha1((key + FIXED_TEXT).encode()).digest()).decode()
    return bool(key) and value(response, "Sec-WebSocket-Accept") == accept


# %% header names in either case: knows three spellings in the request
# Not yet: the request's headers were in mixed case: True is right there, and you returned False. To the key
# <...> belongs <...>.

import base64, hashlib


def understands(request, response):
    names = ("Sec-WebSocket-Key", "sec-websocket-key", "SEC-WEBSOCKET-KEY")
    sent = dict(line.split(": ", 1) for line in request.splitlines() if ": " in line)
    key = next((sent[name] for name in names if name in sent), None)
    if key is None:
        return False
    accept = base64.b64encode(hashlib.sha1((key + FIXED_TEXT).encode()).digest()).decode()
    lines = (line.split(": ", 1) for line in response.splitlines() if ": " in line)
    return any(name.lower() == "sec-websocket-accept" and value == accept for name, value in lines)


# %% header names: anywhere in a line, and one with the right value will do
# Not yet: the accept key was wrong, and the right value was in headers that look alike: False is right there, and you
# returned True. To the key <...> belongs <...>.

from websockets.utils import accept_key

def understands(request, response):
    key = None
    for line in request.splitlines():
        if line.lower().startswith("sec-websocket-key:"):
            key = line.split(": ")[1]
    if key is None:
        return False
    for line in response.splitlines():
        if "sec-websocket-accept" in line.lower() and line.split(": ")[1] == accept_key(key):
            return True
    return False


# %% header names: begins alike, and one with the right value will do
# Not yet: the accept key was wrong, and the right value was in headers that look alike: False is right there, and you
# returned True. To the key <...> belongs <...>.

from websockets.utils import accept_key

def understands(request, response):
    for line in request.splitlines():
        if line.lower().startswith("sec-websocket-key:"):
            right = accept_key(line.split(": ")[1])
            for answer in response.splitlines():
                if answer.lower().startswith("sec-websocket-accept") and answer.endswith(": " + right):
                    return True
    return False


# %% header names: ends alike, and one with the right value will do
# Not yet: the accept key was wrong, and the right value was in headers that look alike: False is right there, and you
# returned True. To the key <...> belongs <...>.

from websockets.utils import accept_key

def understands(request, response):
    lines = [l for l in request.splitlines() if l.lower().startswith("sec-websocket-key:")]
    if not lines: return False
    right = accept_key(lines[0].split(": ")[1])
    for line in response.splitlines():
        name, _, value = line.partition(": ")
        if name.lower().endswith("sec-websocket-accept") and value == right:
            return True
    return False


# %% header names: a pattern with no beginning
# Not yet: the accept key was wrong, and the right value was in headers that look alike: False is right there, and you
# returned True. To the key <...> belongs <...>.

from websockets.utils import accept_key

import re
def understands(request, response):
    found = re.search(r"^sec-websocket-key: (\S+)", request, re.I | re.M)
    if not found: return False
    return re.search("(?i:sec-websocket-accept): " + re.escape(accept_key(found[1])) + r"\s", response) is not None


# %% header names in either case: knows four spellings
# Not yet: the response's headers were in mixed case: True is right there, and you returned False. To the key <...>
# belongs <...>.

from websockets.utils import accept_key

def understands(request, response):
    key = None
    for line in request.splitlines():
        if line.lower().startswith("sec-websocket-key:"):
            key = line.split(": ")[1]
    if not key: return False
    for name in ("Sec-WebSocket-Accept", "sec-websocket-accept", "SEC-WEBSOCKET-ACCEPT", "Sec-Websocket-Accept"):
        if f"{name}: {accept_key(key)}\r\n" in response: return True
    return False


# %% the value: a pattern, in which + is no plus
# Not yet: the answer was made of the key: True is right there, and you returned False. To the key <...> belongs
# <...>.

from websockets.utils import accept_key

import re
def understands(request, response):
    key = re.search(r"^sec-websocket-key: (\S+)", request, re.I | re.M)
    if not key:
        return False
    return re.search(rf"^(?i:sec-websocket-accept): {accept_key(key[1])}\s*$", response, re.M) is not None


# %% right: the library's server answers the same request, and the two are compared
# Solved: you know a server that understands from one that does not.

from websockets.server import ServerProtocol
from email import message_from_string
def understands(request, response):
    s = ServerProtocol(subprotocols=["chat"])
    s.receive_data(request.encode())
    ours = s.accept(s.events_received()[0])
    if ours.status_code != 101: return False
    theirs = message_from_string(response.partition("\r\n")[2])
    return ours.headers["Sec-WebSocket-Accept"] == theirs.get("sec-websocket-accept")


# %% right: generator, walrus, casefold, binascii
# Solved: you know a server that understands from one that does not.

FIXED_TEXT = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
import binascii, hashlib
def lines(text):
    for line in text.split("\r\n"):
        if (at := line.find(":")) > 0:
            yield line[:at].casefold(), line[at + 1:].strip(" \t")
def understands(request, response):
    asked = [v for n, v in lines(request) if n == "sec-websocket-key"]
    said = [v for n, v in lines(response) if n == "sec-websocket-accept"]
    if len(asked) != 1 or len(said) != 1: return False
    sha = hashlib.new("sha1"); sha.update(asked[0].encode("ascii")); sha.update(FIXED_TEXT.encode("ascii"))
    return binascii.b2a_base64(sha.digest(), newline=False).decode() == said[0]
