choices = {
    "a chat room": "WebSocket",  # everybody speaks, at any time
    "the opening hours of a library": "HTTP",  # they hardly ever change
    "the goals of a football match, on every page within a second": "SSE",  # only the server has news
    "a game in which two people steer one boat": "WebSocket",  # both, many times a second
    "sending in a photo": "HTTP",  # one request, one response
    "one long answer, shown word by word while it is written": "SSE",  # the page has asked once, and now it listens
}
