#!/usr/bin/env python3
"""Is an exported history still what was recorded? Needs nothing but Python 3.6 or newer; sends nothing anywhere.

    python verify_chain.py CHAIN.jsonl [ANCHOR ...]

Each line of the file is one change; its hash covers the change and the hash of the line before. An ANCHOR is what was
kept elsewhere of the same history: SEQ:HASH as printed on a bundle, a package's manifest.json, or a heads.jsonl.

One line a finding: edited, deleted, inserted, reordered, truncated or recomputed, with the number of the change. Exit
code 0 when there is none, 8 when there is. Edited, deleted, inserted and reordered show by themselves. That a history
was cut off at its end, or edited and then computed anew as a whole, shows only against an anchor, and only up to it.
None of it shows that what was recorded is true.
"""

import hashlib
import json
import sys
from collections import deque

START = "0" * 64
WINDOW, SHIFTS, MOST = 48, 8, 100
"""How many changes ahead a displaced one is looked for, how many may be missing or too many there, findings in all."""


def link(before, seq, row):
    """The hash of a change that is the seq-th and follows the hash `before`; row = [seq, ..., fields, hash]."""
    written = json.dumps([before, seq, *row[1:-1]], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def judge(rows, anchors=()):
    """Every (verdict, first number, last number) of a history given in the order of its numbers.

    An anchor is (number, hash). A row may be a list of seq, at, who, action, kind, record, matter, fields, hash.
    """
    wanted = {}
    for seq, digest in anchors:  # two that contradict each other: one of them is of another history
        wanted[seq] = digest if wanted.get(seq, digest) == digest else None
    walk = _Walk(iter(rows), wanted)
    for finding in walk.findings():
        yield finding


class _Walk(object):
    """Puts the changes in the order in which they follow from each other, and says what does not fit."""

    def __init__(self, rows, anchors):
        self.rows, self.anchors = rows, anchors
        self.ahead, self.waiting, self.holes = deque(), [], []
        self.before, self.next, self.last, self.clean = START, 1, 0, True
        self.destroyed = {}

    def findings(self):
        for count, finding in enumerate(self._walked(), 1):
            self.clean = False
            yield finding
            if count >= MOST:
                return
        for finding in self._anchored():
            yield finding

    def _walked(self):
        while self._fill() or self._awaited() is not None:
            row = self.ahead[0] if self.ahead else None
            if row is not None and self._fits(row):
                self.ahead.popleft()
                if row[0] != self.next and not self.waiting and self.clean:
                    yield "edited", self.next, self.next  # numbered otherwise, though its content is whole
                self._accept(row)
            else:
                for finding in self._misfit():
                    yield finding
        for finding in self._left_over():
            yield finding

    def _fits(self, row):
        """Whether a change follows; of one whose words were destroyed only its place and its hash are left."""
        if list(row[7]) == ["destroyed"] and row[0] == self.next:
            self.destroyed.setdefault(row[7]["destroyed"], []).append(row)
            return True
        fits = link(self.before, self.next, row) == row[-1]
        if fits and row[3] == "destroy":  # it answers for the changes that were emptied: so many, with these hashes
            emptied = "".join(one[-1] for one in self.destroyed.get(row[5], ()))
            if hashlib.sha256(emptied.encode("ascii")).hexdigest() == row[7]["digest"][1]:
                self.destroyed.pop(row[5], None)
        return fits

    def _fill(self):
        while len(self.ahead) < WINDOW:
            row = next(self.rows, None)
            if row is None:
                break
            self.last = max(self.last, row[0])
            self.ahead.append(row)
        return bool(self.ahead)

    def _accept(self, row):
        self.before, self.next = row[-1], self.next + 1
        seq = self.next - 1
        if seq in self.anchors and self.anchors.pop(seq) != row[-1]:
            self.anchors[seq] = None  # told once the walk is done

    def _misfit(self):
        late = self._awaited()
        if late is not None:
            self.waiting.remove(late)
            yield "reordered", self.next, self.next
            self._accept(late)
            return
        for at, row in enumerate(self.ahead):
            if at and link(self.before, self.next, row) == row[-1]:
                self._set_aside(at)
                self._accept(self.ahead.popleft())
                return
        found = self._resumption()
        if found is None:
            self._set_aside(1)  # fits nowhere: told as inserted, or in the place of a hole
            return
        at, true, again = found
        if at:
            self._set_aside(at)
        row = self.ahead.popleft()
        if true == self.next:
            yield "edited", self.next, self.next
        elif true > self.next:
            self.holes.append((self.next, self.before))
            yield "deleted", self.next, true - 1
        else:
            yield "inserted", true, self.next - 1
        self.next = true
        self._accept([*row[:-1], again])

    def _awaited(self):
        """The change that was set aside and fits now."""
        return next((row for row in self.waiting if link(self.before, self.next, row) == row[-1]), None)

    def _set_aside(self, count):
        for _ in range(count):
            self.waiting.append(self.ahead.popleft())

    def _resumption(self):
        """Where the changes follow from each other again: place, true number, and hash of the first of them."""
        for at in range(min(len(self.ahead), SHIFTS)):
            row = self.ahead[at]
            if at + 1 == len(self.ahead):
                if at == 0 and row[0] >= self.next:
                    return 0, row[0], row[-1]  # the last one has no follower to tell by
                return None
            after = self.ahead[at + 1]
            if link(link(self.before, self.next, row), self.next + 1, after) == after[-1]:
                return at, self.next, link(self.before, self.next, row)
            for shift in sorted(range(-SHIFTS, SHIFTS + 1), key=abs):
                if link(row[-1], after[0] + shift, after) == after[-1]:
                    return at, after[0] + shift - 1, row[-1]
        return None

    def _left_over(self):
        for row in (one for rows in self.destroyed.values() for one in rows):
            yield "edited", row[0], row[0]
        for row in self.waiting:
            if any(link(before, seq, row) == row[-1] for seq, before in self.holes):
                yield "reordered", row[0], row[0]
            else:
                yield "inserted", row[0], row[0]

    def _anchored(self):
        end = self.next - 1
        for seq in sorted(self.anchors):
            if self.anchors[seq] is None:
                yield "recomputed", seq, seq
                return
            if seq > end:
                yield "truncated", end + 1, seq
                return


def read(path):
    """What the file says of itself, and its changes one by one."""
    with open(path, encoding="utf-8", errors="surrogatepass") as stream:
        head = json.loads(stream.readline())
        if head.get("format") != "casedesk-chain":
            raise ValueError("not an exported history")
    return head, _changes(path)


def _changes(path):
    with open(path, encoding="utf-8", errors="surrogatepass") as stream:
        stream.readline()
        for line in stream:
            if line.strip():
                yield json.loads(line)


def anchors_of(said):
    """The (number, hash) pairs of SEQ:HASH, a manifest, or a file of heads."""
    number, colon, digest = said.partition(":")
    if colon and number.isdigit() and len(digest) == 64:
        return [(int(number), digest)]
    with open(said, encoding="utf-8") as stream:
        text = stream.read()
    try:
        told = [json.loads(text)]
    except ValueError:
        told = [json.loads(line) for line in text.splitlines() if line.strip()]
    return [(int(one.get("chain_seq", one.get("seq"))), one.get("chain_head", one.get("head"))) for one in told]


def main(words):
    if not words:
        print(__doc__)
        return 2
    try:
        head, rows = read(words[0])
        anchors = [(head["seq"], head["head"])] + [one for said in words[1:] for one in anchors_of(said)]
        found = list(judge(rows, [one for one in anchors if one[0]]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        print("FAIL  the file cannot be read: {}".format(problem))
        return 8
    for verdict, first, last in found:
        print("FAIL  {}  no. {}{}".format(verdict, first, "" if first == last else " to {}".format(last)))
    outside = len(anchors) - 1
    print("{} changes, held against {} anchors from elsewhere.".format(head["seq"], outside))
    if not outside:
        print("Without one, a history cut off and exported anew, or computed anew as a whole, would not show.")
    print("FAIL" if found else "PASS")
    return 8 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
