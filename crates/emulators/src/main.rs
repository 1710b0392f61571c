//! Runs the emulators until it is stopped.

fn main() {}
