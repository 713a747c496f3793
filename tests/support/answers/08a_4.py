# %% /nick: whatever begins so
# Not yet: '/nicknames for <...>' was typed, and Ada is here no more: now these are here: <...>. What exactly does the
# command look like?

def enter(client, text):
    if text.startswith('/nick'):
        client.rename(text[6:])
    else:
        client.send(text)


# %% /nick: anywhere
# Not yet: 'Type /nick <...> to be that' was typed, and Ada is here no more: now these are here: <...>. What exactly
# does the command look like?

def enter(client, text):
    if '/nick ' in text:
        client.rename(text.replace('/nick ', ''))
    else:
        client.send(text)


# %% the name: its first word
# Not yet: Ada and Bo are here, Ada typed '/nick <...>', and now these are here: <...>.

def enter(client, text):
    if text.startswith('/nick '):
        client.rename(text.split()[1])
    else:
        client.send(text)


# %% the name: strips letters, not a word
# Not yet: Ada and Bo are here, Ada typed '/nick <...>', and now these are here: <...>.

def enter(client, text):
    if text.startswith('/nick '):
        client.rename(text.lstrip('/nick '))
    else:
        client.send(text)


# %% another name: says it as well
# Not yet: '/nick <...>' was typed, and Bo heard '/nick <...>'. Should the room hear that?

def enter(client, text):
    if text.startswith('/nick '):
        client.rename(text[6:])
    client.send(text)


# %% another name: says the name
# Not yet: '/nick <...>' was typed, and Bo heard '<...>'. Should the room hear that?

def enter(client, text):
    client.send(text.removeprefix('/nick '))


# %% another name: asks for none
# Not yet: Ada and Bo are here, Ada typed '/nick <...>', and now these are here: <...>.

def enter(client, text):
    if text.startswith('/nick '):
        name = text[6:]
    else:
        client.send(text)


# %% another name: writes it into the client
# Not yet: '/nick <...> the <...>' was typed, and your function raised AttributeError in line 3 of enter: <...>

def enter(client, text):
    if text.startswith('/nick '):
        client.name = text[6:]
    else:
        client.send(text)


# %% everything else: only commands are heard
# Not yet: 'Hello, <...>' was typed, and Bo heard nothing.

def enter(client, text):
    if text.startswith('/nick '):
        client.rename(text[6:])


# %% as it is: without its blanks
# Not yet: '  two blanks  ' was typed, and Bo heard 'two blanks'.

def enter(client, text):
    text = text.strip()
    if text.startswith('/nick '):
        client.rename(text[6:])
    else:
        client.send(text)


# %% as it is: word by word
# Not yet: 'Hello, <...>' was typed, and Bo heard 'Hello,' and '<...>' and 'the' and '<...>'.

def enter(client, text):
    first, *words = text.split()
    if first == '/nick':
        client.rename(' '.join(words))
    else:
        for word in [first, *words]:
            client.send(word)


# %% right: match
# Solved: Ada is called as she likes, and everything else was said.

def enter(client, text):
    match text.split(" ", 1):
        case ["/nick", name]:
            client.rename(name)
        case _:
            client.send(text)


# %% right: waits for what it says
# Solved: Ada is called as she likes, and everything else was said.

async def enter(client, text):
    if text.startswith("/nick "):
        client.rename(text.removeprefix("/nick "))
    else:
        await client.delivered(client.send(text))


# %% right: a pattern
# Solved: Ada is called as she likes, and everything else was said.

import re

def enter(client, text):
    if found := re.fullmatch(r"/nick\s+(.+)", text):
        client.rename(found[1])
    else:
        client.send(text)


# %% right: by the loop, as the notebook's own send does it
# Solved: Ada is called as she likes, and everything else was said.

def enter(client, text):
    loop = asyncio.get_running_loop()
    if text.startswith("/nick "):
        loop.call_soon_threadsafe(client.rename, text.removeprefix("/nick "))
    else:
        loop.call_soon_threadsafe(client.send, text)


# %% right: a task that nobody owns
# Solved: Ada is called as she likes, and everything else was said.

def enter(client, text):
    async def do():
        command, _, name = text.partition(" ")
        client.rename(name) if command == "/nick" else client.send(text)

    asyncio.get_running_loop().create_task(do())


# %% another name: a second client
# Not yet: Ada and Bo are here, Ada typed '/nick <...>', and now these are here: Ada, Bo, <...>.

import chatlib
def enter(client, text):
    if text.startswith("/nick "):
        other = chatlib.ChatClient(client.url, name=text.removeprefix("/nick "))
    else:
        client.send(text)


# %% another name: another client in place of this one
# Not yet: '/nick <...>' was typed, and then Ada's client was <...>. It has to stay in the room.

import chatlib
def enter(client, text):
    if text.startswith("/nick "):
        url = client.shown_url
        client.close()
        global other
        other = chatlib.ChatClient(url, name=text.removeprefix("/nick "))
    else:
        client.send(text)


# %% everything else: leaves when it is said
# Not yet: 'Hello, <...>' was typed, and then Ada's client was <...>. It has to stay in the room.

def enter(client, text):
    client.send(text)
    client.close()


# %% everything else: one word has no second part
# Not yet: 'Hello!' was typed, and your function raised ValueError in line 2 of enter: not enough values to unpack
# (expected 2, got 1).

def enter(client, text):
    command, rest = text.split(" ", 1)
    if command == "/nick":
        client.rename(rest)
    else:
        client.send(text)


# %% the name: without the command, wherever it stands
# Not yet: <...> the <...> and Bo are here, <...> the <...> typed '/nick <...> the /nick <...>', and now these are here: <...>
# the <...>, Bo.

def enter(client, text):
    if text.startswith("/nick "):
        client.rename(text.replace("/nick ", ""))
    else:
        client.send(text)


# %% everything else: a command with no name
# Not yet: '/nick' was typed, and your function raised IndexError in line 4 of enter: list index out of range.

def enter(client, text):
    words = text.split(" ", 1)
    if words[0] == "/nick":
        client.rename(words[1])
    else:
        client.send(text)


# %% right: explains the command to one who gives no name
# Solved: Ada is called as she likes, and everything else was said.

def enter(client, text):
    match text.split(maxsplit=1):
        case ["/nick"]:
            print("/nick, and a name")
        case ["/nick", name]:
            client.rename(name)
        case _:
            client.send(text)


# %% everything else: looks at its first word, and there may be none
# Not yet: '' was typed, and your function raised IndexError in line 3 of enter: list index out of range.

def enter(client, text):
    words = text.split()
    if words[0] == "/nick" and len(words) > 1:
        client.rename(text.removeprefix("/nick "))
    else:
        client.send(text)


# %% said as it is: not what is equal to the one before
# Not yet: 'Hello!' was typed, and Bo heard nothing.

last = None
def enter(client, text):
    global last
    if text == last:
        return
    last = text
    if text.startswith("/nick "):
        client.rename(text[6:])
    else:
        client.send(text)


# %% said as it is: not what was said before
# Not yet: 'Hello!' was typed, and Bo heard nothing.

said = set()
def enter(client, text):
    if text.startswith("/nick "):
        client.rename(text[6:])
    elif text not in said:
        said.add(text)
        client.send(text)
