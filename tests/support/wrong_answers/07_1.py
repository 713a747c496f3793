# %% wrong 1
# Not yet: <...>Who is who?<...>

def free_name(wanted, taken):
    return wanted if wanted not in taken else f"{wanted} (2)"


# %% wrong 2
# Not yet: <...>somebody wanted 'ada', and got 'ada'<...>

def free_name(wanted, taken):
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted} ({number})"
    return name


# %% wrong 3
# Not yet: <...>Is there a nearer one?<...>

def free_name(wanted, taken):
    number = sum(name.lower().startswith(wanted.lower()) for name in taken) + 1
    return f"{wanted} ({number})" if number > 1 else wanted
