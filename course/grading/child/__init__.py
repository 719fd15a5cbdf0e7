"""What runs beside a submission: this folder goes along into its process, so it holds no secret.

``main`` takes orders from the grader over a pipe; ``state`` says which values of a lesson come
with them, and ``wire``, with ``kinds``, what may go back. ``hook`` and ``walls``, with ``calls``,
close the process before any of the student's code runs in it. ``recorder`` replaces the
checks: it hands answers out and judges nothing.
"""
