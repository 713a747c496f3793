choices = {
    "a chat room": "WebSocket",  # everybody speaks, at any time
    "the opening hours of a library": "HTTP",  # they hardly ever change
    "a goal ticker of a football match": "SSE",  # only the server has news
    "a game in which two people steer one boat": "WebSocket",  # both, many times a second
    "sending in a photo": "HTTP",  # one request, one response
    "the progress of a long computation": "SSE",  # the page only watches
}
