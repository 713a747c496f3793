def message_in(frames):
    """Return the text."""
    pieces = []
    for frame in frames:
        opcode = frame[0] & 15  # the last four bits
        if opcode in (0, 1):  # a continuation, or the beginning of a text
            pieces.append(frame[2:])
    return b"".join(pieces).decode()  # at the end: a frame may end within a character
