my_page = r"""
<input> <button>Send</button>
<div></div>
<script>
  const MSG = 2;
  const input = document.querySelector("input");
  const ws = new WebSocket(url);
  document.querySelector("button").addEventListener("click", () => {
    ws.send(input.value);
    input.value = "";
  });
  ws.addEventListener("message", event => {
    const said = JSON.parse(event.data);
    const line = document.createElement("p");
    line.textContent = said.msg;
    if (said.type === MSG) {
      line.textContent = `${said.user}: ${said.msg}`;
    }
    document.querySelector("div").append(line);
  });
</script>
"""
