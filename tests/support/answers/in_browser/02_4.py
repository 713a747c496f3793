# %% create: no socket
# Not yet: there is no new WebSocket(…) in your page yet.

my_page = """
<script>
  const ws = url;
</script>
"""


# %% create: an error stands before it
# Not yet: no connection of your page came to the server. Step one is new WebSocket(url). Its console says: <...>adress is not defined.

my_page = """
<script>
  const ws = new WebSocket(adress);
</script>
"""


# %% open: sends before it
# Not yet: your page connected, and sent nothing. Its console says: <...>Still in CONNECTING state. It may send once its open event has come.

my_page = """
<script>
  const ws = new WebSocket(url);
  for (const word of ["one", "two", "three"]) ws.send(word);
  ws.onmessage = event => console.log(event.data);
</script>
"""


# %% send: two of three
# Not yet: your page sent ['one', 'two'], and not ['one', 'two', 'three'], each with a send() of its own.

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
# Not yet: when your page closed the connection, 0 of three answers had come. Close after the third.

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
# Not yet: the answers were <...>, and your console has []. Log the data of each message event.

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = () => { if (++answers === 3) ws.close(1000); };
</script>
"""


# %% receive: logs the event
# Not yet: the answers were <...>, and your console has ['MessageEvent {type: message}', 'MessageEvent {type: message}', 'MessageEvent {type: message}']. Log the data of each message event.

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
# Not yet: your page closed with no code. close(1000) says that all is well.

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); if (++answers === 3) ws.close(); };
</script>
"""


# %% create: twice
# Not yet: your page made 2 connections, and one is enough. If it was loaded twice, run its cell again.

my_page = """
<script>
  new WebSocket(url);
  const ws = new WebSocket(url);
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
</script>
"""


# %% receive: logs what it sent
# Not yet: the answers were ['one <...>', 'two <...>', 'three <...>'], and your console has ['one', 'two', 'three']. Log the data of each message event.

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) { ws.send(word); console.log(word); } };
  ws.onmessage = () => { if (++answers === 3) ws.close(1000); };
</script>
"""


# %% error: nobody listens
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Which event tells of an error?

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); if (++answers === 3) ws.close(1000); };
</script>
"""


# %% close: with a code that a page may not send
# Not yet: all three words came, and the connection is still open. Close it after the third answer. Its console says: <...>InvalidAccessError<...>1001<...>.

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); if (++answers === 3) ws.close(1001); };
</script>
"""


# %% open: sends before it, in an async function
# Not yet: your page connected, and sent nothing. Its console says: Uncaught (in promise) InvalidStateError: <...>Still in CONNECTING state. It may send once its open event has come.

my_page = """
<script>
  async function main() {
    const ws = new WebSocket(url);
    ws.onmessage = event => console.log(event.data);
    for (const word of ["one", "two", "three"]) await ws.send(word);
    ws.close(1000);
  }
  main();
</script>
"""


# %% open: calls send, and gives the result to onopen
# Not yet: your page connected, and sent nothing. Its console says: <...>Still in CONNECTING state. It may send once its open event has come.

my_page = """
<script>
  const ws = new WebSocket(url);
  ws.onopen = ws.send("one");
  ws.onmessage = event => console.log(event.data);
</script>
"""


# %% send: all in one
# Not yet: your page sent ['one,two,three'], and not ['one', 'two', 'three'], each with a send() of its own.

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => ws.send(["one", "two", "three"]);
  ws.onmessage = event => { console.log(event.data); if (++answers === 3) ws.close(1000); };
</script>
"""


# %% right: await, one after the other
# Solved: the five steps, in the browser's own language.

my_page = """
<script type="module">
  const ws = new window.WebSocket(url);
  ws.onerror = () => console.log("no connection");
  await new Promise(resolve => ws.addEventListener("open", resolve, { once: true }));
  for (const word of ["one", "two", "three"]) {
    ws.send(word);
    const event = await new Promise(resolve => ws.addEventListener("message", resolve, { once: true }));
    console.log(event.data);
  }
  ws.close(1000);
</script>
"""


# %% right: says what it does in words of its own
# Solved: the five steps, in the browser's own language.

