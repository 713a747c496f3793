# %% two pages: makes no connection
# Not yet: of your two pages, 0 made a connection before the check clicked. Its console says: <...>adress is not defined.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(adress);
</script>
"""


# %% send: the button does nothing
# Not yet: '<...>' was typed into the first field of page 1, its first button was clicked, and the server was sent [].

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  ws.onmessage = event => document.querySelector("ul").append(event.data);
</script>
"""


# %% send: what was in the field at first
# Not yet: '<...>' was typed into the first field of page 1, its first button was clicked, and the server was sent [''].

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  const text = document.querySelector("input").value;
  document.querySelector("button").onclick = () => ws.send(text);
  ws.onmessage = event => document.querySelector("ul").append(event.data);
</script>
"""


# %% show: shows nothing
# Not yet: page 1 sent '<...>', and page 1 does not show it.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
</script>
"""


# %% show: shows its own, and does not listen
# Not yet: page 1 sent '<...>', and page 2 does not show it.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => {
    const text = document.querySelector("input").value;
    ws.send(text);
    document.querySelector("ul").append(text);
  };
</script>
"""


# %% show: only the first message
# Not yet: page 2 sent '<...>', and page 1 does not show it.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.addEventListener("message", event => document.querySelector("ul").append(event.data), { once: true });
</script>
"""


# %% show: its own at once, and again when it comes back
# Not yet: page 1 sent '<...>' once. How often it is shown: 2 in page 1, and 1 in page 2. The server sends it once to everybody, to the page
# that sent it as well.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const list = document.querySelector("ul");
  const ws = new WebSocket(url);
  function show(text) { list.append(text, document.createElement("br")); }
  document.querySelector("button").onclick = () => {
    const text = document.querySelector("input").value;
    ws.send(text);
    show(text);
  };
  ws.onmessage = event => show(event.data);
</script>
"""


# %% show: takes text for JSON
# Not yet: page 1 sent '<...>', and page 1 does not show it. Its console says: <...>SyntaxError<...>.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => { document.querySelector("ul").append(JSON.parse(event.data)); };
</script>
"""


# %% two pages: a new connection for each click
# Not yet: of your two pages, 0 made a connection before the check clicked.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  document.querySelector("button").onclick = () => {
    const ws = new WebSocket(url);
    ws.onopen = () => ws.send(document.querySelector("input").value);
    ws.onmessage = event => document.querySelector("ul").append(event.data);
  };
</script>
"""


# %% show: the console is no page
# Not yet: page 1 sent '<...>', and page 1 does not show it.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => console.log(event.data);
</script>
"""


# %% right: one socket to send and one to receive
# Solved: what one page sends, both show.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script type="module">
  const [out, back] = [new WebSocket(url), new WebSocket(url)];
  back.addEventListener("message", ({ data }) => {
    const line = document.createElement("div");
    line.innerText = `- ${data}`;
    document.body.prepend(line);
  });
  await new Promise(resolve => out.addEventListener("open", resolve));
  document.querySelector("button").addEventListener("click", () => out.send(document.querySelector("input").value));
</script>
"""


# %% stays: replaces what it shows
# Not yet: '<...>' was sent, and then '<...>', and page 1 shows only the last. Let each line stay.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => { document.querySelector("ul").textContent = event.data; };
</script>
"""


# %% right: hears what is typed, in a textarea
# Solved: what one page sends, both show.

my_page = """
<textarea></textarea> <button>Send</button>
<ul></ul>
<script>
  let typed = "";
  document.querySelector("textarea").oninput = event => { typed = event.target.value; };
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(typed);
  ws.onmessage = ({ data }) => document.querySelector("ul").append(Object.assign(document.createElement("li"), { textContent: data }));
</script>
"""


# %% send: as soon as the field has changed, and when the button is clicked
# Not yet: '<...>' was typed in page 1, its button was clicked once, and the server was sent it 2 times.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const input = document.querySelector("input");
  const ws = new WebSocket(url);
  input.onchange = () => ws.send(input.value);
  document.querySelector("button").onclick = () => ws.send(input.value);
  ws.onmessage = ({ data }) => document.querySelector("ul").append(data);
</script>
"""


# %% send: what is in the field, packed in JSON
# Not yet: '<...>' was typed into the first field of page 1, its first button was clicked, and the server was sent ['{"msg":"<...>"}'].

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(JSON.stringify({ msg: document.querySelector("input").value }));
  ws.onmessage = event => {
    const item = document.createElement("li");
    item.textContent = JSON.parse(event.data).msg;
    document.querySelector("ul").append(item);
  };
</script>
"""


# %% show: a button in a form, which loads the page again
# Not yet: its button was clicked, and your page was loaded again. A button in a form does that, unless preventDefault() is called.

my_page = """
<form><input> <button>Send</button></form>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const item = document.createElement("li");
    item.textContent = event.data;
    document.querySelector("ul").append(item);
  };
</script>
"""


# %% right: a form that stays, and a heading of its own
# Solved: what one page sends, both show.

