#!/usr/bin/env python3
"""Prints "PASSED FAILED SKIPPED" for a JUnit file that meson test wrote.

A program that died before reporting cases counts as one failure.
"""
import sys
import xml.etree.ElementTree as ElementTree


def main():
    passed = failed = skipped = 0
    try:
        root = ElementTree.parse(sys.argv[1]).getroot()
    except (OSError, ElementTree.ParseError) as error:
        print(f"count-junit.py: {sys.argv[1]}: {error}", file=sys.stderr)
        print("0 1 0")
        return
    for suite in root.iter("testsuite"):
        cases = suite.findall("testcase")
        bad = 0
        for case in cases:
            if case.find("failure") is not None or case.find("error") is not None:
                bad += 1
            elif case.find("skipped") is not None:
                skipped += 1
            else:
                passed += 1
        errors = int(suite.get("errors", "0")) + int(suite.get("failures", "0"))
        failed += max(bad, errors)
    print(passed, failed, skipped)


if __name__ == "__main__":
    main()
