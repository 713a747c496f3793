# %% bytes come back as bytes: text everywhere
# Not yet: we sent b'5', and no str came back. Is it text, or bytes? An echo keeps which.

guesses = ["str"] * 4


# %% a bytearray too: keeps its Python type
# Not yet: a message is a "str" or a "bytes", and you guessed 'bytearray' for bytearray(b'5').

guesses = ["str", "bytes", "bytearray", "str"]


# %% text comes back as text: a digit as a number
# Not yet: a message is a "str" or a "bytes", and you guessed 'int' for '5'.

guesses = ["int", "bytes", "bytes", "str"]


# %% str or bytes: the words of the title
# Not yet: a message is a "str" or a "bytes", and you guessed 'text' for '5'.

guesses = ["text", "bytes", "bytes", "text"]


# %% text in every language: Chinese as bytes
# Not yet: we sent '你好', and no bytes came back. Is it text, or bytes? An echo keeps which.

guesses = ["str", "bytes", "bytes", "bytes"]


# %% four guesses: one is left
# Not yet: no guess yet for '你好'. It is sent as text or as bytes, and an echo keeps which.

guesses = ["str", "bytes", "bytes", "?"]


# %% four guesses: three
# Not yet: there are 4 questions, and the length of guesses is 3.

guesses = ["str", "bytes", "bytes"]


# %% these questions: none
# Not yet: the questions are '5', b'5', bytearray(b'5'), '你好'. Change the guesses only.

questions, guesses = [], []


# %% right: the types instead of their names
# Solved: all four came back as you said.

guesses = [str, bytes, bytes, str]


# %% four guesses: nothing
# Not yet: guesses is None. Leave it a list of four, as it was.

guesses = None


# %% four guesses: one for all
# Not yet: there are 4 questions, and the length of guesses is 1.

guesses = ["str"]
