# %% numbered: there is a third of that name
# Not yet: free_name('<...>', ['<...>', '<...> (2)']) returned '<...> (2)'. To a person, somebody else has that name
# already.

def free_name(wanted, taken):
    return wanted if wanted not in taken else f"{wanted} (2)"


# %% the same name: only letter by letter
# Not yet: free_name('<...>', ['<...>']) returned '<...>'. To a person, somebody else has that name already.

def free_name(wanted, taken):
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted} ({number})"
    return name


# %% the same name: only the bare one is looked for with large and small letters alike
# Not yet: free_name('<...>', ['<...>', '<...> (2)']) returned '<...> (2)'. To a person, somebody else has that name
# already.

def free_name(wanted, taken):
    if wanted.lower() not in [name.lower() for name in taken]:
        return wanted
    number = 2
    while f"{wanted} ({number})" in taken:
        number += 1
    return f"{wanted} ({number})"


# %% a free one is given as it is: counts whoever begins alike
# Not yet: free_name('<...>', ['<...>m', '<...> (2)']) returned '<...> (3)'. The name itself was free.

def free_name(wanted, taken):
    number = sum(name.lower().startswith(wanted.lower()) for name in taken) + 1
    return f"{wanted} ({number})" if number > 1 else wanted


# %% a free one is given as it is: written small
# Not yet: free_name('Ada', []) returned 'ada'. The name itself was free.

def free_name(wanted, taken):
    name, number = wanted.lower(), 1
    while name in [each.lower() for each in taken]:
        number += 1
        name = f"{wanted.lower()} ({number})"
    return name


# %% the lowest number: one more than there are people
# Not yet: free_name('<...>', ['<...>', '<...>']) returned '<...> (3)'. That one is free, and so is one with a lower
# number.

def free_name(wanted, taken):
    used = [name.lower() for name in taken]
    return f"{wanted} ({len(taken) + 1})" if wanted.lower() in used else wanted


# %% the lowest number: one more than the highest
# Not yet: free_name('<...>', ['<...> (3)', '<...>']) returned '<...> (4)'. That one is free, and so is one with a
# lower number.

import re

def free_name(wanted, taken):
    used = {name.lower() for name in taken}
    if wanted.lower() not in used:
        return wanted
    alike = [re.fullmatch(re.escape(wanted.lower()) + r" \((\d+)\)", name) for name in used]
    return f"{wanted} ({max([int(match[1]) for match in alike if match], default=1) + 1})"


# %% the form of a name: no blank
# Not yet: free_name('<...>', ['<...>', '<...>']) returned '<...>(2)'. A new name is '<...>', a blank, and a number
# from 2 on in brackets.

def free_name(wanted, taken):
    name, number = wanted, 1
    while name.lower() in [each.lower() for each in taken]:
        number += 1
        name = f"{wanted}({number})"
    return name


# %% the form of a name: the second one gets the 1
# Not yet: free_name('<...>', ['<...>', '<...>']) returned '<...> (1)'. A new name is '<...>', a blank, and a number
# from 2 on in brackets.

def free_name(wanted, taken):
    name, number = wanted, 0
    while name.lower() in [each.lower() for each in taken]:
        number += 1
        name = f"{wanted} ({number})"
    return name


# %% returns it: prints it
# Not yet: free_name('Ada', []) returned None. A name is a string.

def free_name(wanted, taken):
    name, number = wanted, 1
    while name.lower() in [each.lower() for each in taken]:
        number += 1
        name = f"{wanted} ({number})"
    print(name, end="")


# %% returns it: the number alone
# Not yet: free_name('<...>', ['<...>', '<...>']) returned 2. A name is a string.

def free_name(wanted, taken):
    name, number = wanted, 1
    while name.lower() in [each.lower() for each in taken]:
        number += 1
        name = f"{wanted} ({number})"
    return number if number > 1 else name


# %% right: lower() and an endless loop
# Solved: nobody has a name that somebody else has.

def free_name(wanted, taken):
    used = [name.lower() for name in taken]
    if wanted.lower() not in used:
        return wanted
    number = 2
    while True:
        if f"{wanted} ({number})".lower() not in used:
            return f"{wanted} ({number})"
        number += 1


# %% right: it calls itself
# Solved: nobody has a name that somebody else has.

def free_name(wanted, taken, number=1):
    name = wanted if number == 1 else f"{wanted} ({number})"
    return free_name(wanted, taken, number + 1) if name.lower() in map(str.lower, taken) else name


# %% right: the first of all names that there could be
# Solved: nobody has a name that somebody else has.

from itertools import count

def free_name(wanted, taken):
    used = {name.casefold() for name in taken}
    names = (wanted if n == 1 else f"{wanted} ({n})" for n in count(1))
    return next(name for name in names if name.casefold() not in used)


# %% and so on: up to nine
# Not yet: free_name('<...>', [<...>]) returned None. A name is a string.

def free_name(wanted, taken):
    small = [name.lower() for name in taken]
    if wanted.lower() not in small:
        return wanted
    for number in range(2, 10):
        if f"{wanted} ({number})".lower() not in small:
            return f"{wanted} ({number})"


# %% the lowest number: compares numbers as texts
# Not yet: free_name('<...>', [<...>]) returned '<...> (10)'. To a person, somebody else has that name already.

def free_name(wanted, taken):
    small = [name.lower() for name in taken]
    if wanted.lower() not in small:
        return wanted
    name = wanted.lower()
    numbers = sorted(each[len(name) + 2 : -1] for each in small if each.startswith(f"{name} ("))
    for number in range(2, 10):
        if str(number) not in numbers:
            return f"{wanted} ({number})"
    return f"{wanted} ({int(numbers[-1]) + 1})"


