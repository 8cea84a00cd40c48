# Parameters, given as "make run PORT=8169" or in the environment: docs/development.md
.DEFAULT_GOAL := help
.PHONY: help run stop test lint outside format bench i18n setup clean clean-all

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## get everything, make the demo database, serve on http://127.0.0.1:8069
	@scripts/run

stop: ## stop the server and the private PostgreSQL
	@scripts/stop

test: ## whole test suite; one file: make test ARGS="tests/unit -k name"
	@scripts/test $(ARGS)

lint: ## all checks of code, data, translations
	@scripts/lint/run $(ARGS)

outside: ## Odoo's own suites over our addons (slow); a part: make outside ARGS=core
	@scripts/outside $(ARGS)

format: ## put Python, XML and JavaScript into the common form
	@scripts/lint/format

bench: ## benchmarks, as ratios against a baseline of the same run
	@scripts/bench $(ARGS)

i18n: ## export the .pot files and merge them into zh_CN.po
	@scripts/i18n

setup: ## only fetch what the other commands need
	@scripts/setup

clean: ## remove this checkout's databases, files and logs
	@scripts/clean

clean-all: ## the same, and the downloaded packages that all clones share
	@scripts/clean all
