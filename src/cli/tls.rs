//! TLS that ends in this process: certificate, suites, and whose certificates clients may show. Deliberately absent: telling clients by their
//! certificates. A client proves itself by its signed assertion; a certificate is what its tokens are bound to (RFC 8705 section 3).
use super::Trouble;
use crate::oauth::binding::thumbprint;
use crate::web::credentials::Connected;
use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use clap::Args;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{CipherSuite, RootCertStore, ServerConfig};
use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The suites of TLS 1.2 that are taken (RFC 9325 section 4.2, as FAPI 2.0 section 5.2.1 has it); of TLS 1.3 all.
const OF_TLS12: [CipherSuite; 4] = [
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
];

/// TLS of a server.
#[derive(Debug, Clone, Default, Args)]
pub struct Tls {
    /// End TLS here with this certificate and those that it hangs on, PEM; read at start.
    #[arg(long, env = "DONGUI_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The key of that certificate, PEM.
    #[arg(long, env = "DONGUI_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Ask clients for a certificate of one of these authorities, or one of these self-signed ones, PEM; their tokens are bound to it.
    #[arg(long, env = "DONGUI_TLS_CLIENT_CA", value_name = "FILE", requires = "tls_cert")]
    pub tls_client_ca: Option<PathBuf>,
}

impl Tls {
    /// How connections to a server that calls itself `issuer` begin; `None` where TLS ends in front of it.
    ///
    /// # Errors
    /// Files that do not say what they should; an issuer that clients would not reach by TLS.
    pub fn accepting(&self, issuer: &str) -> Result<Option<ServerConfig>, Trouble> {
        let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) else { return Ok(None) };
        if !issuer.starts_with("https://") {
            let cure = "the issuer does not begin with `https://`, and `--tls-cert` is given; set `--issuer`";
            return Err(Trouble(cure.to_owned()));
        }
        let provider = rustls::crypto::ring::default_provider();
        let taken = |suite: CipherSuite| OF_TLS12.contains(&suite);
        let suites = provider.cipher_suites.iter().filter(|s| s.tls13().is_some() || taken(s.suite()));
        let cipher_suites = suites.copied().collect();
        let provider = Arc::new(CryptoProvider { cipher_suites, ..provider });
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(Trouble::of)?;
        let builder = match &self.tls_client_ca {
            None => builder.with_no_client_auth(),
            Some(file) => {
                let mut roots = RootCertStore::empty();
                for one in certificates(file)? {
                    roots.add(one).map_err(|e| wrong(file, &e))?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                // Who shows none is served too: subscribers have none, and other clients sign proofs.
                let verifier = verifier.allow_unauthenticated().build().map_err(|e| wrong(file, &e))?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let chain = certificates(certificate)?;
        let key = PrivateKeyDer::from_pem_file(key).map_err(|e| wrong(key, &e))?;
        builder.with_single_cert(chain, key).map(Some).map_err(|e| wrong(certificate, &e))
    }
}

fn wrong(file: &Path, e: &dyn std::fmt::Display) -> Trouble {
    Trouble(format!("`{}`: {e}", file.display()))
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Trouble> {
    let all = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match all {
        Ok(all) if !all.is_empty() => Ok(all),
        Ok(_) => Err(Trouble(format!("`{}` holds no certificate in PEM", file.display()))),
        Err(e) => Err(wrong(file, &e)),
    }
}

/// Notes of a connection that begins, once for all its requests, which certificate the client has proven to be its own.
pub fn connected(connection: &dyn Any, noted: &mut Extensions) {
    if let Some(stream) = connection.downcast_ref::<TlsStream<TcpStream>>() {
        let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
        noted.insert(Connected { certificate: shown.map(|der| thumbprint(der)) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::generate_simple_self_signed;

    const ISSUER: &str = "https://broker.example";

    #[test]
    fn a_server_that_ends_tls_calls_itself_so_and_its_files_hold_what_they_should() {
        let dir = tempfile::tempdir().unwrap();
        let keep = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            Some(path)
        };
        let made = generate_simple_self_signed(vec!["broker.example".to_owned()]).unwrap();
        let other = generate_simple_self_signed(vec!["broker.example".to_owned()]).unwrap();
        let tls = Tls {
            tls_cert: keep("cert", &made.cert.pem()),
            tls_key: keep("key", &made.signing_key.serialize_pem()),
            tls_client_ca: keep("clients", &other.cert.pem()),
        };
        let config = tls.accepting(ISSUER).unwrap().unwrap();
        let suites: Vec<_> = config.crypto_provider().cipher_suites.iter().map(|s| s.suite()).collect();
        assert_eq!(suites.len(), 3 + OF_TLS12.len());
        assert!(OF_TLS12.iter().all(|suite| suites.contains(suite)));
        assert!(Tls::default().accepting(ISSUER).unwrap().is_none());
        let wrong = |tls: Tls, issuer: &str, says: &str| {
            let said = tls.accepting(issuer).unwrap_err().to_string();
            assert!(said.contains(says), "{said}");
        };
        wrong(tls.clone(), "http://broker.example", "`--issuer`");
        wrong(
            Tls { tls_key: keep("other", &other.signing_key.serialize_pem()), ..tls.clone() },
            ISSUER,
            "cert",
        );
        wrong(Tls { tls_cert: keep("empty", ""), ..tls.clone() }, ISSUER, "holds no certificate");
        wrong(Tls { tls_client_ca: keep("none", "x"), ..tls.clone() }, ISSUER, "holds no certificate");
        wrong(Tls { tls_key: tls.tls_cert.clone(), ..tls }, ISSUER, "cert");
    }
}
