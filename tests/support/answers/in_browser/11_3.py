# %% shows: nothing
# Not yet: the name of a message was 'Ada <...>', and your page does not show it.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);

  };
</script>
"""


# %% shows the name: no
# Not yet: the name of a message was 'Ada <...>', and your page does not show it.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const line = document.createElement("p");
    line.textContent = `${msg} (${time})`;
    div.append(line);
  };
</script>
"""


# %% shows the time: no
# Not yet: the time of a message was '12:00 <...>', and your page does not show it.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg}`;
    div.append(line);
  };
</script>
"""


# %% shows the text: of an object that is a string
# Not yet: the name of a message was 'Ada <...>', and your page does not show it.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const line = document.createElement("p");
    line.textContent = `${event.data.user}: ${event.data.msg} ${event.data.time}`;
    div.append(line);
  };
</script>
"""


# %% its name, its text and its time: JSON
# Not yet: your page shows JSON. JSON.parse(event.data) makes an object of it, and that has fields.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const line = document.createElement("p");
    line.textContent = event.data;
    div.append(line);
  };
</script>
"""


# %% none may run: all of it is HTML
# Not yet: a script ran in your page: the name was <img src onerror="console.log(`<...>-<...>`)">.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    div.innerHTML += `<p><b>${user}</b> ${msg} <small>${time}</small></p>`;
  };
</script>
"""


# %% none may run: the name and the text are text, the time is HTML
# Not yet: a script ran in your page: the time was <img src onerror="console.log(`<...>-<...>`)">.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const [name, text, when] = ["b", "span", "small"].map(tag => document.createElement(tag));
    name.textContent = user;
    text.textContent = msg;
    when.innerHTML = time;
    const line = document.createElement("p");
    line.append(name, " ", text, " ", when);
    div.append(line);
  };
</script>
"""


# %% none may run: only the text is text
# Not yet: a script ran in your page: the name was <img src onerror="console.log(`<...>-<...>`)">.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    div.insertAdjacentHTML("beforeend", `<p><b>${user}</b> <span></span> <small>${time}</small></p>`);
    div.lastElementChild.querySelector("span").textContent = msg;
  };
</script>
"""


# %% none may run: <script> is taken out
# Not yet: a script ran in your page: the name was <img src onerror="console.log(`<...>-<...>`)">.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const clean = text => text.replaceAll(/<script>|<\\/script>/gi, "");
    div.innerHTML += `<p><b>${clean(user)}</b> ${clean(msg)} <small>${clean(time)}</small></p>`;
  };
</script>
"""


# %% none may run: the first < only is escaped
# Not yet: a script ran in your page: the time was <ScRiPt>console.log(`<...>-14`)</sCrIpT><IMG SRC ONERROR=console.log(`<...>-14`)>.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const clean = text => text.replace("<", "&lt;");
    div.innerHTML += `<p><b>${clean(user)}</b> ${clean(msg)} <small>${clean(time)}</small></p>`;
  };
</script>
"""


# %% none may run: the name is in an attribute, too
# Not yet: a script ran in your page: the name was "><img src onerror="console.log(`<...>-3`)">.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg} (${time})`;
    const face = document.createElement("span");
    face.innerHTML = `<i title="${user}">☺</i>`;
    div.append(face, line);
  };
</script>
"""


# %% read, all of them: tags are taken out
# Not yet: the name was <img src onerror="console.log(`<...>-0`)">, and nobody can read that in your page. Show it as text, all of it.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const clean = text => text.replaceAll(/<[^>]*>/g, "");
    const line = document.createElement("p");
    line.textContent = `${clean(user)}: ${clean(msg)} ${clean(time)}`;
    div.append(line);
  };
</script>
"""


