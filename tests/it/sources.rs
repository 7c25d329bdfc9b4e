//! Reads the tree as text: its files, and the paths a Rust source names. Deliberately absent: any rule (see `tidy`), and a full
//! parser: blanking comments and literals and following `::` is all the rules need.
use std::path::Path;

/// A text file of the tree: path from the root with `/`, and content.
pub struct Text {
    pub path: String,
    pub text: String,
}

/// Every text file below `dirs` of this package (an empty name is the root) that ends in one of `endings`, in order of path.
/// Skips what git never tracks and what is data.
pub fn tree(dirs: &[&str], endings: &[&str]) -> Vec<Text> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut out = Vec::new();
    for dir in dirs {
        walk(root, &root.join(dir), endings, &mut out);
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    out
}

fn walk(root: &Path, at: &Path, endings: &[&str], out: &mut Vec<Text>) {
    for entry in std::fs::read_dir(at).unwrap().map(|e| e.unwrap().path()) {
        let name = entry.file_name().unwrap().to_str().unwrap();
        let path = entry.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        if entry.is_dir() {
            if ![".git", "target", "demo-data"].contains(&name) {
                walk(root, &entry, endings, out);
            }
        } else if endings.iter().any(|e| name.ends_with(e)) {
            out.push(Text { path, text: std::fs::read_to_string(&entry).unwrap() });
        }
    }
}

/// The same source with comments and the insides of literals as spaces; lines keep their numbers.
pub fn blanked(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let end = literal_or_comment(&chars, at);
        if end > at {
            out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        } else if chars[at].is_alphanumeric() || chars[at] == '_' {
            // A whole word at once, so that the `r` in `for"` or the `'` in a raw prefix is never taken for a literal's start.
            while at < chars.len() && (chars[at].is_alphanumeric() || chars[at] == '_') {
                out.push(chars[at]);
                at += 1;
            }
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out
}

/// Where the comment or literal that starts at `at` ends, or `at` if none starts there.
fn literal_or_comment(chars: &[char], at: usize) -> usize {
    let is = |i: usize, c: char| chars.get(i) == Some(&c);
    let find = |from: usize, stop: &dyn Fn(usize) -> bool| {
        (from..chars.len()).find(|i| stop(*i)).unwrap_or(chars.len())
    };
    if is(at, '/') && is(at + 1, '/') {
        return find(at, &|i| is(i, '\n'));
    }
    if is(at, '/') && is(at + 1, '*') {
        let (mut depth, mut i) = (0usize, at);
        while i < chars.len() {
            match (is(i, '/') && is(i + 1, '*'), is(i, '*') && is(i + 1, '/')) {
                (true, _) => (depth, i) = (depth + 1, i + 2),
                (_, true) => (depth, i) = (depth - 1, i + 2),
                _ => i += 1,
            }
            if depth == 0 {
                break;
            }
        }
        return i.min(chars.len());
    }
    // Raw strings, with any of the prefixes r, br, cr.
    let prefix = at + usize::from((is(at, 'b') || is(at, 'c')) && (is(at + 1, 'r') || is(at + 1, '"')));
    if is(prefix, 'r') {
        let hashes = find(prefix + 1, &|i| !is(i, '#')) - prefix - 1;
        if is(prefix + 1 + hashes, '"') {
            let closes = |i: usize| is(i, '"') && (1..=hashes).all(|h| is(i + h, '#'));
            return (find(prefix + 2 + hashes, &closes) + 1 + hashes).min(chars.len());
        }
    }
    if is(prefix, '"') {
        let mut i = prefix + 1;
        while i < chars.len() && !is(i, '"') {
            i += 1 + usize::from(is(i, '\\'));
        }
        return (i + 1).min(chars.len());
    }
    // A character, not a lifetime.
    if is(at, '\'') && is(at + 1, '\\') {
        return (find(at + 3, &|i| is(i, '\'')) + 1).min(chars.len());
    }
    if is(at, '\'') && is(at + 2, '\'') { at + 3 } else { at }
}

/// A path as written, groups multiplied out: `crate::{a::B, c}` gives `crate::a::B` and `crate::c`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub line: usize,
    pub segments: Vec<String>,
}

impl Named {
    pub fn text(&self) -> String {
        self.segments.join("::")
    }
}

#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    Colons,
    Mark(char),
}

