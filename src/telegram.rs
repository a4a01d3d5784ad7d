//! telegram

mod api;
mod health;
mod limits;
mod route;
