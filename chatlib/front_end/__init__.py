"""The front ends of the widgets and of the chat page, in JavaScript, and how they reach a browser."""
