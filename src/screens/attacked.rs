//! The page of an attack's report, whole in one file: it is kept, mailed and printed, not served. Deliberately absent: languages; its readers are engineers and
//! regulators, and its words come in.
use askama::Template;

/// A page.
#[derive(Debug, Clone, Template)]
#[template(path = "attacked.html")]
pub struct Attacked {
    /// Whether all is as it should be.
    pub passed: bool,
    /// What was attacked and how.
    pub setting: String,
    /// What makes it again.
    pub command: String,
    /// A line for each attack.
    pub rows: Vec<Row>,
    /// A line for each use.
    pub uses: Vec<Row>,
    /// Drawings.
    pub plots: Vec<Plot>,
}

impl Attacked {
    /// The page.
    pub fn html(&self) -> Result<String, askama::Error> {
        self.render()
    }

    /// What there is, under its headings.
    pub fn sections(&self) -> [(&'static str, &[Row]); 2] {
        [("Attacks", &self.rows), ("What the answers are good for", &self.uses)]
    }
}

/// One attack or use.
#[derive(Debug, Clone)]
pub struct Row {
    /// Short name.
    pub id: &'static str,
    /// In words.
    pub title: &'static str,
    /// What the figure counts.
    pub figure: &'static str,
    /// When it passes.
    pub passes: &'static str,
    /// Figures.
    pub off: String,
    /// Figures.
    pub on: String,
    /// Whether it is as it should be.
    pub passed: bool,
    /// In a word.
    pub verdict: &'static str,
    /// What the figures rest on.
    pub says: Vec<String>,
}

/// Shares over something, with the guard off and on.
#[derive(Debug, Clone)]
pub struct Plot {
    /// What is drawn.
    pub title: &'static str,
    /// What is along the foot.
    pub foot: &'static str,
    /// Words along the foot.
    pub marks: Vec<String>,
    /// Shares by mark, 0 to 1.
    pub off: Vec<Option<f64>>,
    /// Shares by mark, 0 to 1.
    pub on: Vec<Option<f64>>,
}

/// Edges of the drawing, in its own units.
const LEFT: f64 = 44.0;
const RIGHT: f64 = 620.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 216.0;

/// A point of a drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Dot {
    /// To the right.
    pub x: String,
    /// Down.
    pub y: String,
}

impl Plot {
    fn x(&self, place: usize) -> f64 {
        let steps = self.marks.len().saturating_sub(1).max(1) as f64;
        LEFT + (RIGHT - LEFT) * place as f64 / steps
    }

    /// The points of a line.
    pub fn dots(&self, line: &[Option<f64>]) -> Vec<Dot> {
        let dot = |(place, share): (usize, &Option<f64>)| {
            let y = BOTTOM - (BOTTOM - TOP) * share.as_ref()?.clamp(0.0, 1.0);
            Some(Dot { x: format!("{:.1}", self.x(place)), y: format!("{y:.1}") })
        };
        line.iter().enumerate().filter_map(dot).collect()
    }

    /// The points of a line as a path.
    pub fn path(&self, line: &[Option<f64>]) -> String {
        self.dots(line).iter().map(|d| format!("{},{}", d.x, d.y)).collect::<Vec<_>>().join(" ")
    }

    /// The marks along the foot with their places.
    pub fn feet(&self) -> Vec<(String, &str)> {
        self.marks.iter().enumerate().map(|(n, mark)| (format!("{:.1}", self.x(n)), mark.as_str())).collect()
    }

    /// The table beside the drawing: mark, off, on.
    pub fn cells(&self) -> Vec<(&str, String, String)> {
        let word = |line: &[Option<f64>], n: usize| {
            line.get(n).copied().flatten().map_or_else(|| "–".to_owned(), |share| format!("{share:.3}"))
        };
        let marks = self.marks.iter().enumerate();
        marks.map(|(n, mark)| (mark.as_str(), word(&self.off, n), word(&self.on, n))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Attacked {
        let plot = Plot {
            title: "Unicity",
            foot: "points",
            marks: vec!["1".to_owned(), "2".to_owned(), "all".to_owned()],
            off: vec![Some(0.5), Some(1.0), Some(1.0)],
            on: vec![Some(0.0), None, Some(0.0)],
        };
        Attacked {
            passed: true,
            setting: "1000 <people>".to_owned(),
            command: "dongui privacy attack".to_owned(),
            rows: Vec::new(),
            uses: vec![Row {
                id: "U2",
                title: "Where next",
                figure: "share",
                passes: "0.45",
                off: "0.6".to_owned(),
                on: "0.5".to_owned(),
                passed: true,
                verdict: "good enough",
                says: vec!["on: 5 words".to_owned()],
            }],
            plots: vec![plot],
        }
    }

    #[test]
    fn a_drawing_goes_from_edge_to_edge_and_leaves_out_what_is_not_known() {
        let plot = page().plots.remove(0);
        assert_eq!(plot.path(&plot.off), "44.0,116.0 332.0,16.0 620.0,16.0");
        assert_eq!(plot.path(&plot.on), "44.0,216.0 620.0,216.0");
        assert_eq!(plot.cells()[1], ("2", "1.000".to_owned(), "–".to_owned()));
    }

    #[test]
    fn the_page_is_whole_in_itself_and_runs_nothing() {
        let text = page().html().unwrap();
        assert!(text.contains("1000 &#60;people&#62;") && text.starts_with("<!doctype html>"));
        assert!(text.contains("What the answers are good for") && !text.contains("<h2>Attacks"), "{text}");
        for never in ["<script", "http://", "https://", "@import", "url("] {
            assert!(!text.contains(never), "{never}");
        }
    }
}
