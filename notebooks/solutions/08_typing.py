from chatlib.transcript import TypingSeen


def watch_typing(client, tell):
    """Tell the name of whoever is writing."""

    def listen(event):
        if isinstance(event, TypingSeen):
            tell(event.user)

    client.subscribe(listen)
