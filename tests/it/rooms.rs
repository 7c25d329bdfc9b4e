//! The house as tables: which room may import which, which crate lives where, who may ask the machine. Deliberately absent: how they
//! are checked (see `tidy`).

/// A room of `src/`: a directory, or a file of that name.
pub struct Room {
    pub name: &'static str,
    /// What it may import of ours: a room, or one part of a room.
    pub may: &'static [&'static str],
    /// What to know on breaking the rule.
    pub because: &'static str,
}

/// What every door is told.
pub const DOOR: &str = "a door holds no rows, rules or keys; call a verb in `crate::broker`";
/// The arrow table: no row, no arrow.
pub const ROOMS: &[Room] = &[
    Room { name: "domain", may: &[], because: "nouns do not know verbs; pass what it needs as an argument" },
    Room {
        name: "crypt",
        may: &["domain"],
        because: "keys never decide and never fetch; the caller hands over what is sealed or signed",
    },
    Room {
        name: "profile",
        may: &["domain"],
        because: "folding is pure; rows, keys and geometry belong to its callers",
    },
    Room {
        name: "policy",
        may: &["domain", "crypt::hash", "crypt::hex"],
        because: "a decision is a pure function of the scene, so that an audit can replay it",
    },
    Room {
        name: "minimise",
        may: &["domain", "crypt::hash", "policy::Permit", "profile"],
        because: "no permit, no bytes; what it transforms comes in as arguments",
    },
    Room {
        name: "ledger",
        may: &["domain", "crypt::hash", "crypt::hex", "crypt::sign"],
        because: "proofs must verify offline, without rows or roots",
    },
    Room {
        name: "oauth",
        may: &["domain", "crypt"],
        because: "the protocol is pure checks; what must be looked up comes in as arguments",
    },
    Room {
        name: "attack",
        may: &["domain"],
        because: "it is an adversary's maths: it has what a recipient received, and nothing of the broker's own",
    },
    Room {
        name: "report",
        may: &["domain", "ledger"],
        because: "whoever has a bundle draws the same report again, without rows or keys",
    },
    Room {
        name: "store",
        may: &["domain", "crypt", "ledger"],
        because: "rows do not decide; a verb in `crate::broker` does",
    },
    Room {
        name: "witness",
        may: &["domain", "crypt", "ledger"],
        because: "it watches other people's logs; whoever trusts it must not have to trust a broker",
    },
    Room {
        name: "token",
        may: &["domain", "crypt"],
        because: "it wraps and unwraps what it is given; what for is its caller's",
    },
    Room {
        name: "broker",
        may: &["domain", "crypt", "profile", "policy", "minimise", "ledger", "oauth", "report", "store"],
        because: "a verb has no HTTP and no terminal in it; take plain arguments and return a value",
    },
    Room { name: "feed", may: &["domain", "broker"], because: DOOR },
    Room {
        name: "web",
        may: &[
            "domain",
            "broker",
            "feed",
            "minimise::Context",
            "ledger::Receipt",
            "oauth::OAuthError",
            "oauth::audience",
            "oauth::metadata",
            "oauth::scope::Scope",
            "config",
            "telemetry",
        ],
        because: DOOR,
    },
    Room {
        name: "screens",
        may: &["domain", "broker", "minimise::Context", "ledger::Receipt", "config", "telemetry"],
        because: DOOR,
    },
    Room {
        name: "console",
        may: &["domain", "broker", "report::told", "screens::asset", "screens::origin", "web"],
        because: DOOR,
    },
    Room {
        name: "mcp",
        may: &[
            "domain",
            "broker",
            "web",
            "oauth::OAuthError",
            "oauth::audience",
            "oauth::metadata",
            "oauth::scope::Scope",
        ],
        because: DOOR,
    },
    Room {
        name: "camara",
        may: &[
            "domain",
            "broker",
            "web",
            "minimise::count",
            "minimise::item",
            "minimise::population",
            "minimise::zone",
            "oauth::OAuthError",
            "oauth::scope::Scope",
            "screens::spoken",
        ],
        because: DOOR,
    },
    Room { name: "ambient", may: &["domain"], because: "it only asks the machine" },
    Room { name: "config", may: &["domain"], because: "settings are read, not acted on" },
    Room {
        name: "telemetry",
        may: &["domain"],
        because: "what is logged is chosen by the caller, never fetched",
    },
    Room { name: "cli", may: &["*"], because: "" },
    Room {
        name: "main",
        may: &["cli"],
        because: "it parses nothing and decides nothing; add a command in `src/cli`",
    },
    Room { name: "lib", may: &[], because: "it only lists the rooms" },
];

/// Third-party crates of weight and the rooms that may name them.
pub const CRATES: &[(&[&str], &[&str])] = &[
    (&["diesel", "diesel_migrations", "libsqlite3_sys", "pq_sys", "openssl_sys", "rustix"], &["store"]),
    (&["cedar_policy"], &["policy"]),
    (&["ring"], &["crypt", "ambient"]),
    (&["jsonwebtoken"], &["crypt"]),
    (&["openidconnect", "chrono"], &["oauth"]),
    (&["h3o", "roaring"], &["minimise"]),
    (&["postcard"], &["profile"]),
    (&["cryptoki"], &["token"]),
    (&["actix_web"], &["web", "mcp", "camara", "screens", "console", "cli"]),
    (&["rmcp", "rmcp_actix_web"], &["mcp"]),
    (&["geohash"], &["camara"]),
    (&["utoipa", "utoipa_swagger_ui"], &["web", "cli"]),
    (&["askama"], &["screens", "console"]),
    (&["fluent_bundle", "unic_langid"], &["screens"]),
    (&["zip"], &["broker"]),
    (&["tar"], &["broker", "cli"]),
    (&["csv"], &["feed"]),
    (&["flate2"], &["feed", "cli"]),
    (&["clap", "indicatif", "ureq", "rustls", "actix_tls"], &["cli"]),
    (&["tracing_subscriber"], &["telemetry"]),
    (&["metrics_exporter_prometheus"], &["telemetry"]),
    // What is pure is timed and counted by its caller.
    (&["metrics"], &["telemetry", "store", "broker", "web"]),
];

/// What only one folder may name, and what to know on naming it elsewhere.
pub const RESERVED: &[(&str, &[&str], &str)] = &[(
    "off_for_made_up_people",
    &["src/minimise/guard.rs", "src/cli/privacy/"],
    "a broker without crowd and budget is for the scratch house of `dongui privacy attack` only; take `Guard::ON`",
)];

/// Ways to ask the machine for time or randomness.
pub const ASKING: &[&str] = &[
    "SystemTime::now",
    "SystemRandom::new",
    "Timestamp::now",
    "Zoned::now",
    "Utc::now",
    "Local::now",
    "Uuid::now_v7",
    "Uuid::new_v4",
    "getrandom::",
    "rand::random",
    "thread_rng",
    "OsRng",
];
/// Rooms that do not even measure how long something takes.
pub const PURE: &[&str] = &["domain", "crypt", "profile", "policy", "minimise", "ledger", "oauth", "attack"];
/// Names of drawers into which anything would fit.
pub const DRAWERS: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "manager", "service"];
/// The longest a Rust file may be.
pub const LINES: usize = 400;
