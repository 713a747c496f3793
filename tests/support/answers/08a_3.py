# %% never when the field is left: observes it
# Not yet: somebody typed 'Half a sent', left the field, and ['Half a sent'] was said.

def connect(field, button, say):
    field.continuous_update = False
    field.observe(lambda change: change.new and say(change.new), 'value')


# %% when the button is clicked: nothing happens
# Not yet: 'Half a sentence, and <...>' was typed, the button was clicked, and [] was said.

def connect(field, button, say):
    field.on_submit(lambda _: say(field.value))


# %% empty it: does not
# Not yet: it was said, and the field still holds 'Half a sentence, and <...>'.

def connect(field, button, say):
    button.on_click(lambda _: say(field.value))


# %% empty it: before it is read
# Not yet: 'Half a sentence, and <...>' was typed, the button was clicked, and [''] was said.

def connect(field, button, say):
    def send(_):
        field.value = ''
        say(field.value)
    button.on_click(send)


# %% never with nothing in the field: says nothing aloud
# Not yet: nothing was typed, the button was clicked, and '' was said.

def connect(field, button, say):
    def send(_):
        say(field.value)
        field.value = ''
    button.on_click(send)


# %% call say: hands on the button
# Not yet: 'Half a sentence, and <...>' was typed, the button was clicked, and [<...>Button(<...>)] was said.

def connect(field, button, say):
    button.on_click(say)


# %% when the button is clicked: takes no button
# Not yet: the button was clicked: connect.<locals>.send() takes 0 positional arguments but 1 was given.
# A button hands itself to the function that it calls.

def connect(field, button, say):
    def send():
        if field.value:
            say(field.value)
            field.value = ''
    button.on_click(send)


# %% when the button is clicked: async def
# Not yet: the button was clicked, and called your async def: nobody awaits what that returns.

def connect(field, button, say):
    async def send(_):
        if field.value:
            say(field.value)
            field.value = ''
    button.on_click(send)


# %% when the button is clicked: at once
# Not yet: you handed on_click None, and not a function. Write its name, with no quotation marks and no brackets.

def connect(field, button, say):
    button.on_click(say(field.value))


# %% when the button is clicked: says it when it is wired up, too
# Not yet: nobody has typed or clicked yet, and [''] was said.

def connect(field, button, say):
    def send(_=None):
        say(field.value)
        field.value = ''
    button.on_click(send)
    send()


# %% once: the emptied field says something, too
# Not yet: somebody typed 'Half a sent', left the field, and <...> was said.

def connect(field, button, say):
    def send(_):
        if field.value:
            say(field.value)
            field.value = ''
    button.on_click(send)
    field.observe(send, "value")


# %% runs: a word that Python does not know
# Not yet: it raised NameError in line 3 of send: name 'feld' is not defined.

def connect(field, button, say):
    def send(_):
        say(feld.value)
    button.on_click(send)


# %% right: a lambda
# Solved: the button says it, and leaving the field says nothing.

def connect(field, button, say):
    def empty():
        text = field.value
        field.value = ""
        return text

    button.on_click(lambda _: say(empty()) if field.value else None)


# %% right: nothing but blanks is nothing
# Solved: the button says it, and leaving the field says nothing.

def connect(field, button, say):
    def clicked(_button):
        if field.value.strip() != "":
            say(field.value)
        field.value = ""
    button.on_click(clicked)


# %% when the button is clicked: the first time only
# Not yet: 'Half a sentence, and <...>' was typed once more, the button was clicked, and [] was said.

def connect(field, button, say):
    done = []

    def click(_):
        if field.value and not done:
            done.append(True)
            say(field.value)
            field.value = ""

    button.on_click(click)


# %% never when the field is left: a little later
# Not yet: somebody typed 'Half a sent', left the field, and [<...>] was said.

def connect(field, button, say):
    def send(_):
        text, field.value = field.value, ""
        if text:
            say(text)

    button.on_click(send)
    field.observe(lambda change: asyncio.get_running_loop().call_later(0.01, say, change.new), "value")


