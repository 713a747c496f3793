"""Exercises that check themselves: one module per notebook.

::

    from chatlib.exercises import nb03 as check

    await check.ex3(reason)

A check tries what the learner wrote, mostly by speaking WebSocket with it, and returns a Verdict: solved, or not yet
with a hint that is not the answer. ``verdict`` is what checks are made of; in ``witness`` and ``company`` are a server
and people, whom they let the learner's code meet. QUIZ holds a notebook's questions; their words are in ``quizzes``.
"""
