# %% unmask: returns what is on the wire
# Not yet: this is the payload as it went over the wire. Now mix in the mask.

def unmask(frame):
    return frame[6:]


# %% unmask: one byte of the mask for all
# Not yet: of a payload of <...> bytes, number <...> is <...>, and in yours it is <...>. The frame began with 82 <...>.

def unmask(frame):
    return bytes(byte ^ frame[2] for byte in frame[6:])


# %% unmask: the mask that the notebook has left over
# Not yet: of a payload of <...> bytes, number <...> is <...>, and in yours it is <...>. The frame began with 82 <...>.

mask = bytes.fromhex("37 fa 21 3d")
def unmask(frame):
    payload = frame[6:] if len(frame) < 132 else frame[8:]
    return bytes(payload[i] ^ mask[i % 4] for i in range(len(payload)))


# %% unmask: begins one byte too early
# Not yet: the payload has <...> bytes, and you returned <...>.

def unmask(frame):
    mask, payload = frame[1:5], frame[5:]
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


# %% unmask: counts the place in the frame and not in the payload
# Not yet: of a payload of <...> bytes, number <...> is <...>, and in yours it is <...>. The frame began with 82 <...>.

def unmask(frame):
    mask = frame[2:6]
    return bytes(frame[place] ^ mask[place % 4] for place in range(6, len(frame)))


# %% the whole payload: zip ends with the mask
# Not yet: the payload has <...> bytes, and you returned 4. The frame began with 82 <...>.

def unmask(frame):
    return bytes(a ^ b for a, b in zip(frame[2:6], frame[6:]))


# %% up to 65,535 bytes: the length is always in seven bits
# Not yet: the payload has 126 bytes, and you returned 128. Where is the length of so long a payload, and where the mask?

def unmask(frame):
    return bytes(byte ^ frame[2 + place % 4] for place, byte in enumerate(frame[6:]))


# %% up to 65,535 bytes: the mask bit is taken for a part of the length
# Not yet: the payload has 126 bytes, and you returned 128. Where is the length of so long a payload, and where the mask?

def unmask(frame):
    at = 4 if frame[1] == 126 else 2
    mask, payload = frame[at : at + 4], frame[at + 4 :]
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


# %% up to 65,535 bytes: more than 126 is a long one
# Not yet: the payload has 126 bytes, and you returned 128. Where is the length of so long a payload, and where the mask?

def unmask(frame):
    at = 4 if len(frame) - 6 > 128 else 2
    mask, payload = frame[at : at + 4], frame[at + 4 :]
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


# %% up to 65,535 bytes: the first 126 of them
# Not yet: the payload has 300 bytes, and you returned 126. Where is the length of so long a payload, and where the mask?

def unmask(frame):
    length = frame[1] & 0x7F
    at = 4 if length == 126 else 2
    mask, payload = frame[at : at + 4], frame[at + 4 : at + 4 + length]
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


# %% as bytes: a list of numbers
# Not yet: you returned [<...>, a list. These are the right numbers. Return them as bytes.

def unmask(frame):
    mask, payload = frame[2:6], frame[6:]
    return [byte ^ mask[place % 4] for place, byte in enumerate(payload)]


# %% as bytes: text
# Not yet: the payload of the frame had <...> bytes, and you returned <...>, a str. Return them as bytes. Where is the mask in a frame, and where the payload?

def unmask(frame):
    mask, payload = frame[2:6], frame[6:]
    return "".join(chr(byte ^ mask[place % 4]) for place, byte in enumerate(payload))


# %% return: shows it instead
# Not yet: the payload of the frame had <...> bytes, and you returned None. Return them as bytes. Where is the mask in a frame, and where the payload?

def unmask(frame):
    mask, payload = frame[2:6], frame[6:]
    bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


# %% right: with a cycle, and a bytearray
# Solved: you read short frames and long ones.

from itertools import cycle
def unmask(frame):
    at = 4 if frame[1] & 127 == 126 else 2
    found = bytearray()
    for byte, mix in zip(frame[at + 4 :], cycle(frame[at : at + 4])):
        found.append(byte ^ mix)
    return found


# %% right: reads the length and counts from it
# Solved: you read short frames and long ones.

