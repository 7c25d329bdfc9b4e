//! Feeds: what a line may say before and after it is resolved. Nothing here is stored or printed.
use super::territory::Territory;
use super::time::At;
use super::topic::Topic;
use super::volume::Volume;
use super::zone::Zone;

/// What a feed is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeedKind {
    /// Base stations: `id,lat,lon[,range_m]`.
    Cells,
    /// Sensitive places: `kind,lat,lon[,radius_m]`.
    Places,
    /// Where a phone was: `subscriber,at,cell` or `subscriber,at,lat,lon[,radius_m]`.
    Location,
    /// Which app was used: `subscriber,at,app[,seconds,bytes]`.
    App,
    /// Which host was visited: `subscriber,at,host[,bytes_up,bytes_down]`.
    Web,
    /// What an app or a host is about: `source,key,topic`; the topic `never` keeps it from ever having one.
    Categories,
    /// Where a line is registered and what it has left: `subscriber,at[,country][,remaining_bytes]`.
    Account,
}

impl FeedKind {
    /// All of them.
    pub const ALL: [FeedKind; 7] = [
        FeedKind::Cells,
        FeedKind::Places,
        FeedKind::Location,
        FeedKind::App,
        FeedKind::Web,
        FeedKind::Categories,
        FeedKind::Account,
    ];
    /// The word in paths and options.
    pub fn as_str(self) -> &'static str {
        match self {
            FeedKind::Cells => "cells",
            FeedKind::Places => "places",
            FeedKind::Location => "location",
            FeedKind::App => "app",
            FeedKind::Web => "web",
            FeedKind::Categories => "categories",
            FeedKind::Account => "account",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<FeedKind> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }
}

/// Where a location line says the phone was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spot<'a> {
    /// Served by a base station of the cells feed.
    Cell(&'a str),
    /// At a point, degrees WGS 84.
    Point {
        /// Latitude, degrees.
        lat: f64,
        /// Longitude, degrees.
        lon: f64,
        /// Uncertainty, m.
        radius_m: Option<u32>,
    },
}

/// One line as parsed, borrowed from the reader's buffer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Row<'a> {
    /// A base station.
    Cell {
        /// The operator's name of it.
        id: &'a str,
        /// Latitude, degrees.
        lat: f64,
        /// Longitude, degrees.
        lon: f64,
        /// Range, m.
        range_m: u32,
    },
    /// A sensitive place.
    Place {
        /// What it is, one of `minimise::sensitive`'s kinds.
        kind: &'a str,
        /// Latitude, degrees.
        lat: f64,
        /// Longitude, degrees.
        lon: f64,
        /// Extent, m.
        radius_m: u32,
    },
    /// A phone was somewhere.
    Location {
        /// The operator's reference: a phone number.
        subscriber: &'a str,
        /// When.
        at: At,
        /// Where.
        spot: Spot<'a>,
    },
    /// An app was used.
    App {
        /// The operator's reference: a phone number.
        subscriber: &'a str,
        /// When.
        at: At,
        /// Package name.
        app: &'a str,
        /// How long, s.
        seconds: u32,
        /// How much.
        bytes: u64,
    },
    /// A host was visited.
    Web {
        /// The operator's reference: a phone number.
        subscriber: &'a str,
        /// When.
        at: At,
        /// Host name.
        host: &'a str,
        /// How much, both ways.
        bytes: u64,
    },
    /// Where a line is registered and what it has left; one of them at least.
    Account {
        /// The operator's reference: a phone number.
        subscriber: &'a str,
        /// When.
        at: At,
        /// The country of the network, ISO 3166-1 alpha-2.
        country: Option<&'a str>,
        /// What is left of the data of the period, bytes.
        remaining_bytes: Option<u64>,
    },
    /// A mapping.
    Category {
        /// An app or a host.
        source: Source,
        /// Package or host name.
        key: &'a str,
        /// What it is about; `None` for what must never be given a topic, not even its parent domain's.
        topic: Option<Topic>,
    },
}

/// What kind of name is mapped to a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// An app's package name.
    App,
    /// A host name.
    Web,
}

impl Source {
    /// Stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Source::App => "app",
            Source::Web => "web",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Source> {
        [Source::App, Source::Web].into_iter().find(|s| s.as_str() == text)
    }
}

