# %% shown once: a listener for each open
# Not yet: after one reconnect, what the server sent once was shown 2 times. How many listeners are there by now?

def start(socket, show):
    def opened(event):
        socket.send("subscribe")
        socket.onmessage = None
        socket.addEventListener("message", lambda event: show(event.data))
    socket.addEventListener("open", opened)


# %% each message: only the first of each connection
# Not yet: before the first reconnect, the server sent <...>, and you showed <...>.

def start(socket, show):
    def opened(event):
        socket.send("subscribe")
        socket.addEventListener("message", lambda event: show(event.data), once=True)
    socket.addEventListener("open", opened)


# %% from the first connection on: only once it has opened, and never again
# Not yet: your page was connected again, and did not subscribe. A server knows nothing of earlier connections: say so at each open.

def start(socket, show):
    def opened(event):
        socket.send("subscribe")
        socket.addEventListener("message", lambda event: show(event.data))
    socket.addEventListener("open", opened, once=True)


# %% at each connection: subscribes too early
# Not yet: your page connected, and did not subscribe. A server knows nothing of earlier connections: say so at each open.

def start(socket, show):
    socket.send("subscribe")
    socket.addEventListener("message", lambda event: show(event.data))


# %% shown: the event, and not what was said
# Not yet: your page showed an event. In which of its fields is what was said?

def start(socket, show):
    socket.addEventListener("open", lambda event: socket.send("subscribe"))
    socket.addEventListener("message", show)


# %% subscribe: twice on one connection
# Not yet: before the first reconnect, your page subscribed 2 times on one connection.

def start(socket, show):
    socket.addEventListener("open", lambda event: socket.send("subscribe"))
    socket.addEventListener("open", lambda event: socket.send("subscribe"))
    socket.addEventListener("message", lambda event: show(event.data))


# %% shown once: looks at the words, of each connection
# Not yet: before the first reconnect, the server sent <...> twice, and you showed it once. Two equal messages are still two.

def start(socket, show):
    def opened(event):
        last = []
        def tell(event):
            if event.data not in last:
                last.append(event.data)
                show(event.data)
        socket.send("subscribe")
        socket.addEventListener("message", tell)
    socket.addEventListener("open", opened)


# %% right: one function has one place, however often it is added
# Solved: three reconnects, and everything was shown once.

def start(socket, show):
    def hear(event):
        show(event.data)
    def opened(event):
        socket.send("subscribe")
        socket.addEventListener("message", hear)
    socket.addEventListener("open", opened)


# %% right: takes it away when the connection goes
# Solved: three reconnects, and everything was shown once.

async def start(socket, show):
    def opened(event):
        def hear(event):
            show(event.data)
        def closed(event):
            socket.removeEventListener("message", hear)
        socket.addEventListener("message", hear)
        socket.addEventListener("close", closed, once=True)
        socket.send("subscribe")
    socket.addEventListener("open", opened)


# %% each message: the same words are shown once only
# Not yet: before the first reconnect, the server sent <...> twice, and you showed it once. Two equal messages are still two.

def start(socket, show):
    seen = set()
    def opened(event):
        def hear(event):
            if event.data not in seen:
                seen.add(event.data)
                show(event.data)
        socket.send("subscribe")
        socket.addEventListener("message", hear)
    socket.addEventListener("open", opened)


# %% subscribe: never
# Not yet: your page connected, and did not subscribe. A server knows nothing of earlier connections: say so at each open.

def start(socket, show):
    socket.addEventListener("message", lambda event: show(event.data))


# %% shown: something of its own, too
# Not yet: the server sent <...>, and your page showed 'connected', a str.

def start(socket, show):
    def opened(event):
        show("connected")
        socket.send("subscribe")
    socket.addEventListener("open", opened)
    socket.addEventListener("message", lambda event: show(event.data))


# %% a listener: is called where it should be given
# Not yet: it raised NameError in line <...> of start: name 'event' is not defined.

def start(socket, show):
    socket.addEventListener("open", lambda event: socket.send("subscribe"))
    socket.addEventListener("message", show(event.data))


# %% at each connection: another socket for each
# Not yet: your page connected, and did not subscribe. A server knows nothing of earlier connections: say so at each open.

def start(socket, show):
    def opened(event):
        again = StayingSocket(socket.url)
        again.addEventListener("open", lambda event: again.send("subscribe"))
        again.addEventListener("message", lambda event: show(event.data))
    socket.addEventListener("open", opened)
from chatlib.experiments.staying_socket import StayingSocket


# %% right: one place for one handler
# Solved: three reconnects, and everything was shown once.

def start(socket, show):
    def opened(event):
        socket.send("subscribe")
        socket.onmessage = lambda event: show(event.data)
    socket.addEventListener("open", opened)


# %% right: with handlers, and an async def
# Solved: three reconnects, and everything was shown once.

async def start(socket, show):
    socket.onopen = lambda event: socket.send("subscribe")
    socket.onmessage = lambda event: show(event.data)


# %% shown once: the listener is taken away at the first close only
# Not yet: after 2 reconnects, what the server sent once was shown 2 times. How many listeners are there by now?

