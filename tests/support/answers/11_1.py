# %% no Origin: programs are refused
# Not yet: allow(None, '127.0.0.1:3000') returned False. There is no Origin: a program sends it, not a page. It may come in.

from urllib.parse import urlsplit

def allow(origin, host):
    return origin is not None and urlsplit(origin).hostname in ours


# %% any port: the page of the server itself, and no other
# Not yet: allow('http://localhost:8888', 'localhost:3000') returned False. Its name is one of ours, and the port does not matter.

def allow(origin, host):
    return origin is None or origin in (f"http://{host}", f"https://{host}")


# %% any port: of a list of origins, as in many settings
# Not yet: allow('http://127.0.0.1:8890', '127.0.0.1:3000') returned False. Its name is one of ours, and the port does not matter.

ALLOWED = [None, "http://localhost:8888", "http://127.0.0.1:8888", "https://hub.example.org"]

def allow(origin, host):
    return origin in ALLOWED


# %% one of our names: what is before the first colon
# Not yet: allow('http://[::1]:8888', '[::1]:3000') returned False. An IPv6 address is in brackets, and its colons are no port.

def allow(origin, host):
    if host.split(":")[0] not in ours:
        return False
    if origin is None:
        return True
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and rest.split(":")[0] in ours


# %% one of our names: a URL's hostname has no brackets
# Not yet: allow('http://[::1]:8888', '[::1]:3000') returned False. An IPv6 address is in brackets, and its colons are no port.

from urllib.parse import urlsplit

def allow(origin, host):
    return origin is None or urlsplit(origin).hostname in ours


# %% one of our names: what is behind the last colon is cut off, port or not
# Not yet: allow('http://localhost', '[::1]') returned False. An IPv6 address is in brackets, and its colons are no port.

def allow(origin, host):
    if host.rpartition(":")[0] not in ours:
        return False
    return origin is None or origin.split("://")[1].removesuffix(":8888").removesuffix(":8890") in ours


# %% behind a proxy: Host is the page's own, or nobody comes in
# Not yet: allow('https://hub.example.org', '127.0.0.1:3000') returned False. A proxy may write another Host than the page's; both
# names are ours.

import re

def name(text):
    return re.sub(r":\d+$", "", text) if not text.endswith("]") else text

def allow(origin, host):
    if name(host) not in ours:
        return False
    return origin is None or name(origin.partition("://")[2]) == name(host) or name(host) == "[::1]"


# %% exactly: everybody comes in
# Not yet: allow('https://evil.example', '127.0.0.1:3000') returned True. That is the hijack: a page of somebody else.

def allow(origin, host):
    return True


# %% exactly: one of our names is somewhere in it
# Not yet: allow('http://localhost.evil.example', '127.0.0.1:3000') returned True. It only looks like one of ours. Compare the whole
# name.

def allow(origin, host):
    return origin is None or any(name in origin for name in ours)


# %% exactly: it begins with one of our names
# Not yet: allow('http://localhost.evil.example', '127.0.0.1:3000') returned True. It only looks like one of ours. Compare the whole
# name.

def allow(origin, host):
    return origin is None or origin.partition("://")[2].startswith(tuple(ours))


# %% exactly: it ends with one of our names
# Not yet: allow('https://evil-hub.example.org', 'hub.example.org') returned True. It only looks like one of ours. Compare the whole
# name.

import re

def allow(origin, host):
    return origin is None or re.sub(r":\d+$", "", origin).endswith(tuple(ours))


# %% exactly: a pattern in which a dot is any character
# Not yet: allow('https://hub-example.org', 'hub.example.org') returned True. It only looks like one of ours. Compare the whole
# name.

import re

def allow(origin, host):
    names = "|".join(name.replace("[", r"\[").replace("]", r"\]") for name in ours)
    return origin is None or re.fullmatch(rf"https?://({names})(:\d+)?", origin) is not None


# %% exactly: null is let in, for pages that are opened from a disk
# Not yet: allow('null', '127.0.0.1:3000') returned True. A page from a disk says null, whoever wrote it,
# and so do others that hide their origin.

import re

def allow(origin, host):
    names = "|".join(map(re.escape, ours))
    return origin in (None, "null") or re.fullmatch(rf"\w+://({names})(:\d+)?", origin) is not None


