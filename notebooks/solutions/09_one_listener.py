def start(socket, show):
    """Subscribe at each connection, and show each message once."""
    socket.addEventListener("open", lambda event: socket.send("subscribe"))
    socket.addEventListener("message", lambda event: show(event.data))
