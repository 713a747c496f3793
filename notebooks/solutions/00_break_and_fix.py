import os

import chatlib

os.environ["CHATLIB_PORT"] = "window"  # what %env CHATLIB_PORT=window does
broken = chatlib.doctor()
os.environ["CHATLIB_PORT"] = "3000"
fixed = chatlib.doctor()
