//! What is being done, on a terminal that looks on. Deliberately absent: anything on standard output, which belongs to the answer.
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;

/// Shows stages on standard error if that is a terminal.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    shown: bool,
}

impl Progress {
    /// For people unless the answer is for programs.
    pub fn new(json: bool) -> Progress {
        Progress { shown: !json && std::io::stderr().is_terminal() }
    }

    /// Begins a stage of `length` steps, or of an unknown number when 0. The bar goes when it is finished or dropped.
    pub fn stage(&self, what: &str, length: usize) -> Stage {
        let (bar, template) = match (self.shown, length) {
            (false, _) => (ProgressBar::hidden(), ""),
            (true, 0) => (ProgressBar::new_spinner(), "{spinner} {msg} {elapsed}"),
            (true, _) => (ProgressBar::new(length as u64), "{spinner} {msg} {bar:30} {pos}/{len}"),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        if self.shown {
            bar.set_message(what.to_owned());
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Stage(bar)
    }

    /// Begins a feed of `length` bytes.
    pub fn feed(&self, what: &str, length: u64) -> Stage {
        if !self.shown {
            return Stage(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(length);
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {eta}") {
            bar.set_style(style);
        }
        bar.set_message(format!("{what} feed"));
        Stage(bar)
    }
}

/// A stage under way.
#[derive(Debug)]
pub struct Stage(ProgressBar);

impl Stage {
    /// For whoever moves it himself.
    pub fn bar(&self) -> &ProgressBar {
        &self.0
    }

    /// One step more.
    pub fn step(&self) {
        self.0.inc(1);
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
