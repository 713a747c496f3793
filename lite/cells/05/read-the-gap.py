await asyncio.sleep(0.3)
assert pulse.longest_gap >= 1
[round(gap.seconds) for gap in pulse.gaps if gap.seconds >= 1][-1]