my_page = """
<h1>Apples, bread, clouds, drums, elephants, flutes, grapes, hats</h1>
<form><input> <button>Send</button></form>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("form").addEventListener("submit", event => {
    event.preventDefault();
    ws.send(document.querySelector("input").value);
  });
  const said = [];
  ws.onmessage = event => {
    said.push(event.data);
    document.querySelector("ul").innerText = said.join("\\n");
  };
</script>
"""


# %% show: in place of the whole page
# Not yet: there is no field to type into in your page, or no button to click. Does your script remove them?

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => { document.body.innerHTML = event.data; };
</script>
"""


# %% show: two listen to the messages
# Not yet: page 1 sent '<...>' once. How often it is shown: 2 in page 1, and 2 in page 2. The server sends it once to everybody, to the page
# that sent it as well.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  const show = event => document.querySelector("ul").append(event.data, document.createElement("br"));
  ws.onmessage = show;
  ws.addEventListener("message", show);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
</script>
"""


# %% send: only with Enter, and the button of the form loads the page again
# Not yet: its button was clicked, and your page was loaded again. A button in a form does that, unless preventDefault() is called.

my_page = """
<form><input> <button>Send</button></form>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  const input = document.querySelector("input");
  input.onkeydown = event => { if (event.key === "Enter") ws.send(input.value); };
  ws.onmessage = event => document.querySelector("ul").append(event.data, document.createElement("br"));
</script>
"""


# %% a line of its own: all in one
# Not yet: '<...>' was sent, and then '<...>', and a line of page 1 is '<...>'. Show each message in a line of its own.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const [input, list] = [document.querySelector("input"), document.querySelector("ul")];
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(input.value);
  ws.onmessage = event => list.append(event.data, "\\n");
</script>
"""


# %% a line of its own: one for all messages
# Not yet: '<...>' was sent, and then '<...>', and a line of page 1 is '<...>'. Show each message in a line of its own.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const [input, list] = [document.querySelector("input"), document.querySelector("ul")];
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(input.value);
  const line = document.createElement("li");
  list.append(line);
  ws.onmessage = event => { line.textContent += ` ${event.data}`; };
</script>
"""


# %% stays: one line, and each message in it
# Not yet: '<...>' was sent, and then '<...>', and page 1 shows only the last. Let each line stay.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const [input, list] = [document.querySelector("input"), document.querySelector("ul")];
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(input.value);
  const line = document.createElement("li");
  ws.onmessage = event => {
    line.textContent = event.data;
    list.append(line);
  };
</script>
"""


# %% as it is: as HTML
# Not yet: page 2 sent ' <i><...></i> <...> ', and page 1 shows '<...>'. textContent shows a text as it is.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const [input, list] = [document.querySelector("input"), document.querySelector("ul")];
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(input.value);
  ws.onmessage = event => { list.innerHTML += `<li>${event.data}</li>`; };
</script>
"""


# %% send: as soon as something is typed
# Not yet: 'not yet <...>' was typed in page 1, its button was not clicked, and the server was sent it.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const [input, list] = [document.querySelector("input"), document.querySelector("ul")];
  const ws = new WebSocket(url);
  input.oninput = () => ws.send(input.value);
  const show = text => list.append(Object.assign(document.createElement("li"), { textContent: text }));
  ws.onmessage = event => show(event.data);
</script>
"""


# %% every message: not what was shown before
# Not yet: page 2 sent '<...>', and then page 1 sent the same. How often it is shown: 1 in page 1, and 1 in page 2. Show every message.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const [input, list] = [document.querySelector("input"), document.querySelector("ul")];
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(input.value);
  const show = text => list.append(Object.assign(document.createElement("li"), { textContent: text }));
  const seen = new Set();
  ws.onmessage = event => {
    if (!seen.has(event.data)) show(event.data);
    seen.add(event.data);
  };
</script>
"""


# %% every message: its own at once, and what comes only if it is another
# Not yet: page 2 sent '<...>', and then page 1 sent the same. How often it is shown: 2 in page 1, and 1 in page 2. Show every message.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const [input, list] = [document.querySelector("input"), document.querySelector("ul")];
  const ws = new WebSocket(url);
  let own = "";
  document.querySelector("button").onclick = () => {
    own = input.value;
    ws.send(own);
    show(own);
  };
  const show = text => list.append(Object.assign(document.createElement("li"), { textContent: text }));
  ws.onmessage = event => { if (event.data !== own) show(event.data); };
</script>
"""


# %% sends what is in its field: without the spaces at its ends
# Not yet: ' <i><...></i> <...> ' was typed into the first field of page 2, its first button was clicked, and the server was sent ['<i><...></i>
# <...>'].

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => { ws.send(document.querySelector("input").value.trim()); };
  ws.onmessage = (event) => {
    const line = document.createElement("li");
    line.textContent = event.data;
    document.querySelector("ul").append(line);
  };
</script>
"""


# %% sends what is in its field: in small letters
# Not yet: '<...>' was typed into the first field of page 1, its first button was clicked, and the server was sent ['<...>'].

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => { ws.send(document.querySelector("input").value.toLowerCase()); };
  ws.onmessage = (event) => {
    const line = document.createElement("li");
    line.textContent = event.data;
    document.querySelector("ul").append(line);
  };
