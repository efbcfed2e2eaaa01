# Every task does its own set-up: packaging/setup.sh gets what is missing and is quick when nothing is.
PYTHON = .venv/bin/python
PYTEST = $(PYTHON) -m pytest
OFFSCREEN = QT_QPA_PLATFORM=offscreen
# The tests of a file share what they set up, so a file stays in one process.
SIDE_BY_SIDE = -n auto --maxprocesses 8 --dist loadfile

.PHONY: help ready demo run test test-pg test-slow faults check bench screenshots wheel

help:
	@echo "make demo         build the sample cabinet and one matter's package in ./demo, and open the window on it"
	@echo "make run          open the window"
	@echo "make test         run the tests"
	@echo "make test-pg      run the tests of an office on PostgreSQL (installed where it is missing)"
	@echo "make test-slow    run the long tests too      make faults   run the fault campaigns (CASEDESK_FAULTS=small: minutes)"
	@echo "make check        ruff, mypy, import contracts, tests"
	@echo "make bench        measure against the targets  make screenshots   take the pictures for the manual"
	@echo "make wheel        build the wheel in ./dist"

ready:
	@packaging/setup.sh

demo: ready
	$(PYTHON) -m casedesk demo --out demo

run: ready
	$(PYTHON) -m casedesk

test: ready
	$(OFFSCREEN) $(PYTEST) -q $(SIDE_BY_SIDE) -m "not slow and not faults"

# The same tests of store and casework once more, their cabinets on PostgreSQL.
BOTH = $(addprefix tests/store/test_,work.py browse.py overview.py backup.py) $(addprefix tests/casework/test_,users.py rights.py visibility.py check.py destruction.py evidence.py exchange.py filings.py findings.py history.py importing.py incidents.py negotiation.py records.py)
test-pg: ready
	@packaging/postgres.sh
	$(OFFSCREEN) $(PYTEST) -q tests/store/test_office.py tests/store/test_vault_office.py tests/store/test_row_security.py tests/store/test_watching.py tests/store/test_lost_answers.py tests/store/test_salvaging.py tests/casework/test_moving.py tests/casework/test_new_key.py tests/flows/test_office.py tests/ui/test_desks.py
	$(OFFSCREEN) CASEDESK_TEST_OFFICE=1 $(PYTEST) -q -m "not sqlite and not slow" $(BOTH)

test-slow: ready
	$(OFFSCREEN) CASEDESK_NEW_EXAMPLES=1 $(PYTEST) -q -m "not faults"

# CASEDESK_FAULTS=small runs the hundredth part of a night, CASEDESK_SEED=N throws other dice. A campaign lasts as long as it needs.
faults: ready
	@packaging/postgres.sh || true
	$(OFFSCREEN) $(PYTEST) -q -m faults -o faulthandler_timeout=0 tests/faults

check: ready
	$(PYTHON) -m ruff check
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(MAKE) test

bench:
	@packaging/setup.sh qpdf
	$(PYTHON) -m compileall -q src tests
	$(OFFSCREEN) $(PYTHON) -m tests.bench

screenshots: ready
	$(OFFSCREEN) $(PYTHON) -m tests.ui.scenes screenshots

wheel: ready
	$(PYTHON) -m hatchling build -t wheel
