#!/usr/bin/env python3
"""Is an exported history still what was recorded? Needs nothing but Python 3.6 or newer; sends nothing anywhere.

    python verify_chain.py CHAIN.jsonl [ANCHOR ...]

Each line of the file is one change; its hash covers the change and the hash of the line before. An ANCHOR is what was
kept elsewhere of the same history: SEQ:HASH as printed on a bundle, a package's manifest.json, or a heads.jsonl.

One line a finding: edited, deleted, inserted, reordered, truncated or recomputed, with the number of the change. Exit
code 0 when there is none, 8 when there is. Edited, deleted, inserted and reordered show by themselves; only whether the
very last changes were edited or inserted the history alone cannot tell, since nothing follows them: it says "or" then,
and an anchor that knows them, or the cabinet's own records, decide. That a history was cut off at its end, or edited
and then computed anew as a whole, shows only against an anchor, and only up to it. None of it shows that what was
recorded is true.
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


def judge(rows, anchors=(), own=None):
    """Every (verdict, first number, last number) of a history given in the order of its numbers.

    An anchor is (number, hash), as is what an exported history says of its own end. A row may be a list of seq, at,
    who, action, kind, record, matter, fields, hash.
    """
    wanted = {}
    for seq, digest in list(anchors) + ([own] if own else []):
        if seq:  # two that contradict each other: one of them is of another history
            wanted[seq] = digest if wanted.get(seq, digest) == digest else None
    walk = _Walk(iter(rows), wanted, max([seq for seq, _ in anchors] or [0]), own[0] if own else None)
    for finding in walk.findings():
        yield finding


class _Walk(object):
    """Puts the changes in the order in which they follow from each other, and says what does not fit."""

    def __init__(self, rows, anchors, known, end):
        self.rows, self.anchors, self.known, self.end = rows, anchors, known, end
        self.ahead, self.waiting, self.holes, self.found = deque(), [], [], []
        self.strange = []  # what was set aside since a change was accepted
        self.before, self.next = START, 1
        self.destroyed = {}

    def findings(self):
        whole = self._walk()
        self._fill_holes()
        self._judge_tail()
        for row in self.waiting + [one for rows in self.destroyed.values() for one in rows]:
            self._tell("inserted" if row in self.waiting else "edited", row[0], row[0])
        return in_rows(sorted(self.found, key=lambda one: one[1])[:MOST]) + (list(self._anchored()) if whole else [])

    def _walk(self):
        """Whether all was looked at: it is broken off where too much does not fit."""
        while self._fill() or (not self._past_end() and self._awaited() is not None):
            if len(self.found) + len(self.waiting) >= MOST:
                return False
            row = self.ahead[0] if self.ahead else None
            if self._past_end():
                self._set_aside(1)
            elif row is not None and self._fits(row):
                self.ahead.popleft()
                if row[0] != self.next and not (self.waiting or self.found or self.holes):
                    self._tell("edited", self.next, self.next)  # numbered otherwise, though its content is whole
                self._accept(row)
            else:
                self._misfit()
        return True

    def _past_end(self):
        """Whether all the changes that the file says there were have been seen."""
        return self.end is not None and self.next > self.end

    def _tell(self, verdict, first, last):
        self.found.append((verdict, first, last))

    def _fits(self, row):
        """Whether a change follows; of one whose words were destroyed only its place and its hash are left."""
        if _emptied(row) and row[0] == self.next:
            return True
        fits = link(self.before, self.next, row) == row[-1]
        if fits and row[3] == "destroy" and isinstance(row[7], dict):  # it answers for the emptied changes' hashes
            emptied = "".join(one[-1] for one in self.destroyed.get(row[5], ()))
            if row[7].get("digest") == [None, hashlib.sha256(emptied.encode("utf-8")).hexdigest()]:
                self.destroyed.pop(row[5], None)
        return fits

    def _fill(self):
        while len(self.ahead) < WINDOW:
            row = next(self.rows, None)
            if row is None:
                break
            self.ahead.append(row)
        return bool(self.ahead)

    def _accept(self, row):
        if _emptied(row):
            self.destroyed.setdefault(row[7]["destroyed"], []).append(row)
        self.before, self.next, self.strange = row[-1], self.next + 1, []
        seq = self.next - 1
        if seq in self.anchors and self.anchors.pop(seq) != row[-1]:
            self.anchors[seq] = None  # told once the walk is done

    def _misfit(self):
        late = self._awaited()
        if late is not None:
            self.waiting.remove(late)
            self._tell("reordered", self.next, self.next)
            self._accept(late)
            return
        for at, row in enumerate(self.ahead):
            if at and link(self.before, self.next, row) == row[-1]:
                self._set_aside(at)
                self._accept(self.ahead.popleft())
                return
        found = self._resumption()
        if found is None:
            self._set_aside(1)  # fits nowhere: told at the end
        else:
            self._resume(*found)

    def _resume(self, at, true, again):
        self._set_aside(at)
        row, instead = self.ahead.popleft(), self.strange
        if true == self.next:
            self._tell("edited", true, true)
        elif true < self.next:
            self._tell("inserted", true, self.next - 1)
        else:
            follows = _emptied(row) or not instead or link(instead[-1][-1], true, row) == row[-1]
            self.holes.append((self.next, true - 1, self.before, instead, follows))
        self.next = true
        self._accept([*row[:-1], again])

    def _awaited(self):
        """The change that was set aside and fits now."""
        return next((row for row in self.waiting if link(self.before, self.next, row) == row[-1]), None)

    def _set_aside(self, count):
        aside = [self.ahead.popleft() for _ in range(count)]
        self.waiting += aside
        self.strange += aside

    def _resumption(self):
        """Where the changes follow from each other again: place, true number, and hash of the first of them."""
        for at in range(min(len(self.ahead) - 1, SHIFTS)):
            row, after = self.ahead[at], self.ahead[at + 1]
            if link(link(self.before, self.next, row), self.next + 1, after) == after[-1]:
                return at, self.next, link(self.before, self.next, row)
            for shift in sorted(range(-SHIFTS, SHIFTS + 1), key=abs):
                if link(row[-1], after[0] + shift, after) == after[-1]:
                    return at, after[0] + shift - 1, row[-1]
        return None

    def _fill_holes(self):
        """What was set aside may belong where changes are missing, or be those changes, edited."""
        for start, last, before, aside, follows in self.holes:
            first = start
            while first <= last:
                row = next((one for one in self.waiting if link(before, first, one) == one[-1]), None)
                if row is None:
                    break
                self.waiting.remove(row)
                self._tell("reordered", first, first)
                before, first = row[-1], first + 1  # noqa: PLW2901
            instead = [one for one in aside if one in self.waiting]
            if first <= last and _numbered(instead, first, last):
                self.waiting = [one for one in self.waiting if one not in instead]
                self._tell("edited", first, last if follows else last + 1)
            elif first <= last:
                self._tell("deleted", first, last)

    def _judge_tail(self):
        """The last changes, when they do not follow from those before: nothing after them tells what was done."""
        if self._past_end():
            return
        for row in [one for one in self.strange if one in self.waiting and one[0] >= self.next]:
            self.waiting.remove(row)
            sure, missing = row[0] <= self.known, row[0] > self.next
            verdict = "deleted" if missing else "edited"
            self._tell(verdict if sure else verdict + " or inserted", self.next, row[0] - 1 if missing else row[0])
            self.next = row[0]
            self._accept(row)

    def _anchored(self):
        end = self.next - 1
        for seq in sorted(self.anchors):
            if self.anchors[seq] is None:
                yield "recomputed", seq, seq
                return
            if seq > end:
                yield "truncated", end + 1, seq
                return


def in_rows(found):
    """The findings, with those of changes that were edited one behind the other as one."""
    together = []
    for verdict, first, last in found:
        before = together[-1] if together else ("", 0, 0)
        if verdict.startswith("edited") and before[0] == verdict and before[2] + 1 == first:
            together[-1] = (verdict, before[1], last)
        else:
            together.append((verdict, first, last))
    return together


def _emptied(row):
    """Whether its words were destroyed with a matter."""
    return isinstance(row[7], dict) and list(row[7]) == ["destroyed"]


def _numbered(rows, first, last):
    """Whether these rows bear exactly these numbers."""
    return bool(rows) and [row[0] for row in rows] == list(range(first, last + 1))


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
        anchors = [one for said in words[1:] for one in anchors_of(said)]
        found = list(judge(rows, anchors, (head["seq"], head["head"])))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        print("FAIL  the file cannot be read: {}".format(problem))
        return 8
    for verdict, first, last in found:
        print("FAIL  {}  no. {}{}".format(verdict, first, "" if first == last else " to {}".format(last)))
    print("{} changes, held against {} anchors from elsewhere.".format(head["seq"], len(anchors)))
    if any(" or " in verdict for verdict, _, _ in found):
        print("Which of the two was done, an anchor that knows these changes or the cabinet's records can tell.")
    if not anchors:
        print("Without one, a history cut off and exported anew, or computed anew as a whole, would not show.")
    print("FAIL" if found else "PASS")
    return 8 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
