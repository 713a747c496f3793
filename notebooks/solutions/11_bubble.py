my_page = r"""
<div></div>
<script>
  const ws = new WebSocket(url);
  ws.onmessage = event => {
    const { user, msg, time } = JSON.parse(event.data);
    const bubble = document.createElement("p");
    const name = document.createElement("b");
    const when = document.createElement("small");
    name.textContent = user;
    when.textContent = time;
    bubble.append(name, ` ${msg} `, when);  // append() takes a string for text, too
    document.querySelector("div").append(bubble);
  };
</script>
"""
