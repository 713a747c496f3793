# %% one message: decodes each frame by itself
# Not yet: a frame ended in the middle of a Chinese character. When is the text whole?

def message_in(frames):
    return "".join(f[2:].decode() for f in frames if f[0] & 15 in (0, 1))


# %% one message: decodes each frame by itself, and hushes the error up
# Not yet: the message was '<...>', and you returned '<...>': a frame ended within a character.

def message_in(frames):
    return "".join(f[2:].decode(errors="ignore") for f in frames if f[0] & 15 in (0, 1))


# %% one message: decodes each frame by itself, with question marks
# Not yet: the message was '<...>', and you returned '<...>': a frame ended within a character.

def message_in(frames):
    return "".join(f[2:].decode(errors="replace") for f in frames if f[0] & 15 in (0, 1))


# %% control frames: takes them all
# Not yet: you returned '<...>'. Some of these frames are control frames.

def message_in(frames):
    return b"".join(f[2:] for f in frames).decode("utf-8", "ignore")


# %% control frames: leaves out the pings only
# Not yet: you returned '<...>'. Some of these frames are control frames.

def message_in(frames):
    return b"".join(f[2:] for f in frames if f[0] & 15 != 9).decode("utf-8", "ignore")


# %% three frames: only the last piece is a continuation
# Not yet: the message was '<...>', and you returned '<...>'. Which frames are its three pieces?

def message_in(frames):
    return b"".join(f[2:] for f in frames if f[0] == 0x80 or f[0] == 1).decode("utf-8", "ignore")


# %% three frames: only the first one has the opcode of text
# Not yet: the message was '<...>', and you returned '<...>'. Which frames are its three pieces?

def message_in(frames):
    return b"".join(f[2:] for f in frames if f[0] & 15 == 1).decode("utf-8", "ignore")


# %% three frames: stops at the first FIN, which is a ping's
# Not yet: the message was '<...>', and you returned ''. Which frames are its three pieces?

def message_in(frames):
    pieces = []
    for frame in frames:
        if frame[0] & 15 in (0, 1):
            pieces.append(frame[2:])
        if frame[0] & 0x80:
            break
    return b"".join(pieces).decode()


# %% three frames: knows where they are
# Not yet: you returned '<...>'. Some of these frames are control frames.

def message_in(frames):
    return b"".join(frames[n][2:] for n in (1, 3, 5)).decode("utf-8", "ignore")


# %% the payload: with the head of each frame
# Not yet: the message was '<...>', and you returned '<...>'. Which frames are its three pieces?

def message_in(frames):
    return b"".join(f[1:] for f in frames if f[0] & 15 in (0, 1)).decode("utf-8", "ignore")


# %% return the text: returns bytes
# Not yet: you returned bytes, and the message was text.

def message_in(frames):
    return b"".join(f[2:] for f in frames if f[0] & 15 in (0, 1))


# %% return the text: returns its pieces
# Not yet: the message is one text, and you returned a value of the type list.

def message_in(frames):
    return [f[2:] for f in frames if f[0] & 15 in (0, 1)]


# %% return the text: returns nothing
# Not yet: you returned None. Return the text. Which opcodes belong to a message, and at which place of a frame are they?

def message_in(frames):
    b"".join(f[2:] for f in frames if f[0] & 15 in (0, 1)).decode()


# %% right: with a decoder that waits for the rest of a character
# Solved: one message, and the control frames were left aside.

import codecs
def message_in(frames):
    decoder = codecs.getincrementaldecoder("utf-8")()
    text = ""
    for frame in frames:
        opcode = frame[0] % 16
        if opcode < 8:
            text += decoder.decode(frame[2:])
    return text


# %% right: with the parser of the library
# Solved: one message, and the control frames were left aside.

from chatlib.experiments.dissection import dissect
async def message_in(frames):
    pieces = [dissect(frame) for frame in frames]
    return b"".join(piece.payload for piece in pieces if piece.opcode.name in ("TEXT", "CONT")).decode()


# %% control frames: takes them all, strictly
# Not yet: you decoded <...>, a bytes. Some of these frames are control frames.

def message_in(frames):
    return b"".join(f[2:] for f in frames).decode()


# %% the payload: whole frames, strictly
# Not yet: you decoded <...>, a bytes, and the message was <...>, a bytes.

def message_in(frames):
    return b"".join(f for f in frames if f[0] & 15 in (0, 1)).decode()


