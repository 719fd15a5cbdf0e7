"""Where the course is published and whom to write to: the one place that says so.

Empty, where nobody has published it yet; then no page speaks of either. After a change,
``python -m nox -s address`` brings the pages that name them up to date; a test holds them to it.
"""

# The address of the repository, such as that of its page on GitHub, without a slash at the end.
REPOSITORY = ""
# An e-mail address, or that of a page, for reports that are not for everybody's eyes.
CONTACT = ""
