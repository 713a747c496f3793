# %% wrong 1
# Not yet: <...>headers in lower case<...>

def understands(request, response):
    key = request.split("Sec-WebSocket-Key: ")[-1].split()[0]
    return f"Sec-WebSocket-Accept: {accept_key(key)}" in response
def accept_key(key):
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return base64.b64encode(digest).decode()


# %% wrong 2
# Not yet: <...>somebody else's key<...>

def understands(request, response):
    return 'sec-websocket-accept' in response.lower()


# %% wrong 3
# Not yet: <...>somebody else's key<...>

def understands(request, response):
    return '101 Switching Protocols' in response
