# %% say: the button does nothing
# Not yet: 'Do you like <...>?' was typed into the first field of your page, its first button was clicked, and the room did not hear it. Your page had come in.

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
# Not yet: 'I like <i><...></i>.' was said, and your page shows 'I like <...>.'. textContent shows a text as it is.

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
# Solved: you wrote a chat page, and it shows as text who says what.

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
# Solved: you wrote a chat page, and it shows as text who says what.

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
# Solved: you wrote a chat page, and it shows as text who says what.

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
# Not yet: 'Do you like <...>?' was typed into the first field of your page, its first button was clicked, and the room did not hear it.<...> Its console says: <...>CONNECTING<...>

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
# Not yet: 'Do you like <...>?' was typed into the first field of your page, its first button was clicked, and the room did not hear it. Your page had not come in, either.<...>

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
# Not yet: Bo said 'I like <i><...></i>.'. Before it your page shows '', and after it, up to what somebody
# else said, ''. That does not say that it was Bo: show the user of each message.

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
# Solved: you wrote a chat page, and it shows as text who says what.

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


# %% all that people say: listens once the button is clicked
# Not yet: Bo said 'Hello <...>!' before anything was typed in your page, and your page does not show it. Your page had come in. What he
# said after the first click it shows: 'I like <i><...></i>.'.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  function show(event) {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg}`;
    document.querySelector("div").append(line);
  }
  document.querySelector("button").addEventListener("click", () => {
    ws.send(document.querySelector("input").value);
    ws.onmessage = show;
  });
</script>
"""


# %% all that people say: listens once the button is clicked, within what waits for the open event
# Not yet: Bo said 'Hello <...>!' before anything was typed in your page, and your page does not show it. Your page had come in. What he
# said after the first click it shows: 'I like <i><...></i>.'.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  function show(event) {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg}`;
    document.querySelector("div").append(line);
  }
  ws.onopen = () => {
    document.querySelector("button").onclick = () => {
      ws.send(document.querySelector("input").value);
      ws.onmessage = show;
    };
  };
</script>
"""


# %% all that people say: adds a listener at each click, always the same
# Not yet: Bo said 'Hello <...>!' before anything was typed in your page, and your page does not show it. Your page had come in. What he
# said after the first click it shows: 'I like <i><...></i>.'.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  function show(event) {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg}`;
    document.querySelector("div").append(line);
  }
  document.querySelector("button").addEventListener("click", () => {
    ws.send(document.querySelector("input").value);
    ws.addEventListener("message", show);
  });
</script>
"""


# %% all that people say: adds a listener at each click, a new one each time
# Not yet: Bo said 'Hello <...>!' before anything was typed in your page, and your page does not show it. Your page had come in. What he
# said after the first click it shows: 'I like <i><...></i>.'.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  function show(event) {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg}`;
    document.querySelector("div").append(line);
  }
  document.querySelector("button").addEventListener("click", () => {
    ws.send(document.querySelector("input").value);
    ws.addEventListener("message", event => show(event));
  });
</script>
"""


# %% all that people say: connects when the button is clicked first
# Not yet: Bo said 'Hello <...>!' before anything was typed in your page, and your page does not show it. Your page had not come in yet.
# What he said after the first click it shows: 'I like <i><...></i>.'.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  let ws;
  function show(event) {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg}`;
    document.querySelector("div").append(line);
  }
  document.querySelector("button").onclick = () => {
    const text = document.querySelector("input").value;
    if (ws) return ws.send(text);
    ws = new WebSocket(url);
    ws.onopen = () => ws.send(text);
    ws.onmessage = show;
  };
</script>
"""


# %% all that people say: connects when something is typed first
# Not yet: Bo said 'Hello <...>!' before anything was typed in your page, and your page does not show it. Your page had not come in yet.
# What he said after the first click it shows: 'I like <i><...></i>.'.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  let ws;
  function show(event) {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg}`;
    document.querySelector("div").append(line);
  }
  const input = document.querySelector("input");
  input.addEventListener("input", () => {
    if (ws) return;
    ws = new WebSocket(url);
    ws.onmessage = show;
  });
  document.querySelector("button").onclick = () => {
    if (ws.readyState === 1) ws.send(input.value);
    else ws.onopen = () => ws.send(input.value);
  };
