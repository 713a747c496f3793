import asyncio

import chatlib

server = chatlib.serve(port=0)
reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
writer.write(f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n\r\n".encode())
head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
body
