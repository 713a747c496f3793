questions = ["5", b"5", bytearray(b"5"), "你好"]
guesses = ["str", "bytes", "bytes", "str"]  # bytes of any kind come back as bytes; text is text in every language
