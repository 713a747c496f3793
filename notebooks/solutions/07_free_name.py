def free_name(wanted, taken):
    """Return the name that somebody gets who wants this one; taken is a list of names."""
    used = {name.casefold() for name in taken}
    name, number = wanted, 1
    while name.casefold() in used:
        number += 1
        name = f"{wanted} ({number})"
    return name
