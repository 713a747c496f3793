"""The words of the quizzes, one module per notebook, as plain data.

QUIZ is a tuple of questions: a text, and its choices, each with whether it is right, and why. Code stands in backticks.
"""
