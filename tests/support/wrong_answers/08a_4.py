# %% wrong 1
# Not yet: <...>'/nicknames are fun' was typed, and Ada got another name<...>

def enter(client, text):
    if text.startswith('/nick'):
        client.rename(text[6:])
    else:
        client.send(text)


# %% wrong 2
# Not yet: <...>Ada is now called Cleo.<...>

def enter(client, text):
    if text.startswith('/nick '):
        client.rename(text.split()[1])
    else:
        client.send(text)
