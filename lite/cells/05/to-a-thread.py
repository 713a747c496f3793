"not in a browser tab, which has one thread only; elsewhere: await asyncio.to_thread(time.sleep, 1)"
