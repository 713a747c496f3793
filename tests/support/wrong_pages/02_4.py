# %% create: no socket
# Not yet: there is no new WebSocket(…) in your page yet.

my_page = """
<script>
  const ws = url;
</script>
"""


# %% create: an error stands before it
# Not yet: your page made no connection. Step one is new WebSocket(url). Its console says: <...>adress is not defined

my_page = """
<script>
  const ws = new WebSocket(adress);
</script>
"""


# %% open: sends before it
# Not yet: your page connected, and sent nothing. Its console says: <...>Still in CONNECTING state. When may it send?

my_page = """
<script>
  const ws = new WebSocket(url);
  for (const word of ["one", "two", "three"]) ws.send(word);
  ws.onmessage = event => console.log(event.data);
</script>
"""


# %% send: two of three
# Not yet: your page connected, and sent ['one', 'two']. When may it send?

my_page = """
<script>
  const ws = new WebSocket(url);
  ws.onopen = () => { ws.send("one"); ws.send("two"); };
  ws.onmessage = event => console.log(event.data);
</script>
"""


# %% send: other words
# Not yet: the server was sent ['1', '2', '3'], and not ['one', 'two', 'three'].

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of [1, 2, 3]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); if (++answers === 3) ws.close(1000); };
</script>
"""


# %% receive: closes before the answers came
# Not yet: your page closed the connection after 0 answers. Count them, and close after three.

my_page = """
<script>
  const ws = new WebSocket(url);
  ws.onopen = () => {
    for (const word of ["one", "two", "three"]) ws.send(word);
    ws.close(1000);
  };
  ws.onmessage = event => console.log(event.data);
</script>
"""


# %% receive: logs nothing
# Not yet: the answers came, and your console has []. Log the data of each message event.

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = () => { if (++answers === 3) ws.close(1000); };
</script>
"""


# %% receive: logs the event
# Not yet: the answers came, and your console has ['[object MessageEvent]', '[object MessageEvent]', '[object MessageEvent]']. Log the data of each message event.

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event); if (++answers === 3) ws.close(1000); };
</script>
"""


# %% close: never
# Not yet: all three words came, and the connection is still open. Close it after the third answer.

my_page = """
<script>
  const ws = new WebSocket(url);
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => console.log(event.data);
</script>
"""


# %% close: with no code
# Not yet: your page closed with code 1005. close(1000) says that all is well.

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); if (++answers === 3) ws.close(); };
</script>
"""


# %% create: twice
# Not yet: your page made 2 connections. Run its cell again; one is enough.

my_page = """
<script>
  new WebSocket(url);
  const ws = new WebSocket(url);
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
</script>
"""


# %% right: await, one after the other
# Solved: the five steps, in the browser's own language.

my_page = """
<script type="module">
  const ws = new WebSocket(url);
  await new Promise(resolve => ws.addEventListener("open", resolve, { once: true }));
  for (const word of ["one", "two", "three"]) {
    ws.send(word);
    const event = await new Promise(resolve => ws.addEventListener("message", resolve, { once: true }));
    console.log(event.data);
  }
  ws.close(1000);
</script>
"""
