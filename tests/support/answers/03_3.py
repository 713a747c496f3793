# %% 123 bytes: counts characters
# Not yet: 123 characters were too much for close(): SyntaxError: the reason must fit into 123 bytes of UTF-8, and it takes 369.

reason = "再" * 123


# %% not one less: a short goodbye
# Not yet: 2 characters arrived: 6 bytes of UTF-8, and 123 are asked for.

reason = "再见"


# %% not one less: stops one character early
# Not yet: 40 characters arrived: 120 bytes of UTF-8, and 123 are asked for.

reason = "再见" * 20


# %% in Chinese: Latin letters
# Not yet: it arrived, but 'x' is no Chinese character, nor Chinese punctuation.

reason = "x" * 123


# %% in Chinese: filled up with Latin letters
# Not yet: it arrived, but 'b' is no Chinese character, nor Chinese punctuation.

reason = "再见" * 20 + "bye"


# %% in Chinese: Japanese letters
# Not yet: it arrived, but 'さ' is no Chinese character, nor Chinese punctuation.

reason = "さ" * 41


# %% in characters: punctuation only
# Not yet: no Chinese character arrived, only “。。。。。。。。。。。。。。。。。。。。。。。。。。。。。。。。。。。。。。。。。”. Say something.

reason = "。" * 41


# %% a reason: none
# Not yet: the reason is empty. How many bytes does one Chinese character take?

reason = ""


# %% a text: its bytes
# Not yet: the reason is b'\xe5\x86\x8d\xe8\xa7\x81', a bytes. Write a text, between quotation marks.

reason = "再见".encode()


# %% right: a sentence, with its punctuation
# Solved: all 41 characters arrived at the server, in exactly 123 bytes.

reason = "今天的课就上到这里，谢谢大家，我们下次再见！路上小心，早点休息，祝你们晚安，明天见，好吗？再见"[:41]


# %% right: rare characters, of three bytes and of four
# Solved: all 40 characters arrived at the server, in exactly 123 bytes.

reason = "㐀〇" * 18 + "再" + "𠀀" * 3


# %% right: as people write it, with a wave, a wide space, and the sign for the same again
# Solved: all 41 characters arrived at the server, in exactly 123 bytes.

reason = "人々～再见　" + "再" * 35


# %% not one less: one character
# Not yet: 1 character arrived: 3 bytes of UTF-8, and 123 are asked for.

reason = "再"


# %% in characters: wide spaces only
# Not yet: no Chinese character arrived, only “　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　”. Say something.

reason = "　" * 41


# %% not one less: one less, and no character fits into what is left
# Not yet: 40 characters arrived: 122 bytes of UTF-8, and 123 are asked for.

reason = "𠀀" * 2 + "再" * 38
