//! A command that operators use, over the measured house, in a process of its own: how long it took, and how much memory. Deliberately absent: what it does.
use super::house::House;
use super::usage;
use crate::cli::Trouble;
use serde_json::Value;
use std::ffi::OsStr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a command came to.
pub struct Ran {
    pub wall: Duration,
    pub cpu_us: u64,
    pub peak_kb: u64,
    /// Its answer; nothing where it failed.
    pub said: Option<Value>,
}

/// Runs it with `--json`.
pub fn run<S: AsRef<OsStr>>(house: &House, words: impl IntoIterator<Item = S>) -> Result<Ran, Trouble> {
    let installation = house.installation();
    let began = Instant::now();
    let mut child = Command::new(std::env::current_exe().map_err(Trouble::of)?)
        .arg("--data")
        .arg(&installation.data)
        .args(["--home", installation.home.as_str(), "--issuer", &installation.issuer, "--json"])
        .args(words)
        .env_remove("DONGUI_DATABASE")
        .env_remove("DONGUI_KEYS")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| Trouble(format!("cannot start the command that is measured: {e}")))?;
    let (mut peak_kb, mut cpu_us) = (0, 0);
    while child.try_wait().map_err(Trouble::of)?.is_none() {
        peak_kb = usage::memory_kb(child.id(), "VmHWM").unwrap_or(peak_kb);
        cpu_us = usage::process_us(child.id()).unwrap_or(cpu_us);
        std::thread::sleep(Duration::from_millis(10));
    }
    let wall = began.elapsed();
    let out = child.wait_with_output().map_err(Trouble::of)?;
    let said = out.status.success().then(|| serde_json::from_slice(&out.stdout)).transpose();
    Ok(Ran { wall, cpu_us, peak_kb, said: said.map_err(Trouble::of)? })
}
