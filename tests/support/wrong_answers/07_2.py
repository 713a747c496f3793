# %% wrong 1
# Not yet: <...>somebody was cut off, and what you said was<...>

async def visit(connection, say):
    say("entered")
    async for text in connection:
        say(text)
    say("left")


# %% wrong 2
# Not yet: <...>somebody went without a goodbye<...>

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    finally:
        say("left")
