"""HTML read as words: nothing is fetched, nothing is run."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SILENT = {"script", "style", "head", "title", "template", "noscript", "svg", "math", "iframe", "object"}
_LINES = {
    "p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr",
    "section", "article", "header", "footer", "dl", "dt", "dd", "form"}
_VOID = {"br", "hr"}
_STRAY = 1_000
"""Signs of tags that are not closed, as a page of people may have."""


class _Words(HTMLParser):
    """Collects what a reader would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent: list[str] = []
        self._address = ""
        self._link_from = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag in _LINES:
            self.found.append("\n")
        elif tag in {"td", "th"}:
            self.found.append("  ")
        elif tag == "img":
            self.found.append(f"[{dict(attrs).get('alt') or '...'}]")
        elif tag == "a":
            self._address, self._link_from = dict(attrs).get("href") or "", len(self.found)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            del self._silent[self._silent.index(tag):]
        elif tag in _LINES - _VOID:
            self.found.append("\n")
        elif tag == "a" and self._address:
            shown = "".join(self.found[self._link_from:]).strip()
            if self._address.startswith(("http:", "https:", "mailto:", "tel:")) and self._address != shown:
                self.found.append(f" <{self._address}>")
            self._address = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(re.sub(r"\s+", " ", data))


def _uncommented(markup: str) -> str:
    """Without comments; one that is not closed goes to the end."""
    first, *rest = markup.split("<!--")
    return first + "".join(piece.partition("-->")[2] for piece in rest)


def plain(markup: str) -> str:
    """The words of an HTML page, one block a line; where a link leads is written behind it."""
    markup = re.sub(r"<!\[?[^>]*>?", "", _uncommented(markup))
    if markup.count("<") > 2 * markup.count(">") + _STRAY:  # the parser takes the square of the time for each
        markup = re.sub(r"<[^<>]*>?", " ", markup)
    reader = _Words()
    reader.feed(markup)
    reader.close()
    lines = (line.strip() for line in re.sub(r"[ \t]{3,}", "  ", "".join(reader.found)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
