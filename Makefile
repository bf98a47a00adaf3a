# The commands of the project. `make help` lists them; a Rust toolchain and make are all that they need.

CARGO ?= cargo
# The program as `cargo test` builds it for its own tests: `cargo run` would build it once more, with other features of
# what it depends on.
KEHOU := $(or $(CARGO_TARGET_DIR),target)/debug/kehou
# What `make test` could not run; told at its end, never silently left out.
NOT_RUN := target/not-run.txt
# Any browser of the Chromium family.
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.DEFAULT_GOAL := help
.PHONY: help demo test fmt lint docs advisories bench browser

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: ## start kehou with two example schools, a simulated WeCom and a simulated DingTalk
	$(CARGO) run --release -- demo

fmt: ## format the source
	$(CARGO) fmt

lint: ## what must be clean before a commit
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings

docs: ## build the documentation of all modules, private ones too; warnings are errors
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps --document-private-items

bench: ## measure the work of one callback, one turn, one commit
	$(CARGO) bench --locked

# Licences, sources and bans are tests (tests/suite/dependencies.rs). Advisories need cargo-deny and its database.
advisories: ## look for known faults in dependencies, where that is possible here
	@mkdir -p $(dir $(NOT_RUN))
	@if ! $(CARGO) deny --version >/dev/null 2>&1; then \
	  echo "security advisories of dependencies: cargo-deny is not installed (cargo install --locked cargo-deny)" >>$(NOT_RUN); \
	elif ! $(CARGO) deny fetch db >/dev/null 2>&1; then \
	  echo "security advisories of dependencies: their database cannot be reached from here" >>$(NOT_RUN); \
	else \
	  $(CARGO) deny check --disable-fetch advisories; \
	fi

# What is missing is said at once and at the end of `make test`.
browser: ## drive the parent page and the console in a real browser; needs node, npm and Chromium
	@mkdir -p $(dir $(NOT_RUN))
	@skip() { echo "the parent page in a browser: $$1" | tee -a $(NOT_RUN); }; \
	if ! command -v node >/dev/null || ! command -v npm >/dev/null; then skip "node and npm are not installed (apt-get install nodejs npm)"; \
	elif [ -z "$(CHROMIUM)" ]; then skip "there is no Chromium (apt-get install chromium, or CHROMIUM=/path make browser)"; \
	elif ! npm ci --prefix tests/browser --no-audit --no-fund --silent; then skip "its two packages cannot be fetched (npm ci --prefix tests/browser)"; \
	else $(CARGO) test --locked --no-run --test suite && CHROMIUM="$(CHROMIUM)" KEHOU="$(KEHOU)" node tests/browser/run.mjs; fi

test: ## everything that proves the project
	@mkdir -p $(dir $(NOT_RUN)) && : >$(NOT_RUN)
	$(MAKE) lint
	$(CARGO) test --locked
	$(MAKE) docs
	$(KEHOU) flow check
	$(KEHOU) flow test
	$(MAKE) browser
	$(MAKE) advisories
	@echo
	@if [ -s $(NOT_RUN) ]; then echo "all that ran has passed; not run:"; sed 's/^/  - /' $(NOT_RUN); \
	else echo "everything ran and has passed"; fi
