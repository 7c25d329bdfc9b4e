//! Linking two sets of nameless histories by content: words weighted by how rare they are (TF-IDF), compared by the cosine. Deliberately absent: learning;
//! thirty lines linked 87 % of half histories, which is attack enough.
use std::collections::{BTreeMap, HashMap};

/// A history as how often each word is in it.
pub type History = BTreeMap<String, f64>;

/// Counts words.
pub fn history(words: impl IntoIterator<Item = String>) -> History {
    let mut out = History::new();
    for word in words {
        *out.entry(word).or_default() += 1.0;
    }
    out
}

/// Of how many in `left` the history most alike in `right` is their own (the same position). Of several alike one is guessed, so a tie among n counts 1/n.
/// Who has no words on either side is not linked and not counted; `None` when nobody has any.
pub fn linked(left: &[History], right: &[History]) -> Option<f64> {
    let mut rarity: HashMap<&str, f64> = HashMap::new();
    for word in left.iter().chain(right).flat_map(BTreeMap::keys) {
        *rarity.entry(word.as_str()).or_default() += 1.0;
    }
    let all = (left.len() + right.len()) as f64;
    rarity.values_mut().for_each(|n| *n = (all / *n).ln());
    let weighed = |history: &History| -> BTreeMap<String, f64> {
        let weigh = |(word, n): (&String, &f64)| {
            (word.clone(), (1.0 + n.ln()) * rarity.get(word.as_str()).copied().unwrap_or(0.0))
        };
        let out: BTreeMap<String, f64> = history.iter().map(weigh).collect();
        let length = out.values().map(|v| v * v).sum::<f64>().sqrt();
        out.into_iter().map(|(word, v)| (word, if length > 0.0 { v / length } else { 0.0 })).collect()
    };
    let mut places: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
    for (n, history) in right.iter().enumerate() {
        for (word, weight) in weighed(history) {
            places.entry(word).or_default().push((n, weight));
        }
    }
    let (mut hits, mut counted) = (0.0, 0u32);
    for (own, history) in left.iter().enumerate() {
        let there = right.get(own).is_some_and(|h| !h.is_empty());
        if history.is_empty() || !there {
            continue;
        }
        counted += 1;
        let mut alike = vec![0.0; right.len()];
        for (word, weight) in weighed(history) {
            for (n, other) in places.get(&word).into_iter().flatten() {
                if let Some(sum) = alike.get_mut(*n) {
                    *sum += weight * other;
                }
            }
        }
        let best = alike.iter().copied().fold(0.0, f64::max);
        let is_best = |v: &f64| *v >= best - 1e-9;
        let candidates = |(n, v): &(usize, &f64)| is_best(v) && right.get(*n).is_some_and(|h| !h.is_empty());
        let ties = alike.iter().enumerate().filter(candidates).count();
        if alike.get(own).is_some_and(is_best) {
            hits += 1.0 / ties.max(1) as f64;
        }
    }
    (counted > 0).then(|| hits / f64::from(counted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> History {
        history(words.iter().map(|w| (*w).to_owned()))
    }

    #[test]
    fn who_goes_where_nobody_else_goes_is_linked() {
        let left = [of(&["a", "home"]), of(&["b", "home"]), of(&["c", "home"])];
        let right = [of(&["home", "a"]), of(&["home", "b"]), of(&["home", "c"])];
        assert_eq!(linked(&left, &right), Some(1.0));
    }

    #[test]
    fn who_says_what_all_say_is_found_by_chance_only() {
        let all: Vec<History> = (0..10).map(|_| of(&["home"])).collect();
        let share = linked(&all, &all).unwrap();
        assert!((share - 0.1).abs() < 1e-9, "{share}");
    }

    #[test]
    fn silence_links_nobody() {
        assert_eq!(linked(&[of(&[])], &[of(&["a"])]), None);
        assert_eq!(linked(&[of(&["a"]), of(&["b"])], &[of(&[]), of(&["b"])]), Some(1.0));
    }
}