my_page = """
<script>
  const words = ["one", "two", "three"];
  let received = 0;
  const ws = new WebSocket(url);
  ws.onopen = () => {
    console.log("connected");
    words.forEach(word => ws.send(word));
  };
  ws.onmessage = ({ data }) => {
    console.log("Received:", data);
    if (++received === words.length) ws.close(1000, "done");
  };
  ws.onerror = () => console.log("something went wrong");
  ws.onclose = event => console.log("closed", event.code, event.reason, event.wasClean);
</script>
"""


# %% error: in a comment, and in the console
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Which event tells of an error?

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); if (++answers === 3) ws.close(1000); };
  // ws.onerror = () => console.log("error");
  console.log("error");
</script>
"""


# %% right: one listener for several events
# Solved: the five steps, in the browser's own language.

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); if (++answers === 3) ws.close(1000); };
  for (const type of ["close", "error"]) ws.addEventListener(type, event => console.log(event.type));
</script>
"""


# %% right: two slashes in a text are no comment
# Solved: the five steps, in the browser's own language.

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); if (++answers === 3) ws.close(1000); };
  const trouble = "// trouble"; ws.onerror = () => console.log(trouble);
</script>
"""


# %% create: forgets new
# Not yet: no connection of your page came to the server. Step one is new WebSocket(url). Its console says: <...>Please use the 'new' operator<...>.

my_page = """
<script>
  const ws = WebSocket(url);
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
</script>
"""


# %% create: at a relative address, which is JupyterLab's
# Not yet: no connection of your page came to the server. Step one is new WebSocket(url).

my_page = """
<script>
  const ws = new WebSocket("/echo");
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onerror = () => console.log("something went wrong");
</script>
"""


# %% error: writes the word, in what it logs
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Which event tells of an error?

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => {
    console.log("no", "error", String(event.data));
    if (++answers === 3) ws.close(1000);
  };
</script>
"""


# %% right: takes the class that there is, as old tutorials do
# Solved: the five steps, in the browser's own language.

my_page = """
<script>
  var Socket = window.WebSocket || window.MozWebSocket;
  var socket = new Socket(url), answers = 0;
  socket.onopen = function () { ["one", "two", "three"].forEach(function (word) { socket.send(word); }); };
  socket.onmessage = function (e) { console.log(e.data); answers += 1; if (answers == 3) { socket.close(1000); } };
  socket.onerror = function (e) { console.log(e); };
</script>
"""


# %% right: a class of its own, and the close event tells whether all was well
# Solved: the five steps, in the browser's own language.

my_page = """
<script type="module">
  class Echo extends WebSocket {
    async *answers(count) {
      while (count--) yield await new Promise(heard => this.addEventListener("message", heard, { once: true }));
    }
  }
  const ws = new Echo(url);
  ws.addEventListener("close", ({ code, wasClean }) => { if (!wasClean) console.warn(`it broke: ${code}`); });
  await new Promise(opened => { ws.onopen = opened; });
  for (const word of ["one", "two", "three"]) {
    ws.send(word);
    for await (const { data } of ws.answers(1)) console.log(data);
  }
  ws.close(1000);
</script>
"""


# %% right: the close event's code tells whether all was well
# Solved: the five steps, in the browser's own language.

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); if (++answers === 3) ws.close(1000); };
  ws.onclose = event => { if (event.code !== 1000) console.log("it went wrong"); };
</script>
"""


# %% right: logs how the connection closed, whichever way
# Solved: the five steps, in the browser's own language.

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); answers += 1; if (answers === 3) ws.close(1000, "bye"); };
  ws.addEventListener("close", event => console.log("closed", event.code, event.reason));
</script>
"""


# %% error: logs that the connection has closed, and not how
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Which event tells of an error?

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); if (++answers === 3) ws.close(1000); };
  ws.onclose = () => console.log("closed");
</script>
"""


# %% create: with a slip in the name, which its console tells
# Not yet: no connection of your page came to the server. Step one is new WebSocket(url). Its console says: <...>Websocket is not defined.

my_page = """
<script>
  const ws = new Websocket(url);
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
</script>
"""


# %% receive: closes after the second answer
# Not yet: when your page closed the connection, 2 of three answers had come. Close after the third.

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); if (++answers === 2) ws.close(1000); };
  ws.onerror = () => console.log("something went wrong");
</script>
"""


