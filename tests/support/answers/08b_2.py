# %% to the server: the one that came back
# Not yet: this frame came back from the server: it is not masked. Look for the other one.

def bytes_of(client, message_id):
    return client.sightings(message_id)[-1].raw


# %% exactly those: without mask and header
# Not yet: '<...>' can be read in these bytes. A client masks each frame that it sends.

def bytes_of(client, message_id):
    return bytes(client.sightings(message_id)[0].frame.data)


# %% as bytes: the whole sighting
# Not yet: you returned something of type Sighting, and not the bytes.

def bytes_of(client, message_id):
    return client.sightings(message_id)[0]


# %% as bytes: in hexadecimal
# Not yet: you returned something of type str, and not the bytes.

def bytes_of(client, message_id):
    return client.sightings(message_id)[0].raw.hex(" ")


# %% the frame: without its first two bytes
# Not yet: these <...> bytes are not the frame that was sent with this id, which had <...> bytes.

def bytes_of(client, message_id):
    return client.sightings(message_id)[0].raw[2:]


# %% this message: always the first one
# Not yet: this frame carried another message: 'the first <...>'. You were given an id.

def bytes_of(client, message_id):
    return client.sightings(client.messages[0].id)[0].raw


# %% a message that was sent: sends it again, under its own id
# Not yet: this frame carried another message: 'Which bytes am I?'. You were given an id.

async def bytes_of(client, message_id):
    again = client.send("Which bytes am I?")
    await client.delivered(again)
    return client.sightings(again)[0].raw


# %% those that went over the wire: masks the message anew
# Not yet: these <...> bytes are not the frame that was sent with this id, which had <...> bytes.

from websockets.frames import Frame, Opcode

def bytes_of(client, message_id):
    payload = bytes(client.sightings(message_id)[0].frame.data)
    return Frame(Opcode.TEXT, payload).serialize(mask=True)


# %% return it: prints it
# Not yet: you returned None. Return the bytes. Which method of the client finds frames by a message's id?

def bytes_of(client, message_id):
    for sighting in client.sightings(message_id):
        if sighting.direction == "sent":
            print(len(sighting.raw), end="")


# %% right: the first that was sent
# Solved: these are the bytes that went over the wire, mask and all.

def bytes_of(client, message_id):
    return next(sighting.raw for sighting in client.sightings(message_id) if sighting.direction == "sent")


# %% right: they go out before they come back
# Solved: these are the bytes that went over the wire, mask and all.

def bytes_of(client, message_id):
    out, back = client.sightings(message_id)
    return out.raw


# %% this message: finds it by its text
# Not yet: you were given the id of '你好', and returned None.

def bytes_of(client, message_id):
    for message in client.messages:
        if message.id == message_id and message.msg.isascii():
            return client.sightings(message_id)[0].raw


# %% the frame: and the one that came back
# Not yet: 'the first <...>' can be read in these bytes. A client masks each frame that it sends.

def bytes_of(client, message_id):
    return b"".join(sighting.raw for sighting in client.sightings(message_id))


# %% this message: the last that the client sent
# Not yet: this frame carried another message: 'the last <...>'. You were given an id.

def bytes_of(client, message_id):
    own = [message for message in client.messages if message.user == client.name]
    return client.sightings(own[-1].id)[0].raw
