"""Plausible wrong answers to the exercises of notebooks 04 and 06 to 08b, as in wrong_answers.py."""

WRONG = {
    ("04", 1): [
        (
            "def understands(request, response):\n"
            '    key = request.split("Sec-WebSocket-Key: ")[-1].split()[0]\n'
            '    return f"Sec-WebSocket-Accept: {accept_key(key)}" in response\n'
            "def accept_key(key):\n"
            '    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()\n'
            "    return base64.b64encode(digest).decode()",
            "headers in lower case",
        ),
        (
            "def understands(request, response):\n    return 'sec-websocket-accept' in response.lower()",
            "somebody else's key",
        ),
        (
            "def understands(request, response):\n    return '101 Switching Protocols' in response",
            "somebody else's key",
        ),
    ],
    ("04", 2): [
        ("def unmask(frame):\n    return frame[6:]", "Now mix in the mask"),
        (
            "def unmask(frame):\n    return bytes(byte ^ frame[2 + place % 4] for place, byte in enumerate(frame[6:]))",
            "Where is the length then",
        ),
        (
            "def unmask(frame):\n    return bytes(byte ^ frame[2] for byte in frame[6:])",
            "Which byte belongs to which",
        ),
    ],
    ("04", 3): [
        (
            'def message_in(frames):\n    return "".join(f[2:].decode() for f in frames if f[0] & 15 in (0, 1))',
            "in the middle of a Chinese character",
        ),
        (
            'def message_in(frames):\n    return b"".join(f[2:] for f in frames).decode("utf-8", "ignore")',
            "Some of these frames are control frames",
        ),
        (
            'def message_in(frames):\n    return b"".join(f[2:] for f in frames if f[0] == 0x80 or f[0] == 1)'
            '.decode("utf-8", "ignore")',
            "there is more, or less",
        ),
    ],
    ("06", 1): [
        (
            "async def handler(connection):\n"
            "    guests.add(connection)\n"
            "    async for message in connection:\n"
            "        broadcast(guests, message)\n"
            "    guests.remove(connection)",
            "Which line is reached, whatever happens?",
        ),
        (
            "async def handler(connection):\n"
            "    guests.add(connection)\n"
            "    async for message in connection:\n"
            "        broadcast(guests - {connection}, message)",
            "did not hear it herself",
        ),
        (
            "async def handler(connection):\n"
            "    guests.add(connection)\n"
            "    async for message in connection:\n"
            "        broadcast(guests, message)",
            "Bo said goodbye, two are left, and 3 are in the set",
        ),
    ],
    ("06", 2): [
        (
            "async def tell(pages, message):\n    for page in list(pages):\n        await page.send(message)",
            "its exception ended the whole broadcast",
        ),
        (
            "async def tell(pages, message):\n"
            "    for page in pages:\n"
            "        try:\n"
            "            await page.send(message)\n"
            "        except ConnectionClosed:\n"
            "            pass",
            "Over what could you loop?",
        ),
        (
            "async def tell(pages, message):\n"
            "    for page in sorted(pages, key=lambda page: page.part):\n"
            "        try:\n"
            "            await page.send(message)\n"
            "        except ConnectionClosed:\n"
            "            break",
            "of 4 pages that stayed heard nothing",
        ),
    ],
    ("06", 3): [
        (
            "lock = asyncio.Lock()\n"
            "async def answering(connection):\n"
            "    async for question in connection:\n"
            "        async with lock:\n"
            "            await answer(connection, question)",
            "had to wait until Ada was answered",
        ),
        (
            "async def answering(connection):\n"
            "    questions = [question async for question in connection]\n"
            "    for question in questions:\n"
            "        await answer(connection, question)",
            "None: nothing",
        ),
    ],
    ("07", 1): [
        (
            'def free_name(wanted, taken):\n    return wanted if wanted not in taken else f"{wanted} (2)"',
            "Who is who?",
        ),
        (
            "def free_name(wanted, taken):\n"
            "    name, number = wanted, 1\n"
            "    while name in taken:\n"
            "        number += 1\n"
            '        name = f"{wanted} ({number})"\n'
            "    return name",
            "somebody wanted 'ada', and got 'ada'",
        ),
        (
            "def free_name(wanted, taken):\n"
            "    number = sum(name.lower().startswith(wanted.lower()) for name in taken) + 1\n"
            '    return f"{wanted} ({number})" if number > 1 else wanted',
            "Is there a nearer one?",
        ),
    ],
    ("07", 2): [
        (
            "async def visit(connection, say):\n"
            '    say("entered")\n'
            "    async for text in connection:\n"
            "        say(text)\n"
            '    say("left")',
            "somebody was cut off, and what you said was",
        ),
        (
            "async def visit(connection, say):\n"
            '    say("entered")\n'
            "    try:\n"
            "        async for text in connection:\n"
            "            say(text)\n"
            "    finally:\n"
            '        say("left")',
            "somebody went without a goodbye",
        ),
    ],
    ("07", 3): [
        (
            "import json\n"
            "def last_twenty(frames):\n"
            "    return [text for text in frames[-20:] if json.loads(text)['type'] == 2]",
            "and you returned 13",
        ),
        ("import json\ndef last_twenty(frames):\n    return frames[-20:]", "somebody came or went"),
        (
            "import json\n"
            "def last_twenty(frames):\n"
            "    return [text for text in frames if json.loads(text)['type'] == 2][:20]",
            "Which twenty does a newcomer want to hear?",
        ),
    ],
    ("07", 4): [
        (
            "import json\n"
            "def read_strictly(text):\n"
            "    sent = json.loads(text)\n"
            "    if sent.get('type') != 2:\n"
            "        raise ValueError('type 2, please')\n"
            "    return sent['msg']",
            "'hello' is a message, and you refused it",
        ),
        (
            "import json\n"
            "def read_strictly(text):\n"
            "    if not text.strip():\n"
            "        raise ValueError\n"
            "    try:\n"
            "        sent = json.loads(text)\n"
            "    except ValueError:\n"
            "        return text\n"
            "    if not isinstance(sent, dict) or 'type' not in sent:\n"
            "        return text\n"
            "    if sent['type'] != 2 or not sent.get('msg'):\n"
            "        raise ValueError('type 2 and a msg, please')\n"
            "    return sent['msg']",
            '\'{"type": 2.0, "msg": "hi"}\' was sent, and you took it',
        ),
    ],
    ("08a", 1): [
        ("async def say(client, text):\n    return client.send(text)", "What does delivered() return"),
        (
            "async def say(client, text):\n    client.send(text)\n    return client.messages[-1]",
            "says 'sending'",
        ),
    ],
    ("08a", 2): [
        ("def others(client):\n    return client.people", "Cleo asked, and you returned"),
        (
            "def others(client):\n    return [name for name in client.people if not name.startswith(client.name)]",
            "Dan asked, and you returned ['Cleo']",
        ),
    ],
    ("08a", 3): [
        (
            "def connect(field, button, say):\n"
            "    field.continuous_update = False\n"
            "    field.observe(lambda change: change.new and say(change.new), 'value')",
            "left the field, and ['Half a sent'] was said",
        ),
        (
            "def connect(field, button, say):\n    button.on_click(lambda _: say(field.value))",
            "the field still holds",
        ),
        (
            "def connect(field, button, say):\n"
            "    def send(_):\n"
            "        say(field.value)\n"
            "        field.value = ''\n"
            "    button.on_click(send)",
            "nothing was typed, the button was clicked, and '' was said",
        ),
    ],
    ("08a", 4): [
        (
            "def enter(client, text):\n"
            "    if text.startswith('/nick'):\n"
            "        client.rename(text[6:])\n"
            "    else:\n"
            "        client.send(text)",
            "'/nicknames are fun' was typed, and Ada got another name",
        ),
        (
            "def enter(client, text):\n"
            "    if text.startswith('/nick '):\n"
            "        client.rename(text.split()[1])\n"
            "    else:\n"
            "        client.send(text)",
            "Ada is now called Cleo.",
        ),
    ],
    ("08b", 1): [
        (
            "def watch_typing(client, tell):\n    client.subscribe(tell)",
            "An event has fields",
        ),
        (
            "def watch_typing(client, tell):\n"
            "    client.subscribe(lambda event: tell(getattr(event, 'user', None) or event.entry.user))",
            "There are other events, too",
        ),
    ],
    ("08b", 2): [
        (
            "def bytes_of(client, message_id):\n    return client.sightings(message_id)[-1].raw",
            "Look for the other one",
        ),
        (
            "def bytes_of(client, message_id):\n    return bytes(client.sightings(message_id)[0].frame.data)",
            "What does a client do to each frame",
        ),
        ("def bytes_of(client, message_id):\n    return client.sightings(message_id)[0]", "and not the bytes"),
    ],
}
