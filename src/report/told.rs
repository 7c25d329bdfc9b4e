//! The reports of a bundle, read back from its `report.json`: whoever shows them shows what was signed, and counts nothing a second time.
//! Deliberately absent: whether they are what the records give (`Reports` draws them anew).
use super::table::Cell;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `report.json`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Told {
    /// What was asked, for people.
    pub title: String,
    /// Entries that it is drawn from.
    pub entries: u64,
    /// In their order.
    pub tables: Vec<ToldTable>,
}

/// One of its tables.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ToldTable {
    /// Of its file.
    pub name: String,
    /// For people.
    pub title: String,
    /// What asks for it.
    pub citation: String,
    /// Names of the columns.
    pub head: Vec<String>,
    /// As many cells each as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

impl ToldTable {
    /// Sums of the first column that counts, by what the first column names: months or recipients. With them the name of that column. None of a table
    /// that has no such columns, or no rows.
    pub fn sums(&self) -> Option<(&str, BTreeMap<String, u64>)> {
        let counts = |at: &usize| {
            !self.rows.is_empty() && self.rows.iter().all(|row| matches!(row.get(*at), Some(Cell::Count(_))))
        };
        let column = (0..self.head.len()).find(counts)?;
        let (first, name) = (self.head.first()?, self.head.get(column)?);
        if !["month", "recipient"].contains(&first.as_str()) {
            return None;
        }
        let mut sums = BTreeMap::new();
        for row in &self.rows {
            if let (Some(named), Some(Cell::Count(count))) = (row.first(), row.get(column)) {
                *sums.entry(named.text()).or_default() += count;
            }
        }
        Some((name, sums))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_by_month_is_summed_by_month_and_numbers_of_entries_are_no_counts() {
        let read = |text: &str| serde_json::from_str::<ToldTable>(text).unwrap();
        let table = read(
            r#"{"name":"staff","title":"t","citation":"c","head":["month","what","count"],
                "rows":[["2026-10","a",1],["2026-11","a",2],["2026-11","b",3]]}"#,
        );
        let (name, sums) = table.sums().unwrap();
        assert_eq!((name, sums["2026-10"], sums["2026-11"]), ("count", 1, 5));
        let other =
            read(r#"{"name":"n","title":"t","citation":"c","head":["entry","at"],"rows":[[1,"2026-10"]]}"#);
        assert_eq!(other.sums(), None);
        assert_eq!(ToldTable { rows: Vec::new(), ..table }.sums(), None);
    }
}
