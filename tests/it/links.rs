//! Every relative link in the documents leads somewhere: to a file, and to a heading of it. Deliberately absent: links to the net.
use crate::sources::{Text, tree};
use std::path::{Component, Path, PathBuf};

/// The prose of a Markdown text: fenced and inline code as spaces, lines kept.
fn prose(text: &str) -> String {
    let (mut out, mut fenced) = (String::new(), false);
    for line in text.lines() {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        if !fence && !fenced {
            let spans = line.split('`').enumerate();
            out.extend(spans.map(|(i, s)| {
                if i % 2 == 0 { s.to_owned() } else { format!("`{}`", " ".repeat(s.chars().count())) }
            }));
        }
        out.push('\n');
    }
    out
}

/// Targets of links and pictures, with their lines.
fn targets(text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    for (n, line) in prose(text).lines().enumerate() {
        for (open, close) in [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"'), ("href=\"", '"')] {
            for rest in line.split(open).skip(1) {
                let target = rest.split(close).next().unwrap_or_default();
                out.push((n + 1, target.split_whitespace().next().unwrap_or_default().to_owned()));
            }
        }
    }
    out
}

/// The anchors of a document, made as forges make them: lower case, spaces to dashes, punctuation dropped.
fn anchors(text: &str) -> Vec<String> {
    let mut fenced = false;
    let headings = text.lines().filter(|line| {
        fenced ^= line.starts_with("```");
        !fenced && line.starts_with('#')
    });
    headings
        .map(|h| {
            let words = h.trim_start_matches('#').trim().to_lowercase();
            words
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

/// `dir` and `target` as one path without `.` and `..`; `None` if it leaves the tree.
fn joined(dir: &str, target: &str) -> Option<String> {
    let mut out = PathBuf::new();
    for part in Path::new(dir).join(target).components() {
        match part {
            Component::ParentDir if !out.pop() => return None,
            Component::Normal(name) => out.push(name),
            Component::CurDir | Component::ParentDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(out.to_str()?.to_owned())
}

/// Broken links of one document; `exists` knows the files, `documents` the others' headings.
fn broken(file: &Text, documents: &[Text], exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let dir = file.path.rsplit_once('/').map_or("", |(dir, _)| dir);
    let mut out = Vec::new();
    for (line, target) in targets(&file.text) {
        if target.contains("://") || target.starts_with("mailto:") || target.starts_with("data:") {
            continue;
        }
        let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
        let full = if path.is_empty() { Some(file.path.clone()) } else { joined(dir, path) };
        let Some(full) = full.filter(|f| exists(f)) else {
            out.push(format!("{}:{line} links to `{target}`, which is not there", file.path));
            continue;
        };
        let known = documents.iter().find(|d| d.path == full).map(|d| anchors(&d.text));
        if !anchor.is_empty() && known.is_some_and(|known| !known.iter().any(|a| a == anchor)) {
            out.push(format!(
                "{}:{line} links to `{target}`, but {full} has no heading of that name",
                file.path
            ));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_relative_link_in_the_documents_leads_somewhere() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let documents = tree(&[""], &[".md"]);
        let exists = |path: &str| root.join(path).exists();
        let found: Vec<String> = documents.iter().flat_map(|d| broken(d, &documents, &exists)).collect();
        assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    }

    /// Source and error texts point into the documents too, as `docs/….md#…`.
    #[test]
    fn every_document_that_the_source_names_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let documents = tree(&[""], &[".md"]);
        let mut found = Vec::new();
        for file in tree(&["src"], &[".rs"]) {
            for (n, line) in file.text.lines().enumerate() {
                let name = |c: char| !(c.is_alphanumeric() || "/._-#".contains(c));
                for word in line.split(name).filter(|w| w.starts_with("docs/") && w.contains(".md")) {
                    let text = format!("[]({})", word.trim_end_matches('.'));
                    let at_root = Text { path: String::new(), text };
                    let lost = broken(&at_root, &documents, &|p| root.join(p).exists());
                    found.extend(
                        lost.iter()
                            .map(|_| format!("{}:{} names `{word}`, which is not there", file.path, n + 1)),
                    );
                }
            }
        }
        assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    }

    #[test]
    fn a_broken_link_is_found_and_code_is_left_alone() {
        let document = |path: &str, text: &str| Text { path: path.to_owned(), text: text.to_owned() };
        let documents = [document("docs/b.md", "# The one & only: arrow\n```\n# no heading\n```\n")];
        let exists = |p: &str| p == "docs/b.md" || p == "docs/a.md";
        let count = |text: &str| broken(&document("docs/a.md", text), &documents, &exists).len();
        for good in [
            "[b](b.md)",
            "[b](../docs/b.md#the-one--only-arrow)",
            "[b](https://example.org)",
            "`[b](c.md)`",
            "```\n[b](c.md)\n```",
        ] {
            assert_eq!(count(good), 0, "{good}");
        }
        for bad in [
            "[c](c.md)",
            "[b](b.md#no-heading)",
            "<img src=\"c.svg\">",
            "[b](../../b.md)",
            "[b](/docs/b.md)",
            "`x` [c](c.md \"title\")",
        ] {
            assert_eq!(count(bad), 1, "{bad}");
        }
    }
}
