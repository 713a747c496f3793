def frame_size(text):
    return 2 + 4 + len(text.encode())