def start(socket, show):
    def opened(event):
        def hear(event):
            show(event.data)
        socket.send("subscribe")
        socket.addEventListener("message", hear)
        if socket.connections == 1:
            socket.addEventListener("close", lambda event: socket.removeEventListener("message", hear), once=True)
    socket.addEventListener("open", opened)


# %% at each connection: closes the socket when a connection ends
# Not yet: connection 2 of your page never came to the server. The socket makes a new one by itself, until somebody closes it.

def start(socket, show):
    socket.addEventListener("open", lambda event: socket.send("subscribe"))
    socket.addEventListener("message", lambda event: show(event.data))
    socket.addEventListener("close", lambda event: socket.close())


# %% subscribe: spelt with a capital letter
# Not yet: your page connected, and sent ['Subscribe'], but no 'subscribe'.

def start(socket, show):
    socket.addEventListener("open", lambda event: socket.send("Subscribe"))
    socket.addEventListener("message", lambda event: show(event.data))


# %% each message: not what is equal to the one before
# Not yet: before the first reconnect, the server sent '<...>' twice, and you showed it once. Two equal messages are still two.

def start(socket, show):
    socket.addEventListener("open", lambda event: socket.send("subscribe"))
    state = [None]
    def hear(event):
        if event.data != state[0]:
            show(event.data)
        state[0] = event.data
    socket.addEventListener("message", hear)


# %% shown once: shows it twice, but no words again
# Not yet: before the first reconnect, what the server sent once was shown 2 times. How many listeners are there by now?

def start(socket, show):
    shown = []
    socket.addEventListener("open", lambda event: socket.send("subscribe"))
    def hear(event):
        if event.data in shown: return
        shown.append(event.data)
        show(event.data); show(event.data)
    socket.addEventListener("message", hear)


# %% show: nobody listens
# Not yet: before the first reconnect, the server sent ['<...>', '<...>', '<...>'], and you showed nothing.

def start(socket, show):
    socket.addEventListener("open", lambda event: socket.send("subscribe"))


# %% shown: from a field that an event has not got
# Not yet: before the first reconnect, the server sent ['<...>', '<...>', '<...>'], and you showed nothing. A listener of yours
# raised AttributeError in line 3 of heard: 'MessageEvent' object has no attribute 'text'.

def start(socket, show):
    def heard(event):
        show(event.text)

    socket.addEventListener("message", heard)
    socket.addEventListener("open", lambda event: socket.send("subscribe"))


# %% subscribe: without quotation marks, and async
# Not yet: your page connected, and did not subscribe. A server knows nothing of earlier connections: say so at each open. A
# listener of yours raised NameError in line 5 of opened: name 'subscribe' is not defined.

def start(socket, show):
    socket.addEventListener("message", lambda event: show(event.data))

    async def opened(event):
        socket.send(subscribe)

    socket.addEventListener("open", opened)


# %% each message: a mark that all pages share
# Not yet: your function was called for two other pages at once, and before the first reconnect, the server sent ['<...>', '<...>',
# '<...>'], and you showed nothing.

is_listening = False

def start(socket, show):
    def opened(event):
        global is_listening
        socket.send("subscribe")
        if not is_listening:
            is_listening = True
            socket.addEventListener("message", lambda event: show(event.data))

    socket.addEventListener("open", opened)


# %% each message: without the blanks at its ends
# Not yet: before the first reconnect, the server sent [' <...> ', ' <...> ', '', '<...>'], and you showed
# ['<...>', '<...>', '', '<...>'].

def start(socket, show):
    socket.addEventListener("open", lambda event: socket.send("subscribe"))
    socket.addEventListener("message", lambda event: show(event.data.strip()))


# %% each message: but not an empty one
# Not yet: before the first reconnect, the server sent [' <...> ', ' <...> ', '', '<...>'], and you showed
# [' <...> ', ' <...> ', '<...>'].

def start(socket, show):
    def heard(event):
        if event.data:
            show(event.data)

    socket.addEventListener("open", lambda event: socket.send("subscribe"))
    socket.addEventListener("message", heard)


# %% each message: is shown by the page that was started last
# Not yet: your function was called for two other pages at once, and <...>.

def listen(event): shower(event.data)
def start(socket, show):
    global shower
    shower = show
    socket.addEventListener("open", lambda e: socket.send("subscribe"))
    socket.addEventListener("message", listen)


# %% subscribe: at the socket that was made last
# Not yet: your function was called for two other pages at once, and <...>.

def opened(e): sock.send("subscribe")
def start(socket, show):
    global sock
    sock = socket
    socket.addEventListener("open", opened)
    socket.addEventListener("message", lambda e: show(e.data))


# %% show: is awaited, though it is no coroutine
# Not yet: everything was shown once, and all the same something went wrong. A listener of yours raised TypeError in line
# <...> of hear: object NoneType can't be used in 'await' expression (does it need an await?).

def start(socket, show):
    async def hear(event):
        await show(event.data)

    socket.addEventListener("open", lambda event: socket.send("subscribe"))
    socket.addEventListener("message", hear)
