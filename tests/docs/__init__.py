"""The documents are run: every page's blocks, the pages made from the code, and what the site links to."""
