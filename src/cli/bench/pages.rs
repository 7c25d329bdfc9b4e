//! `dongui bench pages`: what one look at each of the subscriber's pages costs the server, over HTTP, registry read included, and how heavy the page is.
//! Deliberately absent: what a browser makes of it.
use super::house::{House, recipient, reference};
use super::http::Connection;
use super::server::Server;
use super::{Pages, hundredth, tenth};
use crate::broker::Broker;
use crate::broker::authenticate::Caller;
use crate::cli::{Answer, Installation, Trouble};
use crate::domain::subscriber::Reference;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::io::Write;

/// What was seen of a page.
struct Seen {
    path: String,
    cpu_us: f64,
    bytes: usize,
    packed_bytes: usize,
}

pub fn run(installation: &Installation, wanted: &Pages) -> Result<Answer, Trouble> {
    let house = House::open(&installation.data, wanted.subscribers, true)?;
    let broker = house.installation().broker()?;
    let (session, paths) = visit(&broker, &house)?;
    let server = Server::start(&house)?;
    let mut connection = Connection::open(server.address).map_err(Trouble::of)?;
    let constant = look(&server, &mut connection, "/healthz", &session, wanted.looks)?.cpu_us;
    let mut pages = Vec::new();
    for path in &paths {
        pages.push(look(&server, &mut connection, path, &session, wanted.looks)?);
    }
    let mut text =
        format!("{} looks at each, one after the other; a constant answer: {constant:.0} us\n", wanted.looks);
    for page in &pages {
        let Seen { path, cpu_us, bytes, packed_bytes } = page;
        let kind = path
            .split('/')
            .map(|part| if part.contains('_') { "…" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        text.push_str(&format!(
            "{kind:<28}{cpu_us:>7.0} us of CPU, {:>5.1} kB, {:>4.1} kB packed\n",
            *bytes as f64 / 1e3,
            *packed_bytes as f64 / 1e3
        ));
    }
    let list: Vec<_> = pages
        .iter()
        .map(|p| json!({ "path": p.path, "cpu_us": tenth(p.cpu_us), "kb": hundredth(p.bytes as f64 / 1e3), "packed_kb": hundredth(p.packed_bytes as f64 / 1e3) }))
        .collect();
    Ok(Answer::new(text, json!({ "constant_us": tenth(constant), "pages": list })))
}

/// A session of the house's first subscriber, and every page that he can look at.
fn visit(broker: &Broker, house: &House) -> Result<(String, Vec<String>), Trouble> {
    let reference = Reference::parse(&reference(0)).ok_or_else(|| Trouble("no reference".to_owned()))?;
    let link = broker.invite(&Caller::console(), &reference)?;
    let session = broker.enter(link.rsplit('/').next().unwrap_or_default())?;
    let with = format!("/me/with/{}", recipient());
    let mut paths = vec!["/me".to_owned(), with.clone(), format!("{with}/preview")];
    paths.extend(["/me/asked", "/me/receipts", "/me/data", "/me/data/erase"].map(str::to_owned));
    if let Some(consent) = broker.consents(house.subscriber(0))?.first() {
        paths.push(format!("/me/receipts/{}", consent.grant.id));
    }
    Ok((session, paths))
}

fn look(
    server: &Server,
    connection: &mut Connection,
    path: &str,
    session: &str,
    looks: u32,
) -> Result<Seen, Trouble> {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: text/html\r\nCookie: dongui={session}\r\n\r\n"
    );
    let mut ask = || {
        let reply = connection.ask(request.as_bytes()).map_err(Trouble::of)?;
        match reply.status {
            200 => Ok(reply.body.to_vec()),
            status => Err(Trouble(format!("`{path}` answers {status}"))),
        }
    };
    // The first look fills caches.
    let body = ask()?;
    let from = server.used_us()?;
    for _ in 0..looks {
        ask()?;
    }
    let cpu_us = (server.used_us()? - from) as f64 / f64::from(looks.max(1));
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    let packed = gzip.write_all(&body).and_then(|()| gzip.finish()).map_err(Trouble::of)?;
    Ok(Seen { path: path.to_owned(), cpu_us, bytes: body.len(), packed_bytes: packed.len() })
}