/// Why a line was not taken. Never quotes the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reject {
    /// The number of fields is not the header's.
    FieldCount,
    /// Not UTF-8.
    Encoding,
    /// Not a JSON object with the fields of the kind.
    Json,
    /// A required field is empty.
    Empty,
    /// `at` is not an instant.
    Instant,
    /// `at` is more than 5 minutes ahead of the clock.
    Ahead,
    /// `lat`, `lon` or a radius is not in range.
    Coordinates,
    /// A number field is not a whole number in range.
    Number,
    /// The cell is not in the cells feed.
    UnknownCell,
    /// The topic is not in the taxonomy.
    UnknownTopic,
    /// The kind of sensitive place is not known.
    UnknownPlaceKind,
    /// `source` is neither `app` nor `web`.
    UnknownSource,
    /// The subscriber is not a phone number.
    Reference,
    /// The line is longer than 64 KiB.
    TooLong,
    /// The file ended in the middle of a line.
    Torn,
    /// The country is not in the list.
    UnknownCountry,
}

impl Reject {
    /// One clause that names the place and the cure.
    pub fn sentence(self) -> &'static str {
        match self {
            Reject::FieldCount => "the number of fields differs from the header's",
            Reject::Encoding => "the line is not UTF-8",
            Reject::Json => "the line is not a JSON object with the fields of this kind of feed",
            Reject::Empty => "a required field is empty",
            Reject::Instant => "`at` is not an instant; write RFC 3339 or Unix seconds",
            Reject::Ahead => "`at` is more than 5 minutes ahead of the clock; set the sender's clock",
            Reject::Coordinates => "`lat`, `lon` or the radius is out of range",
            Reject::Number => "a number field is not a whole number in range",
            Reject::UnknownCell => "the cell is not known; load the cells feed first",
            Reject::UnknownTopic => "the topic is not in the taxonomy",
            Reject::UnknownPlaceKind => "the kind of sensitive place is not known",
            Reject::UnknownSource => "`source` is neither `app` nor `web`",
            Reject::UnknownCountry => {
                "`country` is not a country of ISO 3166-1 alpha-2, such as `FR`; leave it empty where there is none"
            }
            Reject::Reference => "the subscriber is not a phone number in E.164 form",
            Reject::TooLong => "the line is longer than 64 KiB",
            Reject::Torn => "the file ends in the middle of a line; send it again whole",
        }
    }
}

/// What a resolved event says; the names it came from are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Happening {
    /// Was in a zone.
    Stay {
        /// H3 resolution 7.
        zone: Zone,
        /// The point lay at a sensitive place.
        sensitive: bool,
    },
    /// Used an app about `topic`.
    App {
        /// What it is about; `None` when unmapped.
        topic: Option<Topic>,
        /// How long, s.
        seconds: u32,
        /// How much.
        bytes: u64,
    },
    /// Visited a host about `topic`.
    Web {
        /// What it is about; `None` when unmapped.
        topic: Option<Topic>,
        /// How much.
        bytes: u64,
    },
    /// A line was registered somewhere, and had so much left.
    Account {
        /// The country of the network.
        country: Option<Territory>,
        /// What was left.
        left: Option<Volume>,
    },
}

impl Happening {
    /// Fixed bytes that two happenings share only when they are the same: for naming a chunk by its content.
    pub fn bytes(self) -> [u8; 17] {
        let mut out = [0; 17];
        let topic = |t: Option<Topic>| t.map_or(u16::MAX, Topic::index).to_be_bytes();
        let (kind, head, tail) = match self {
            Happening::Stay { zone, sensitive } => (1 + u8::from(sensitive), zone.0.to_be_bytes(), [0; 8]),
            Happening::App { topic: t, seconds, bytes } => {
                let ([a, b], [c, d, e, f]) = (topic(t), seconds.to_be_bytes());
                (3, [a, b, c, d, e, f, 0, 0], bytes.to_be_bytes())
            }
            Happening::Web { topic: t, bytes } => {
                let [a, b] = topic(t);
                (4, [a, b, 0, 0, 0, 0, 0, 0], bytes.to_be_bytes())
            }
            Happening::Account { country, left } => {
                let [a, b] = country.map_or(0, Territory::number).to_be_bytes();
                (5, [a, b, left.map_or(u8::MAX, |l| l as u8), 0, 0, 0, 0, 0], [0; 8])
            }
        };
        out[0] = kind;
        out[1..9].copy_from_slice(&head);
        out[9..17].copy_from_slice(&tail);
        out
    }
}

/// One resolved event of one subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: At,
    /// What.
    pub what: Happening,
}
