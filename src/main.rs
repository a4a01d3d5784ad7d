//! telefaq
fn main() {}