fn tokens(blanked: &str) -> Vec<(usize, Token)> {
    let mut out = Vec::new();
    for (n, line) in blanked.lines().enumerate() {
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let (token, len) = if word > 0 {
                (Token::Word(rest[..word].to_owned()), word)
            } else if rest.starts_with("::") {
                (Token::Colons, 2)
            } else {
                (Token::Mark(c), c.len_utf8())
            };
            rest = &rest[len..];
            if !matches!(token, Token::Mark(c) if c.is_whitespace()) {
                out.push((n + 1, token));
            }
        }
    }
    out
}

/// Every path of at least two segments that a source names, and every bare `use name`.
pub fn paths(source: &str) -> Vec<Named> {
    let tokens = tokens(&blanked(source));
    let is = |i: Option<usize>, t: &Token| i.and_then(|i| tokens.get(i)).is_some_and(|(_, found)| found == t);
    let word =
        |i: Option<usize>| i.and_then(|i| tokens.get(i)).is_some_and(|(_, t)| matches!(t, Token::Word(_)));
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let before = at.checked_sub(1);
        let used = before.is_some_and(|i| tokens[i].1 == Token::Word("use".to_owned()));
        // `::ring::x` starts at the root too; `<T as A>::ring::x` and `a::ring` do not.
        let inside = is(before, &Token::Colons)
            && (word(at.checked_sub(2)) || is(at.checked_sub(2), &Token::Mark('>')));
        let starts = word(Some(at)) && !inside && (used || is(Some(at + 1), &Token::Colons));
        at = if starts { grow(&tokens, at, &[], &mut out) } else { at + 1 };
    }
    out
}

/// Follows the path that goes on at `at` after `prefix`; returns the first index behind it.
fn grow(tokens: &[(usize, Token)], mut at: usize, prefix: &[String], out: &mut Vec<Named>) -> usize {
    let mut segments = prefix.to_vec();
    let line = tokens.get(at).map_or(0, |(line, _)| *line);
    while let Some((_, token)) = tokens.get(at) {
        match token {
            Token::Word(word) => segments.push(word.clone()),
            Token::Mark('*') => segments.push("*".to_owned()),
            Token::Mark('{') => return group(tokens, at + 1, &segments, out),
            _ => break,
        }
        at += 1;
        if tokens.get(at).is_none_or(|(_, t)| *t != Token::Colons) {
            break;
        }
        at += 1;
    }
    out.push(Named { line, segments });
    at
}

fn group(tokens: &[(usize, Token)], mut at: usize, prefix: &[String], out: &mut Vec<Named>) -> usize {
    while let Some((_, token)) = tokens.get(at) {
        match token {
            Token::Mark('}') => return at + 1,
            Token::Word(word) if word == "as" => at += 2,
            Token::Word(_) | Token::Mark('*' | '{') => at = grow(tokens, at, prefix, out),
            _ => at += 1,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<(usize, String)> {
        paths(source).iter().map(|p| (p.line, p.text())).collect()
    }

    #[test]
    fn groups_are_multiplied_out_and_keep_their_lines() {
        let source = "use crate::{\n    domain::id::{self, RecipientId as R},\n    store,\n};\nuse ring;\nfn f() -> crate::a::B<::diesel::C> {}";
        let expected = [
            "crate::domain::id::self",
            "crate::domain::id::RecipientId",
            "crate::store",
            "ring",
            "crate::a::B",
            "diesel::C",
        ];
        let found = texts(source);
        assert_eq!(found.iter().map(|(_, t)| t.as_str()).collect::<Vec<_>>(), expected);
        assert_eq!(found.iter().map(|(l, _)| *l).collect::<Vec<_>>(), [2, 2, 3, 5, 6, 6]);
    }

    #[test]
    fn comments_and_literals_name_nothing() {
        let source = "// crate::a::b\n/* crate::c /* ring::x */ diesel::y */\nlet s = \"crate::d \\\" ring::e\"; let r = r#\"crate::f\" ring::g\"#;\nlet c = '\"'; let d = '\\''; fn g<'a>(x: &'a crate::h::I) {}\nlet b = br\"crate::z\"; for_each\n";
        assert_eq!(texts(source), [(4, "crate::h::I".to_owned())]);
    }

    #[test]
    fn a_segment_inside_a_path_is_no_root() {
        assert_eq!(
            texts("use crate::feed::csv::Reader; <T as A>::ring::x(); Vec::<csv::Row>::new()").len(),
            3
        );
        assert_eq!(texts("a::ring::x")[0].1, "a::ring::x");
        assert_eq!(texts("$crate::store::tx::Tx::Sqlite($c)")[0].1, "crate::store::tx::Tx::Sqlite");
    }
}
