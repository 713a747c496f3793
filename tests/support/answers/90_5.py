# %% counts the text only
# Not yet: 'Hi' took 8 bytes on the wire, and you returned 2. What is before the text, and how many bytes has the
# text itself?

def frame_size(text):
    return len(text.encode())


# %% forgets the mask
# Not yet: 'Hi' took 8 bytes on the wire, and you returned 4. What is before the text, and how many bytes has the
# text itself?

def frame_size(text):
    return 2 + len(text.encode())


# %% counts letters
# Not yet: '你好' took 12 bytes on the wire, and you returned 8. What is before the text, and how many bytes has the
# text itself?

def frame_size(text):
    return 6 + len(text)


# %% gives the number of the example
# Not yet: '<...>' took <...> bytes on the wire, and you returned 8. What is before the text, and how many bytes has the
# text itself?

def frame_size(text):
    return 8


# %% thinks that nothing takes no bytes
# Not yet: '' took 6 bytes on the wire, and you returned 0. What is before the text, and how many bytes has the
# text itself?

def frame_size(text):
    return 6 + len(text.encode()) if text else 0


# %% prints it
# Not yet: you returned None. Return a number. Which three parts does a client's frame have?

def frame_size(text):
    print(6 + len(text.encode()))


# %% nothing for nothing
# Not yet: '' took 6 bytes on the wire, and you returned None. What is before the text, and how many bytes has the
# text itself?

def frame_size(text):
    if text:
        return 6 + len(text.encode())


# %% takes the second byte for full at 64
# Not yet: '<...>' took <...> bytes on the wire, and you returned <...>. What is before the text, and how many bytes has the
# text itself?

def frame_size(text):
    count = len(text.encode())
    return count + (6 if count < 64 else 8)


# %% does not count the blanks at its ends
# Not yet: ' Good morning 早上好 🌍 ' took 35 bytes on the wire, and you returned 33. What is before the text, and how many
# bytes has the text itself?

def frame_size(text):
    return 6 + len(text.strip().encode())


# %% a number: as a text
# Not yet: you returned '8', a str. Return a number.

def frame_size(text):
    return f"{6 + len(text.encode())}"


# %% a number: the frame itself
# Not yet: you returned b'\x81\x02Hi', a bytes. Return a number.

def frame_size(text):
    payload = text.encode()
    return bytes([0x81, len(payload)]) + payload
