import asyncio
import time


async def watch(ws, seconds, alarm):
    """Call alarm() once, when nothing was heard for so many seconds."""
    heard = time.monotonic()
    has_asked = False

    def hear(event):
        nonlocal heard, has_asked  # those of watch(), and not new ones
        heard = time.monotonic()
        has_asked = False

    ws.addEventListener("message", hear)
    while ws.readyState == 1:
        silence = time.monotonic() - heard
        if silence >= seconds:
            alarm()
            return
        if silence >= seconds / 2 and not has_asked:
            ws.send("ping")
            has_asked = True
        await asyncio.sleep(seconds / 50)
