# %% wrong 1
# Not yet: <...>nothing was red in the first card<...>

import chatlib
broken = mended = chatlib.doctor()


# %% wrong 2
# Not yet: <...>Port: still red<...>

import chatlib
import os
os.environ["CHATLIB_PORT"] = "window"
broken = chatlib.doctor()
mended = chatlib.doctor()


# %% wrong 3
# Not yet: <...>not yet what the doctor said<...>

broken = "Port: red"
mended = None