</script>
"""


# %% a line that stays: the last two only
# Not yet: '<...>' was sent first, and when more had come page 1 did not show it any more. Let each line stay.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  const list = document.querySelector("ul");
  document.querySelector("button").onclick = () => { ws.send(document.querySelector("input").value); };
  ws.onmessage = (event) => {
    const line = document.createElement("li");
    line.textContent = event.data;
    list.append(line);
    if (list.children.length > 2) { list.firstElementChild.remove(); }
  };
</script>
"""


# %% connects: once more for each message
# Not yet: before the first click your pages had made 2 connections, and after the last one 6. One for each page is
# enough.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ears = new WebSocket(url);
  ears.onmessage = (event) => {
    const line = document.createElement("li");
    line.textContent = event.data;
    document.querySelector("ul").append(line);
  };
  document.querySelector("button").onclick = () => {
    const mouth = new WebSocket(url);
    const text = document.querySelector("input").value;
    mouth.onopen = () => { mouth.send(text); };
  };
</script>
"""


# %% connects: at an address of its own
# Not yet: your page put '/chat' behind the url. The url is whole as it is.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(`${url}/chat`);
  ws.onmessage = (event) => {
    const line = document.createElement("li");
    line.textContent = event.data;
    document.querySelector("ul").append(line);
  };
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
</script>
"""


# %% as it is: the time stands before it
# Not yet: '<...>' was sent, and a line of page 1 is '<...>'. Show each message as it is, with nothing else in its line.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const line = document.createElement("li");
    line.textContent = new Date().toLocaleTimeString() + " " + event.data;
    document.querySelector("ul").append(line);
  };
</script>
"""


# %% as it is: innerHTML, and < escaped by hand
# Not yet: page 2 sent ' <i><...></i> &amp; "tea" <...> ', and page 1 shows '<i><...></i> & "tea" <...>'. textContent shows a text as it is.

my_page = r"""
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    document.querySelector("ul").innerHTML += "<li>" + event.data.replaceAll("<", "&lt;") + "</li>";
  };
</script>
"""


# %% as it is: as JSON writes it
# Not yet: ' <i><...></i> &amp; "tea" <...> ' was sent, and a line of page 1 is '<...>'. Show each message as it is, with nothing else in
# its line.

my_page = r"""
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const line = document.createElement("li");
    line.textContent = JSON.stringify(event.data);
    document.querySelector("ul").append(line);
  };
</script>
"""


# %% shows every message: in a textarea
# Not yet: '<...>' is in a field of your page. What is in a field does not count: show it as text, in an element such as
# a div.

my_page = r"""
<input> <button>Send</button>
<textarea readonly></textarea>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => { document.querySelector("textarea").value += event.data + "\n"; };
</script>
"""


# %% right: a parent of its own
# Solved: what one page sends, both show.

my_page = """
<input> <button>Send</button>
<ul></ul>
<script>
  const parent = document.querySelector("ul");
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = event => {
    const child = document.createElement("li");
    child.textContent = event.data;
    parent.appendChild(child);
  };
</script>
"""


# %% in a line of its own: a row of flex items
# Not yet: '<...>' was sent, and then '<...>', and they are side by side in page 1. Show each message in a line of its own.

my_page = """
<style>ul { display: flex; gap: 0.5em; list-style: none; padding: 0 }</style>
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = ({ data }) => { const li = document.createElement("li"); li.textContent = data; document.querySelector("ul").append(li); };
</script>
"""


# %% in a line of its own: they float
# Not yet: '<...>' was sent, and then '<...>', and they are side by side in page 1. Show each message in a line of its own.

my_page = """
<style>li { float: left; list-style: none; margin-left: 0.5em }</style>
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = ({ data }) => { const li = document.createElement("li"); li.textContent = data; document.querySelector("ul").append(li); };
</script>
"""


# %% once: the newest stands in a line of its own, too
# Not yet: page 2 sent '<...>' once. How often it is shown: 2 in page 1, and 2 in page 2. The server sends it once to everybody, to the page that sent it as well.

my_page = """
<input> <button>Send</button>
<p></p><ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = ({ data }) => { const li = document.createElement("li"); li.textContent = data; document.querySelector("ul").append(li); document.querySelector("p").textContent = "Last: " + data; };
</script>
"""


# %% twice: the second time only above
# Not yet: page 2 sent '<...>' once. How often it is shown: 2 in page 1, and 2 in page 2. The server sends it once to everybody, to the page that sent it as well.

my_page = """
<input> <button>Send</button>
<p></p><ul></ul>
<script>
  const ws = new WebSocket(url); let last;
  document.querySelector("button").onclick = () => ws.send(document.querySelector("input").value);
  ws.onmessage = ({ data }) => { document.querySelector("p").textContent = "Last: " + data; if (data === last) return; last = data; const li = document.createElement("li"); li.textContent = data; document.querySelector("ul").append(li); };
</script>
"""
