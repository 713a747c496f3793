def enter(client, text):
    """Do what was typed: ask for another name, or say it."""
    command, _, name = text.partition(" ")
    if command == "/nick" and name:
        client.rename(name)
    else:
        client.send(text)
