//! The Telegram front against a fake Bot API.

mod admin;
mod cohorts;
mod conversation;
mod day;
mod faults;
mod flood;
mod groups;
mod inline;
mod manners;
mod person;
mod privacy;
mod process;
mod reload;
mod settings;
mod slow_store;
mod table;
mod waiting;
mod warnings;
mod webhook;
mod world;
