seen = {
    "the cable is cut": 1006,
    "the server's handler raises an exception": 1011,
    "frozen, and the page only waits": "nothing",
    "frozen, the server pings and gives up, the page only waits": "nothing",
    "frozen, the server pings and gives up, then it thaws": 1011,
    "frozen, and the page calls ws.close(4000)": "nothing",
}
