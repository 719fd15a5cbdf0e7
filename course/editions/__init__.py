"""The editions of the course, each made from the lessons: for students, for the room, for the web.

``plan`` says which lessons and exercises an edition has. What turns a notebook into another one is
a pure function, so that the same lessons always give the same edition.
"""
