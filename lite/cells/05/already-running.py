coroutine = count("c")
asyncio.get_running_loop().run_until_complete(coroutine)
log[-3:]
