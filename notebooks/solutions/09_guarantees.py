guarantees = {
    "send() and forget": "at most once",
    "an outbox, and a server that places whatever comes": "at least once",
    "an outbox, and a server that places each id once": "exactly once",
}