# %% read, all of them: what looks bad is not shown
# Not yet: the name was <img src onerror="console.log(`<...>-0`)">, and nobody can read that in your page. Show it as text, all of it.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    if (/[<>]/.test(user + msg + time)) return;
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg} ${time}`;
    div.append(line);
  };
</script>
"""


# %% read, all of them: escaped, and then set as text
# Not yet: the name was <img src onerror="console.log(`<...>-0`)">, and your page shows &lt; where < was. What is set as text needs no
# escaping.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const escape = text => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    const line = document.createElement("p");
    line.textContent = `${escape(user)}: ${escape(msg)} ${escape(time)}`;
    div.append(line);
  };
</script>
"""


# %% each below the one before: only the last
# Not yet: the first message is gone from your page. Show each message below the one before it.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    div.textContent = `${user}: ${msg} ${time}`;
  };
</script>
"""


# %% a connection: url has another name
# Not yet: no connection of your page came to the server. Step one is new WebSocket(url). Its console says: <...>adress is not defined.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(adress);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg} (${time})`;
    div.append(line);
  };
</script>
"""


# %% read, all of them: whoever sends HTML ends it all
# Not yet: after some strange messages your page shows nothing more.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    if (/[<>]/.test(user + msg + time)) {
      ws.onmessage = null;
      ws.close();
      return;
    }
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg} (${time})`;
    div.append(line);
  };
</script>
"""


# %% right: one text for all
# Solved: fifteen scripts came as names, messages and times, and all of them were read.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg} (${time})`;
    div.append(line);
  };
</script>
"""


# %% right: innerText, and a list
# Solved: fifteen scripts came as names, messages and times, and all of them were read.

my_page = """
<div></div><ul></ul>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const item = document.createElement("li");
    item.innerText = `${time} ${user}: ${msg}`;
    document.querySelector("ul").append(item);
  };
</script>
"""


# %% right: everything is escaped
# Solved: fifteen scripts came as names, messages and times, and all of them were read.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const signs = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
    const escape = text => text.replaceAll(/[&<>"']/g, sign => signs[sign]);
    div.innerHTML += `<p title="${escape(time)}"><b>${escape(user)}</b> ${escape(msg)} <small>${escape(time)}</small></p>`;
  };
</script>
"""


# %% right: a template, and text nodes
# Solved: fifteen scripts came as names, messages and times, and all of them were read.

my_page = """
<div></div><template><p><b></b> <span></span> <small></small></p></template>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const bubble = document.querySelector("template").content.cloneNode(true);
    bubble.querySelector("b").append(user);
    bubble.querySelector("span").append(document.createTextNode(msg));
    bubble.querySelector("small").replaceChildren(time);
    div.append(bubble);
  };
</script>
"""


# %% each below the one before: the newest is on top
# Not yet: '<img src onerror="console.log(`<...>`)">' was said after 'I like <...>.', and your page shows it above. Show each message below the one before it.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg} (${time})`;
    document.querySelector("div").prepend(line);
  };
</script>
"""


# %% each below the one before: side by side
# Not yet: 'I like <...>.' and '<img src onerror="console.log(`<...>`)">' are in one line of your page. Show each message below the one before it.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    document.querySelector("div").append(`${user}: ${msg} (${time}) `);
  };
</script>
"""


# %% a message: each one twice, as two listeners show it
# Not yet: 'I like <...>.' was said once, and your page shows it 2 times.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  const show = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg} (${time})`;
    div.append(line);
  };
  ws.onmessage = show;
  ws.addEventListener("message", show);
</script>
"""


# %% none may run: only < is escaped, and the time is in an attribute, too
# Not yet: a script ran in your page: the time was
# '" oncontentvisibilityautostatechange=console.log(`<...>`) style=display:block;content-visibility:auto x.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  const safe = text => text.replaceAll("<", "&lt;");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    div.innerHTML += `<p title="${safe(time)}"><b>${safe(user)}</b> ${safe(msg)} ${safe(time)}</p>`;
  };
</script>
"""


# %% none may run: only < is escaped, and the message is in an attribute, too
# Not yet: a script ran in your page: the message was
# '" oncontentvisibilityautostatechange=console.log(`<...>`) style=display:block;content-visibility:auto x.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const div = document.querySelector("div");
  const safe = text => text.replaceAll("<", "&lt;");
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    div.innerHTML += `<p title="${safe(msg)}"><b>${safe(user)}</b> ${safe(msg)} ${safe(time)}</p>`;
  };
</script>
"""


# %% connects: at an address of its own
# Not yet: your page put '/chat' behind the url. The url is whole as it is.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(`${url}/chat`);
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const line = document.createElement("p");
    line.textContent = `${user}: ${msg} (${time})`;
    document.querySelector("div").append(line);
  };
</script>
"""


