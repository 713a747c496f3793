"""What a kernel in a browser's tab runs before its first cell: ``lite/jupyter-lite.json`` has it so.

With ``chatlib`` comes the network, for what is not chatlib's, too. No name of this is left in the notebook.
"""

__import__("chatlib.browser.lite_kernel").browser.lite_kernel.begin()
