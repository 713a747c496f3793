guarantees = {
    "send() and forget": "at most once",
    "your outbox, and a server that places whatever comes": "at least once",
    "your outbox, and a server that places each id once": "exactly once",
}
