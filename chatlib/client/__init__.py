"""The clients: the browser's WebSocket in Python, and a person in a chat room."""
