shown = {
    "A B B C": 3,
    "A B A C": 1,  # the second A sets x anew
    "A B restart C": "NameError",  # the new kernel has never heard of x
}