# %% its name: only where somebody else speaks
# Not yet: the name of two messages was 'Bo <...>'. How often your page shows it: 1. Show it with each message.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  let last;
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const line = document.createElement("p");
    if (user !== last) line.append(user, ": ");
    last = user;
    line.append(msg, " ", time);
    document.querySelector("div").append(line);
  };
</script>
"""


# %% its time: only where it is another
# Not yet: the time of two messages was '12:02 <...>'. How often your page shows it: 1. Show it with each message.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  let last;
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const line = document.createElement("p");
    line.append(user, ": ", msg, " ");
    if (time !== last) line.append(last = time);
    document.querySelector("div").append(line);
  };
</script>
"""


# %% shows: in a textarea
# Not yet: 'Ada <...>' is in a field of your page. What is in a field does not count: show it as text, in an element
# such as a div.

my_page = r"""
<textarea cols="80" rows="20" readonly></textarea>
<script>
  const ws = new WebSocket(url);
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    document.querySelector("textarea").value += `${time} ${user}: ${msg}\n`;
  };
</script>
"""


# %% right: a parent of its own
# Solved: fifteen scripts came as names, messages and times, and all of them were read.

my_page = """
<div></div>
<script>
  const parent = document.querySelector("div");
  const ws = new WebSocket(url);
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const p = document.createElement("p");
    p.textContent = `${user}: ${msg} (${time})`;
    parent.append(p);
  };
</script>
"""


# %% right: braces around the time
# Solved: fifteen scripts came as names, messages and times, and all of them were read.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const p = document.createElement("p");
    p.textContent = `{${time}} ${user}: ${msg}`;
    document.querySelector("div").append(p);
  };
</script>
"""


# %% no script runs: quotes of one kind, and the other ones escaped
# Not yet: a script ran in your page: the time was '" oncontentvisibilityautostatechange=console.log(`<...>`) style=display:block;content-visibility:auto x.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  function htmlEntities(str) { return String(str).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;'); }
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    document.querySelector("div").innerHTML += "<p title='" + htmlEntities(time) + "'><b>" + htmlEntities(user) + "</b> " + htmlEntities(msg) + " <small>" + htmlEntities(time) + "</small></p>";
  };
</script>
"""


# %% no script runs: an attribute without quotes
# Not yet: a script ran in your page: the name was '" oncontentvisibilityautostatechange=console.log(`<...>`) style=display:block;content-visibility:auto x.

my_page = """
<div></div>
<script>
  const ws = new WebSocket(url);
  const esc = s => s.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    document.querySelector("div").innerHTML += `<p id=${esc(user)}><b>${esc(user)}</b> ${esc(msg)} <small>${esc(time)}</small></p>`;
  };
</script>
"""


# %% below: a row of flex items
# Not yet: 'I like <...>.' and '<img src onerror="console.log(`<...>`)">' are in one line of your page. Show each message below the one before it.

my_page = """
<style>div { display: flex; gap: 1em }</style>
<div></div>
<script>
  const ws = new WebSocket(url);
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const p = document.createElement("p"); p.textContent = `${user}: ${msg} (${time})`;
    document.querySelector("div").append(p);
  };
</script>
"""


# %% right: put on top, in a column that is turned round
# Solved: fifteen scripts came as names, messages and times, and all of them were read.

my_page = """
<style>div { display: flex; flex-direction: column-reverse }</style>
<div></div>
<script>
  const ws = new WebSocket(url);
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const p = document.createElement("p");
    p.textContent = `${user}: ${msg} (${time})`;
    document.querySelector("div").prepend(p);
  };
</script>
"""


# %% below: a column that is turned round
# Not yet: '<img src onerror="console.log(`<...>`)">' was said after 'I like <...>.', and your page shows it above. Show each message below the one before it.

my_page = """
<style>div { display: flex; flex-direction: column-reverse }</style>
<div></div>
<script>
  const ws = new WebSocket(url);
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const p = document.createElement("p");
    p.textContent = `${user}: ${msg} (${time})`;
    document.querySelector("div").append(p);
  };
</script>
"""
