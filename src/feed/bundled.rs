//! The open data compiled into the product, as bytes, and the two tables read out of it: hosts with their topics, visited
//! hosts with their frequencies. Sources and licences stand in `data/README.md`. Deliberately absent: anyone's trace; who
//! of the panelists visited what is left behind here.
use crate::domain::topic::Topic;
use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::io::Read;

/// Base stations around Munich: a cells feed, CSV.
pub fn cells() -> &'static [u8] {
    include_bytes!("../../data/cells/munich.csv")
}

/// Domains and the lists they stand in: `domain,categories` (joined by `|`), gzip CSV. No feed; see `host_topics`.
pub fn domains() -> &'static [u8] {
    include_bytes!("../../data/domains/v2fly_domain_category.csv.gz")
}

/// Web visits: `panelist_id,wave,timestamp,url,device`, gzip CSV. No feed; see `visited_hosts`.
pub fn visits() -> &'static [u8] {
    include_bytes!("../../data/visits/testdt_tracking.csv.gz")
}

/// Where people live, as squares of 500 m round the densest one: `east_km,north_km,people`, CSV.
pub fn homes() -> &'static str {
    include_str!("../../data/homes/yjmob.csv")
}

/// Sensitive places of Munich: a places feed, CSV.
pub fn places() -> &'static [u8] {
    include_bytes!("../../data/places/munich.csv")
}

/// Apps and their topics: a categories feed, CSV.
pub fn apps() -> &'static [u8] {
    include_bytes!("../../data/topics/apps.csv")
}

/// Our judgement of each list of `domains`: `list,topic`; a topic, nothing, or `never`.
fn judgements() -> &'static str {
    include_str!("../../data/topics/v2fly_to_topic.csv")
}

/// What a list says about a domain in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Topic(Topic),
    Nothing,
    /// Whatever other lists say, nothing may be said.
    Never,
}

/// Lists in the order of their weight.
fn lists() -> BTreeMap<&'static str, (usize, Verdict)> {
    let rows = judgements().lines().skip(1).enumerate();
    rows.filter_map(|(rank, row)| {
        let (list, word) = row.split_once(',')?;
        let verdict = match word {
            "never" => Verdict::Never,
            word => Topic::parse(word).map_or(Verdict::Nothing, Verdict::Topic),
        };
        Some((list, (rank, verdict)))
    })
    .collect()
}

/// The meet of what the lists say; an unknown list says `Never`: nobody has judged it.
fn judge(lists: &BTreeMap<&'static str, (usize, Verdict)>, names: &str) -> Verdict {
    let mut best = (usize::MAX, Verdict::Nothing);
    for name in names.split('|') {
        match lists.get(name) {
            None | Some((_, Verdict::Never)) => return Verdict::Never,
            Some((rank, Verdict::Topic(topic))) if *rank < best.0 => best = (*rank, Verdict::Topic(*topic)),
            Some(_) => {}
        }
    }
    best.1
}

/// The text of a bundled gzip. What is compiled in is whole; `bundled_data_is_whole` proves it.
fn unpack(packed: &[u8]) -> String {
    let mut text = String::new();
    let whole = GzDecoder::new(packed).read_to_string(&mut text).is_ok();
    if whole { text } else { String::new() }
}

/// Every judged domain: its topic, or `None` for one that must never be given a topic, not even its parent domain's.
/// A rule covers the domain and all below it; the longest rule that fits a host decides.
pub fn host_verdicts() -> impl Iterator<Item = (String, Option<Topic>)> {
    let (text, lists) = (unpack(domains()), lists());
    let rows = text.lines().skip(1).filter_map(|row| {
        let (domain, names) = row.split_once(',')?;
        match judge(&lists, names) {
            Verdict::Topic(topic) => Some((domain.to_owned(), Some(topic))),
            Verdict::Never => Some((domain.to_owned(), None)),
            Verdict::Nothing => None,
        }
    });
    rows.collect::<Vec<_>>().into_iter()
}

/// Every domain with a topic that may be said.
pub fn host_topics() -> impl Iterator<Item = (String, Topic)> {
    host_verdicts().filter_map(|(host, topic)| Some((host, topic?)))
}