# %% http or https: whatever is before the name
# Not yet: allow('capacitor://localhost', '127.0.0.1:3000') returned True. It is no web page: those begin with http:// or https://.

import re

def allow(origin, host):
    names = "|".join(map(re.escape, ours))
    return origin is None or re.fullmatch(rf"\w+://({names})(:\d+)?", origin) is not None


# %% the name in Host: equal is good enough
# Not yet: allow('http://evil.example:3000', 'evil.example:3000') returned True. That Host is none of our names: it is DNS rebinding,
# whatever the Origin says.

import re

def allow(origin, host):
    if origin is None or origin == f"http://{host}":
        return True
    names = "|".join(map(re.escape, ours))
    return re.fullmatch(rf"https?://({names})(:\d+)?", origin) is not None


# %% the name in Host: nobody looks at it
# Not yet: allow(None, 'evil.example:3000') returned True. That Host is none of our names: it is DNS rebinding, whatever the Origin
# says.

import re

def allow(origin, host):
    names = "|".join(map(re.escape, ours))
    return origin is None or re.fullmatch(rf"https?://({names})(:\d+)?", origin) is not None


# %% the name in Host: only where there is no Origin
# Not yet: allow('http://localhost:8888', 'localhost.evil.example:3000') returned True. That Host is none of our names: it is DNS
# rebinding, whatever the Origin says.

import re

def allow(origin, host):
    names = "|".join(map(re.escape, ours))
    if origin is None:
        return re.fullmatch(rf"({names})(:\d+)?", host) is not None
    return re.fullmatch(rf"https?://({names})(:\d+)?", origin) is not None


# %% some later: the names of today
# Not yet: allow('https://<...>.example.net', '127.0.0.1:3000') returned False. <...>.example.net was added to ours.
# When do you look into it?

import re

names = "|".join(map(re.escape, ours))

def allow(origin, host):
    if not re.fullmatch(rf"({names})(:\d+)?", host):
        return False
    return origin is None or re.fullmatch(rf"https?://({names})(:\d+)?", origin) is not None


# %% some later: a set that cannot be changed
# Not yet: ours is frozenset(<...>), a frozenset. Leave it the set that it was: whoever runs the server changes it.

import re

ours = frozenset({"localhost", "127.0.0.1", "[::1]", "hub.example.org"})

def allow(origin, host):
    names = "|".join(map(re.escape, ours))
    if not re.fullmatch(rf"({names})(:\d+)?", host):
        return False
    return origin is None or re.fullmatch(rf"https?://({names})(:\d+)?", origin) is not None


# %% True or False: printed
# Not yet: allow(None, '127.0.0.1:3000') returned None. Return True or False.

def allow(origin, host):
    print(origin is None or host in origin)


# %% True or False: a match
# Not yet: allow('http://localhost:8888', 'localhost:3000') returned <re.Match object; <...>, a Match. Return True or False.

import re

def allow(origin, host):
    return origin is None or re.fullmatch(r"https?://localhost(:\d+)?", origin)


# %% runs: Origin is always there
# Not yet: the call was allow(<...>), and your function raised AttributeError in line <...> of allow: 'NoneType'
# object has no attribute 'partition'.

def allow(origin, host):
    return origin.partition("://")[2].partition(":")[0] in ours


# %% right: a pattern of all names
# Solved: your own pages and programs come in, and nobody else.

import re

def allow(origin, host):
    names = "|".join(map(re.escape, ours))
    if not re.fullmatch(rf"({names})(:\d+)?", host):
        return False
    return origin is None or re.fullmatch(rf"https?://({names})(:\d+)?", origin) is not None


# %% exactly: with the parser of URLs, which leaves out what is before an @
# Not yet: allow('http://evil.example@localhost:8888', '127.0.0.1:3000') returned True. An Origin has no @:
# its name begins right behind ://.

from urllib.parse import urlsplit

def name(url):
    found = urlsplit(url).hostname or ""
    return f"[{found}]" if ":" in found else found

def allow(origin, host):
    if name(f"//{host}") not in ours:
        return False
    if origin is None:
        return True
    return urlsplit(origin).scheme in {"http", "https"} and name(origin) in ours


# %% right: a port is cut off at the end, and async
# Solved: your own pages and programs come in, and nobody else.

def without_port(text):
    head, colon, port = text.rpartition(":")
    return head if colon and port.isdigit() else text