# %% send: one, and then it waits for an event with a slip in its name
# Not yet: your page sent ['one'], and not ['one', 'two', 'three'], each with a send() of its own.

my_page = """
<script type="module">
  const ws = new WebSocket(url);
  await new Promise(resolve => ws.addEventListener("open", resolve));
  for (const word of ["one", "two", "three"]) {
    ws.send(word);
    const event = await new Promise(resolve => ws.addEventListener("messages", resolve, { once: true }));
    console.log(event.data);
  }
  ws.close(1000);
</script>
"""


# %% receive: into the page, and not into its console
# Not yet: the answers were ['one <...>', 'two <...>', 'three <...>'], and your console has []. Log the data of each message event.

my_page = """
<ul></ul>
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => {
    document.querySelector("ul").append(event.data);
    if (++answers === 3) ws.close(1000);
  };
  ws.onerror = () => console.log("something went wrong");
</script>
"""


# %% right: with other functions of the console
# Solved: the five steps, in the browser's own language.

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.info(event.data); if (++answers === 3) ws.close(1000); };
  ws.onerror = event => console.debug(event);
</script>
"""


# %% send: as blobs
# Not yet: the server was sent [b'one', b'two', b'three'], and not ['one', 'two', 'three'].

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(new Blob([word])); };
  ws.onmessage = event => { console.log(event.data); if (++answers === 3) ws.close(1000); };
  ws.onerror = () => console.log("something went wrong");
</script>
"""


# %% error: a listener with a slip in its name
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Which event tells of an error?

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); if (++answers === 3) ws.close(1000); };
  ws.onError = () => console.log("something went wrong");
</script>
"""


# %% close: with a code for its own use
# Not yet: your page closed with code 4000. close(1000) says that all is well.

my_page = """
<script>
  const ws = new WebSocket(url);
  let answers = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); if (++answers === 3) ws.close(4000, "done"); };
  ws.onerror = () => console.log("something went wrong");
</script>
"""


# %% create: no script around it
# Not yet: no connection of your page came to the server. Step one is new WebSocket(url).

my_page = """
  const ws = new WebSocket(url);
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
"""


# %% error: a listener that does nothing
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Which event tells of an error?

my_page = """
<script>
  const ws = new WebSocket(url);
  let n = 0;
  ws.onopen = () => { ws.send("one"); ws.send("two"); ws.send("three"); };
  ws.onmessage = (e) => { console.log(e.data); if (++n === 3) ws.close(1000); };
  ws.onerror = () => {};
</script>
"""


# %% error: listens for the page's own
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Which event tells of an error?

my_page = """
<script>
  const ws = new WebSocket(url);
  let n = 0;
  ws.onopen = () => { ws.send("one"); ws.send("two"); ws.send("three"); };
  ws.onmessage = (e) => { console.log(e.data); if (++n === 3) ws.close(1000); };
  window.onerror = () => console.log("error");
</script>
"""


# %% error: calls it at once, and nobody listens
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Which event tells of an error?

my_page = """
<script>
  const ws = new WebSocket(url);
  let n = 0;
  ws.onopen = () => { ws.send("one"); ws.send("two"); ws.send("three"); };
  ws.onmessage = (e) => { console.log(e.data); if (++n === 3) ws.close(1000); };
  ws.onerror = console.log("error");
</script>
"""


# %% open: waits for a second instead
# Not yet: your page connected, and sent nothing. Its console says: <...>Still in CONNECTING state. It may send once its open event has come.

my_page = """
<script>
  const ws = new WebSocket(url);
  setTimeout(() => { ws.send("one"); ws.send("two"); ws.send("three"); }, 1000);
  let heard = 0;
  ws.onmessage = event => { console.log(event.data); heard += 1; if (heard === 3) { ws.close(1000); } };
  ws.onerror = () => console.log("error");
</script>
"""


# %% close: after some time instead
# Not yet: when your page closed the connection, 2 of three answers had come. Close after the third.

my_page = """
<script>
  const ws = new WebSocket(url);
  ws.onopen = () => {
    ws.send("one"); ws.send("two"); ws.send("three");
    setTimeout(() => ws.close(1000), 1500);
  };
  ws.onmessage = event => console.log(event.data);
  ws.onerror = () => console.log("error");
