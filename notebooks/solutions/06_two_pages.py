my_page = r"""
<input> <button>Send</button>
<ul></ul>
<script>
  const ws = new WebSocket(url);
  document.querySelector("button").addEventListener("click", () => {
    ws.send(document.querySelector("input").value);
  });
  ws.addEventListener("message", event => {
    const item = document.createElement("li");
    item.textContent = event.data;
    document.querySelector("ul").append(item);
  });
</script>
"""
