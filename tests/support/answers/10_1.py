# %% a number: nothing is returned
# Not yet: stops_after(<...>) returned None. A number of kB is asked for.

def stops_after(their_kernel, our_kernel, our_memory):
    print(their_kernel + our_kernel + our_memory)


# %% a number: a text
# Not yet: stops_after(<...>) returned '<...> kB', a str. A number of kB is asked for.

def stops_after(their_kernel, our_kernel, our_memory):
    return f"{their_kernel + our_kernel + our_memory} kB"


# %% a number: True is none
# Not yet: stops_after(<...>) returned True, a bool. A number of kB is asked for.

def stops_after(their_kernel, our_kernel, our_memory):
    return their_kernel > 0


# %% a function: the number itself
# Not yet: this check needs a function, and was given 300, an int.

stops_after = 300


# %% all places: the server's memory alone
# Not yet: there was room for <...> kB in the page's kernel, <...> kB in the server's kernel, and <...> kB in the server's memory. The loop stood still after <...> kB; you said <...>. In how many places can a message wait?

def stops_after(their_kernel, our_kernel, our_memory):
    return our_memory


# %% all places: the server's kernel is forgotten
# Not yet: there was room for 40 kB in the page's kernel, <...> kB in the server's kernel, and 20 kB in the server's memory. The loop stood still after <...> kB; you said 60. In how many places can a message wait?

def stops_after(their_kernel, our_kernel, our_memory):
    return their_kernel + our_memory


# %% all places: the page's kernel is not ours
# Not yet: there was room for <...> kB in the page's kernel, 40 kB in the server's kernel, and <...> kB in the server's memory. The loop stood still after <...> kB; you said <...>. In how many places can a message wait?

def stops_after(their_kernel, our_kernel, our_memory):
    return our_kernel + our_memory


# %% all places: the server's memory is forgotten
# Not yet: there was room for 40 kB in the page's kernel, 40 kB in the server's kernel, and <...> kB in the server's memory. The loop stood still after <...> kB; you said 80. In how many places can a message wait?

def stops_after(their_kernel, our_kernel, our_memory):
    return their_kernel + our_kernel


# %% all places: the largest one
# Not yet: there was room for <...> kB in the page's kernel, <...> kB in the server's kernel, and <...> kB in the server's memory. The loop stood still after <...> kB; you said <...>. In how many places can a message wait?

def stops_after(their_kernel, our_kernel, our_memory):
    return max(their_kernel, our_kernel, our_memory)


# %% all places: the narrowest one decides
# Not yet: there was room for <...> kB in the page's kernel, <...> kB in the server's kernel, and <...> kB in the server's memory. The loop stood still after <...> kB; you said <...>. In how many places can a message wait?

def stops_after(their_kernel, our_kernel, our_memory):
    return min(their_kernel, our_kernel, our_memory)


# %% one page: three pages are there, so three times as much
# Not yet: there was room for <...> kB in the page's kernel, <...> kB in the server's kernel, and <...> kB in the server's memory. The loop stood still after <...> kB; you said <...>. Each place is filled once, and only for the page that does not read.

def stops_after(their_kernel, our_kernel, our_memory):
    return 3 * (their_kernel + our_kernel + our_memory)


# %% in kB: bytes
# Not yet: there was room for <...> kB in the page's kernel, <...> kB in the server's kernel, and <...> kB in the server's memory. The loop stood still after <...> kB; you said <...>. Are those bytes? 1,000 of them are a kB.

def stops_after(their_kernel, our_kernel, our_memory):
    return 1000 * (their_kernel + our_kernel + our_memory)


# %% from what it is given: what the widget has shown
# Not yet: there was room for <...> kB in the page's kernel, <...> kB in the server's kernel, and <...> kB in the server's memory. The loop stood still after <...> kB; you said 266. In how many places can a message wait?

def stops_after(their_kernel, our_kernel, our_memory):
    return 266


# %% right: a lambda, and a float
# Solved: four runs, and each time the loop stood still where you said, within a factor of two.

stops_after = lambda *rooms: float(sum(rooms))


# %% right: knows that kernels keep some of it for themselves
# Solved: four runs, and each time the loop stood still where you said, within a factor of two.

async def stops_after(their_kernel, our_kernel, our_memory):
    return 0.9 * their_kernel + 0.9 * our_kernel + our_memory


# %% in kB: in bytes, and all three places
# Not yet: there was room for <...> kB in the page's kernel, <...> kB in the server's kernel, and <...> kB in the server's memory. The loop stood still after <...> kB; you said <...>000. Are those bytes? 1,000 of them are a kB.

def stops_after(their_kernel, our_kernel, our_memory):
    return (their_kernel + our_kernel + our_memory) * 1000


# %% from what it is given: but one, which the widget has shown
# Not yet: there was room for <...> kB in the page's kernel, <...> kB in the server's kernel, and <...> kB in the server's memory.
# The loop stood still after <...> kB; you said <...>. In how many places can a message wait?

def stops_after(their_kernel, our_kernel, our_memory):
    return their_kernel + 131 + our_memory


# %% from what it is given: but for the server's memory, which the widget has shown
# Not yet: there was room for <...> kB in the page's kernel, <...> kB in the server's kernel, and <...> kB in the server's memory.
# The loop stood still after <...> kB; you said <...>. In how many places can a message wait?

def stops_after(their_kernel, our_kernel, our_memory):
    return their_kernel + our_kernel + 33
