//! `dongui bench` at sizes that take seconds: that it runs and that its figures are of something. Deliberately absent: how fast; a
//! machine that runs tests tells nothing about that.
use serde_json::Value;
use std::path::Path;
use std::process::Command;

#[cfg(test)]
mod tests {
    use super::*;

    fn bench(arguments: &[&str]) -> Value {
        bench_in(tempfile::tempdir().unwrap().path(), arguments)
    }

    fn bench_in(dir: &Path, arguments: &[&str]) -> Value {
        let out = Command::new(env!("CARGO_BIN_EXE_dongui"))
            .arg("--data")
            .arg(dir)
            .args(["--json", "bench"])
            .args(arguments)
            .env("DONGUI_LOG", "error")
            .output()
            .unwrap();
        let (said, error) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        assert!(out.status.success(), "{said}{error}");
        serde_json::from_str(&said).unwrap()
    }

    fn number(value: &Value, pointer: &str) -> f64 {
        value.pointer(pointer).and_then(Value::as_f64).unwrap_or_else(|| panic!("no `{pointer}` in {value}"))
    }

    const SMALL: [&str; 6] = ["--connections", "4", "--seconds", "1", "--rounds", "1"];

    #[test]
    #[cfg(target_os = "linux")]
    fn context_requests_are_answered_counted_and_taken_apart() {
        let said = bench(&[&["context", "--scale", "200,300"][..], &SMALL].concat());
        for size in ["/context/0", "/context/1"] {
            let of = |name: &str| number(&said, &format!("{size}/{name}"));
            assert!(of("answers") > 0.0 && of("receipts_verified") > 0.0);
            assert!(of("server_us") > 0.0 && of("p99_ms") >= of("p50_ms"));
            let parts = said.pointer(&format!("{size}/parts_us")).and_then(Value::as_object).unwrap();
            let sum: f64 = parts.values().filter_map(Value::as_f64).sum();
            assert!(parts.len() >= 10 && (sum - of("sum_of_parts_us")).abs() < 2.0, "{parts:?}");
            assert!(of("constant_per_s") > 0.0 && of("whole_over_parts") > 0.0);
        }
        assert!(number(&said, "/context/1/cpu_over_first") > 0.0);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn answers_through_either_door_and_tokens_are_counted() {
        let dir = tempfile::tempdir().unwrap();
        let said = bench_in(dir.path(), &[&["mcp", "--subscribers", "300"][..], &SMALL].concat());
        for figure in ["api_per_s", "mcp_per_s", "api_us", "mcp_us", "mcp_over_api"] {
            assert!(number(&said, &format!("/mcp/{figure}")) > 0.0, "{figure} {said}");
        }
        let said = bench(&[&["token", "--subscribers", "100"][..], &SMALL].concat());
        assert!(number(&said, "/token/tokens_per_s") > 0.0, "{said}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn decisions_and_checks_are_counted() {
        let said = bench(&[&["consent", "--subscribers", "200"][..], &SMALL].concat());
        for kind in ["changes", "checks"] {
            assert!(number(&said, &format!("/consent/0/{kind}/done")) > 0.0, "{said}");
            assert!(number(&said, &format!("/consent/0/{kind}/per_s")) > 0.0, "{said}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn withdrawals_bite_and_leave_the_house_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            let arguments = ["withdraw", "--subscribers", "200", "--withdrawals", "40", "--connections", "6"];
            let said = bench_in(dir.path(), &arguments);
            let of = |name: &str| number(&said, &format!("/withdraw/{name}"));
            assert_eq!((of("withdrawals"), of("stale")), (40.0, 0.0));
            assert!(of("begun_after") >= 40.0 && of("denied_ms/p99") >= of("denied_ms/p50"));
        }
        // Whoever measures context in it afterwards finds everything granted.
        let said = bench_in(dir.path(), &[&["context", "--subscribers", "200"][..], &SMALL].concat());
        assert!(number(&said, "/context/0/answers") > 0.0);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_feed_is_kept_whole_and_its_parts_are_told() {
        let said = bench(&["feed", "--rows", "20000", "--subscribers", "200", "--memory"]);
        assert_eq!(number(&said, "/feed/whole/rows"), 20_000.0);
        assert_eq!(number(&said, "/feed/parsed/rows"), 20_000.0);
        assert_eq!(number(&said, "/feed/twice_the_rows/whole/rows"), 40_000.0);
        assert!(number(&said, "/feed/profile_bytes") > 32.0 && number(&said, "/feed/peak_kb") > 0.0);
    }
}
