def others(client):
    """Return a list of names."""
    return [name for name in client.people if name != client.name]
