//! Tests that look at the whole system: whole lives, rights, races, and the rules that the code itself must keep.

mod first;
mod generated_docs;
