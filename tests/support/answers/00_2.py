# %% A B B C: counts one B only
# Not yet: A B B C: we ran it, and it does not show 2. What does x hold after each cell?

shown = {"A B B C": 2, "A B A C": 1, "A B restart C": "NameError"}


# %% A B A C: forgets that A sets x anew
# Not yet: A B A C: we ran it, and it does not show 2. What does x hold after each cell?

shown = {"A B B C": 3, "A B A C": 2, "A B restart C": "NameError"}


# %% A B restart C: believes that a restart keeps x
# Not yet: A B restart C: we ran it, and it raises an error, and shows no value. What does a kernel remember after a restart?

shown = {"A B B C": 3, "A B A C": 1, "A B restart C": 2}


# %% a number: a text instead
# Not yet: A B B C: we ran it, and it shows a number. Yours is a text: take the quotation marks away.

shown = {"A B B C": "3", "A B A C": "1", "A B restart C": "NameError"}


# %% each of them: one is left out
# Not yet: no guess yet for A B restart C. Go through it cell by cell: what does x hold after each?

shown = {"A B B C": 3, "A B A C": 1, "A B restart C": None}


# %% these orders: none of them
# Not yet: the orders are A B B C, A B A C, A B restart C, and shown has none. Change None only.

shown = {}


# %% these orders: other ones
# Not yet: the orders are A B B C, A B A C, A B restart C, and shown has A B C. Change None only.

shown = {"A B C": 2}


# %% right: the exception itself instead of its name
# Solved: you ran all of them in your head.

shown = {"A B B C": 3, "A B A C": 1, "A B restart C": NameError}


# %% the error's name: with all that Python says
# Not yet: A B restart C: it raises an error, and you wrote "NameError: name 'x' is not defined". Write its name alone: "NameError".

shown = {"A B B C": 3, "A B A C": 1, "A B restart C": "NameError: name 'x' is not defined"}


# %% each of them: a list of the numbers
# Not yet: shown is [3, 1, 'NameError'], a list. Leave it a dictionary, as it was, and replace each None in it.

shown = [3, 1, "NameError"]


# %% right: the exception, made
# Solved: you ran all of them in your head.

shown = {"A B B C": 3, "A B A C": 1, "A B restart C": NameError("x")}


# %% the error's name: in two words
# Not yet: A B restart C: it raises an error, and you wrote 'Name Error'. Write its name alone: "NameError".

shown = {"A B B C": 3, "A B A C": 1, "A B restart C": "Name Error"}


# %% the error's name: that it is one
# Not yet: A B restart C: it raises an error, and you wrote 'an error'. Which one does Python raise for a name that it does not know?

shown = {"A B B C": 3, "A B A C": 1, "A B restart C": "an error"}


# %% the error's name: another class
# Not yet: A B restart C: it raises an error, and you wrote <class 'KeyError'>. Which one does Python raise for a name that it does not know?

shown = {"A B B C": 3, "A B A C": 1, "A B restart C": KeyError}


# %% a number: a text with a blank
# Not yet: A B B C: we ran it, and it shows a number. Yours is a text: take the quotation marks away.

shown = {"A B B C": " 3", "A B A C": "1", "A B restart C": "NameError"}


# %% A B A C: takes it for an error
# Not yet: A B A C: we ran it, and it does not show 'NameError'. What does x hold after each cell?

shown = {"A B B C": 3, "A B A C": "NameError", "A B restart C": "NameError"}


# %% a number: a float, which is shown otherwise
# Not yet: A B B C: we ran it, and it does not show 3.0. What does x hold after each cell?

shown = {"A B B C": 3.0, "A B A C": 1.0, "A B restart C": "NameError"}


# %% the error's name: says that there is none
# Not yet: A B restart C: it raises an error, and you wrote 'no error'. Which one does Python raise for a name that it does not know?

shown = {"A B B C": 3, "A B A C": 1, "A B restart C": "no error"}
