.PHONY: run emulators test check docs

# Build and start the system on embedded SQLite.
run:
	@scripts/run

# Emulate the providers of messages, with a page to play the people they reach.
emulators:
	@scripts/emulators

# Run every test, with MariaDB and Redis servers of its own.
test:
	@scripts/test

# Format, lints and types.
check:
	@scripts/check

# Write anew what docs/ takes from the code.
docs:
	@UPDATE_DOCS=1 cargo test --locked -q -p maxmontaj67 --lib tests::generated_docs
