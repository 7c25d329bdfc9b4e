//! A PostgreSQL server beyond loopback is reached by verified TLS only; the library linked in must be able to verify.
use dongui::store::migrate;

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
