# %% a text: a number
# Not yet: the name is 42, an int. Write a text, between quotation marks.

name = 42


# %% a text: taken away with its quotation marks
# Not yet: the name is None. Write a text, between quotation marks.

name = None


# %% your name: spaces only
# Not yet: there is no name between the quotation marks yet. Put yours there.

name = "  "


# %% right: a name in another script
# Solved: the echo says '王小明'.

name = "王小明"
