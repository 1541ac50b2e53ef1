#!/usr/bin/env python3
"""Prints a documentation page with its generated part renewed from gst-inspect-1.0.

usage: element_tables.py ELEMENT PAGE

The part between the two marker lines becomes a table of pads and a table of properties.
"""
import os
import re
import subprocess
import sys

BEGIN = "<!-- generated: begin -->"
END = "<!-- generated: end -->"
# Properties every element inherits and nobody sets here.
INHERITED = {"name", "parent", "qos", "async-handling", "message-forward"}


def inspect(element):
    result = subprocess.run(["gst-inspect-1.0", "--no-colors", element], capture_output=True, text=True, check=False,
                            env={**os.environ, "LC_ALL": "C.UTF-8"})
    if result.returncode != 0:
        sys.exit(f"element_tables.py: gst-inspect-1.0 does not know {element}")
    return result.stdout.splitlines()


def section(lines, title):
    """The lines under an unindented title, up to the next unindented line."""
    start = next((i for i, line in enumerate(lines) if line.startswith(title)), None)
    if start is None:
        return []
    body = []
    for line in lines[start + 1:]:
        if line and not line.startswith(" "):
            break
        body.append(line)
    return body


def pads(lines):
    rows = []
    name = direction = availability = ""
    caps = []

    def flush():
        if name:
            rows.append((name, direction, availability, "; ".join(dict.fromkeys(caps))))

    for line in section(lines, "Pad Templates"):
        text = line.strip()
        if match := re.match(r"(SRC|SINK) template: '(.*)'", text):
            flush()
            direction, name, caps = match[1].lower(), match[2], []
        elif match := re.match(r"Availability: (.*)", text):
            availability = match[1].lower()
        elif re.match(r"(audio|text)/|ANY", text):
            caps.append(text)
        elif caps and (match := re.match(r"(format|rate|channels|layout): (.*)", text)):
            caps[-1] += f", {match[1]} {match[2]}"
    flush()
    return rows


def properties(lines):
    rows = []
    current = None
    for line in section(lines, "Element Properties"):
        if match := re.match(r"  ([a-z][a-z0-9-]*)\s*: (.*)", line):
            current = {"name": match[1], "blurb": match[2].strip(), "flags": "", "type": "", "values": []}
            rows.append(current)
            continue
        text = line.strip()
        if current is None or not text:
            continue
        if text.startswith("flags:"):
            current["flags"] = text[len("flags:"):].strip()
        elif match := re.match(r"\((-?\w+)\): (\S+)\s+- ", text):
            current["values"].append(match[2])
        elif not current["type"]:
            current["type"] = text
    return [row for row in rows if row["name"] not in INHERITED]


def cell(text):
    return text.replace("|", "\\|")


def describe_type(row):
    text = re.sub(r'Enum "\w+" Default: -?\d+, "([\w-]+)"', r"enum, default `\1`", row["type"])
    text = re.sub(r'Flags "\w+" Default: \w+, "([^"]*)"', r"flags, default `\1`", text)
    text = re.sub(r"Range:\s+(\S+) -\s+(\S+)", r"\1 to \2", text)
    text = re.sub(r"Default:\s+(\S+)", r"default `\1`", text)
    text = re.sub(r"\s+", " ", text)
    if row["values"]:
        text += ": " + ", ".join(f"`{value}`" for value in row["values"])
    return text


def describe_flags(row):
    flags = row["flags"]
    words = []
    if "writable" not in flags:
        words.append("read-only")
    if "controllable" in flags:
        words.append("controllable")
    if "changeable in NULL, READY, PAUSED or PLAYING" in flags:
        words.append("changeable while playing")
    elif "changeable only in NULL or READY" in flags:
        words.append("set before PAUSED")
    return ", ".join(words)


def tables(element):
    lines = inspect(element)
    out = [BEGIN, "", "| pad | direction | availability | caps |", "|---|---|---|---|"]
    out += [f"| `{n}` | {d} | {a} | {cell(c)} |" for n, d, a, c in pads(lines)]
    out += ["", "| property | what it does | type, range, default | when |", "|---|---|---|---|"]
    out += [f"| `{row['name']}` | {cell(row['blurb'])} | {cell(describe_type(row))} | {describe_flags(row)} |"
            for row in properties(lines)]
    return "\n".join(out + ["", END])


def main():
    element, page = sys.argv[1:3]
    with open(page, encoding="utf-8") as file:
        text = file.read()
    if BEGIN not in text or END not in text:
        sys.exit(f"element_tables.py: {page} has no generated part ({BEGIN} ... {END})")
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    sys.stdout.write(before + tables(element) + after)


if __name__ == "__main__":
    main()
