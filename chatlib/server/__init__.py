"""The server: sockets around the hub, and who runs it."""
