"""The exercises of the lessons: one file per lesson, named by its slug."""
