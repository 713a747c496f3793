def stops_after(their_kernel, our_kernel, our_memory):
    """Return after how many kB the naive loop stands still; there is room for so many kB in each place."""
    return their_kernel + our_kernel + our_memory