async def allow(origin, host):
    pages = {f"{scheme}://{name}" for scheme in ("http", "https") for name in ours}
    return without_port(host) in ours and (origin is None or without_port(origin) in pages)


# %% some later: a name that was ours once is ours for ever
# Not yet: allow('https://<...>.example.net', '127.0.0.1:3000') returned True. <...>.example.net was taken out of ours
# again. When do you look into it?

import re

known = set()

def allow(origin, host):
    known.update(ours)
    names = "|".join(map(re.escape, known))
    if not re.fullmatch(rf"({names})(:\d+)?", host):
        return False
    return origin is None or re.fullmatch(rf"https?://({names})(:\d+)?", origin) is not None


# %% some later: names of letters only
# Not yet: allow('https://<...>.example.net', '127.0.0.1:3000') returned False. <...>.example.net was added to ours.
# When do you look into it?

import re
def allow(origin, host):
    name = re.compile(r"(\[::1\]|127\.0\.0\.1|localhost|[a-z]+\.example\.org|[a-z]+\.example\.net)(:\d+)?")
    f = name.fullmatch(host)
    if not f or f[1] not in ours: return False
    if origin is None: return True
    scheme, _, rest = origin.partition("://")
    g = name.fullmatch(rest)
    return bool(scheme in ("http", "https") and g and g[1] in ours)


# %% right: what is empty is none, too
# Solved: your own pages and programs come in, and nobody else.

import re

def allow(origin, host):
    names = "|".join(map(re.escape, ours))
    if not re.fullmatch(rf"({names})(:\d+)?", host):
        return False
    return not origin or re.fullmatch(rf"https?://({names})(:\d+)?", origin) is not None


# %% any port: none is no port
# Not yet: allow('http://localhost', 'localhost:3000') returned False. Its name is one of ours, and the port does not matter.

import re

def allow(origin, host):
    names = "|".join(map(re.escape, ours))
    if not re.fullmatch(rf"({names})(:\d+)?", host):
        return False
    return origin is None or re.fullmatch(rf"https?://({names}):\d+", origin) is not None


# %% nothing else is there: a path may be
# Not yet: allow('http://localhost:8888/chat', '127.0.0.1:3000') returned True. Behind the name there may be a port, which
# is a number, and nothing else.

import re


def allow(origin, host):
    if re.sub(r":\d+$", "", host) not in ours:
        return False
    if origin is None:
        return True
    found = re.match(r"https?://(\[::1\]|[^/:?#]+)(:\d+)?", origin)
    return bool(found) and found[1] in ours


# %% any port: with a path behind it, as a parser of URLs has it
# Not yet: allow('http://localhost:8888/chat', '127.0.0.1:3000') returned True. Behind the name there may be a port, which
# is a number, and nothing else.

import re
from urllib.parse import urlsplit


def allow(origin, host):
    if re.sub(r":\d+$", "", host) not in ours:
        return False
    if origin is None:
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and re.sub(r":\d+$", "", parts.netloc) in ours


# %% any port: and any text in place of one
# Not yet: allow('http://localhost:evil.example', '127.0.0.1:3000') returned True. Behind the name there may be a port,
# which is a number, and nothing else.

def allow(origin, host):
    def name(text):
        if text.startswith("[::1]"):
            return "[::1]"
        return text.split(":")[0]

    if name(host) not in ours:
        return False
    if origin is None:
        return True
    scheme, _, rest = origin.partition("://")
    return "/" not in rest and scheme in ("http", "https") and name(rest) in ours


# %% http or https: or none at all
# Not yet: allow('localhost:8888', 'localhost:3000') returned True. It is no web page: those begin with http:// or https://.

import re


def allow(origin, host):
    if re.sub(r":\d+$", "", host) not in ours:
        return False
    return origin is None or re.sub(r"^https?://|:\d+$", "", origin) in ours


# %% nothing else is there: a slash may be
# Not yet: allow('http://localhost:8888/', '127.0.0.1:3000') returned True. Behind the name there may be a port, which is a
# number, and nothing else.

import re

def allow(origin, host):
    names = "|".join(map(re.escape, ours))
    if not re.fullmatch(rf"({names})(:\d+)?", host):
        return False
    return origin is None or re.fullmatch(rf"https?://({names})(:\d+)?/?", origin) is not None


# %% any port: of four or five digits
# Not yet: allow('http://localhost:81', 'localhost:3000') returned False. Its name is one of ours, and the port does not
# matter.

