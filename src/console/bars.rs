//! Small charts beside their tables: a bar for each name, drawn on the server. Deliberately absent: anything that the table beside does not say.
use std::collections::BTreeMap;

/// Most bars of one chart, the last by name.
const MOST: usize = 24;
/// Height of a bar with its room, and width of the longest, in units of the drawing.
const HEIGHT: usize = 26;
const WIDTH: u64 = 240;
/// Room for names.
const NAMES: usize = 220;

/// A chart.
pub(super) struct Bars {
    /// What it shows, for who does not see it.
    pub what: String,
    pub height: usize,
    pub bars: Vec<Bar>,
}

/// One bar.
pub(super) struct Bar {
    pub name: String,
    pub count: u64,
    pub y: usize,
    pub text_y: usize,
    pub width: u64,
    pub count_x: u64,
}

impl Bars {
    /// Draws sums; none where nothing counts.
    pub fn of(what: String, sums: &BTreeMap<String, u64>) -> Option<Bars> {
        let shown = sums.iter().skip(sums.len().saturating_sub(MOST));
        let most = shown.clone().map(|(_, count)| *count).max().filter(|most| *most > 0)?;
        let bar = |(at, (name, count)): (usize, (&String, &u64))| {
            let share = u128::from(*count) * u128::from(WIDTH) / u128::from(most);
            let width = u64::try_from(share).unwrap_or(WIDTH).max(u64::from(*count > 0));
            let y = at * HEIGHT + 4;
            let name = if name.chars().count() > 30 {
                name.chars().take(29).chain(['…']).collect()
            } else {
                name.clone()
            };
            Bar { name, count: *count, y, text_y: y + 14, width, count_x: NAMES as u64 + width + 6 }
        };
        let bars: Vec<Bar> = shown.enumerate().map(bar).collect();
        Some(Bars { what, height: bars.len() * HEIGHT + 4, bars })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_is_the_largest_sum_and_nothing_is_drawn_of_nothing() {
        let sums = |all: &[(&str, u64)]| all.iter().map(|(n, c)| ((*n).to_owned(), *c)).collect();
        let drawn = Bars::of("x".to_owned(), &sums(&[("a", 1), ("b", u64::MAX), ("c", 0)])).unwrap();
        let widths: Vec<u64> = drawn.bars.iter().map(|bar| bar.width).collect();
        assert_eq!(widths, [1, WIDTH, 0]);
        assert!(Bars::of("x".to_owned(), &sums(&[("a", 0)])).is_none());
        let many = (0..99u64).map(|n| (format!("{n:02}"), n)).collect();
        assert_eq!(Bars::of("x".to_owned(), &many).unwrap().bars.len(), MOST);
    }
}
