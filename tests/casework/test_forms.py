from __future__ import annotations

import pytest

from casedesk.base.errors import InvalidEntry
from casedesk.casework.forms import find_form, forms


def test_each_form_is_named_in_both_languages() -> None:
    assert {"cn-court", "ew-court"} <= set(forms())
    for form in forms().values():
        assert set(form.title) == {"zh", "en"}


def test_an_unknown_form_names_the_known_ones() -> None:
    with pytest.raises(InvalidEntry, match="cn-court"):
        find_form("mars")