import re

def allow(origin, host):
    address = f"({'|'.join(map(re.escape, ours))})(:[0-9]{{4,5}})?"
    if not re.fullmatch(address, host):
        return False
    return origin is None or re.fullmatch(f"https?://{address}", origin) is not None


# %% http or https: or the server's own scheme
# Not yet: allow('ws://localhost:3000', '127.0.0.1:3000') returned True. It is no web page: those begin with http:// or https://.

import re

def allow(origin, host):
    address = f"({'|'.join(map(re.escape, ours))})(:[0-9]+)?"
    if not re.fullmatch(address, host):
        return False
    return origin is None or re.fullmatch(f"(https?|wss?)://{address}", origin) is not None


# %% exactly: whatever is behind the brackets
# Not yet: allow('http://[::1].evil.example:8888', '127.0.0.1:3000') returned True. It only looks like one of ours.
# Compare the whole name.

def name_of(address):
    if address.startswith("["):
        return address[: address.index("]") + 1]
    name, colon, port = address.partition(":")
    return "" if colon and not port.isdigit() else name


def allow(origin, host):
    if name_of(host) not in ours:
        return False
    if origin is None:
        return True
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and name_of(rest) in ours


# %% any port: none is no port where there are brackets
# Not yet: allow('http://[::1]', '[::1]:3000') returned False. An IPv6 address is in brackets, and its colons are no
# port.

def allow(origin, host):
    if host not in ours and host.rpartition(":")[0] not in ours:
        return False
    if origin is None:
        return True
    scheme, _, rest = origin.partition("://")
    if ":" in rest:
        rest, port = rest.rsplit(":", 1)
        if not port.isdigit():
            return False
    return scheme in ("http", "https") and rest in ours


# %% exactly: digits behind it are a port, colon or not
# Not yet: allow('http://localhost2', '127.0.0.1:3000') returned True. It only looks like one of ours. Compare the
# whole name.

def allow(origin, host):
    def name_of(address):
        return address if address in ours else address.rstrip("0123456789").rstrip(":")

    if name_of(host) not in ours:
        return False
    if origin is None:
        return True
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and name_of(rest) in ours


# %% http or https: whatever begins with http
# Not yet: allow('httpx://localhost', '127.0.0.1:3000') returned True. It is no web page: those begin with http:// or
# https://.

import re


def allow(origin, host):
    def name_of(address):
        return re.sub(r":\d+$", "", address)

    if name_of(host) not in ours:
        return False
    if origin is None:
        return True
    return origin.startswith("http") and name_of(origin.partition("://")[2]) in ours


# %% the name in Host: whatever is behind the brackets
# Not yet: allow(None, '[::1].evil.example:3000') returned True. That Host is none of our names: it is DNS rebinding,
# whatever the Origin says.

import re


def allow(origin, host):
    names = "|".join(map(re.escape, ours))
    name = host[: host.index("]") + 1] if host.startswith("[") else host.split(":")[0]
    if name not in ours:
        return False
    return origin is None or bool(re.fullmatch(rf"https?://({names})(:\d+)?", origin))


# %% http or https: is somewhere in it, and it ends with one of our names
# Not yet: allow('xhttp://localhost', '127.0.0.1:3000') returned True. It is no web page: those begin with http:// or https://.

import re

def allow(origin, host):
    names = "|".join(map(re.escape, ours))
    if not re.fullmatch(rf"({names})(:\d+)?", host):
        return False
    return origin is None or bool(re.search(rf"https?://({names})(:\d+)?$", origin))


# %% nothing else is there: looks at what stands behind the last slash
# Not yet: allow('http://evil.example/localhost:8888', '127.0.0.1:3000') returned True. It only looks like one of ours. Compare the whole name.

import re


def allow(origin, host):
    names = "|".join(map(re.escape, ours))
    if not re.fullmatch(rf"({names})(:\d+)?", host):
        return False
    if origin is None:
        return True
    return origin.startswith(("http://", "https://")) and bool(re.fullmatch(rf"({names})(:\d+)?", origin.split("/")[-1]))


# %% any port: a number at the end, whatever is between
# Not yet: allow('http://localhost:evil.example:80', '127.0.0.1:3000') returned True. Behind the name there may be a port,
# which is a number, and nothing else.

