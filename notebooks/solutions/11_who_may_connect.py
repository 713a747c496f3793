ours = {"localhost", "127.0.0.1", "[::1]", "hub.example.org"}


def is_ours(address):
    """Tell whether it is one of our names, with or without a port."""
    name, _, port = address.rpartition(":")
    return address in ours or (name in ours and port.isascii() and port.isdecimal())  # only 0 to 9


def allow(origin, host):
    """Tell whether a request with these headers may open a WebSocket."""
    if not is_ours(host):
        return False
    if origin is None:
        return True
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and is_ours(rest)
