"""What runs beside a submission: this folder goes along into its process, so it holds no secret.

``main`` takes orders from the grader over a pipe, ``wire`` says what may come back, ``hook`` and
``walls`` close the process before any of the student's code runs in it, and ``recorder`` stands
in for the checks: it hands answers out and judges nothing.
"""
