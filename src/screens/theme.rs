//! An operator's look of the pages: a file of tokens, taken only if everything can still be read and yes and no look alike. Deliberately
//! absent: style rules; a theme chooses colours, corners, letters and a logo, and can neither hide nor move anything.
use super::contrast::Colour;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::OnceLock;
use toml::{Table, Value};

/// Tokens of a scheme with the built-in colours, light and dark.
const COLOURS: [(&str, &str, &str); 9] = [
    ("paper", "#fbfaf7", "#131516"),
    ("sheet", "#ffffff", "#1b1e20"),
    ("line", "#e3dfd5", "#2f3437"),
    ("edge", "#8d8779", "#7b8285"),
    ("ink", "#26241f", "#ece9e2"),
    ("soft", "#655f54", "#aba69b"),
    ("heart", "#12504a", "#74cdbf"),
    ("wash", "#e9f2f0", "#1d2f2d"),
    ("warm", "#9a4a1c", "#eba577"),
];
/// What stands on what, and how well it must be read: text 4.5 (WCAG 2.2, 1.4.3), edges of controls 3 (1.4.11).
const PAIRS: [(&str, &str, f64); 14] = [
    ("ink", "paper", 4.5),
    ("ink", "sheet", 4.5),
    ("ink", "wash", 4.5),
    ("soft", "paper", 4.5),
    ("soft", "sheet", 4.5),
    ("heart", "paper", 4.5),
    ("heart", "sheet", 4.5),
    ("heart", "wash", 4.5),
    ("warm", "paper", 4.5),
    ("warm", "sheet", 4.5),
    ("edge", "paper", 3.0),
    ("edge", "sheet", 3.0),
    ("heart", "line", 3.0),
    ("ink", "line", 3.0),
];
const SCHEMES: [&str; 2] = ["light", "dark"];
/// The two answers; whatever one says of its looks, by names of colours, the other says, too.
const ANSWERS: [&str; 2] = ["allow", "refuse"];
const ANSWER: [&str; 3] = ["background", "text", "border"];
const TOP: [&str; 7] = ["radius", "font", "logo", "light", "dark", "allow", "refuse"];
const GENERIC: [&str; 6] = ["system-ui", "sans-serif", "serif", "monospace", "ui-sans-serif", "ui-rounded"];
/// Largest logo, bytes.
const LOGO: usize = 16 * 1024;
/// What a logo may not hold: whatever runs, loads or shows something else.
const NEVER: [&str; 7] = ["<script", "<foreignobject", "<!entity", "javascript:", "href=", "url(", "@import"];

/// Something in a theme that is refused: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Complaint {
    /// Line of the file, from 1; 0 where there is none.
    pub line: usize,
    /// The token, such as `light.soft`.
    pub token: String,
    /// What is wrong with it.
    pub what: String,
    /// What would be taken.
    pub cure: String,
}

impl std::fmt::Display for Complaint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Complaint { line, token, what, cure } = self;
        if *line > 0 {
            write!(f, "line {line}, ")?;
        }
        write!(f, "`{token}`: {what}; {cure}")
    }
}

/// A look that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// What follows the built-in style.
    pub(super) style: String,
    /// An SVG.
    pub(super) logo: Option<String>,
}

static WORN: OnceLock<Theme> = OnceLock::new();

/// Gives every page of this process a look, before the first is shown; a second one is not taken.
pub fn wear(theme: Theme) {
    let _worn_already = WORN.set(theme);
}

/// The look of this process, if it has one of its own.
pub(super) fn worn() -> Option<&'static Theme> {
    WORN.get()
}

/// A theme while it is read.
struct Reading<'a> {
    text: &'a str,
    complaints: Vec<Complaint>,
}

impl Theme {
    /// Reads the text of a theme; `logo` opens the file that it names.
    ///
    /// # Errors
    /// Everything that is refused, in the order of the file's parts.
    pub fn read(text: &str, logo: &dyn Fn(&str) -> std::io::Result<String>) -> Result<Theme, Vec<Complaint>> {
        let table: Table = toml::from_str(text).map_err(|e| {
            let line = e.span().map_or(0, |span| line_at(text, span.start));
            let what = e.message().to_owned();
            vec![Complaint { line, token: "file".to_owned(), what, cure: "write it as TOML 1.0".to_owned() }]
        })?;
        let mut reading = Reading { text, complaints: Vec::new() };
        reading.known("", &table, &TOP);
        let mut style = String::new();
        let schemes = SCHEMES.map(|scheme| reading.scheme(&table, scheme));
        reading.radius(&table, &mut style);
        reading.font(&table, &mut style);
        let [light, dark] = schemes.each_ref().map(declared);
        // Paper keeps its own colours.
        let _written = write!(
            style,
            "@media screen {{ :root {{ {light} }} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
        );
        reading.answers(&table, &schemes, &mut style);
        let logo = reading.logo(&table, logo);
        if reading.complaints.is_empty() { Ok(Theme { style, logo }) } else { Err(reading.complaints) }
    }
}

