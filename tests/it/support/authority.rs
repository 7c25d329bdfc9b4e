//! A made-up authority: the certificate of a server on the loopback, and those that clients show. Deliberately absent: what is asked with them.
use super::door::{Call, Reply, patient, send_to};
use super::world::{ISSUER, World};
use dongui::cli::serve::Entrance;
use dongui::cli::tls::Tls;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

/// A certificate and its key: what a client shows.
pub struct Pair {
    pub der: Vec<u8>,
    pub certificate: String,
    pub key: String,
}

impl Pair {
    /// One that nobody vouches for.
    pub fn self_signed(name: &str) -> Pair {
        let key = KeyPair::generate().unwrap();
        let certificate = params(name).self_signed(&key).unwrap();
        Pair::of(&certificate, &key)
    }

    fn of(certificate: &rcgen::Certificate, key: &KeyPair) -> Pair {
        Pair { der: certificate.der().to_vec(), certificate: certificate.pem(), key: key.serialize_pem() }
    }
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = IsCa::ExplicitNoCa;
    params
}

/// The authority.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    dir: PathBuf,
}

impl Authority {
    /// Keeps its files in the world's own directory.
    pub fn new(w: &World) -> Authority {
        Authority::named(w.house.dir.path(), "authority of stories")
    }

    pub fn named(dir: &Path, name: &str) -> Authority {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Authority { issuer, dir: dir.to_owned() }
    }

    pub fn der(&self) -> &[u8] {
        self.issuer.der()
    }

    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// A new certificate for a name, with a new key.
    pub fn gives(&self, name: &str) -> Pair {
        let key = KeyPair::generate().unwrap();
        Pair::of(&params(name).signed_by(&key, &self.issuer).unwrap(), &key)
    }

    fn keeps(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// TLS of a server that asks clients for certificates of this authority, or for these.
    pub fn tls(&self, more: &[&Pair]) -> Tls {
        let own = self.gives("127.0.0.1");
        let taken = more.iter().map(|shown| shown.certificate.as_str()).collect::<String>();
        Tls {
            tls_cert: Some(self.keeps("server.pem", &own.certificate)),
            tls_key: Some(self.keeps("server.key", &own.key)),
            tls_client_ca: Some(self.keeps("clients.pem", &(self.pem() + &taken))),
        }
    }

    /// The way in of such a server.
    pub fn entrance(&self, listener: TcpListener, more: &[&Pair]) -> Entrance {
        Entrance::new(listener, &self.tls(more), ISSUER).unwrap()
    }

    /// A client that trusts this authority and shows a certificate, or none.
    pub fn agent(&self, shown: Option<&Pair>) -> ureq::Agent {
        let roots = vec![Certificate::from_der(self.issuer.der()).to_owned()];
        let certificate = shown.map(|shown| {
            let chain = [Certificate::from_der(&shown.der).to_owned()];
            ClientCert::new_with_certs(&chain, PrivateKey::from_pem(shown.key.as_bytes()).unwrap())
        });
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .client_cert(certificate)
            .build();
        patient(tls)
    }
}

/// A client's connection to a world's server.
pub struct Line<'w> {
    w: &'w World,
    agent: ureq::Agent,
}

impl<'w> Line<'w> {
    pub fn open(w: &'w World, authority: &Authority, shown: Option<&Pair>) -> Line<'w> {
        Line { w, agent: authority.agent(shown) }
    }

    pub fn send(&self, call: &Call) -> Reply {
        self.tries(call).unwrap()
    }

    pub fn tries(&self, call: &Call) -> Result<Reply, ureq::Error> {
        send_to(&self.agent, self.w.http().base(), call)
    }

    /// Sends a form, which no proof of possession goes with.
    pub fn form(&self, path: &str, fields: &[(String, String)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(&Call::new("POST", path).body("application/x-www-form-urlencoded", body))
    }

    /// Posts JSON with a token and nothing else.
    pub fn asks(&self, path: &str, token: &str, body: &serde_json::Value) -> Reply {
        let bearer = format!("Bearer {token}");
        self.send(&Call::new("POST", path).json(body).header("authorization", bearer))
    }
}
