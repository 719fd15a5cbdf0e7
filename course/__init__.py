"""The machinery of the course: the command line, and everything that is made from the lessons.

``course`` imports ``helpers``, never the other way round. A lesson imports nothing of it.
"""
