"""``python -m course.cli`` is the ``course`` command, if the script is not on the path."""

from course.cli import app

if __name__ == "__main__":
    app()