</script>
"""


# %% receive: logs each answer twice
# Not yet: your console has 'one <...>' twice. Log each answer once.

my_page = """
<script>
  const ws = new WebSocket(url);
  ws.onopen = () => { ws.send("one"); ws.send("two"); ws.send("three"); };
  let heard = 0;
  ws.onmessage = event => { console.log(event.data); heard += 1; if (heard === 3) { ws.close(1000); } };
  ws.addEventListener("message", event => console.log(event.data));
  ws.onerror = () => console.log("error");
</script>
"""


# %% right: logs all of them once more, in the end
# Solved: the five steps, in the browser's own language.

my_page = """
<script>
  const ws = new WebSocket(url);
  const answers = [];
  ws.onopen = () => { ws.send("one"); ws.send("two"); ws.send("three"); };
  ws.onmessage = event => {
    answers.push(event.data);
    console.log(event.data);
    if (answers.length === 3) { ws.close(1000); console.log(answers); }
  };
  ws.onerror = () => console.log("error");
</script>
"""


# %% an error: listens for an event that is not there
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Which event tells of an error?

my_page = """
<script>
  const ws = new WebSocket(url);
  let heard = 0;
  ws.addEventListener("open", () => { for (const word of ["one", "two", "three"]) ws.send(word); });
  ws.addEventListener("message", (event) => { console.log(event.data); heard += 1; if (heard === 3) { ws.close(1000); } });
  ws.addEventListener("onerror", () => { console.log("something went wrong"); });
</script>
"""


# %% an error: any but the connection's
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Which event tells of an error?

my_page = """
<script>
  const ws = new WebSocket(url);
  let heard = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = (event) => { console.log(event.data); heard += 1; if (heard === 3) { ws.close(1000); } };
  onerror = () => { console.log("something went wrong"); };
  document.addEventListener("error", () => { console.log("something went wrong"); });
</script>
"""


# %% right: the functions have the names of the events' properties
# Solved: the five steps, in the browser's own language.

my_page = """
<script>
  const ws = new WebSocket(url);
  let heard = 0;
  const onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  const onmessage = (event) => { console.log(event.data); heard += 1; if (heard === 3) { ws.close(1000); } };
  const onerror = () => { console.log("something went wrong"); };
  Object.assign(ws, { onopen, onmessage, onerror });
</script>
"""


# %% open: waits for two seconds instead
# Not yet: the check opened your page once more, and now the handshake took <...> seconds. Your page sent nothing. Its console says: <...>Still in CONNECTING state. It may send once its open event has come.

my_page = """
<script>
  const ws = new WebSocket(url);
  setTimeout(() => { ws.send("one"); ws.send("two"); ws.send("three"); }, 2000);
  let heard = 0;
  ws.onmessage = event => { console.log(event.data); heard += 1; if (heard === 3) { ws.close(1000); } };
  ws.onerror = () => console.log("error");
</script>
"""


# %% open: waits for a promise of two seconds, and then looks whether it is open
# Not yet: the check opened your page once more, and now the handshake took <...> seconds. Your page sent nothing. It may send once its open event has come.

my_page = """
<script type="module">
  const ws = new WebSocket(url);
  let heard = 0;
  ws.onmessage = event => { console.log(event.data); heard += 1; if (heard === 3) { ws.close(1000); } };
  ws.onerror = () => console.log("error");
  await new Promise(later => setTimeout(later, 2000));
  if (ws.readyState === WebSocket.OPEN) { ws.send("one"); ws.send("two"); ws.send("three"); }
</script>
"""


# %% close: after three seconds instead
# Not yet: the check opened your page once more, and now the last answer took <...> seconds. Close after the third answer: your page closed when 2 had come.

my_page = """
<script>
  const ws = new WebSocket(url);
  ws.onopen = () => {
    ws.send("one"); ws.send("two"); ws.send("three");
    setTimeout(() => ws.close(1000), 3000);
  };
  ws.onmessage = event => console.log(event.data);
  ws.onerror = () => console.log("error");
