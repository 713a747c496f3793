panel.client.send("I am about to fall asleep.")
loop.call_later(1, guest.send, "Sleep well!")
time.sleep(3)
[(message.user, message.state) for message in panel.client.messages[-2:]]
