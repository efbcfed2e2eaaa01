# ruff: noqa: T201 - the figures are the point
"""Proposed tags against sentences labelled apart from the phrase list: precision and recall, printed and held."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from casedesk.records.words import ContentTag
from casedesk.rules.phrases import proposals

SETS = tomllib.loads((Path(__file__).parents[1] / "data" / "utterances.toml").read_text(encoding="utf-8"))["set"]
SAID = [(said, frozenset(one["tags"])) for one in SETS if not one.get("held_out") for said in one["said"]]
HELD_OUT = [(said, frozenset(one["tags"])) for one in SETS if one.get("held_out") for said in one["said"]]
"""Written after the list and not used to mend it: the figures to believe."""


def test_the_set_is_large_and_each_sentence_stands_once() -> None:
    assert len(SAID) >= 300
    assert len({said for said, _ in SAID}) == len(SAID)
    assert {tag for _, tags in SAID for tag in tags} <= {tag.value for tag in ContentTag}


@pytest.mark.parametrize(("name", "sentences", "least_precision", "least_recall"), [
    ("known to who wrote the list", SAID, 0.78, 0.95), ("held out", HELD_OUT, 0.75, 0.55)])
def test_precision_and_recall(name: str, sentences: list[tuple[str, frozenset[str]]], least_precision: float,
                              least_recall: float) -> None:
    right, proposed, wanted = Counter[str](), Counter[str](), Counter[str]()
    for said, tags in sentences:
        found = {one.tag.value for one in proposals(said)}
        proposed.update(found)
        wanted.update(tags)
        right.update(found & tags)
    for tag in sorted(wanted):
        print(f"{tag:20} precision {right[tag] / max(1, proposed[tag]):.2f}  recall {right[tag] / wanted[tag]:.2f}"
              f"  of {wanted[tag]}")
    precision, recall = right.total() / proposed.total(), right.total() / wanted.total()
    print(f"{name}: precision {precision:.3f}, recall {recall:.3f}, {len(sentences)} sentences")
    assert precision >= least_precision
    assert recall >= least_recall


def test_harmless_words_are_mostly_left_alone() -> None:
    harmless = [said for said, tags in SAID if not tags]
    asked = sum(bool(proposals(said)) for said in harmless)
    print(f"{asked} of {len(harmless)} harmless sentences get a proposal")
    assert asked <= len(harmless) * 0.2


def test_the_phrase_is_marked() -> None:
    said = "你好，小心我弄死你！"
    assert [(one.tag, said[one.start:one.end]) for one in proposals(said)] == [(ContentTag.THREAT_HARM, "弄死")]


def test_a_promise_not_to_is_no_threat() -> None:
    assert proposals("我们绝对不会去你家。") == []
    assert [one.tag for one in proposals("别以为我不会。我这就去你家！")] == [ContentTag.THREAT_VISIT]
