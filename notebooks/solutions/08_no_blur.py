def connect(field, button, say):
    def send(_):
        text, field.value = field.value, ""
        if text:
            say(text)

    button.on_click(send)  # and nobody observes the field
