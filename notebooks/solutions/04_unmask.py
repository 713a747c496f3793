def unmask(frame):
    """Return the payload, without the mask."""
    length = frame[1] & 127  # the last seven bits: without the mask bit
    at = 4 if length == 126 else 2
    mask, payload = frame[at : at + 4], frame[at + 4 :]
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
