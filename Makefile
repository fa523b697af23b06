# Two commands are enough: `make demo` shows the main job, `make test` passes the tests. Each does its own set-up.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
RUN := .venv/bin
REPORT ?=
OUT ?= out
ARGS ?=
EXAMPLES ?= 100

.PHONY: help setup demo test check unit fuzz postgres lock bench clean

help:
	@echo "make demo   a month of the 2023 campaign from plan to bulletin, its report, the pages (ARGS=--once: do not serve; REPORT=FILE)"
	@echo "make test   all checks and tests"
	@echo "make setup  what both call first    make bench  the measurements    make lock  renew the locked dependencies"
	@echo "make fuzz   the API against its description, longer (EXAMPLES=100)"

setup:
	@$(PYTHON) scripts/setup.py

demo: setup
	@$(RUN)/bihuan demo $(if $(REPORT),--report "$(REPORT)") --out "$(OUT)" $(ARGS)

test: setup
	@$(PYTHON) scripts/setup.py --check-tests
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory postgres

check:
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports --no-cache
	$(RUN)/djlint bihuan --lint --quiet

unit:
	$(RUN)/pytest -n 2

# The API held against its description, the loop and the totals walked in any order: many more examples than `make test`
# takes.
fuzz:
	BIHUAN_FUZZ=$(EXAMPLES) $(RUN)/pytest -n 0 -s tests/api/test_schema.py
	BIHUAN_WALKS=$(EXAMPLES) $(RUN)/pytest -n 0 tests/loop/test_any_order.py tests/figures/test_recounting.py

# The rooms with tables again, on the PostgreSQL of Debian (15), beside the wheel's (18).
postgres:
	BIHUAN_TEST_PROGRAMS="$$($(PYTHON) scripts/setup.py --print-postgres)" \
		$(RUN)/pytest -n 2 tests/postgres tests/org/test_divisions.py tests/org/test_access.py tests/history tests/figures \
		tests/messages tests/loop/test_life.py tests/loop/test_sweep.py tests/reports/test_any_order.py

bench:
	$(RUN)/bihuan bench paper --json
	$(RUN)/bihuan bench read --json
	$(RUN)/bihuan bench sweep --json
	$(RUN)/bihuan bench ledger --json
	$(RUN)/bihuan bench filing --json
	$(RUN)/bihuan bench rollup --json
	$(RUN)/bihuan bench totals --json
	BIHUAN_MANY=5000 $(RUN)/pytest -n 0 -s tests/supervision/test_bulletin_speed.py tests/campaigns/test_publishing.py -k very_many

lock:
	$(RUN)/pip install --quiet uv
	$(RUN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate --extra embedded pyproject.toml -o requirements.lock
	$(RUN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate --extra dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv out .mypy_cache .ruff_cache .pytest_cache
	rm -rf /dev/shm/bihuan-tests-$(shell printf %s "$(CURDIR)" | sha256sum | cut -c1-8)-*