</script>
"""


# %% error: a listener that only remembers
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Which event tells of an error?

my_page = """
<script>
  const ws = new WebSocket(url);
  let n = 0, failed = false;
  ws.onopen = () => { ws.send("one"); ws.send("two"); ws.send("three"); };
  ws.onmessage = (e) => { console.log(e.data); if (++n === 3) ws.close(1000); };
  ws.onerror = (e) => { e.preventDefault(); failed = true; };
</script>
"""


# %% error: a listener that comes with the first answer
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Which event tells of an error?

my_page = """
<script>
  const ws = new WebSocket(url);
  let n = 0;
  ws.onopen = () => { ws.send("one"); ws.send("two"); ws.send("three"); };
  ws.onmessage = (e) => {
    ws.onerror = () => console.log("something went wrong");
    console.log(e.data);
    if (++n === 3) ws.close(1000);
  };
</script>
"""


# %% error: tells that it was closed, each time at another time
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Which event tells of an error?

my_page = """
<script>
  const ws = new WebSocket(url);
  let n = 0;
  ws.onopen = () => { ws.send("one"); ws.send("two"); ws.send("three"); };
  ws.onmessage = (e) => { console.log(e.data); if (++n === 3) ws.close(1000); };
  ws.onclose = (e) => console.log("closed at " + e.timeStamp);
</script>
"""


# %% error: tries the constructor, which raises nothing
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Which event tells of an error?

my_page = """
<script>
  try {
    const ws = new WebSocket(url);
    let n = 0;
    ws.onopen = () => { ws.send("one"); ws.send("two"); ws.send("three"); };
    ws.onmessage = (e) => { console.log(e.data); if (++n === 3) ws.close(1000); };
  } catch (error) {
    console.log("something went wrong", error);
  }
</script>
"""


# %% right: a promise that an error rejects, and whoever awaits it tells
# Solved: the five steps, in the browser's own language.

my_page = """
<script type="module">
  const ws = new WebSocket(url);
  let heard = 0;
  ws.onmessage = ({ data }) => { console.log(data); heard += 1; if (heard === 3) { ws.close(1000); } };
  try {
    await new Promise((opened, failed) => { ws.onopen = opened; ws.onerror = failed; });
    for (const word of ["one", "two", "three"]) ws.send(word);
  } catch {
    console.error("something went wrong");
  }
</script>
"""


# %% right: looks at its readyState until it is open
# Solved: the five steps, in the browser's own language.

my_page = """
<script>
  const ws = new WebSocket(url);
  const waiting = setInterval(() => {
    if (ws.readyState === WebSocket.CONNECTING) return;
    clearInterval(waiting);
    if (ws.readyState !== WebSocket.OPEN) console.log("something went wrong");
    else for (const word of ["one", "two", "three"]) ws.send(word);
  }, 50);
  let heard = 0;
  ws.onmessage = event => { console.log(event.data); heard += 1; if (heard === 3) { ws.close(1000); } };
</script>
"""


# %% right: an error is an exception of its own, and says when it came
# Solved: the five steps, in the browser's own language.

my_page = """
<script>
  const ws = new WebSocket(url);
  let heard = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); heard += 1; if (heard === 3) { ws.close(1000); } };
  ws.onerror = event => { throw new Error(`something went wrong after ${event.timeStamp} ms`); };
</script>
"""


# %% error: logs the address, which is another where no server is
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Which event tells of an error?

my_page = """
<script>
  console.log("connecting to", url);
  const ws = new WebSocket(url);
  let heard = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); heard += 1; if (heard === 3) { ws.close(1000); } };
</script>
"""


# %% error: a listener with a slip in it
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Its console says: <...>consol is not defined. Which event tells of an error?

my_page = """
<script>
  const ws = new WebSocket(url);
  let heard = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); heard += 1; if (heard === 3) { ws.close(1000); } };
  ws.onerror = () => consol.log("something went wrong");
</script>
"""


# %% error: trips over it, where nothing came
# Not yet: the check opened your page once more, where no server takes its connection, and your page logged nothing new. Its console says: <...>TypeError<...>. Which event tells of an error?

my_page = """
<script>
  const ws = new WebSocket(url);
  const heard = [];
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); heard.push(event.data); if (heard.length === 3) { ws.close(1000); } };
  ws.onclose = () => console.log("the last was " + heard[2].trim());
