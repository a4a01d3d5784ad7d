//! The Telegram front against a fake Bot API.

mod conversation;
mod faults;
mod groups;
mod manners;
mod process;
mod waiting;
mod world;
