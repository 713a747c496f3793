# %% wrong 1
# Not yet: <...>left the field, and ['Half a sent'] was said<...>

def connect(field, button, say):
    field.continuous_update = False
    field.observe(lambda change: change.new and say(change.new), 'value')


# %% wrong 2
# Not yet: <...>the field still holds<...>

def connect(field, button, say):
    button.on_click(lambda _: say(field.value))


# %% wrong 3
# Not yet: <...>nothing was typed, the button was clicked, and '' was said<...>

def connect(field, button, say):
    def send(_):
        say(field.value)
        field.value = ''
    button.on_click(send)
