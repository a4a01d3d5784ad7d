//! telefaq
fn main(){}
