//! What a process or a thread has used, by Linux's `/proc`. Deliberately absent: other systems; there is nothing to measure there.
use crate::cli::Trouble;
use std::time::{Duration, Instant};

/// One tick of `/proc/<pid>/stat`, µs: USER_HZ is 100 on every Linux that Rust runs on.
const TICK_US: u64 = 10_000;

fn read(path: &str) -> Result<String, Trouble> {
    std::fs::read_to_string(path)
        .map_err(|e| Trouble(format!("cannot read `{path}`, which measuring needs: {e}")))
}

/// User and system time of a process since it began, µs, to 10 ms.
pub fn process_us(pid: u32) -> Result<u64, Trouble> {
    let path = format!("/proc/{pid}/stat");
    let text = read(&path)?;
    // The name before the last bracket may hold anything; utime and stime are the 14th and 15th fields of all.
    let rest = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks: u64 = rest.split(' ').skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
    if rest.is_empty() { Err(Trouble(format!("`{path}` is not understood"))) } else { Ok(ticks * TICK_US) }
}

/// Time that the calling thread has run, ns, a scheduler's tick behind at most.
fn thread_ns() -> Result<u64, Trouble> {
    let text = read("/proc/thread-self/schedstat")?;
    let first = text.split(' ').next().and_then(|n| n.parse().ok());
    first.ok_or_else(|| Trouble("`/proc/thread-self/schedstat` is not understood".to_owned()))
}

/// A figure in kB of `/proc/<pid>/status`, such as `VmHWM`, the peak of resident memory; `None` once the process has ended.
pub fn memory_kb(pid: u32, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(':'))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// CPU time of one call on this thread, µs: the median of five batches that last `at_least` together.
pub fn thread_us(
    at_least: Duration,
    mut call: impl FnMut(usize) -> Result<(), Trouble>,
) -> Result<f64, Trouble> {
    const BATCHES: u32 = 5;
    // Caches and statement caches are filled before it counts.
    (0..64).try_for_each(&mut call)?;
    let (mut n, mut batches) = (64, Vec::new());
    for _ in 0..BATCHES {
        let (began, from, first) = (Instant::now(), thread_ns()?, n);
        while began.elapsed() < at_least / BATCHES {
            for _ in 0..16 {
                call(n)?;
                n += 1;
            }
        }
        batches.push((thread_ns()? - from) as f64 / 1e3 / (n - first) as f64);
    }
    Ok(super::median(batches))
}

/// CPU time of one call with all that it makes other threads of this process do, µs.
pub fn whole_us(
    at_least: Duration,
    mut call: impl FnMut(usize) -> Result<(), Trouble>,
) -> Result<f64, Trouble> {
    (0..64).try_for_each(&mut call)?;
    let (began, from, mut n) = (Instant::now(), process_us(std::process::id())?, 64usize);
    while began.elapsed() < at_least {
        call(n)?;
        n += 1;
    }
    Ok((process_us(std::process::id())? - from) as f64 / (n - 64) as f64)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_works_uses_time_and_memory() {
        let pid = std::process::id();
        let from = process_us(pid).unwrap();
        let began = Instant::now();
        let each = thread_us(Duration::from_millis(200), |_| {
            std::hint::black_box((0..100_000u64).fold(0, |a, b| a ^ b.wrapping_mul(b)));
            Ok(())
        })
        .unwrap();
        assert!(each > 0.0);
        assert!(process_us(pid).unwrap() >= from && began.elapsed() >= Duration::from_millis(200));
        assert!(memory_kb(pid, "VmHWM").unwrap() >= memory_kb(pid, "VmRSS").unwrap() / 2);
        assert_eq!(memory_kb(pid, "VmNone"), None);
        assert!(process_us(u32::MAX).is_err());
    }
}
