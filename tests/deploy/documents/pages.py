# SPDX-License-Identifier: MIT
"""The operators' pages, taken apart: links, tables, and the commands of their blocks."""

import dataclasses
import pathlib
import re
import shlex

ROOT = pathlib.Path(__file__).resolve().parents[3]
DOCS = ROOT / "infra/docs"
PAGES = sorted(DOCS.rglob("*.md"))
GUIDE = DOCS / "SRE_DEPLOYMENT_GUIDE.md"
SUMMARY = DOCS / "DEPLOYMENT_SUMMARY.md"
OURS = ("infra/scripts/", "docker/", "./dev")
PROGRAMS = {"aws", "terraform", "kubectl", "docker", "cicada"}

FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.M | re.S)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


@dataclasses.dataclass(frozen=True)
class Command:
    page: pathlib.Path
    line: int
    text: str
    runs: bool  # from a block of commands, not a pattern with CAPITALS to fill in

    def __str__(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}: {self.text}"

    def words(self):
        """The words of each program of a pipeline, redirections left out."""
        for part in re.split(r"\s(?:\||&&|;)\s", self.text):
            yield shlex.split(re.sub(r"\s\d?>\s*\S+", "", part), comments=True)


def blocks(page):
    """(language, line, text) of each fenced block, its own indentation taken away."""
    text = page.read_text()
    for match in FENCE.finditer(text):
        indent = len(match[1])
        body = "\n".join(line[indent:] for line in match[3].splitlines())
        yield match[2], text[: match.start()].count("\n") + 2, body


def commands(page):
    """Every command of the page's blocks, one a line; a pattern's if the block is "text"."""
    for language, start, body in blocks(page):
        if language not in ("sh", "text"):
            continue
        for number, line in enumerate(body.splitlines()):
            if language == "text" and not is_command(line):
                continue
            if line.strip() and not line.startswith("#"):
                yield Command(page, start + number, line, language == "sh")


def is_command(line):
    word = (line.split() or [""])[0]
    return word in PROGRAMS | {"cp", "cosign"} or word.startswith(OURS)


def inline(page):
    """Commands in running text and tables: what stands in `backticks` and begins with a program."""
    text = FENCE.sub(lambda m: "\n" * m[0].count("\n"), page.read_text())
    for match in SPAN.finditer(text):
        if is_command(match[1]) and " " in match[1]:
            yield Command(page, text[: match.start()].count("\n") + 1, match[1], False)


def anchors(page):
    """What #... may name, as GitHub makes it of headings."""
    text = FENCE.sub("", page.read_text())
    names = set()
    for heading in re.findall(r"^#+ (.+)$", text, re.M):
        heading = re.sub(r"[^\w\- ]", "", heading.lower().replace("`", ""))
        names.add(heading.replace(" ", "-"))
    return names


def links(page):
    text = FENCE.sub("", page.read_text())
    return re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", text)


def section(page, title):
    """The text under a heading, to the next one of its kind or above."""
    match = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#{{1,2}} |\Z)", page.read_text(), re.M | re.S)
    assert match, f"{page.name} has no section {title}"
    return match[2]


def rows(text):
    """Cells of each line of the tables in it, without headings."""
    found = []
    for line in text.splitlines():
        if line.startswith("|") and not re.match(r"^\|[-: |]+\|$", line):
            found.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])])
    return found