fn declared(colours: &BTreeMap<&'static str, Colour>) -> String {
    colours.iter().map(|(name, colour)| format!("--{name}: {colour};")).collect::<Vec<_>>().join(" ")
}

fn line_at(text: &str, offset: usize) -> usize {
    text.get(..offset).map_or(0, |before| before.matches('\n').count() + 1)
}

impl Reading<'_> {
    fn complain(&mut self, token: &str, what: impl Into<String>, cure: impl Into<String>) {
        let line = self.line(token);
        self.complaints.push(Complaint {
            line,
            token: token.to_owned(),
            what: what.into(),
            cure: cure.into(),
        });
    }

    /// The line of a token such as `light.soft`, or else of its table; 0 if neither is written.
    fn line(&self, token: &str) -> usize {
        let (table, key) = token.rsplit_once('.').unwrap_or(("", token));
        let (mut inside, mut header) = (String::new(), 0);
        for (n, line) in (1..).zip(self.text.lines()) {
            let line = line.trim();
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.split(']').next()) {
                inside = name.trim().to_owned();
                if inside == table || inside == key {
                    header = n;
                }
            } else if inside == table && line.split('=').next().is_some_and(|k| k.trim() == key) {
                return n;
            }
        }
        header
    }

    /// Complains of names that nothing reads.
    fn known(&mut self, within: &str, table: &Table, names: &[&str]) {
        for name in table.keys().filter(|name| !names.contains(&name.as_str())) {
            let token = if within.is_empty() { name.clone() } else { format!("{within}.{name}") };
            self.complain(
                &token,
                "no such token",
                format!("use one of {}, or take it out", names.join(", ")),
            );
        }
    }

    fn colour(&mut self, token: &str, value: &Value) -> Option<Colour> {
        let colour = value.as_str().and_then(Colour::parse);
        if colour.is_none() {
            self.complain(token, "not a colour", "write `#rrggbb`, such as `#12504a`");
        }
        colour
    }

    /// The table of that name; empty if absent.
    fn table(&mut self, table: &Table, name: &str) -> Table {
        match table.get(name) {
            None => Table::new(),
            Some(Value::Table(inner)) => inner.clone(),
            Some(_) => {
                self.complain(name, "not a table", format!("write `[{name}]` and its tokens below"));
                Table::new()
            }
        }
    }

    /// The colours of a scheme, those that are not named as they are built in, after every pair was read on its ground.
    fn scheme(&mut self, table: &Table, scheme: &str) -> BTreeMap<&'static str, Colour> {
        let named = self.table(table, scheme);
        self.known(scheme, &named, &COLOURS.map(|(name, ..)| name));
        let mut colours = BTreeMap::new();
        for (name, light, dark) in COLOURS {
            let built_in =
                Colour::parse(if scheme == "dark" { dark } else { light }).unwrap_or(Colour::BLACK);
            let token = format!("{scheme}.{name}");
            let own = named.get(name).and_then(|value| self.colour(&token, value));
            colours.insert(name, own.unwrap_or(built_in));
        }
        for (front, ground, least) in PAIRS {
            if let (Some(front_colour), Some(ground_colour)) = (colours.get(front), colours.get(ground)) {
                let names = [format!("{scheme}.{front}"), format!("{scheme}.{ground}")];
                self.pair(&names, [*front_colour, *ground_colour], least);
            }
        }
        colours
    }

    fn pair(&mut self, [front, ground]: &[String; 2], [a, b]: [Colour; 2], least: f64) {
        let ratio = a.contrast(b);
        if ratio < least {
            // Rounded down, so that what fails never looks as if it passed.
            let ratio = (ratio * 100.0).floor() / 100.0;
            let better = a.until(b, least);
            self.complain(
                front,
                format!("its contrast on `{ground}` is {ratio:.2}:1, below {least}:1 (WCAG 2.2 AA)"),
                format!("take `{better}`, or another `{ground}`"),
            );
        }
    }

    fn radius(&mut self, table: &Table, style: &mut String) {
        let Some(value) = table.get("radius") else { return };
        let rem = value.as_str().and_then(|t| t.strip_suffix("rem")).and_then(|n| n.parse::<f64>().ok());
        match rem.filter(|rem| (0.0..=2.0).contains(rem)) {
            Some(rem) => style.push_str(&format!(":root {{ --radius: {rem}rem; }}\n")),
            None => self.complain("radius", "not a radius", "write `0rem` to `2rem`, such as `0.5rem`"),
        }
    }

    fn font(&mut self, table: &Table, style: &mut String) {
        let Some(value) = table.get("font") else { return };
        let plain = |name: &str| {
            !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '-')
        };
        let names: Option<Vec<&str>> = value
            .as_array()
            .and_then(|all| all.iter().map(|v| v.as_str().filter(|name| plain(name))).collect());
        let Some(names) = names.filter(|names| !names.is_empty()) else {
            let cure = "write a list of names, such as `[\"Pretendard\", \"system-ui\"]`";
            return self.complain("font", "not a list of fonts", cure);
        };
        if !names.last().is_some_and(|last| GENERIC.contains(last)) {
            let cure = format!("end it with one of {}, which every device has", GENERIC.join(", "));
            return self.complain("font", "the last of them may be missing on a device", cure);
        }
        let quoted =
            names.iter().map(|n| if GENERIC.contains(n) { n.to_string() } else { format!("\"{n}\"") });
        let list = quoted.collect::<Vec<_>>().join(", ");
        style.push_str(&format!("html, :lang(zh) {{ font-family: {list}; }}\n"));
    }

    /// Looks of the two answers: none of their own, or the same ones.
    fn answers(&mut self, table: &Table, schemes: &[BTreeMap<&'static str, Colour>; 2], style: &mut String) {
        let [allow, refuse] = ANSWERS.map(|answer| {
            let looks = self.table(table, answer);
            self.known(answer, &looks, &ANSWER);
            looks
        });
        for token in ANSWER {
            if allow.get(token) != refuse.get(token) {
                let louder = if allow.contains_key(token) { "allow" } else { "refuse" };
                self.complain(
                    &format!("{louder}.{token}"),
                    "yes and no would not look alike",
                    format!("give `allow.{token}` and `refuse.{token}` the same value, or neither"),
                );
            }
        }
        if allow.is_empty() {
            return;
        }
        let mut named = |token: &str, built_in: &'static str| {
            let own = allow.get(token).map(|value| {
                COLOURS.iter().map(|(name, ..)| *name).find(|name| value.as_str() == Some(name))
            });
            if own == Some(None) {
                let names = COLOURS.map(|(name, ..)| name).join(", ");
                self.complain(
                    &format!("allow.{token}"),
                    "not a colour of the theme",
                    format!("name one of {names}"),
                );
            }
            own.flatten().unwrap_or(built_in)
        };
        let (background, text) = (named("background", "sheet"), named("text", "heart"));
        let border = named("border", "heart");
        for (scheme, colours) in SCHEMES.iter().zip(schemes) {
            let of = |name: &str| colours.get(name).copied().unwrap_or(Colour::BLACK);
            self.pair(
                &["allow.text".to_owned(), format!("{scheme}.{background}")],
                [of(text), of(background)],
                4.5,
            );
            // Either tells where the button ends.
            let edge = if of(border).contrast(of("sheet")) < 3.0 { background } else { border };
            self.pair(&["allow.border".to_owned(), format!("{scheme}.sheet")], [of(edge), of("sheet")], 3.0);
        }
        style.push_str(&format!(
            "@media screen {{ .answers button {{ background: var(--{background}); color: var(--{text}); border-color: var(--{border}); }} }}\n"
        ));
    }

    fn logo(&mut self, table: &Table, open: &dyn Fn(&str) -> std::io::Result<String>) -> Option<String> {
        let value = table.get("logo")?;
        let Some(path) = value.as_str().filter(|p| p.ends_with(".svg")) else {
            self.complain(
                "logo",
                "not the path of an SVG",
                "name a file that ends in `.svg`, beside the theme",
            );
            return None;
        };
        let svg = match open(path) {
            Ok(svg) => svg,
            Err(e) => {
                self.complain(
                    "logo",
                    format!("cannot be read: {e}"),
                    "name a file that is there, beside the theme",
                );
                return None;
            }
        };
        let lower = svg.to_ascii_lowercase();
        let handler = lower.split(" on").skip(1).any(|rest| {
            rest.split('=')
                .next()
                .is_some_and(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase()))
        });
        if !lower.contains("<svg") || svg.len() > LOGO {
            self.complain("logo", "not an SVG of 16 kB or less", "draw it simpler");
            None
        } else if let Some(never) = NEVER.iter().find(|never| lower.contains(*never)) {
            self.complain(
                "logo",
                format!("holds `{never}`"),
                "a logo neither runs nor loads anything: take it out",
            );
            None
        } else if handler {
            self.complain("logo", "holds an event handler", "a logo does not run anything: take it out");
            None
        } else {
            Some(svg)
        }
    }
}
