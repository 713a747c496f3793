# %% say: the button does nothing
# Not yet: 'Do you like <...>?' was typed, the button was clicked, and the room did not hear it. Your page had come in.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
</script>
"""


# %% say: as JSON with quotes around it
# Not yet: 'Do you like <...>?' was typed, and the room heard '"Do you like <...>?"'.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(JSON.stringify(document.querySelector("input").value));
</script>
"""


# %% say: an object of another shape
# Not yet: 'Do you like <...>?' was typed, and the room heard '{"msg":"Do you like <...>?"}'.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(JSON.stringify({ msg: document.querySelector("input").value }));
</script>
"""


# %% show: nothing
# Not yet: Bo said 'I like <i><...></i>.', and your page does not show it.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
</script>
"""


# %% show: takes the JSON for an object
# Not yet: Bo said 'I like <i><...></i>.', and your page does not show it.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const line = document.createElement("p");
    line.textContent = `${event.data.user}: ${event.data.msg}`;
    document.querySelector("div").append(line);
  };
</script>
"""


# %% as text: innerHTML
# Not yet: Bo said 'I like <i><...></i>.', and your page shows 'I like <...>.'. textContent shows a text as it is.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const said = JSON.parse(event.data);
    document.querySelector("div").innerHTML += `<p>${said.user}: ${said.msg}</p>`;
  };
</script>
"""


# %% show: its own at once, and again when it comes back
# Not yet: 'Do you like <...>?' was typed once. How often your page shows it: 2; and how often what Bo said: 1. The server sends it once to
# everybody, to the page that sent it as well.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  const show = text => { document.querySelector("div").append(text, document.createElement("br")); };
  document.querySelector("button").onclick = () => {
    ws.send(document.querySelector("input").value);
    show(`me: ${document.querySelector("input").value}`);
  };
  ws.onmessage = event => {
    const said = JSON.parse(event.data);
    if (said.type === 2) show(`${said.user}: ${said.msg}`);
  };
</script>
"""


# %% right: async, and JSON both ways
# Solved: you wrote a chat page, and strangers cannot change it.

my_page = """
<input> <button>Send</button>
<div></div>
<script type="module">
  const ws = new WebSocket(url);
  await new Promise((resolve, reject) => { ws.onopen = resolve; ws.onerror = reject; });
  document.querySelector("button").addEventListener("click", () => {
    ws.send(JSON.stringify({ type: 2, msg: document.querySelector("input").value }));
  });
  ws.addEventListener("message", event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 2) document.querySelector("div").innerText += `${user}: ${msg}\n`;
  });
</script>
"""


# %% who: not told
# Not yet: Bo said 'I like <i><...></i>.', and your page does not say who it was. A message has a user.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const said = JSON.parse(event.data);
    const line = document.createElement("p");
    if (said.type === 2) line.textContent = said.msg;
    document.querySelector("div").append(line);
  };
</script>
"""


# %% show: raw JSON
# Not yet: your page shows JSON. JSON.parse(event.data) makes an object of it, and that has fields.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const line = document.createElement("p");
    line.textContent = event.data;
    document.querySelector("div").append(line);
  };
</script>
"""


# %% right: a list
# Solved: you wrote a chat page, and strangers cannot change it.

my_page = """
<input> <button>Send</button>
<ol></ol>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.addEventListener("message", ({ data }) => {
    const { type, user, msg } = JSON.parse(data);
    if (type !== 2) return;
    const name = document.createElement("b");
    name.textContent = `${user} `;
    const item = document.createElement("li");
    item.append(name, msg);
    document.querySelector("ol").append(item);
  });
</script>
"""


# %% who: only of those who come
# Not yet: Bo said 'I like <i><...></i>.', and your page does not say who it was. A message has a user.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const line = document.createElement("p");
    line.textContent = JSON.parse(event.data).msg;
    document.querySelector("div").append(line);
  };
</script>
"""


# %% right: with a style
# Solved: you wrote a chat page, and strangers cannot change it.

my_page = """
<input> <button>Send</button>
<style>p { color: green }</style>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const said = JSON.parse(event.data);
    const line = document.createElement("p");
    line.textContent = `${said.user}: ${said.msg}`;
    document.querySelector("div").append(line);
  };
</script>
"""


# %% say: twice, as two listen to the button
# Not yet: 'Do you like <...>?' was typed, the button was clicked once, and the room heard it 2 times.

my_page = """
<input> <button onclick="say()">Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  const say = () => ws.send(document.querySelector("input").value);
  document.querySelector("button").addEventListener("click", say);
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 2) document.querySelector("div").append(`${user}: ${msg} `);
  };
</script>
"""


# %% show: two listen to the messages
# Not yet: 'Do you like <...>?' was typed once. How often your page shows it: 2; and how often what Bo said: 2. The server sends it once to
# everybody, to the page that sent it as well.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  function show(event) {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 2) document.querySelector("div").append(`${user}: ${msg} `);
  }
  ws.onmessage = show;
  ws.addEventListener("message", show);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
</script>
"""


# %% say: connects only when the button is clicked, and does not wait
# Not yet: 'Do you like <...>?' was typed, the button was clicked, and the room did not hear it.<...> Its console says: <...>CONNECTING<...>

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  document.querySelector("button").onclick = () => {
    const ws = new WebSocket(url);
    ws.send(document.querySelector("input").value);
  };
</script>
"""