def allow(origin, host):
    if host.rsplit(":", 1)[0] not in ours and host not in ours:
        return False
    if origin is None:
        return True
    for scheme in ("http://", "https://"):
        for name in ours:
            if origin == scheme + name:
                return True
            if origin.startswith(scheme + name + ":") and origin.rsplit(":", 1)[1].isdigit():
                return True
    return False


# %% any port: and two of them
# Not yet: allow('http://localhost:80:80', '127.0.0.1:3000') returned True. Behind the name there may be a port, which is
# a number, and nothing else.

def allow(origin, host):
    def is_ours(address):
        name, *ports = address.replace("[::1]", "127.0.0.1").split(":")
        return name in ours and all(port.isdigit() for port in ports)

    if origin is None:
        return is_ours(host)
    scheme, _, rest = origin.partition("://")
    return is_ours(host) and scheme in ("http", "https") and is_ours(rest)


# %% nothing else is there: no path, and yet a query
# Not yet: allow('http://localhost:8888?x=1', '127.0.0.1:3000') returned True. Behind the name there may be a port, which
# is a number, and nothing else.

from urllib.parse import urlsplit


def allow(origin, host):
    def name_of(address):
        name, colon, port = address.rpartition(":")
        return name if colon and port.isdigit() else address

    if name_of(host) not in ours:
        return False
    if origin is None:
        return True
    url = urlsplit(origin)
    return url.scheme in ("http", "https") and url.path == "" and name_of(url.netloc) in ours


# %% nothing else is there: neither path nor query, and yet a fragment
# Not yet: allow('http://localhost#x', '127.0.0.1:3000') returned True. Behind the name there may be a port, which is a
# number, and nothing else.

from urllib.parse import urlsplit


def allow(origin, host):
    def name_of(address):
        name, colon, port = address.rpartition(":")
        return name if colon and port.isdigit() else address

    if name_of(host) not in ours:
        return False
    if origin is None:
        return True
    url = urlsplit(origin)
    return url.scheme in ("http", "https") and not url.path and not url.query and name_of(url.netloc) in ours


# %% http or https: or one behind the other
# Not yet: allow('http://https://localhost', '127.0.0.1:3000') returned True. It only looks like one of ours. Compare the
# whole name.

def allow(origin, host):
    def is_ours(address):
        name, colon, port = address.rpartition(":")
        return address in ours or (name in ours and port.isdecimal())

    if not is_ours(host):
        return False
    if origin is None:
        return True
    if not origin.startswith(("http://", "https://")):
        return False
    return is_ours(origin.removeprefix("http://").removeprefix("https://"))


# %% exactly: with a scheme in its middle
# Not yet: allow('http://localhttp://host', '127.0.0.1:3000') returned True. It only looks like one of ours. Compare the
# whole name.

def allow(origin, host):
    def is_ours(address):
        name, colon, port = address.rpartition(":")
        return address in ours or (name in ours and port.isdecimal())

    if not is_ours(host):
        return False
    if origin is None:
        return True
    if not origin.startswith(("http://", "https://")):
        return False
    if origin.count("http://https://"):
        return False
    return is_ours(origin.replace("http://", "").replace("https://", ""))


# %% the name in Host: nobody looks at one that is empty
# Not yet: allow(None, '') returned True. An empty Host is none of our names.

def allow(origin, host):
    def is_ours(address):
        name, colon, port = address.rpartition(":")
        return address in ours or (name in ours and port.isdecimal())

    if host and not is_ours(host):
        return False
    if origin is None:
        return True
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and is_ours(rest)


# %% right: a port is a number for int()
# Solved: your own pages and programs come in, and nobody else.

def allow(origin, host):
    def is_ours(address):
        if address in ours:
            return True
        name, _, port = address.rpartition(":")
        try:
            return name in ours and 0 <= int(port) < 65536
        except ValueError:
            return False

    if not is_ours(host):
        return False
    if origin is None:
        return True
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and is_ours(rest)


# %% one of our names: what stands between two ://
# Not yet: allow('http://localhost://evil.example', '127.0.0.1:3000') returned True. Behind the name there may be a
# port, which is a number, and nothing else.

import re

def known(name):
    return re.sub(r":\d+$", "", name) in ours


def allow(origin, host):
    if not known(host):
        return False
    if origin is None:
        return True
    parts = origin.split("://")
    return parts[0] in ("http", "https") and known(parts[1])


