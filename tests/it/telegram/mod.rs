//! The Telegram front against a fake Bot API.

mod conversation;
mod faults;
mod manners;
mod process;
mod waiting;
mod webhook;
mod world;
