import asyncio


async def ask(server, path="/healthz", **headers):
    headers = {"Host": f"127.0.0.1:{server.port}", "Connection": "close"} | headers
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write("\r\n".join(lines).encode())
    version, status, reason = (await reader.readline()).split(maxsplit=2)
    writer.close()
    return int(status)