</script>
"""


# %% right: a table, the name in a cell of its own, and You for who sits here
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = r"""
<input> <button>Send</button>
<table></table>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  let me;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 3) me = user;
    if (type !== 2) return;
    const row = document.querySelector("table").insertRow();
    row.insertCell().textContent = user === me ? "You" : user;
    row.insertCell().textContent = msg;
  };
</script>
"""


# %% right: the name in a line above, and Me for who sits here
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  let me;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 3) me = user;
    if (type !== 2) return;
    for (const [tag, text] of [["h4", user === me ? "Me" : user], ["p", msg]]) {
      const line = document.createElement(tag);
      line.textContent = text;
      document.querySelector("div").append(line);
    }
  };
</script>
"""


# %% right: all in one line, and me for who sits here
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  let me;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 3) me = user;
    if (type !== 2) return;
    document.querySelector("div").textContent += (user === me ? "me" : user) + ": " + msg + "\n";
  };
</script>
"""


# %% right: all in one line, with dashes, and You for who sits here
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  let me;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 3) me = user;
    if (type !== 2) return;
    document.querySelector("div").append((user === me ? "You" : user) + ": " + msg + " — ");
  };
</script>
"""


# %% right: all in one line, joined, and Me for who sits here
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  const said = [];
  let me;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 3) me = user;
    if (type !== 2) return;
    said.push(`${user === me ? "Me" : user}: ${msg}`);
    document.querySelector("div").textContent = said.join(" | ");
  };
</script>
"""


# %% right: bubbles side by side, and Ich for who sits here
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = r"""
<style>.bubble { display: inline-block; border: 1px solid; margin: 2px }</style>
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  let me;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 3) me = user;
    if (type !== 2) return;
    const bubble = document.createElement("span");
    bubble.className = "bubble";
    bubble.textContent = `${user === me ? "Ich" : user}: ${msg}`;
    document.querySelector("div").append(bubble);
  };
</script>
"""


# %% right: the newest on top, and the name behind
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    const line = document.createElement("p");
    line.textContent = type === 2 ? `${msg} (${user})` : msg;
    document.querySelector("div").prepend(line);
  };
</script>
"""


# %% with who says it: but not who sits here, and the welcome has the name
# Not yet: 'Do you like <...>?' was typed in your page, and your page does not say that it was <...>. Show the user of each message, of your
# own too.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  let mine;
  function show(text) {
    const line = document.createElement("p");
    line.textContent = text;
    document.querySelector("div").append(line);
  }
  document.querySelector("button").onclick = () => {
    mine = document.querySelector("input").value;
    show(mine);
    ws.send(mine);
  };
  ws.onmessage = event => {
    const said = JSON.parse(event.data);
    if (said.type !== 2) show(said.msg);
    else if (said.msg !== mine) show(`${said.user}: ${said.msg}`);
  };
</script>
"""


# %% with who says it: but not who sits here, and all other events have a name, too
# Not yet: 'Do you like <...>?' was typed in your page, and your page does not say that it was <...>. Show the user of each message, of your
# own too.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  let mine;
  function show(text) {
    const line = document.createElement("p");
    line.textContent = text;
    document.querySelector("div").append(line);
  }
  document.querySelector("button").onclick = () => {
    mine = document.querySelector("input").value;
    show(mine);
    ws.send(mine);
  };
  ws.onmessage = event => {
    const said = JSON.parse(event.data);
    if (said.msg !== mine) show(said.user + ": " + said.msg);
  };
</script>
"""


# %% with who says it: but not who sits here, below a heading with "you"
# Not yet: 'Do you like <...>?' was typed in your page, and your page does not say that it was <...>. Show the user of each message, of your
# own too.

