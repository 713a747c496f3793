codes = {
    "the server's handler returns": 1000,
    "the server's handler raises an exception": 1011,
    "the server is going away": 1001,
    "somebody cuts the cable": 1006,
    "the server refuses the handshake": 1006,  # it answers in HTTP, so no Close frame comes here either
    "you send more than the server takes": 1009,
    "you call ws.close(4001)": 4001,
    "you call ws.close()": 1005,  # your Close frame had no code, and neither has the answer
}
