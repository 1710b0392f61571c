//! maxmontaj67: a CRM and field-service system for installation companies.

#[macro_use]
pub mod web;

#[cfg(test)]
#[macro_use]
pub mod testkit;

pub mod access;
pub mod accounts;
pub mod app;
pub mod bot;
pub mod cli;
pub mod clock;
pub mod company;
pub mod config;
pub mod customers;
pub mod desk;
pub mod error;
pub mod field;
pub mod help;
pub mod ids;
pub mod jobs;
pub mod live;
pub mod messages;
pub mod notifications;
pub mod orders;
pub mod people;
pub mod portal;
pub mod reviews;
pub mod schema;
pub mod search;
pub mod seed;
pub mod services;
pub mod settings;
pub mod storage;
#[cfg(test)]
mod tests;
pub mod text;
mod words;
pub mod workers;