</script>
"""


# %% right: logs the events themselves
# Solved: the five steps, in the browser's own language.

my_page = """
<script>
  const ws = new WebSocket(url);
  let heard = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); heard += 1; if (heard === 3) { ws.close(1000); } };
  for (const type of ["open", "error", "close"]) ws.addEventListener(type, event => console.log(event));
</script>
"""


# %% right: logs the address, and whether it can be reached
# Solved: the five steps, in the browser's own language.

my_page = """
<script>
  console.log("connecting to", url);
  const ws = new WebSocket(url);
  let heard = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); heard += 1; if (heard === 3) { ws.close(1000); } };
  ws.onerror = () => console.log("no connection to", ws.url);
</script>
"""


# %% right: each line has its time, and the last one the code
# Solved: the five steps, in the browser's own language.

my_page = """
<script>
  const log = (...values) => console.log(new Date().toISOString(), ...values);
  const ws = new WebSocket(url);
  let heard = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { log(event.data); heard += 1; if (heard === 3) { ws.close(1000); } };
  ws.onclose = event => log("closed", event.code);
</script>
"""


# %% create: the first time only
# Not yet: the check opened your page once more, and it did not connect by itself.

my_page = """
<script>
  function connect() {
    const ws = new WebSocket(url);
    let heard = 0;
    ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
    ws.onmessage = event => { console.log(event.data); heard += 1; if (heard === 3) { ws.close(1000); } };
    ws.onerror = () => console.log("something went wrong");
  }
  if (sessionStorage.connected) {
    sessionStorage.removeItem("connected");
  } else {
    sessionStorage.connected = "yes";
    connect();
  }
</script>
"""


# %% right: has names of its own, which the browser has, too
# Solved: the five steps, in the browser's own language.

my_page = r"""
<script>
  const close = () => ws.close(1000);
  let heard = 0;
  const ws = new WebSocket(url);
  ws.onopen = () => ["one", "two", "three"].forEach(word => ws.send(word));
  ws.onmessage = event => {
    console.log(event.data);
    heard += 1;
    if (heard === 3) close();
  };
  ws.onerror = () => console.log("an error");
</script>
"""


# %% create: at the address of the notebook's echo
# Not yet: your page put '/echo' behind the url. The url is whole as it is.

my_page = """
<script>
  const ws = new WebSocket(url + "/echo");
  let count = 0;
  ws.onopen = () => { for (const word of ["one", "two", "three"]) ws.send(word); };
  ws.onmessage = event => { console.log(event.data); if (++count === 3) ws.close(1000); };
  ws.onerror = () => console.log("the server has crashed");
</script>
"""


# %% right: a parent of its own
# Solved: the five steps, in the browser's own language.

my_page = """
<ul></ul>
<script>
  const parent = document.querySelector("ul");
  let heard = 0;
  const ws = new WebSocket(url);
  ws.addEventListener("open", () => { ws.send("one"); ws.send("two"); ws.send("three"); });
  ws.addEventListener("message", (event) => {
    console.log(event.data);
    parent.append(event.data);
    heard += 1;
    if (heard === 3) ws.close(1000);
  });
  ws.addEventListener("error", () => console.log("something went wrong"));
</script>
"""


# %% right: logs objects
# Solved: the five steps, in the browser's own language.

my_page = """
<script>
  let heard = 0;
  const ws = new WebSocket(url);
  ws.addEventListener("open", () => { ws.send("one"); ws.send("two"); ws.send("three"); });
  ws.addEventListener("message", ({ data }) => {
    console.log({ data });
    heard += 1;
    if (heard === 3) ws.close(1000);
  });
  ws.addEventListener("error", () => console.log("something went wrong"));
</script>
"""


# %% right: logs an object that has no prototype, too
# Solved: the five steps, in the browser's own language.

my_page = r"""
<script>
  const ws = new WebSocket(url); let heard = 0;
  ws.onopen = () => { ws.send("one"); ws.send("two"); ws.send("three"); };
  ws.onmessage = e => { console.log(e.data); console.log(e.data.match(/(?<word>\w+) (?<number>\d+)/).groups); heard += 1; if (heard === 3) ws.close(1000); };
  ws.onerror = () => console.log("error");
</script>
"""
