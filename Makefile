.PHONY: run test check docs bench

# Build and start the system on embedded SQLite.
run:
	@scripts/run

# Run every test, with MariaDB and Redis servers of its own.
test:
	@scripts/test

# Format, lints and types.
check:
	@scripts/check

# Write anew what docs/ takes from the code.
docs:
	@UPDATE_DOCS=1 cargo test --locked -q -p maxmontaj67 --lib tests::generated_docs

# Measure the speed of a release build; writes docs/performance.md.
bench:
	@scripts/bench
