"""The editions of the course, each made from the lessons: for students, for class, for the web.

``plan`` says which lessons and exercises an edition has. Each change to a notebook is a pure
function, so that the same lessons always give the same edition.
"""
