.PHONY: run emulators test torture fixture check docs manual-pictures bench

# Build and start the system on embedded SQLite.
run:
	@scripts/run

# Emulate the providers of messages, with a page to play the people they reach.
emulators:
	@scripts/emulators

# Run every test, with MariaDB and Redis servers of its own.
test:
	@scripts/test

# Kill the program, cut its power, fill its disk …, many times over: make torture CYCLES=200
torture:
	@scripts/torture $(CYCLES)

# Write the databases of this version that later versions must be able to take over.
fixture:
	@MAKE_FIXTURE=1 scripts/with-servers cargo test --locked -q -p maxmontaj67 --lib tests::upgrades::a_fixture

# Format, lints and types.
check:
	@scripts/check

# Write anew what docs/ takes from the code.
docs:
	@UPDATE_DOCS=1 cargo test --locked -q -p maxmontaj67 --lib tests::generated_docs

# Take the pictures of docs/manual anew.
manual-pictures:
	@scripts/manual-pictures

# Measure the speed of a release build; writes docs/performance.md.
bench:
	@scripts/bench
