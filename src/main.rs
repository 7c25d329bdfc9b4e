//! The `dongui` command.
fn main() {}
