//! Others than assistants who saw something about a subscriber, on the page of requests: rescue agencies, exports about him alone, looks at cases about him. What is
//! alike and follows each other on one day is told once. Deliberately absent: what they saw.
use super::calendar::{date, local, time};
use super::words::Words;
use crate::broker::others::Seen;
use crate::domain::emergency::Found;
use crate::domain::record::Event;
use crate::domain::subscriber::Jurisdiction;
use serde::Serialize;

/// The client of whoever works on the operator's own machine.
const CONSOLE: &str = "console";

/// Somebody who saw something, once or several times on one day.
#[derive(Serialize)]
pub(super) struct Other {
    pub when: String,
    pub who: String,
    pub text: String,
    /// Whether it was told something.
    pub left: bool,
    /// On what ground, where one was said.
    pub ground: Option<String>,
    /// How often, and when last.
    pub times: Option<String>,
}

/// Those of a subscriber at `home`, newest first.
pub(super) fn others(words: &Words, home: Jurisdiction, seen: &[Seen]) -> Vec<Other> {
    let mut out: Vec<(Other, String, usize)> = Vec::new();
    for one in seen {
        let Some((who, text, ground)) = told(words, &one.event) else { continue };
        let (then, ground) = (local(one.at, home), ground.map(|ground| words.others_ground(ground)));
        let (when, time) = (date(words, then.date()), time(then));
        match out.last_mut() {
            Some((last, _, count))
                if (&last.when, &last.who, &last.text, &last.ground) == (&when, &who, &text, &ground) =>
            {
                *count += 1;
            }
            _ => {
                let left = !matches!(one.event, Event::Emergency { found, .. } if found != Found::Told);
                out.push((Other { when, who, text, left, ground, times: None }, time, 1));
            }
        }
    }
    let counted = out.into_iter().map(|(other, time, count)| match count {
        1 => Other { when: format!("{}, {time}", other.when), ..other },
        _ => Other { times: Some(words.times(count, &time)), ..other },
    });
    counted.collect()
}

/// Who did what on which ground; nothing of what is none of it.
fn told<'e>(words: &Words, event: &'e Event) -> Option<(String, String, Option<&'e str>)> {
    let who = |client: &str| if client == CONSOLE { words.others_operator() } else { client.to_owned() };
    match event {
        Event::Emergency { client, ground, found, deferred, .. } => {
            let text = match (found, deferred) {
                (Found::Told, None) => words.others_located(),
                (Found::Told, Some(_)) => words.others_located_later(),
                (_, None) => words.others_sought(),
                (_, Some(_)) => words.others_sought_later(),
            };
            Some((who(client), text, Some(ground)))
        }
        Event::Export { client, ground, .. } => Some((who(client), words.others_export(), ground.as_deref())),
        Event::Look { client, ground, .. } => Some((who(client), words.others_look(), Some(ground))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::super::samples_duty;
    use super::*;

    #[test]
    fn looks_alike_on_one_day_are_told_once_and_the_newest_stands_first() {
        let all = others(Words::of(Language::En), Jurisdiction::DE, &samples_duty::seen());
        let who: Vec<&str> = all.iter().map(|one| one.who.as_str()).collect();
        assert_eq!(who, ["fire-119", "police-112", "authority", "Your operator"]);
        assert!(all[2].times.as_deref().is_some_and(|times| times.contains('3')), "{:?}", all[2].times);
        assert!(all[0].ground.as_deref().is_some_and(|ground| ground.contains("case 7")));
        assert_eq!(all[3].ground, None);
        assert_eq!(all.iter().map(|one| one.left).collect::<Vec<_>>(), [true, false, true, true]);
    }
}
