//! What the office must act on, grouped by reason.
