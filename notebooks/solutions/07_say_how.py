from websockets.exceptions import ConnectionClosed


async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    except ConnectionClosed:
        pass  # which way it ended, the code tells better
    finally:
        say("was cut off" if connection.close_code == 1006 else "left")
