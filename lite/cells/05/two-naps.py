async def bad_nap():
    compute(1)


async def good_nap():
    await asyncio.sleep(1)
