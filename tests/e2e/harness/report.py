# SPDX-License-Identifier: MIT
"""Reads an HTML report as a browser would: sections, tables, texts; and what it would execute."""

from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br", "input", "hr"}


class Report(HTMLParser):
    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.html = html
        self.tags = []  # (name, attributes), all of them
        self.open = []
        self.texts = {}  # id of the element that holds it -> text
        self.tables = {}  # id of the section -> rows of cells, the head first
        self.scripts, self.styles = [], []
        self.ids = []
        self.feed(html)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        if tag in VOID:
            return
        self.open.append(tag)
        self.ids.append(attributes.get("id"))
        if tag == "tr":
            self.tables.setdefault(self.section(), []).append([])
        elif tag in ("td", "th"):
            self.tables[self.section()][-1].append("")

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> ends {self.open[-3:]}"
        self.open.pop()
        self.ids.pop()

    def section(self):
        names = [name for tag, name in zip(self.open, self.ids, strict=True) if tag == "section"]
        return names[-1] if names else None

    def handle_data(self, data):
        if "script" in self.open:
            self.scripts.append(data)
        elif "style" in self.open:
            self.styles.append(data)
        else:
            for name in filter(None, self.ids):
                self.texts[name] = self.texts.get(name, "") + data
            if self.open and self.open[-1] in ("title", "h1") and "svg" not in self.open:
                self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data
            if "td" in self.open or "th" in self.open:
                self.tables[self.section()][-1][-1] += data

    def rows(self, section: str) -> list:
        """Of the table of a section: a dictionary each, by the heads of the columns."""
        head, *rows = self.tables[section]
        return [dict(zip(head, row, strict=True)) for row in rows]

    def sections(self) -> list:
        return [a["id"] for tag, a in self.tags if tag == "section" and "id" in a]
