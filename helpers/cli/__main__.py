"""``python -m helpers.cli`` is the ``course`` command, where the script is not on the path."""

from helpers.cli import app

if __name__ == "__main__":
    app()
