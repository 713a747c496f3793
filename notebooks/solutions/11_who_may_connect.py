import re

ours = {"localhost", "127.0.0.1", "[::1]", "hub.example.org"}


def allow(origin, host):
    name = re.compile(r"(\[[0-9a-f:]+\]|[^:/\[\]]+)(:\d+)?")
    found = name.fullmatch(host)
    if not found or found[1] not in ours:
        return False
    if origin is None:
        return True
    scheme, _, rest = origin.partition("://")
    page = name.fullmatch(rest)
    return scheme in ("http", "https") and page is not None and page[1] in ours
