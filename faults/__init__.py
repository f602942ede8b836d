"""`./run faults`: the platform is killed again and again while data loggers send, and nothing it promised is lost.

What judges here is written apart from what is judged: frames, receptions, batch roots and heads are computed anew
in this folder, from the bytes in the database. Figures and how to read them: ``docs/reference/faults.md``.
"""