# %% nothing else is there: split at //
# Not yet: allow('http://localhost//evil.example', '127.0.0.1:3000') returned True. Behind the name there may be a
# port, which is a number, and nothing else.

import re

def known(name):
    return re.sub(r":\d+$", "", name) in ours


def allow(origin, host):
    if not known(host):
        return False
    if origin is None:
        return True
    return origin.startswith(("http://", "https://")) and known(origin.split("//")[1])


# %% http:// or https://: the slashes are cut off, if there are any
# Not yet: allow('http:localhost:8888', '127.0.0.1:3000') returned True. It is no web page: those begin with http://
# or https://.

import re

def known(name):
    return re.sub(r":\d+$", "", name) in ours


def allow(origin, host):
    if not known(host):
        return False
    if origin is None:
        return True
    scheme, _, rest = origin.partition(":")
    return scheme in ("http", "https") and rest.strip("/") == rest.lstrip("/") and known(rest.lstrip("/"))


# %% nothing else is there: takes the first of several
# Not yet: allow('http://localhost http://evil.example', '127.0.0.1:3000') returned True. Behind the name there may be
# a port, which is a number, and nothing else.

import re

def known(name):
    return re.sub(r":\d+$", "", name) in ours


def allow(origin, host):
    if not known(host):
        return False
    if origin is None:
        return True
    first = origin.split()[0]
    return any(first.startswith(each) and known(first.removeprefix(each)) for each in ("http://", "https://"))


# %% add some later: what was asked once is remembered
# Not yet: allow('https://<...>.example.net', '127.0.0.1:3000') returned False. <...>.example.net was added to ours.
# When do you look into it?

import re
from functools import lru_cache

@lru_cache
def allow(origin, host):
    def known(name):
        return re.sub(r":\d+$", "", name) in ours
    if not known(host):
        return False
    return origin is None or any(
        origin.startswith(each) and known(origin.removeprefix(each)) for each in ("http://", "https://")
    )


# %% exactly: what ends with a dot and the name
# Not yet: allow('https://evil.hub.example.org', 'hub.example.org') returned True. It only looks like one of ours.
# Compare the whole name.

def is_ours(address):
    name, _, port = address.rpartition(":")
    if not port.isdigit():
        name = address
    return any(name == own or name.endswith("." + own) for own in ours)
def allow(origin, host):
    if not is_ours(host): return False
    if origin is None: return True
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and is_ours(rest)


# %% exactly: a pattern with anything before the name
# Not yet: allow('https://evil.hub.example.org', 'hub.example.org') returned True. It only looks like one of ours.
# Compare the whole name.

import re
def allow(origin, host):
    names = "|".join(map(re.escape, ours))
    ok = re.compile(rf"(.+\.)?({names})(:\d+)?")
    if not ok.fullmatch(host): return False
    return origin is None or bool(re.fullmatch(r"https?://(" + ok.pattern + ")", origin))


# %% exactly: subdomains in Origin
# Not yet: allow('https://evil.hub.example.org', 'hub.example.org') returned True. It only looks like one of ours.
# Compare the whole name.

def allow(origin, host):
    def bare(a):
        name, _, port = a.rpartition(":")
        return name if port.isdigit() else a
    if bare(host) not in ours: return False
    if origin is None: return True
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and ("." + bare(rest)).endswith(tuple("." + n for n in ours))


# %% one of ours: subdomains in Host
# Not yet: allow(None, 'evil.hub.example.org') returned True. That Host is none of our names: it is DNS rebinding,
# whatever the Origin says.

def allow(origin, host):
    def bare(a):
        name, _, port = a.rpartition(":")
        return name if port.isdigit() else a
    if not ("." + bare(host)).endswith(tuple("." + n for n in ours)): return False
    if origin is None: return True
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and bare(rest) in ours


# %% http:// or https://: nobody looks between the slashes
# Not yet: allow('http:/x/localhost:8888', '127.0.0.1:3000') returned True. It is no web page: those begin with
# http:// or https://.

def allow(origin, host):
    def ok(a):
        name, _, port = a.rpartition(":")
        return a in ours or (name in ours and port.isdigit())
    if not ok(host): return False
    if origin is None: return True
    try:
        scheme, _, address = origin.split("/")
    except ValueError:
        return False
    return scheme in ("http:", "https:") and ok(address)