/// Hosts of the real visits with how often each was visited, most visited first; ties by name.
pub fn visited_hosts() -> Vec<(String, u32)> {
    let text = unpack(visits());
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for row in text.lines().skip(1) {
        let url = row.split(',').nth(3).unwrap_or_default();
        // Extension and file addresses are no hosts of the network.
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let host = rest.and_then(|r| r.split(['/', ':', '?']).next()).unwrap_or_default();
        if host.contains('.') {
            *counts.entry(host).or_default() += 1;
        }
    }
    let mut hosts: Vec<(String, u32)> = counts.into_iter().map(|(h, n)| (h.to_owned(), n)).collect();
    hosts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    hosts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::feed::{FeedKind, Row};
    use crate::feed::Reader;
    use std::ops::ControlFlow;

    fn count(kind: FeedKind, bytes: &[u8]) -> usize {
        let mut n = 0;
        let mut reader = Reader::new(kind, bytes).unwrap();
        reader
            .for_each(&mut |line, row| {
                assert!(row.is_ok(), "line {line}: {row:?}");
                n += 1;
                ControlFlow::Continue(())
            })
            .unwrap();
        n
    }

    #[test]
    fn bundled_data_is_whole() {
        assert_eq!(count(FeedKind::Cells, cells()), 2_231);
        assert_eq!(count(FeedKind::Places, places()), 26);
        assert_eq!(count(FeedKind::Categories, apps()), 76);
        assert_eq!(homes().lines().count(), 1_859);
        assert_eq!(unpack(domains()).lines().count(), 29_027);
        assert_eq!(unpack(visits()).lines().count(), 49_613);
        assert!(visited_hosts().len() > 1_500 && visited_hosts()[0].0 == "outlook.live.com");
    }

    #[test]
    fn every_list_of_the_domains_is_judged_once_and_by_a_known_word() {
        let text = unpack(domains());
        let used: std::collections::BTreeSet<&str> =
            text.lines().skip(1).flat_map(|r| r.split_once(',').unwrap().1.split('|')).collect();
        let judged: Vec<&str> = judgements().lines().skip(1).map(|r| r.split_once(',').unwrap().0).collect();
        assert_eq!(used.len(), judged.len());
        assert!(judged.iter().all(|j| used.contains(j)));
        for row in judgements().lines().skip(1) {
            let word = row.split_once(',').unwrap().1;
            assert!(word.is_empty() || word == "never" || Topic::parse(word).is_some(), "{row}");
        }
    }

    #[test]
    fn a_domain_of_a_sensitive_list_has_no_topic_whatever_other_lists_say() {
        let verdicts: BTreeMap<String, Option<Topic>> = host_verdicts().collect();
        let sensitive =
            ["porn", "betting", "hospital", "medicine", "bank", "gov", "vpn", "anticensorship", "insurance"];
        let text = unpack(domains());
        let mut seen = 0;
        for row in text.lines().skip(1) {
            let (domain, names) = row.split_once(',').unwrap();
            if names.split('|').any(|n| sensitive.iter().any(|s| n.starts_with(s))) {
                seen += 1;
                assert_eq!(verdicts.get(domain), Some(&None), "{domain}");
            }
        }
        assert!(seen > 7_000);
        assert_eq!(judge(&lists(), "games|a-list-nobody-judged"), Verdict::Never);
        assert_eq!(judge(&lists(), "entertainment|games"), Verdict::Topic(Topic::Gaming));
        assert_eq!(judge(&lists(), "companies"), Verdict::Nothing);
    }

    #[test]
    fn well_known_domains_have_the_topic_one_expects() {
        let topics: BTreeMap<String, Topic> = host_topics().collect();
        for (host, topic) in [
            ("github.com", Topic::Technology),
            ("netflix.com", Topic::Entertainment),
            ("facebook.com", Topic::Communication),
            ("reddit.com", Topic::Communication),
            ("walmart.com", Topic::Shopping),
        ] {
            assert_eq!(topics.get(host), Some(&topic), "{host}");
        }
        assert!(topics.len() > 10_000);
    }

    #[test]
    fn no_app_is_listed_twice() {
        let mut seen = std::collections::BTreeSet::new();
        let mut reader = Reader::new(FeedKind::Categories, apps()).unwrap();
        reader
            .for_each(&mut |_, row| {
                let Ok(Row::Category { key, .. }) = row else { panic!("no mapping") };
                assert!(seen.insert(key.to_owned()), "{key}");
                ControlFlow::Continue(())
            })
            .unwrap();
    }
}