# %% three frames: looks for the ones behind the first only
# Not yet: you decoded <...>, a bytes, and the message was <...>, a bytes.

def message_in(frames):
    return b"".join(frame[2:] for frame in frames if frame[0] & 0x0F == 0).decode()


# %% three frames: the last one first
# Not yet: you decoded <...>, a bytes, and the message was <...>, a bytes.

def message_in(frames):
    text = b""
    for frame in frames:
        if frame[0] & 0x0F in (0, 1):
            text = frame[2:] + text
    return text.decode()


# %% return the text: takes it for ASCII
# Not yet: you decoded with ascii. The text of a message is UTF-8.

def message_in(frames):
    return b"".join(f[2:] for f in frames if f[0] & 15 in (0, 1)).decode("ascii")


# %% the text: a default that is made once collects the bytes
# Not yet: your function was called once more, and returned '<...>'. What an earlier call had found is still in it. Is it made anew at each call?

def message_in(frames, data=bytearray()):
    for frame in frames:
        if frame[0] & 15 in (0, 1):
            data += frame[2:]
    return data.decode()


# %% the text: takes it for Latin-1
# Not yet: the message was '<...>', and you returned '<...>'. These are its bytes, and they are UTF-8.

def message_in(frames):
    return b"".join(f[2:] for f in frames if f[0] & 15 in (0, 1)).decode("latin-1")


# %% the text: str() around the bytes
# Not yet: the message was '<...>', and you returned "b'<...>'": what its bytes look like. Decode them.

def message_in(frames):
    return str(b"".join(f[2:] for f in frames if f[0] & 15 in (0, 1)))

# %% return the text: without the spaces at its ends
# Not yet: the message was ' <...> ', and you returned '<...>'. The spaces at its ends belong to it.

def message_in(frames):
    return b"".join(f[2:] for f in frames if f[0] & 15 in (0, 1)).decode().strip()


# %% the list: empties it
# Not yet: you returned what is right, and changed the list that you were given. Leave it as it is.

def message_in(frames):
    pieces = []
    while frames:
        frame = frames.pop(0)
        if frame[0] & 15 in (0, 1):
            pieces.append(frame[2:])
    return b"".join(pieces).decode()


# %% the list: takes the control frames out
# Not yet: you returned what is right, and changed the list that you were given. Leave it as it is.

def message_in(frames):
    for frame in frames.copy():
        if frame[0] & 8:
            frames.remove(frame)
    return b"".join(frame[2:] for frame in frames).decode()


# %% control frames: after the text began, leaves pings (0x89) out, and ends at the last FIN
# Not yet: you returned '<...>'. Some of these frames are control frames.

def message_in(frames):
    text = b""
    started = False
    for f in frames:
        if f[0] == 0x01:
            started = True
        if not started or f[0] == 0x89:
            continue
        text += f[2:]
        if f[0] == 0x80:
            break
    return text.decode("utf-8", "ignore")


# %% control frames: from the first frame without FIN to the last continuation, without pings
# Not yet: you returned '<...>'. Some of these frames are control frames.

def message_in(frames):
    start = next(i for i, f in enumerate(frames) if f[0] & 15 == 1)
    end = next(i for i, f in enumerate(frames) if f[0] & 128 and f[0] & 15 == 0)
    return b"".join(f[2:] for f in frames[start:end + 1] if f[0] & 15 != 9).decode("utf-8", "ignore")


# %% three frames: first TEXT, first CONT, and the frame after it
# Not yet: you returned '<...>'. Some of these frames are control frames.

def message_in(frames):
    for i, f in enumerate(frames):
        if f[0] & 15 == 1: a = i
    for i in range(len(frames)):
        if frames[i][0] & 15 == 0:
            b = i
            break
    return (frames[a][2:] + frames[b][2:] + frames[b + 1][2:]).decode()


# %% three frames: two before the goodbye are pieces
# Not yet: you returned '<...>'. Some of these frames are control frames.

def message_in(frames):
    first = [f for f in frames if f[0] & 15 == 1][0]
    return b"".join(f[2:] for f in [first, frames[-3], frames[-2]]).decode("utf-8", "ignore")


# %% three frames: str of each piece
# Not yet: the message was '<...>', and you returned <...>: what its bytes look like. Decode them.

def message_in(frames):
    return "".join(str(f[2:]) for f in frames if f[0] & 15 in (0, 1))
