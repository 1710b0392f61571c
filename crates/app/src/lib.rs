//! maxmontaj67: a CRM and field-service system for installation companies.

pub mod text;
