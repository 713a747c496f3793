# %% wrong 1
# Not yet: <...>its exception ended the whole broadcast<...>

async def tell(pages, message):
    for page in list(pages):
        await page.send(message)


# %% wrong 2
# Not yet: <...>Over what could you loop?<...>

async def tell(pages, message):
    for page in pages:
        try:
            await page.send(message)
        except ConnectionClosed:
            pass


# %% wrong 3
# Not yet: <...>of 4 pages that stayed heard nothing<...>

async def tell(pages, message):
    for page in sorted(pages, key=lambda page: page.part):
        try:
            await page.send(message)
        except ConnectionClosed:
            break
