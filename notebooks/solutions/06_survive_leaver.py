from websockets.exceptions import ConnectionClosed


async def tell(pages, message):
    """Send the message to each page that is there; pages is a set, and changes."""
    for page in list(pages):
        try:
            await page.send(message)
        except ConnectionClosed:
            pass  # inside the loop, so that the others hear it
