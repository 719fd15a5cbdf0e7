"""The tested package that the lessons import.

Data walks through it once, from a file to a recommendation:
``data`` → ``interactions`` → ``features`` → ``splits`` → ``similarity`` →
``training`` → ``recommenders`` → ``metrics`` → ``evaluation`` → ``plots`` → ``checks``.

Importing ``helpers`` is light: TensorFlow loads only when a Keras model is built.
"""

__version__ = "0.1.0"
