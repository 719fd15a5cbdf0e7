"""Settings of the web edition. ``course build site`` calls Sphinx with them."""

import os

import helpers

project = "Recommender systems"
author = "The authors of the course"
project_copyright = "the authors of the course. Code: BSD-3-Clause. Prose and figures: CC BY 4.0"
version = release = helpers.__version__
language = "en-GB"

extensions = ["myst_nb", "sphinx_copybutton", "course.site.sphinx_extension"]
exclude_patterns: list[str] = []

# The outputs are those that the lessons store.
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
html_math_renderer = "mathml"
numfig = False

# `course build site` sets it: from --repository, from the variable that was set, or from
# course/published.py. Without an address there are no buttons to Colab and Binder.
repository = os.environ.get("COURSE_REPOSITORY", "").rstrip("/")

html_theme = "sphinx_book_theme"
html_title = "Recommender systems"
html_static_path = ["_static", "figures"]
html_css_files = ["course.css"]
html_js_files = [("course.js", {"defer": "defer"})]
html_logo = "_static/logo.svg"
html_favicon = "_static/logo.svg"
html_use_index = False
html_show_sphinx = False
html_show_sourcelink = False
html_copy_source = True
html_sourcelink_suffix = ""
html_last_updated_fmt = None
# Light or dark as the reader's system is, until the reader chooses.
html_context = {"default_mode": "auto"}
html_theme_options = {
    "repository_url": repository,
    "repository_branch": "main",
    "use_repository_button": bool(repository),
    "launch_buttons": {
        "colab_url": "https://colab.research.google.com",
        "binderhub_url": "https://mybinder.org",
        "notebook_interface": "jupyterlab",
    }
    if repository
    else {},
    # The side bar has a search field; the bar of small screens would bring a second one.
    "navbar_persistent": [],
    "show_toc_level": 2,
    "toc_title": "On this page",
    "home_page_in_toc": False,
    "use_fullscreen_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "logo": {"text": "Recommender systems", "alt_text": ""},
    "footer_content_items": ["copyright.html"],
}

copybutton_exclude = ".linenos, .gp, .go"
copybutton_selector = "div.cell_input pre, div:not(.cell_output) > div.highlight > pre"