def unmask(frame):
    length = frame[1] - 128
    at = 2
    if length == 126:
        length, at = int.from_bytes(frame[2:4], "big"), 4
    return bytes(frame[at + 4 + i] ^ frame[at + i % 4] for i in range(length))


# %% the whole payload: counts from the end, where there may be nothing
# Not yet: the frame was 82 80 <...>: its payload has no bytes, and you returned 6.

def unmask(frame):
    size, at = frame[1] & 127, 2
    if size == 126:
        size, at = int.from_bytes(frame[2:4], "big"), 4
    mask, payload = frame[at : at + 4], frame[-size:]
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


# %% up to 65,535 bytes: reads the two bytes of the length from behind
# Not yet: the payload has 512 bytes, and you returned 2. Where is the length of so long a payload, and where the mask?

def unmask(frame):
    size, at = frame[1] & 127, 2
    if size == 126:
        size, at = int.from_bytes(frame[2:4], "little"), 4
    mask, payload = frame[at : at + 4], frame[at + 4 : at + 4 + size]
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


# %% as bytes: yields one after the other
# Not yet: the payload of the frame had <...> bytes, and you returned <generator object unmask at <...>>, a generator. Return them as bytes. Where is the mask in a frame, and where the payload?

def unmask(frame):
    at = 4 if frame[1] & 127 == 126 else 2
    mask, payload = frame[at : at + 4], frame[at + 4 :]
    for place, byte in enumerate(payload):
        yield byte ^ mask[place % 4]


# %% right: with the library's own function
# Solved: you read short frames and long ones.

from websockets.frames import apply_mask

def unmask(frame):
    at = 4 if frame[1] & 127 == 126 else 2
    return apply_mask(frame[at + 4 :], frame[at : at + 4])


# %% the whole payload: nothing for an empty one
# Not yet: the payload of the frame had 0 bytes, and you returned None. Return them as bytes. Where is the mask in a frame, and where the payload?

def unmask(frame):
    at = 4 if frame[1] & 127 == 126 else 2
    mask, payload = frame[at : at + 4], frame[at + 4 :]
    if payload:
        return bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


# %% unmask: with and, instead of exclusive or
# Not yet: of a payload of <...> bytes, number <...> is <...>, and in yours it is <...>. The frame began with 82 <...>.

def unmask(frame):
    length = frame[1] & 0x7F
    at = 4 if length == 126 else 2
    mask, payload = frame[at : at + 4], frame[at + 4 :]
    return bytes(byte & mask[place % 4] for place, byte in enumerate(payload))


# %% the payload: looks at its first byte, which there may not be
# Not yet: the payload of the frame had 0 bytes, and your function raised IndexError in line 4 of unmask: index out of range.

def unmask(frame):
    at = 4 if frame[1] & 0x7F == 126 else 2
    mask, payload = frame[at : at + 4], frame[at + 4 :]
    if payload[0] == 0:
        pass
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


# %% bytes: decodes them
# Not yet: the payload of the frame had <...> bytes, and your function raised UnicodeDecodeError in line 4 of unmask:
# 'utf-8' codec can't decode <...>. A payload need not be text: return it as bytes.

def unmask(frame):
    at = 4 if frame[1] & 127 == 126 else 2
    mask, payload = frame[at : at + 4], frame[at + 4 :]
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload)).decode()

# %% return the payload: strips what looks like space
# Not yet: the payload has 125 bytes, and you returned <...>. The frame began with <...>.

def unmask(frame):
    at = 4 if frame[1] & 127 == 126 else 2
    mask, data = frame[at : at + 4], frame[at + 4 :]
    return bytes(byte ^ mask[i % 4] for i, byte in enumerate(data)).strip(b" \0")


# %% the payload: as one big number, whose first zeros are lost
# Not yet: the payload has 300 bytes, and you returned 299. Where is the length of so long a payload, and where the mask?

def unmask(frame):
    start = 4 if frame[1] & 127 == 126 else 2
    mask, payload = frame[start : start + 4], frame[start + 4 :]
    size = len(payload)
    number = int.from_bytes(payload, "big") ^ int.from_bytes((mask * size)[:size], "big")
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
