from websockets.exceptions import ConnectionClosedError


async def visit(connection, say):
    say("entered")
    how = "left"
    try:
        async for text in connection:
            say(text)
    except ConnectionClosedError:
        how = "was cut off"
    finally:
        say(how)
