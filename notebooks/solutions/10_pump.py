import asyncio


async def pump(ws, pieces):
    """Send all pieces, and never leave more than 64 kB in ws.bufferedAmount."""
    for piece in pieces:
        size = len(piece.encode())
        while ws.bufferedAmount + size > 64_000:
            if ws.readyState != 1:
                return
            await asyncio.sleep(0.01)
        ws.send(piece)
