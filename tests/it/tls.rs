//! A PostgreSQL server beyond loopback is reached by verified TLS only; the library linked in must be able to verify.
use super::support::house::House;
use super::support::rows;
use super::support::world::SeededRng;
use dongui::store::{Store, migrate};
use dongui::telemetry::uncounted;
use std::sync::Arc;
use std::time::Duration;

/// The throw-away server by the name in its certificate, with `roots` as the only trusted ones.
fn url(host: &str, roots: &str) -> Option<String> {
    let server = std::env::var("DONGUI_TEST_POSTGRES").ok()?;
    let tls = std::env::var("DONGUI_TEST_TLS").ok()?;
    let server = server.replace("@127.0.0.1:", &format!("@{host}:"));
    // A database of its own is not needed: the attempt ends before a statement, or finds the newest schema.
    Some(format!("{server}?sslmode=verify-full&sslrootcert={tls}/{roots}"))
}

#[test]
fn a_server_is_trusted_by_its_certificate_and_name_only() {
    let (Some(right), Some(other), Some(misnamed)) =
        (url("localhost", "ca.pem"), url("localhost", "other.pem"), url("127.0.0.1", "ca.pem"))
    else {
        eprintln!("skipped: no PostgreSQL with a certificate; run tests/run");
        return;
    };
    migrate::run(&right).expect("a certificate of a trusted root, for the right name");
    for (url, word) in [(other, "certificate verify failed"), (misnamed, "does not match host name")] {
        let refused = migrate::run(&url).unwrap_err().to_string();
        assert!(refused.contains(word), "{refused}");
    }
}

#[test]
fn no_connection_is_opened_that_nobody_waits_for() {
    let Some(house) = House::bare(true) else { return };
    let store = Store::open(&house.url, Arc::new(SeededRng::new(0)), uncounted()).unwrap();
    store.read("story", |_| Ok(())).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let others = "SELECT count(*)::text AS value FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert_eq!(rows::texts(&house.url, others), ["1"], "one at exit crashes the process");
}
