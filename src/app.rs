//! One straight line for every question, wherever it was asked: [`App::handle`].
//!
//! Owns what happens between an [`Inbound`] and its [`Outbound`]: one store read, one engine snapshot, decision, reply.
//! Knows neither Telegram nor HTTP; never calls back into them to decide.

pub mod folder;
pub mod inbound;
pub mod load;
pub mod outbound;

pub use inbound::{ChatKey, Event, Inbound, MessageId, Surface};
pub use outbound::{Outbound, Step};
