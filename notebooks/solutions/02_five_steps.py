my_page = """
<script>
  const words = ["one", "two", "three"];
  let answers = 0;

  const ws = new WebSocket(url);
  ws.addEventListener("open", () => words.forEach(word => ws.send(word)));
  ws.addEventListener("message", event => {
    console.log(event.data);
    answers += 1;
    if (answers === words.length) ws.close(1000);
  });
  ws.addEventListener("error", () => console.log("something went wrong"));
</script>
"""
