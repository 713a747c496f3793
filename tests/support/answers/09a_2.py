# %% an answer: one is missing
# Not yet: 1 of 6 has no answer yet. The board above can play most of them.

seen = {
    "the cable is cut": 1006,
    "the server's handler raises an exception": 1011,
    "frozen, and the page only waits": "nothing",
    "frozen, the server pings and gives up, the page only waits": "nothing",
    "frozen, the server pings and gives up, then it thaws": None,
    "frozen, and the page calls ws.close(4000)": "nothing",
}


# %% a code or nothing: another word
# Not yet: an answer is a close code, such as 1000, or the word 'nothing', and not '1006', a str.

seen = dict.fromkeys(seen, "nothing")
seen["the cable is cut"] = "1006"


# %% frozen: silence is taken for a cut
# Not yet: frozen, and the page only waits: the page does not see 1006; we just tried it. 2 more are wrong.

seen = {
    "the cable is cut": 1006,
    "the server's handler raises an exception": 1011,
    "frozen, and the page only waits": 1006,
    "frozen, the server pings and gives up, the page only waits": 1006,
    "frozen, the server pings and gives up, then it thaws": 1006,
    "frozen, and the page calls ws.close(4000)": "nothing",
}


# %% the server gives up: and the page is told through the ice
# Not yet: frozen, the server pings and gives up, the page only waits: the page does not see 1011; we just tried it.

seen = {
    "the cable is cut": 1006,
    "the server's handler raises an exception": 1011,
    "frozen, and the page only waits": "nothing",
    "frozen, the server pings and gives up, the page only waits": 1011,
    "frozen, the server pings and gives up, then it thaws": 1011,
    "frozen, and the page calls ws.close(4000)": "nothing",
}


# %% close: it closes now
# Not yet: frozen, and the page calls ws.close(4000): the page does not see 4000; we just tried it.

seen = {
    "the cable is cut": 1006,
    "the server's handler raises an exception": 1011,
    "frozen, and the page only waits": "nothing",
    "frozen, the server pings and gives up, the page only waits": "nothing",
    "frozen, the server pings and gives up, then it thaws": 1011,
    "frozen, and the page calls ws.close(4000)": 4000,
}


# %% a dictionary: a list
# Not yet: seen is [1006, 1011], a list. Leave it a dictionary, as it was, and replace each None in it.

seen = [1006, 1011]


# %% a cut: has a goodbye
# Not yet: the cable is cut: the page does not see 1005; we just tried it.

seen = {
    "the cable is cut": 1005,
    "the server's handler raises an exception": 1011,
    "frozen, and the page only waits": "nothing",
    "frozen, the server pings and gives up, the page only waits": "nothing",
    "frozen, the server pings and gives up, then it thaws": 1011,
    "frozen, and the page calls ws.close(4000)": "nothing",
}


# %% a cut: nobody hears of it
# Not yet: the cable is cut: the page does not see 'nothing'; we just tried it. 2 more are wrong.

seen = dict.fromkeys(seen, "nothing")


# %% the handler raises: and the page sees a cut
# Not yet: the server's handler raises an exception: the page does not see 1006; we just tried it.

seen = {
    "the cable is cut": 1006,
    "the server's handler raises an exception": 1006,
    "frozen, and the page only waits": "nothing",
    "frozen, the server pings and gives up, the page only waits": "nothing",
    "frozen, the server pings and gives up, then it thaws": 1011,
    "frozen, and the page calls ws.close(4000)": "nothing",
}


# %% it thaws: and is whole again
# Not yet: frozen, the server pings and gives up, then it thaws: the page does not see 'nothing'; we just tried it. 1 more is wrong.

seen = {
    "the cable is cut": 1006,
    "the server's handler raises an exception": 1011,
    "frozen, and the page only waits": "nothing",
    "frozen, the server pings and gives up, the page only waits": "nothing",
    "frozen, the server pings and gives up, then it thaws": "nothing",
    "frozen, and the page calls ws.close(4000)": 1006,
}


# %% a code or nothing: with a capital letter
# Not yet: an answer is a close code, such as 1000, or the word 'nothing', and not 'Nothing', a str.

seen = dict.fromkeys(seen, "Nothing")


# %% an answer: one key has another name
# Not yet: 1 of 6 has no answer yet. The board above can play most of them.

seen = {
    "the cable is cut": 1006,
    "the handler raises an exception": 1011,
    "frozen, and the page only waits": "nothing",
    "frozen, the server pings and gives up, the page only waits": "nothing",
    "frozen, the server pings and gives up, then it thaws": 1011,
    "frozen, and the page calls ws.close(4000)": "nothing",
}


# %% an answer: four are missing
# Not yet: 4 of 6 have no answer yet. The board above can play most of them.

seen["the cable is cut"] = 1006
seen["the server's handler raises an exception"] = 1011