my_page = r"""
<h3>Write what you like</h3>
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  let mine;
  function show(text) {
    const line = document.createElement("p");
    line.textContent = text;
    document.querySelector("div").append(line);
  }
  document.querySelector("button").onclick = () => {
    mine = document.querySelector("input").value;
    show(mine);
    ws.send(mine);
  };
  ws.onmessage = event => {
    const said = JSON.parse(event.data);
    if (said.type === 2 && said.msg !== mine) show(said.user + ": " + said.msg);
  };
</script>
"""


# %% with who says it: only when somebody speaks for the first time
# Not yet: Bo said 'I like <i><...></i>.'. Before it your page shows '', and after it, up to what somebody
# else said, ''. That does not say that it was Bo: show the user of each message.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  const known = new Set();
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = known.has(user) ? msg : `${user}: ${msg}`;
    known.add(user);
    document.querySelector("div").append(line);
  };
</script>
"""


# %% with who says it: when who sits here speaks for the first time, and always of others
# Not yet: 'And <...>?' was typed in your page, and your page does not say that it was <...>. Show the user of each message, of your own
# too.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  let me, isKnown;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 3) me = user;
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = user === me && isKnown ? msg : `${user}: ${msg}`;
    isKnown ||= user === me;
    document.querySelector("div").append(line);
  };
</script>
"""


