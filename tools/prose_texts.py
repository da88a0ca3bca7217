#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Find the texts of a source file that a person reads.

texts(path, source) yields Text objects: comments, kernel-doc, log strings,
parameter descriptions, test names, usage texts and the paragraphs of documents.
Code samples, tables of numbers and directives are left out.
"""

import ast
import io
import re
import tokenize
from dataclasses import dataclass

# Calls whose string arguments are read by a person.
LOG_CALL = re.compile(
    r"\b(?:pr|dev|sdev|scmd|shost|starget)_(?:emerg|alert|crit|err|warn|notice|info|dbg"
    r"|printk)(?:_once|_ratelimited)?\s*\("
    r"|\b(?:WARN|WARN_ONCE|MODULE_PARM_DESC|MODULE_DESCRIPTION|kunit_skip"
    r"|KUNIT_\w+_MSG)\s*\(")
C_TOKEN = re.compile(
    r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
C_STRING = re.compile(r"\"((?:\\.|[^\"\\\n])*)\"")
KUNIT_NAME = re.compile(r"\bKUNIT_CASE\w*\((?:\s*)(\w+)")
SHELL_NAME = re.compile(r"^test_(\w+)\(\)", re.MULTILINE)
SHELL_SAY = re.compile(
    r"(?:^|[;&|{]|\bthen|\belse|\bdo|\))\s*(?:say|die|step|fail|skip|echo|note)\s+"
    r"\"((?:\\.|[^\"\\\n])*)\"", re.MULTILINE)
ITEM = re.compile(r"^\s*(?:[-*+]|\(?\d+[.)]|#\.)\s+")
# A column of names before a column of their meanings.
COLUMN = re.compile(r"^\s*\S+(?: \S+){0,3}(?<![.!?:,;]) {2,}(?=\S)")


@dataclass
class Text:
    """One piece of prose: a paragraph, a string or a name.

    The kind is prose, summary (of a function's kernel-doc), log or test (its name).
    """
    line: int
    kind: str
    text: str


def paragraphs(line, lines, kind="prose", terms=False):
    """Split lines into paragraphs: at blank lines, list items, tags and columns.

    With terms, a line before a deeper one is the term of a definition list.
    """
    begin, words, literal, indent, item, last = line, [], None, 0, False, 0
    for number, text in enumerate(lines, line):
        depth = len(text) - len(text.lstrip())
        if literal is not None and text.strip():
            if depth > literal:
                continue
            literal = None
        tag = re.match(r"^\s*(@[\w.,&>\- ]+|[A-Z]\w+):(?:\s|$)", text)
        column = COLUMN.match(text) if not ITEM.match(text) else None
        term = terms and (depth < last or len(words) == 1 and not item and depth > indent)
        if words and (not text.strip() or ITEM.match(text) or tag or column or term):
            yield Text(begin, kind, " ".join(words))
            words = []
        last = depth
        if not text.strip():
            continue
        if not words:
            begin, indent, item = number, depth, bool(ITEM.match(text))
        tag = tag or column
        text = text[tag.end():] if tag else ITEM.sub("", text)
        if text.strip():
            words.append(text.strip())
        if text.rstrip().endswith("::"):
            literal = depth
    if words:
        yield Text(begin, kind, " ".join(words))


def c_comment(line, comment):
    """Yield the paragraphs of one comment."""
    if "SPDX-License-Identifier" in comment:
        return
    lines = re.sub(r"^/\*+|^//|\*+/$", "", comment).split("\n")
    lines = [re.sub(r"^\s*\*(?: |(?=\t)|$)", "", text) for text in lines]
    if not comment.startswith("/**"):
        yield from paragraphs(line, lines)
        return
    for number, text in enumerate(lines):
        summary = re.match(r"^\s*(struct |enum |union )?[\w.]+(?:\(\))? - (.*)", text)
        if summary:
            yield Text(line + number, "prose" if summary[1] else "summary", summary[2])
            lines[number] = ""
            break
    yield from paragraphs(line, lines)


def joined_strings(source, begin):
    """Yield the string arguments of the call whose arguments start at begin."""
    depth, joined, at = 1, None, begin
    while at < len(source) and depth:
        token = C_TOKEN.match(source, at)
        if token and token[0].startswith('"'):
            joined = (joined or "") + token[0][1:-1]
            at = token.end()
            continue
        char = source[at]
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char in ",)" and joined:
            yield joined
            joined = None
        at = token.end() if token else at + 1
    if joined:
        yield joined


def c_texts(source):
    """Comments, log strings, parameter descriptions and test names of C."""
    quoted = []
    for token in C_TOKEN.finditer(source):
        if token[0].startswith("/"):
            yield from c_comment(source.count("\n", 0, token.start()) + 1, token[0])
        quoted.append(token.span())
    for call in LOG_CALL.finditer(source):
        if any(begin <= call.start() < end for begin, end in quoted):
            continue
        line = source.count("\n", 0, call.start()) + 1
        for text in joined_strings(source, call.end()):
            if " " in text:
                yield Text(line, "log", text.replace("\\n", ""))
    for name in KUNIT_NAME.finditer(source):
        yield Text(source.count("\n", 0, name.start()) + 1, "test", name[1])


def hash_comments(source):
    """Yield (line, lines) for each block of comments that begin with #."""
    block, begin, begin_column = [], 0, None
    for number, text in enumerate(source.split("\n"), 1):
        full = re.match(r"^(\s*)#(?: (.*)|)$", text)
        if full and not re.match(r"(SPDX|shellcheck |vm:|kernels:|stage:|qemu:|guest:"
                                 r"|usage:|pylint:|needs:)", full[2] or ""):
            if not block:
                begin = number
            block.append(full[2] or "")
            continue
        if block:
            yield begin, block
            block = []
        tail = re.search(r"[\s;]#\s+(.*)$", text)
        if tail and not re.match(r"^\s*#", text) \
                and text[:tail.start()].count('"') % 2 == 0 \
                and text[:tail.start()].count("'") % 2 == 0:
            yield number, [tail[1]]
    if block:
        yield begin, block


def shell_texts(source):
    """Comments, messages, usage texts and test names of a shell script."""
    for line, lines in hash_comments(source):
        yield from paragraphs(line, lines)
    for say in SHELL_SAY.finditer(source):
        if " " in say[1]:
            yield Text(source.count("\n", 0, say.start(1)) + 1, "log", say[1])
    for usage in re.finditer(r"<<-?'?EOF'?\n(.*?)\n\s*EOF\n", source, re.DOTALL):
        line = source.count("\n", 0, usage.start(1)) + 1
        if "usage:" in usage[1]:
            yield from paragraphs(line, usage[1].expandtabs().split("\n"))
    for name in SHELL_NAME.finditer(source):
        yield Text(source.count("\n", 0, name.start()) + 1, "test", name[1])


def python_texts(source):
    """Comments, docstrings and help texts of a Python program."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and "SPDX" not in token.string \
                and not token.string.startswith("#!"):
            yield from paragraphs(token.start[0], [token.string.lstrip("# ")])
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            doc = ast.get_docstring(node)
            if doc:
                line = node.body[0].lineno
                yield from paragraphs(line, doc.expandtabs().split("\n"))
        if isinstance(node, ast.keyword) and node.arg == "help" \
                and isinstance(node.value, ast.Constant):
            yield Text(node.value.lineno, "log", str(node.value.value))


def table_cells(begin, rows, border):
    """Yield the cells of a simple reStructuredText table."""
    spans = [match.span() for match in re.finditer(r"=+", border)]
    spans[-1] = (spans[-1][0], None)
    cells = {}
    for number, row in enumerate(rows, begin):
        first = row[slice(*spans[0])].strip()
        if first or not row.strip() or set(row.strip()) <= set("= "):
            for line, words in cells.values():
                yield Text(line, "prose", " ".join(words))
            cells = {}
        if set(row.strip()) <= set("= "):
            continue
        for column, span in enumerate(spans):
            if row[slice(*span)].strip():
                cells.setdefault(column, (number, []))[1].append(row[slice(*span)].strip())
    for line, words in cells.values():
        yield Text(line, "prose", " ".join(words))


def rst_texts(source, begin=1):
    """Paragraphs, list items and table cells of reStructuredText."""
    lines, block, number = source.expandtabs().split("\n"), [], 0
    start = 0

    def flush():
        yield from paragraphs(begin + start, block, terms=True)

    while number < len(lines):
        text = lines[number]
        depth = len(text) - len(text.lstrip())
        border = re.match(r"^\s*=+( +=+)+\s*$", text)
        directive = re.match(r"^\s*\.\. ", text)
        if border:
            yield from flush()
            end = number + 1
            borders = 1
            while end < len(lines) and borders < 3:
                borders += bool(re.match(r"^\s*=+( +=+)+\s*$", lines[end]))
                end += 1
                if borders == 2 and (end >= len(lines) or not lines[end].strip()):
                    break
            yield from table_cells(begin + number, lines[number:end], text)
            number, block, start = end, [], end
            continue
        if directive:
            yield from flush()
            block, number = [], number + 1
            keep = re.match(r"^\s*\.\. (list-table|note|warning|glossary|tip|important)",
                            text)
            while number < len(lines) and (
                    not keep and (not lines[number].strip()
                                  or len(lines[number]) - len(lines[number].lstrip()) > depth)
                    or keep and re.match(r"^\s+:[\w-]+:", lines[number])):
                number += 1
            start = number
            continue
        if re.match(r"^\s*([=\-~^\"'#*+.`])\1{2,}\s*$", text):
            yield from flush()
            block, number = [], number + 1
            start = number
            continue
        # A definition list's term is a line of its own before a deeper one.
        block.append(re.sub(r"^(\s*)\* - ", r"\1  - ", text))
        number += 1
    yield from flush()


def markdown_texts(source):
    """Paragraphs and table cells of Markdown, without code."""
    fenced, lines = False, []
    for text in source.split("\n"):
        fence = text.startswith("```")
        fenced ^= fence
        if fence or fenced or re.match(r"^\|[ \-|:]+\|$", text):
            text = ""
        text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
        lines.append(re.sub(r"^#+ ", "", text))
    for text in paragraphs(1, lines):
        for cell in text.text.split(" | ") if text.text.startswith("|") else [text.text]:
            yield Text(text.line, text.kind, cell.strip("| "))


def abi_texts(source):
    """The descriptions of a file of Documentation/ABI."""
    body = re.sub(r"^(What|Date|KernelVersion|Contact|Users):.*$", "", source,
                  flags=re.MULTILINE)
    yield from rst_texts(re.sub(r"^Description:", "", body, flags=re.MULTILINE))


def kconfig_texts(source):
    """The help texts of a Kconfig file."""
    body = [text[1:] if text.startswith("\t  ") else "" for text in source.split("\n")]
    yield from paragraphs(1, body)


def texts(path, source):
    """Yield the texts of a file by what its name and first line say it is."""
    head = source[:60].split("\n")[0]
    name = path.rsplit("/", 1)[-1]
    if path.endswith((".c", ".h")):
        return c_texts(source)
    if path.endswith(".rst") or name == "NEWS":
        return rst_texts(source)
    if path.endswith(".md"):
        return markdown_texts(source)
    if "Documentation/ABI/" in path:
        return abi_texts(source)
    if name == "Kconfig":
        return kconfig_texts(source)
    if path.endswith(".py") or "python" in head:
        return python_texts(source)
    if path.endswith((".sh", ".config", ".fio")) or "sh" in head \
            or name in ("Makefile", "Kbuild", "packages", "dkms.conf", "base.config"):
        return shell_texts(source)
    return iter(())
