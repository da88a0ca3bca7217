# SPDX-License-Identifier: GPL-2.0-only
"""Configuration of Sphinx, which builds these documents to HTML (make docs)."""

# pylint: disable=invalid-name,redefined-builtin # Sphinx chooses the names

project = "pioscsi"
copyright = "the pioscsi maintainers, GPL-2.0-only"
master_doc = "index"
exclude_patterns = ["ABI"]
html_theme = "alabaster"
html_theme_options = {"nosidebar": False, "page_width": "70em"}
html_copy_source = False
html_show_sphinx = False
highlight_language = "none"
smartquotes = False
