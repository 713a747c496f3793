"""A learner's token bucket, played with by a clock that is ours: no machine is too busy for that."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from chatlib.exercises.verdict import NotYet, result_of, shown
from chatlib.words import Text

MakeBucket = Callable[[float, float, float], Any]


async def check_bucket(make: MakeBucket) -> None:
    """Refuse a bucket that gives more or less than it should at any time."""
    rate, burst = random.choice((2, 4, 8, 16)), random.choice((5, 6, 7, 9, 10, 11, 12))  # never the same
    start = float(random.randint(100, 10_000))
    bucket = await result_of(make, rate, burst, start)
    about = Text("Bucket({rate}, {burst}, {start:g})", rate=rate, burst=burst, start=start)
    if (given := await taken(bucket, [start] * burst)) < burst:
        raise NotYet(
            "{about} was asked {burst} times at once, and gave {given}. A new bucket is full.",
            about=about,
            burst=burst,
            given=given,
        )
    if given := await taken(bucket, [start] * 3):
        given += burst
        raise NotYet(
            "{about} was asked {times} times at once, and gave {given}. It holds no more than its burst.",
            about=about,
            times=burst + 3,
            given=given,
        )
    late = start + 1000
    if (given := await taken(bucket, [late] * (burst + 50))) != burst:
        raise NotYet(
            "{about} was empty. 1000 s later, by `now`, it was asked {times} times, and gave {given}. It is full again "
            "then, and not more.",
            about=about,
            times=burst + 50,
            given=given,
        )
    if (given := await taken(bucket, [late + 1.01 / rate] * 2)) != 1:
        raise NotYet(
            "{about} was empty, and asked 50 times in vain. 1/{rate} s later it was asked twice, and gave {given}, not "
            "1. Tokens come one by one, and a refusal costs nothing.",
            about=about,
            rate=rate,
            given=given,
        )
    await _check_parts(bucket, rate, late + 2 / rate, about)
    await _check_shares(make, rate, burst, start, about)
    await _check_whole(make, rate, burst, start)
    for used in (0, burst // 2):
        await _check_rest(make, rate, burst, start, used)


async def _check_parts(bucket: Any, rate: int, now: float, about: Text) -> None:
    """Refuse a bucket, empty at this time, that loses a part of a token."""
    often = [now + step / (4 * rate) for step in range(1, 42)]
    if abs((given := await taken(bucket, often)) - 11) > 1:
        raise NotYet(
            "{about} was empty, and asked four times in each 1/{rate} s, for 11 of them. It gave {given}, and not 11. "
            "What becomes of a part of a token?",
            about=about,
            rate=rate,
            given=given,
        )
    slowly = [often[-1] + 3 * step / (2 * rate) for step in range(1, 21) for _ in range(3)]
    if abs((given := await taken(bucket, slowly)) - 30) > 1:
        raise NotYet(
            "{about} was empty, and asked three times after each 1.5/{rate} s, for 20 of them. It gave {given}, and "
            "not 30. What becomes of a part of a token?",
            about=about,
            rate=rate,
            given=given,
        )


async def _check_shares(make: MakeBucket, rate: int, burst: int, start: float, about: Text) -> None:
    """Refuse buckets that have something in common."""
    first, second = [await result_of(make, rate, burst, start) for _ in range(2)]
    await taken(first, [start] * burst)
    if not await taken(second, [start]):
        raise NotYet(
            "there were two new buckets. The first was asked until it was empty, and then the second gave nothing. "
            "What do they share?"
        )
    await result_of(make, 2 * rate, burst + 3, start)
    if (given := await taken(first, [start + 1000] * (burst + 3))) != burst:
        raise NotYet(
            "{about} was empty when Bucket({other_rate}, {other_burst}, {start:g}) was made. 1000 s later, by `now`, "
            "it was asked {times} times, and gave {given}, not {burst}. What do they share?",
            about=about,
            other_rate=2 * rate,
            other_burst=burst + 3,
            start=start,
            times=burst + 3,
            given=given,
            burst=burst,
        )


async def _check_whole(make: MakeBucket, rate: int, burst: int, start: float) -> None:
    """Refuse a bucket that gives a token of which there is only a part: this one has nothing left from before."""
    bucket = await result_of(make, rate, burst, start)
    await taken(bucket, [start] * burst)
    given = [await taken(bucket, [start + part / rate]) for part in (0.6, 0.9, 1.1)]
    if given != [0, 0, 1]:
        raise NotYet(
            "a new Bucket({rate}, {burst}, {start:g}) was asked {burst} times at once. Then it was empty, and asked "
            "0.6/{rate} s, 0.9/{rate} s and 1.1/{rate} s later: it gave {given} tokens, and not [0, 0, 1]. A message "
            "costs a whole one.",
            rate=rate,
            burst=burst,
            start=start,
            given=given,
        )


async def _check_rest(make: MakeBucket, rate: int, burst: int, start: float, used: int) -> None:
    """Refuse a bucket that keeps the time as credit in which it was full: this one was never empty before."""
    bucket = await result_of(make, rate, burst, start)
    await taken(bucket, [start] * used)
    if (given := await taken(bucket, [start + 1000] * (burst + 50))) != burst:
        raise NotYet(
            "a new Bucket({rate}, {burst}, {start:g}) was asked {used} times. 1000 s later, by `now`, it was asked "
            "{times} times, and gave {given}, not {burst}. It is full then, and not more.",
            rate=rate,
            burst=burst,
            start=start,
            used=used,
            times=burst + 50,
            given=given,
        )


async def taken(bucket: Any, times: list[float]) -> int:
    """Return how many tokens it gave, when it was asked at these times."""
    count = 0
    for now in times:
        result = await result_of(bucket.take, now)
        if not isinstance(result, bool):
            raise NotYet(
                "take returned {result}. It tells whether there was a token: True or False.", result=shown(result)
            )
        count += result
    return count