# %% all that people say: but of what is typed here only the first
# Not yet: how often 'And <...>?' was said: 1; and how often your page shows it now: 0. Show every message once, and let each line
# stay.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  let me, isKnown;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 3) me = user;
    if (type !== 2) return;
    if (user === me && isKnown) return;
    isKnown ||= user === me;
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg}`;
    document.querySelector("div").append(line);
  };
</script>
"""


# %% all that people say: but of what is typed here only the last stays
# Not yet: how often 'Do you like <...>?' was said: 1; and how often your page shows it now: 0. Show every message once, and let each
# line stay.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  let me;
  const own = document.createElement("p");
  document.querySelector("div").append(own);
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 3) me = user;
    if (type !== 2) return;
    const line = user === me ? own : document.createElement("p");
    line.textContent = `${user}: ${msg}`;
    document.querySelector("div").append(line);
  };
</script>
"""


# %% shown as text: in a textarea
# Not yet: 'Hello <...>!' is in a field of your page. What is in a field does not count: show it as text, in an element
# such as a div.

my_page = r"""
<textarea id="log" readonly></textarea><br>
<input id="text"> <button>Send</button>
<script>
  const ws = new WebSocket(url);
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 2) document.querySelector("#log").value += user + ": " + msg + "\n";
  };
  document.querySelector("button").onclick = () => {
    ws.send(document.querySelector("#text").value);
  };
</script>
"""


# %% as text: innerHTML, and < escaped by hand
# Not yet: 'I like <i><...> &amp; "tea"</i>.' was said, and your page shows 'I like <i><...> & "tea"</i>.'. textContent shows a text as it
# is.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  const safe = text => text.replaceAll("<", "&lt;");
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 2) document.querySelector("div").innerHTML += `<p>${safe(user)}: ${safe(msg)}</p>`;
  };
</script>
"""


# %% as text: as JSON writes it
# Not yet: Bo said 'I like <i><...></i>.', and a line of your page is '<...>'. Show each message as it is.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    const line = document.createElement("p");
    line.textContent = `${user}: ${JSON.stringify(msg)}`;
    if (type === 2) document.querySelector("div").append(line);
  };
</script>
"""


# %% right: names in capitals, by a style
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = r"""
<style>b { text-transform: uppercase }</style>
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    const [line, name] = [document.createElement("p"), document.createElement("b")];
    name.textContent = user;
    line.append(name, ": ", msg);
    document.querySelector("div").append(line);
  };
</script>
"""


# %% all that people say: keeps the last two lines
# Not yet: how often 'Hello <...>!' was said: 1; and how often your page shows it now: 0. Show every message once, and let each line stay.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url), div = document.querySelector("div");
  ws.onmessage = (event) => {
    const said = JSON.parse(event.data);
    if (said.type !== 2) return;
    const line = document.createElement("p");
    line.textContent = said.user + ": " + said.msg;
    div.append(line);
    while (div.children.length > 2) div.firstChild.remove();
  };
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
</script>
"""


# %% shown as text: in a field, from the first click on
# Not yet: 'I like <i><...> &amp; "tea"</i>.' is in a field of your page. What is in a field does not count: show it as
# text, in an element such as a div.

my_page = r"""
<input> <button>Send</button><br>
<textarea id="log" readonly></textarea>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => {
    ws.send(document.querySelector("input").value);
    ws.onmessage = event => {
      const { type, user, msg } = JSON.parse(event.data);
      if (type === 2) document.querySelector("#log").value += user + ": " + msg + "\n";
    };
  };
</script>
"""


# %% all that people say: not before the first click, and people write in a textarea
# Not yet: Bo said 'Hello <...>!' before anything was typed in your page, and your page does not show it. Your page had
# come in. What he said after the first click it shows: 'I like <i><...> &amp; "tea"</i>.'.

my_page = r"""
<textarea></textarea> <input type="color"> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => {
    ws.send(document.querySelector("textarea").value);
    ws.onmessage = event => {
      const { type, user, msg } = JSON.parse(event.data);
      if (type !== 2) return;
      const line = document.createElement("p");
      line.textContent = `${user}: ${msg}`;
      document.querySelector("div").append(line);
    };
  };
</script>
"""


# %% a page is one person: sends on one connection, and hears on another
# Not yet: your page has made 2 connections, and 2 people are in the room besides Bo. Each connection is somebody of its
# own: how many does one person need?

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const out = new WebSocket(url), hears = new WebSocket(url);
  hears.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = user + ": " + msg;
    document.querySelector("div").append(line);
  };
  document.querySelector("button").onclick = () => out.send(document.querySelector("input").value);
</script>
"""


# %% right: the newest on top, and the name once above what somebody says in a row
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  let group, last;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    if (user !== last) {
      group = document.createElement("section");
      group.append(document.createElement("b"));
      group.firstChild.textContent = user;
      document.querySelector("div").prepend(group);
      last = user;
    }
    const line = document.createElement("p");
    line.textContent = msg;
    group.firstChild.after(line);
  };
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
</script>
"""


# %% right: the name once below what somebody says in a row
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  let group, last;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    if (user !== last) {
      group = document.createElement("figure");
      group.append(document.createElement("figcaption"));
      group.lastChild.textContent = user;
      document.querySelector("div").append(group);
      last = user;
    }
    const line = document.createElement("p");
    line.textContent = msg;
    group.lastChild.before(line);
  };
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
</script>
"""


# %% shown as text: appended to a textarea
# Not yet: 'Hello <...>!' is in a field of your page. What is in a field does not count: show it as text, in an element
# such as a div.

my_page = r"""
<input> <button>Send</button>
<textarea readonly></textarea>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 2) document.querySelector("textarea").append(user + ": " + msg + "\n");
  };
</script>
"""


# %% with who says it: once for several in a row, the newest on top, so that it is below them
# Not yet: Bo said 'And you? <...>'. Before it your page shows '', and after it, up to what somebody else said, '<...>'.
# That does not say that it was Bo: show the user of each message.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  let last;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = user === last ? msg : `${user}: ${msg}`;
    last = user;
    document.querySelector("div").prepend(line);
  };
</script>
"""


# %% with who says it: what was typed here has no name, and what comes is "to me"
# Not yet: 'Do you like <...>?' was typed in your page, and your page does not say that it was User 1. Show the user of
# each message, of your own too.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  let me;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 3) me = user;
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = user === me ? msg : `${user} to me: ${msg}`;
    document.querySelector("div").append(line);
  };
</script>
"""


# %% right: in Chinese, 我 for who sits here
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  let me;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 3) me = user;
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = `${user === me ? "我" : user}说：${msg}`;
    document.querySelector("div").append(line);
  };
</script>
"""


# %% as text: but not what was typed here
# Not yet: 'And <i><...></i>?' was said, and your page shows 'And <...>?'. textContent shows a text as it is.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div"), input = document.querySelector("input");
  document.querySelector("button").onclick = () => ws.send(input.value);
  let me;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 3) me = user;
    if (type !== 2) return;
    const line = document.createElement("p");
    if (user === me) line.innerHTML = `<b>You</b>: ${msg}`;
    else line.textContent = `${user}: ${msg}`;
    div.append(line);
  };
</script>
"""


# %% as text: but not who enters
# Not yet: somebody is called 'Bo <i>the judge</i>', and your page shows 'Bo the judge'. textContent shows a name as it
# is, too.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div"), input = document.querySelector("input");
  document.querySelector("button").onclick = () => ws.send(input.value);
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    const line = document.createElement("p");
    if (type === 2) line.textContent = `${user}: ${msg}`;
    else if (msg) line.innerHTML = `<em>${msg}</em>`;
    div.append(line);
  };
</script>
"""


# %% as text: the newest, and HTML when it is older
# Not yet: somebody is called 'Bo <i>the judge</i>', and your page shows 'Bo the judge'. textContent shows a name as it
# is, too.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div"), input = document.querySelector("input");
  document.querySelector("button").onclick = () => ws.send(input.value);
  const now = document.createElement("p"), old = document.createElement("p");
  div.append(old, now);
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    old.innerHTML += now.textContent + "<br>";
    now.textContent = `${user}: ${msg}`;
  };
</script>
"""


# %% right: in German, Du for who sits here
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div"), input = document.querySelector("input");
  document.querySelector("button").onclick = () => ws.send(input.value);
  let me;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type === 3) me = user;
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = `${user === me ? "Du" : user}: ${msg}`;
    div.append(line);
  };
</script>
"""


# %% as text: the newest, and its message as HTML when it is older
# Not yet: 'I like <i><...> &amp; "tea"</i>.' was said, and your page shows 'I like <...> & "tea".'. textContent shows a
# text as it is.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div"), input = document.querySelector("input");
  document.querySelector("button").onclick = () => ws.send(input.value);
  let now;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    if (now) now.innerHTML = now.textContent;
    const line = document.createElement("p"), name = document.createElement("b");
    now = document.createElement("span");
    name.textContent = user + ": ";
    now.textContent = msg;
    line.append(name, now);
    div.append(line);
  };
</script>
"""


# %% with who says it: once for several in a row, behind it, the newest on top, so that it is below them
# Not yet: Bo said 'And you? <...>'. Before it your page shows '', and after it, up to what somebody else said, '<...>'.
# That does not say that it was Bo: show the user of each message.

my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  let last;
  ws.onmessage = event => {
    const { type, user, msg } = JSON.parse(event.data);
    if (type !== 2) return;
    const line = document.createElement("p");
    line.textContent = user === last ? msg : `${msg} (${user})`;
    last = user;
    document.querySelector("div").prepend(line);
  };
</script>
"""


# %% right: a parent of its own
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const parent = document.querySelector("div");
  const input = document.querySelector("input");
  const ws = new WebSocket(url);
  document.querySelector("button").addEventListener("click", () => ws.send(input.value));
  ws.addEventListener("message", event => {
    const data = JSON.parse(event.data);
    if (data.type !== 2) return;
    const line = document.createElement("p");
    line.textContent = `${data.user}: ${data.msg}`;
    parent.append(line);
  });
</script>
"""


# %% as it is: the name escaped, and then set as text
# Not yet: Bo said 'I like <i><...></i>.'. He is called 'Bo <i>the judge</i>', and a line of your page is 'Bo &lt;i&gt;the judge&lt;/i&gt;: Hello <...>!'. Show a name as it is.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  const esc = s => s.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = e => { const m = JSON.parse(e.data); if (m.type === 2) { const p = document.createElement("p"); p.textContent = `${esc(m.user)}: ${m.msg}`; document.querySelector("div").append(p); } };
</script>
"""


# %% as it is: the name cut
# Not yet: Bo said 'I like <i><...></i>.'. He is called 'Bo <i>the judge</i>', and a line of your page is 'Bo <i>the ju: Hello <...>!'. Show a name as it is.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = e => { const m = JSON.parse(e.data); if (m.type === 2) { const p = document.createElement("p"); p.textContent = `${m.user.slice(0, 12)}: ${m.msg}`; document.querySelector("div").append(p); } };
</script>
"""


# %% right: the name in capitals
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = e => { const m = JSON.parse(e.data); if (m.type === 2) { const p = document.createElement("p"); p.textContent = `${m.user.toUpperCase()}: ${m.msg}`; document.querySelector("div").append(p); } };
</script>
"""


# %% as it is: a name with other spaces
# Not yet: Bo said 'I like <i><...></i>.'. He is called 'Bo <i>the judge</i>', and a line of your page is '@Bo_<i>the_judge</i> Hello <...>!'. Show a name as it is.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = e => { const m = JSON.parse(e.data); if (m.type === 2) { const p = document.createElement("p"); p.textContent = `@${m.user.replaceAll(" ", "_")} ${m.msg}`; document.querySelector("div").append(p); } };
</script>
"""


# %% right: other messages as JSON
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = """
<input> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = e => { const m = JSON.parse(e.data); const p = document.createElement("p"); if (m.type === 2) p.textContent = `${m.user}: ${m.msg}`; else p.textContent = JSON.stringify(m); document.querySelector("div").append(p); };
</script>
"""


# %% say: its first field is for a name
# Not yet: 'Do you like <...>?' was typed into the first field of your page, its first button was clicked, and the room did not hear it. Your page had come in.

my_page = """
<label>Name <input id="name" value="Mia"></label><br>
<label>Message <input id="text"></label> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => { const text = document.querySelector("#text"); if (text.value) ws.send(text.value); };
  ws.onopen = () => ws.send(JSON.stringify({ type: 6, user: document.querySelector("#name").value }));
  ws.onmessage = e => { const m = JSON.parse(e.data); if (m.type === 2) { const p = document.createElement("p"); p.textContent = `${m.user}: ${m.msg}`; document.querySelector("div").append(p); } };
</script>
"""


# %% right: a hidden field before it
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = """
<form><input type="hidden" name="room" value="lobby"><input name="text"> <button>Send</button></form>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("form").onsubmit = e => { e.preventDefault(); ws.send(e.target.text.value); };
  ws.onmessage = e => { const m = JSON.parse(e.data); if (m.type === 2) { const p = document.createElement("p"); p.textContent = `${m.user}: ${m.msg}`; document.querySelector("div").append(p); } };
</script>
"""


# %% right: a box to tick before it
# Solved: you wrote a chat page, and it shows as text who says what.

my_page = """
<label><input type="checkbox" id="times"> show times</label><br>
<input id="text"> <button>Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("#text").value);
  ws.onmessage = e => { const m = JSON.parse(e.data); if (m.type === 2) { const p = document.createElement("p"); p.textContent = `${m.user}: ${m.msg}` + (document.querySelector("#times").checked ? m.time : ""); document.querySelector("div").append(p); } };
</script>
"""


# %% say: its first button clears
# Not yet: 'Do you like <...>?' was typed into the first field of your page, its first button was clicked, and the room did not hear it. Your page had come in.

my_page = """
<button id="clear">Clear</button> <input> <button id="send">Send</button>
<div></div>
<script>
  const ws = new WebSocket(url);
  document.querySelector("#send").onclick = () => ws.send(document.querySelector("input").value);
  document.querySelector("#clear").onclick = () => document.querySelector("div").replaceChildren();
  ws.onmessage = e => { const m = JSON.parse(e.data); if (m.type === 2) { const p = document.createElement("p"); p.textContent = `${m.user}: ${m.msg}`; document.querySelector("div").append(p); } };
</script>
"""
