from __future__ import annotations

import datetime as dt

from casedesk.imports import mending
from casedesk.imports.draft import Attachment, Draft, Lost, Remark


def test_what_no_cabinet_keeps_is_shown_as_a_sign_and_told_once() -> None:
    at = dt.datetime(2026, 11, 3, tzinfo=dt.UTC)
    whole, lost = Draft(line=1, at=at, words="欠款"), Lost(3, "x")
    bad = Draft(line=2, at=at, words="欠\0款", fields={"location": "a\ud800", "duration": 3},
                attachments=(Attachment("b\0.jpg", "image/jpeg", b"\0"),))
    first, second, third, told = mending.kept([whole, bad, lost])
    assert (first, third) == (whole, lost)
    assert isinstance(second, Draft)
    assert (second.words, second.fields) == ("欠�款", {"location": "a�", "duration": 3})
    assert second.attachments == (Attachment("b�.jpg", "image/jpeg", b"\0"),)
    assert isinstance(told, Remark)
    assert told.line == 2
    assert list(mending.kept([whole])) == [whole]
