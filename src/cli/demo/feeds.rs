//! What is fed: the bundled reference data, and the residents' events of a window. Deliberately absent: the intake, which is the
//! broker's.
use crate::cli::Trouble;
use crate::domain::feed::FeedKind;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::feed::bundled;
use crate::feed::residents::Residents;
use std::collections::HashMap;

/// Kinds of the residents' events.
pub const EVENTS: [FeedKind; 4] = [FeedKind::Location, FeedKind::App, FeedKind::Web, FeedKind::Account];

/// Base stations, sensitive places, what apps and hosts are about.
pub fn reference() -> [(FeedKind, Vec<u8>); 4] {
    let mut hosts = b"source,key,topic\n".to_vec();
    for (host, topic) in bundled::host_verdicts() {
        // `never` silences a host also below a parent domain with a topic.
        let topic = topic.map_or("never", Topic::as_str);
        hosts.extend_from_slice(format!("web,{host},{topic}\n").as_bytes());
    }
    [
        (FeedKind::Cells, bundled::cells().to_vec()),
        (FeedKind::Places, bundled::places().to_vec()),
        (FeedKind::Categories, bundled::apps().to_vec()),
        (FeedKind::Categories, hosts),
    ]
}

/// Everybody's events of a kind in `[from, to)`, CSV.
pub fn events(residents: &Residents, kind: FeedKind, from: At, to: At) -> Result<Vec<u8>, Trouble> {
    let mut out = Vec::new();
    let written = match kind {
        FeedKind::Location => residents.location_csv(from, to, &mut out),
        FeedKind::App => residents.app_csv(from, to, &mut out),
        FeedKind::Web => residents.web_csv(from, to, &mut out),
        FeedKind::Account => residents.account_csv(from, to, &mut out),
        FeedKind::Cells | FeedKind::Places | FeedKind::Categories => Ok(0),
    };
    written.map_err(Trouble::of)?;
    Ok(out)
}

/// The truth of a feed: lines by subscriber, and the third field of each subscriber's last line.
#[derive(Debug, Default)]
pub struct Lines {
    /// How many.
    pub count: u64,
    /// By phone number.
    pub by_number: HashMap<String, u64>,
    /// Where each was seen last (the cell), what was used last, or how many bytes were left.
    pub last: HashMap<String, String>,
}

/// Reads CSV that `events` made.
pub fn lines(csv: &[u8]) -> Lines {
    let mut out = Lines::default();
    for line in String::from_utf8_lossy(csv).lines().skip(1) {
        let mut fields = line.splitn(4, ',');
        let (Some(number), Some(_), Some(what)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        out.count += 1;
        match out.by_number.get_mut(number) {
            Some(count) => *count += 1,
            None => {
                out.by_number.insert(number.to_owned(), 1);
            }
        }
        match out.last.get_mut(number) {
            Some(last) => what.clone_into(last),
            None => {
                out.last.insert(number.to_owned(), what.to_owned());
            }
        }
    }
    out
}
