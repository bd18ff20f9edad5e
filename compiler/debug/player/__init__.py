"""The player: a journal as one HTML file that shows every rewrite of a conversion and needs nothing but a browser.

The page holds the journal, packed by `packing`, and plain JavaScript modules, put together by `page`:

| file | what it does |
|---|---|
| `state.js` | replays the journal, a rewrite forwards or backwards |
| `printing.js` | the text form, execution order, line differences |
| `lookup.js` | which rewrites touched what, search, births and deaths |
| `frame.js` | what a rewrite touched and its neighbourhood, before and after |
| `layout.js` | a layered layout of it |
| `draw.js` | the drawing |
| `timeline.js` | lanes, operator counts, numeric errors |
| `panels.js` | texts, details and lists beside the drawing |
| `whole.js` | the drawing of a whole graph, laid out in a worker |
| `app.js` | the page: keys, links, what is shown |
"""

from __future__ import annotations

from .page import page

__all__ = ["page"]
