my_page = r"""
<script>
  let heard = 0;

  const ws = new WebSocket(url);
  ws.addEventListener("open", () => {
    ws.send("one");
    ws.send("two");
    ws.send("three");
  });
  ws.addEventListener("message", (event) => {
    console.log(event.data);
    heard += 1;
    if (heard === 3) {
      ws.close(1000);
    }
  });
  ws.addEventListener("error", () => {
    console.log("something went wrong");
  });
</script>
"""
