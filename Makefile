# kubemend: `make` lists what can be made. Programs come from node_modules, so that they run on the Node version pinned there.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install check test test-real demo build bench lock clean types lint layers dead quick unit

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: ## install the dependencies, if package-lock.json has changed since
	@tools/install

check: types lint layers quick ## types, lint, layers and the quick tests: under a minute

test: types lint layers unit dead build ## all that needs neither root nor services: all tests, dead code, build

test-real: install ## suites on real servers, which it builds and starts
	test/real/run

demo: install ## faults on a simulated cluster, mended before your eyes; ARGS="--once --json" for scripts
	@node --max-semi-space-size=2 src/cli/main.ts demo $(ARGS)

types: install
	tsc --noEmit

lint: install
	biome check --error-on-warnings .

layers: install
	depcruise src test

dead: install
	knip

quick: install
	npm run --silent quick

unit: install
	vitest run

build: install ## compile to dist/
	npm run --silent build

bench: install ## measure speed
	set -e; for file in bench/*.ts; do node "$$file"; done

lock: ## bring package-lock.json up to date with package.json
	npm install --package-lock-only --ignore-scripts >&2
	node tools/complete-lock.mjs

clean: ## remove all that was built or installed here
	rm -rf dist coverage node_modules
