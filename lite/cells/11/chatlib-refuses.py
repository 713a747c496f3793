a_notebook = await ask(open_room, Origin="http://localhost:8888")
a_stranger = await ask(open_room, Origin="https://evil.example")
a_wrong_host = await ask(open_room, Host="evil.example:3000")
await ask(open_room), a_notebook, a_stranger, a_wrong_host
