# %% not broken: the port was never changed
# Not yet: nothing is red in `broken`. Was CHATLIB_PORT a word when you asked the doctor?

import chatlib

broken = chatlib.doctor()
fixed = chatlib.doctor()


# %% not fixed: asked twice, changed nothing in between
# Not yet: Port: still red in `fixed`. Do what the card says after "To fix it", and ask again.

import os

import chatlib

os.environ["CHATLIB_PORT"] = "window"
broken = chatlib.doctor()
fixed = chatlib.doctor()


# %% not the second card: the report from before the damage
# Not yet: `fixed` is older than `broken`. Ask the doctor again now, and save what comes as `fixed`.

import os

import chatlib

fixed = chatlib.doctor()
os.environ["CHATLIB_PORT"] = "window"
broken = chatlib.doctor()
os.environ["CHATLIB_PORT"] = "3000"


# %% not asked the second time
# Not yet: fixed is None, and not a report. Save what chatlib.doctor() returns as fixed.

import os

import chatlib

os.environ["CHATLIB_PORT"] = "window"
broken = chatlib.doctor()


# %% not saved: the function instead of what it returns
# Not yet: broken is <function doctor at 0x<...>>, a function, and not a report. Save what chatlib.doctor() returns as broken.

import chatlib

broken = chatlib.doctor
fixed = chatlib.doctor


# %% not the report: what stands on it
# Not yet: broken is 'Port: red', a str, and not a report. Save what chatlib.doctor() returns as broken.

broken = "Port: red"


# %% not the report: its findings
# Not yet: broken is (Finding(<...>, a tuple, and not a report. Save what chatlib.doctor() returns as broken.

import chatlib

broken = chatlib.doctor().findings


# %% right: another wrong port, and fixed by taking it away
# Solved: you broke a check, and fixed it.

import os

import chatlib

os.environ["CHATLIB_PORT"] = "99999"
broken = chatlib.doctor()
del os.environ["CHATLIB_PORT"]
fixed = chatlib.doctor()


# %% not the report: one of its findings
# Not yet: broken is Finding(<...>, a Finding, and not a report. Save what chatlib.doctor() returns as broken.

import chatlib

broken = chatlib.doctor().findings[0]


# %% not the second card: it was damaged, fixed, and damaged again
# Not yet: `fixed` is older than `broken`. Ask the doctor again now, and save what comes as `fixed`.

import os

import chatlib

os.environ["CHATLIB_PORT"] = "window"
chatlib.doctor()
os.environ["CHATLIB_PORT"] = "3000"
fixed = chatlib.doctor()
os.environ["CHATLIB_PORT"] = "window"
broken = chatlib.doctor()
os.environ["CHATLIB_PORT"] = "3000"


# %% right: another line was red before, and is
# Solved: you broke a check, and fixed it.

import os

import chatlib

os.environ["CHATLIB_URL"] = "ws://127.0.0.1:9/"
os.environ["CHATLIB_PORT"] = "window"
broken = chatlib.doctor()
os.environ["CHATLIB_PORT"] = "3000"
fixed = chatlib.doctor()
del os.environ["CHATLIB_URL"]


# %% not fixed: another line was red before, and is
# Not yet: Port: still red in `fixed`. Do what the card says after "To fix it", and ask again.

import os

import chatlib

os.environ["CHATLIB_URL"] = "ws://127.0.0.1:9/"
os.environ["CHATLIB_PORT"] = "window"
broken = chatlib.doctor()
fixed = chatlib.doctor()
del os.environ["CHATLIB_URL"]
