.PHONY: run test check

# Build and start the system on embedded SQLite.
run:
	@scripts/run

# Run every test, with MariaDB and Redis servers of its own.
test:
	@scripts/test

# Format, lints and types.
check:
	@scripts/check
