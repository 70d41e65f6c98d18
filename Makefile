# What a person types: make demo, make test. Everything else is in between.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.PHONY: demo test fuzz bench fmt lint docs needs

# Five institutions with sample people and cases, in a browser at http://127.0.0.1:8080
demo:
	cargo run --package ventanilla -- demo

# Everything that must hold before a change is taken: format, lint, tests, the API against its description.
test: needs
	cargo fmt --all -- --check
	cargo fmt --manifest-path fuzz/Cargo.toml -- --check
	cargo clippy --workspace --all-targets --locked -- --deny warnings
	if command -v cargo-nextest > /dev/null; then
		cargo nextest run --workspace --locked
		cargo test --workspace --locked --doc --quiet
	else
		cargo test --workspace --locked --quiet
	fi
	scripts/schemathesis.sh
	if command -v cargo-deny > /dev/null; then cargo deny --offline --all-features check licenses bans sources; fi
	echo "make test: everything holds (format, lint, tests)."

# Inputs made by a fuzzer, each target for so long: make fuzz SECONDS=600. Ends with an error where it found something.
SECONDS := 60
fuzz:
	scripts/fuzz $(SECONDS)

bench:
	cargo run --release --package ventanilla -- bench

fmt:
	cargo fmt --all
	cargo fmt --manifest-path fuzz/Cargo.toml

lint:
	cargo clippy --workspace --all-targets -- --deny warnings
	# The known holes of our dependencies are a list that is fetched: cargo deny check advisories.
	if command -v cargo-deny > /dev/null; then cargo deny --offline --all-features check licenses bans sources; fi

docs:
	RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps

needs:
	@scripts/install-test-needs
