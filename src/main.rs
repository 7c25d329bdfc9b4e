//! The `dongui` command.
use std::process::ExitCode;

fn main() -> ExitCode {
    dongui::cli::run()
}