# %% call say: prints it
# Not yet: 'Half a sentence, and <...>' was typed, the button was clicked, and [] was said.

def connect(field, button, say):
    def send(_):
        print(field.value)
        field.value = ""

    button.on_click(send)


# %% when the button is clicked: a task with a bug
# Not yet: it raised NameError in line 4 of send: name 'txt' is not defined.

def connect(field, button, say):
    async def send():
        text, field.value = field.value, ""
        say(txt)

    button.on_click(lambda _: asyncio.create_task(send()))


# %% right: as the notebook's own send does it, by the loop
# Solved: the button says it, and leaving the field says nothing.

def connect(field, button, say):
    loop = asyncio.get_running_loop()

    def send(_):
        if field.value:
            loop.call_soon_threadsafe(say, field.value)
            field.value = ""

    button.on_click(send)


# %% right: a task
# Solved: the button says it, and leaving the field says nothing.

def connect(field, button, say):
    async def send():
        text, field.value = field.value, ""
        if text:
            say(text)

    button.on_click(lambda _: asyncio.create_task(send()))


# %% right: a partial of a function with three parameters
# Solved: the button says it, and leaving the field says nothing.

from functools import partial

def send(field, say, _):
    if field.value.strip():
        say(field.value)
    field.value = ""

def connect(field, button, say):
    button.on_click(partial(send, field, say))


# %% call say: with a word too many
# Not yet: it raised TypeError in line 5 of send: Ear.hear() takes 2 positional arguments but 3 were given.

def connect(field, button, say):
    def send(_):
        text, field.value = field.value, ""
        if text:
            say("Ada", text)

    button.on_click(send)


# %% when the button is clicked: the name of the function as a text
# Not yet: you handed on_click 'send', and not a function. Write its name, with no quotation marks and no brackets.

def connect(field, button, say):
    def send(_):
        text, field.value = field.value, ""
        if text:
            say(text)

    button.on_click("send")


# %% empty it: with None, and the widget's words end with a full stop of their own
# Not yet: it raised TraitError in line 5 of click: The 'value' trait of a Text instance expected a unicode string, not the NoneType None.

def connect(field, button, say):
    def click(_):
        if field.value:
            say(field.value)
            field.value = None
    button.on_click(click)


# %% when the button is clicked: once, and then no more
# Not yet: 'Half a sentence, and <...>' was typed once more, the button was clicked, and [] was said.

def connect(field, button, say):
    def send(_):
        if field.value:
            say(field.value)
            field.value = ""
            button.on_click(send, remove=True)

    button.on_click(send)


# %% call say: not with what it has said before
# Not yet: 'Half a sentence, and <...>' was typed once more, the button was clicked, and [] was said.

def connect(field, button, say):
    said = []

    def send(_):
        if field.value and field.value not in said:
            said.append(field.value)
            say(field.value)
        field.value = ""

    button.on_click(send)


# %% the text: always the first
# Not yet: 'And another one' was typed then, the button was clicked, and ['Half a sentence, and <...>'] was said.

def connect(field, button, say):
    first = []

    def send(_):
        if field.value:
            first.append(field.value)
            say(first[0])
        field.value = ""

    button.on_click(send)


# %% the text: only what was typed since
# Not yet: your function was called for a second page, whose field held 'Typed before, and <...>' already. There the button
# was clicked, and [] was said.

def connect(field, button, say):
    typed = {"text": ""}
    field.observe(lambda change: typed.update(text=change.new), "value")
    def clicked(_):
        if typed["text"]:
            say(typed["text"])
            field.value = ""
    button.on_click(clicked)


# %% the field: of the page that came last
# Not yet: 'Half a sentence, and <...>' was typed, the button was clicked, and ['Typed before, and <...>'] was said.

def connect(a_field, button, say):
    global field
    field = a_field
    def clicked(_):
        if field.value:
            say(field.value)
            field.value = ""
    button.on_click(clicked)