# %% the form of a name: the one of the task
# Not yet: free_name('<...>', ['<...>', '<...>']) returned 'Ada (2)'. A new name is '<...>', a blank, and a number
# from 2 on in brackets.

def free_name(wanted, taken):
    return "Ada (2)" if wanted.lower() in [name.lower() for name in taken] else wanted


# %% and so on: forgets to count on
# Not yet: your code has not given the loop a turn for 5 s: line <...>. While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await.

def free_name(wanted, taken):
    name, number = wanted, 2
    while name.lower() in [each.lower() for each in taken]:
        name = f"{wanted} ({number})"
    return name


# %% runs: looks for a name that is not there
# Not yet: the call was free_name('Ada', []), and your function raised ValueError in line <...> of free_name: 'Ada' is not in list.

def free_name(wanted, taken):
    return wanted if taken.index(wanted) < 0 else wanted + " (2)"


# %% taken stays as it is: the new name is put into it
# Not yet: free_name('Ada', []) returned 'Ada', and then taken was ['Ada']. Leave it as it is: somebody who asks for a name
# has not come in yet.

def free_name(wanted, taken):
    small = [name.lower() for name in taken]
    name, number = wanted, 1
    while name.lower() in small:
        number += 1
        name = f"{wanted} ({number})"
    taken.append(name)
    return name


# %% taken stays as it is: all that is in it becomes small
# Not yet: free_name('<...>', ['<...>', '<...>']) returned '<...>', and then taken was ['<...>', '<...>']. Leave it as it
# is: somebody who asks for a name has not come in yet.

def free_name(wanted, taken):
    for place, name in enumerate(taken):
        taken[place] = name.lower()
    name, number = wanted, 1
    while name.lower() in taken:
        number += 1
        name = f"{wanted} ({number})"
    return name


# %% the form of a name: takes what is in brackets for a number of ours
# Not yet: free_name('<...> (C++)', ['<...> (c++)']) returned '<...> (2)'. A new name is '<...> (C++)', a blank, and a number from 2
# on in brackets.

def free_name(wanted, taken):
    used = [name.casefold() for name in taken]
    if wanted.casefold() not in used:
        return wanted
    bare, number = wanted.split(" (")[0], 2
    while f"{bare} ({number})".casefold() in used:
        number += 1
    return f"{bare} ({number})"


# %% the same name: looks for a pattern
# Not yet: free_name('<...> (C++)', ['<...> (c++)']) returned '<...> (C++)'. To a person, somebody else has that name already.

import re

def free_name(wanted, taken):
    def is_used(pattern):
        return any(re.fullmatch(pattern, name, re.IGNORECASE) for name in taken)

    if not is_used(wanted):
        return wanted
    number = 2
    while is_used(rf"{wanted} \({number}\)"):
        number += 1
    return f"{wanted} ({number})"


# %% the lowest number that is free: goes through the list once
# Not yet: free_name('<...>', ['<...> (2)', '<...>']) returned '<...> (2)'. To a person, somebody else has that name
# already.

def free_name(wanted, taken):
    name, number = wanted, 1
    for other in taken:
        if other.casefold() == name.casefold():
            number += 1
            name = f"{wanted} ({number})"
    return name


# %% and so on: up to ninety-nine
# Not yet: free_name('<...>', ['<...>', '<...> (2)', …, '<...> (119)']) returned None. A name is a string.

def free_name(wanted, taken):
    used = [name.casefold() for name in taken]
    if wanted.casefold() not in used:
        return wanted
    for number in range(2, 100):
        if f"{wanted} ({number})".casefold() not in used:
            return f"{wanted} ({number})"


# %% the name itself was free: takes a number off it
# Not yet: free_name('<...> (2)', ['<...>']) returned '<...>'. The name itself was free.

import re
def free_name(wanted, taken):
    base = re.sub(r" \(\d+\)$", "", wanted)
    small = [t.lower() for t in taken]
    n, new = 1, base
    while new.lower() in small:
        n += 1
        new = f"{base} ({n})"
    return new


# %% taken: a pattern takes the number off
# Not yet: free_name('<...> (2)', ['<...> (2)']) returned '<...> (2)'. To a person, somebody else has that name already.

import re
def free_name(wanted, taken):
    numbers = set()
    for t in taken:
        name, number = re.fullmatch(r"(.+?)(?: \((\d+)\))?", t).groups()
        if name.lower() == wanted.lower():
            numbers.add(int(number or 1))
    n = 1
    while n in numbers:
        n += 1
    return wanted if n == 1 else f"{wanted} ({n})"


# %% the lowest: what begins and ends alike
# Not yet: free_name('<...>', ['<...>', '<...> (2)']) returned '<...> (3)'. That one is free, and so is one with a lower
# number.

def free_name(wanted, taken):
    small = [t.lower() for t in taken]
    if wanted.lower() not in small:
        return wanted
    n = 2
    while any(t.startswith(wanted.lower()) and t.endswith(f"({n})") for t in small):
        n += 1
    return f"{wanted} ({n})"


# %% the lowest: anybody's number
# Not yet: free_name('<...>', ['<...>', '<...>', '<...> (2)']) returned '<...> (3)'. That one is free, and so is one with
# a lower number.

def free_name(wanted, taken):
    small = [t.lower() for t in taken]
    if wanted.lower() not in small:
        return wanted
    n = 2
    while any(f"({n})" in t for t in small):
        n += 1
    return f"{wanted} ({n})"