# %% say: the address in quotation marks
# Not yet: 'Do you like <...>?' was typed, the button was clicked, and the room did not hear it. Your page had not come in, either.<...>

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket("url");
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
</script>
"""


# %% say: only with Enter, and the button of the form loads the page again
# Not yet: its button was clicked, and your page was loaded again. A button in a form does that, unless preventDefault() is called.

my_page = """
<form><input> <button>Send</button></form>
<div></div>
<script>
  const ws = new WebSocket(url);
  const input = document.querySelector("input");
  input.onkeydown = event => { if (event.key === "Enter") ws.send(input.value); };
</script>
"""


# %% all that people say: each takes the place of the one before
# Not yet: Bo said 'I like <i><...></i>.', and then 'And you? <...>', and your page shows only the last. Let each line stay.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const [input, button, div] = ["input", "button", "div"].map(name => document.querySelector(name));
  const ws = new WebSocket(url);
  button.addEventListener("click", () => ws.send(input.value));
  ws.addEventListener("message", event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 2) div.textContent = `${user}: ${msg}`;
  });
</script>
"""


# %% as text: what they say, and their names as HTML
# Not yet: somebody is called 'Bo <i>the judge</i>', and your page shows 'Bo the judge'. textContent shows a name as it is, too.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const [input, button, div] = ["input", "button", "div"].map(name => document.querySelector(name));
  const ws = new WebSocket(url);
  button.addEventListener("click", () => ws.send(input.value));
  ws.addEventListener("message", event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    const line = document.createElement("p");
    line.innerHTML = `<b>${user}</b>: `;
    line.append(msg);
    div.append(line);
  });
</script>
"""


# %% all that people say: but not what was typed here
# Not yet: 'Do you like <...>?' was typed, the room heard it, and your page does not show it. The server sends it once to
# everybody, to the page that sent it as well.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const [input, button, div] = ["input", "button", "div"].map(name => document.querySelector(name));
  const ws = new WebSocket(url);
  const mine = [];
  button.addEventListener("click", () => { mine.push(input.value); ws.send(input.value); });
  ws.addEventListener("message", event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    if (mine.includes(msg)) return;
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg}`;
    div.append(line);
  });
</script>
"""


# %% all that people say: but not what is equal to the message before
# Not yet: Bo said 'And you? <...>' twice. How often your page shows it: 1. Show every message.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const [input, button, div] = ["input", "button", "div"].map(name => document.querySelector(name));
  const ws = new WebSocket(url);
  let last;
  button.addEventListener("click", () => ws.send(input.value));
  ws.addEventListener("message", event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    if (msg === last) return;
    last = msg;
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg}`;
    div.append(line);
  });
</script>
"""


# %% when the button is clicked: the first time only
# Not yet: 'And <...>?' was typed then, the button was clicked again, and the room did not hear it.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const [input, button, div] = ["input", "button", "div"].map(name => document.querySelector(name));
  const ws = new WebSocket(url);
  button.addEventListener("click", () => ws.send(input.value), { once: true });
  ws.addEventListener("message", event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg}`;
    div.append(line);
  });
</script>
"""


# %% with who says it: only who spoke last
# Not yet: Bo said 'I like <i><...></i>.', and when something was said in your page after that, it did not say any more who Bo
# was. Show the user of each message.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  const who = document.createElement("b");
  document.querySelector("div").append(who);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    who.textContent = user;
    const line = document.createElement("p");
    line.textContent = msg;
    document.querySelector("div").append(line);
  };
</script>
"""


# %% right: the name once above what somebody says in a row
# Solved: you wrote a chat page, and strangers cannot change it.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  let last;
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.addEventListener("message", ({ data }) => {
    const { type, user, msg } = JSON.parse(data);
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = user === last ? msg : `${user}: ${msg}`;
    last = user;
    document.querySelector("div").append(line);
  });
</script>
"""


# %% when the button is clicked: as soon as it is typed
# Not yet: 'not yet <...>' was typed in your page, its button was not clicked, and the room heard it.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("input").addEventListener("input", event => ws.send(event.target.value));
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg}`;
    document.querySelector("div").append(line);
  };
</script>
"""


# %% a page is one person: a new connection for each click
# Not yet: '<...>' was typed in your page, then '<...>', and the room heard them from two people: User <...> and User <...>.
# Each connection is somebody of its own: how many does your page make?

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const input = document.querySelector("input");
  const ws = new WebSocket(url);
  document.querySelector("button").addEventListener("click", () => {
    const text = input.value;
    const sender = new WebSocket(url);
    sender.addEventListener("open", () => sender.send(text));
  });
  ws.addEventListener("message", event => {
    const said = JSON.parse(event.data);
    if (said.type === 2) {
      const line = document.createElement("p");
      line.textContent = `${said.user}: ${said.msg}`;
      document.querySelector("div").append(line);
    }
  });
</script>
"""


# %% with who says it: but not who sits here
# Not yet: '<...>' was typed in your page, and your page does not say that it was <...>. Show the user of each message, of your own too.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  const show = text => {
    const line = document.createElement("p");
    line.textContent = text;
    document.querySelector("div").append(line);
  };
  let own = "";
  document.querySelector("button").onclick = () => {
    own = document.querySelector("input").value;
    show(own);
    ws.send(own);
  };
  ws.onmessage = event => {
    const said = JSON.parse(event.data);
    if (said.type === 2 && said.msg !== own) show(said.user + ": " + said.msg);
  };
</script>
"""


# %% with who says it: whoever has entered last
# Not yet: '<...>' was typed in your page, and a line of it is '<...>'. It was <...> who said that, not Bo: each message has its own user.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  let who;
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const said = JSON.parse(event.data);
    if (said.type === 0) who = said.user;
    if (said.type === 2) {
      const line = document.createElement("p");
      line.textContent = who + ": " + said.msg;
      document.querySelector("div").append(line);
    }
  };
</script>
"""
