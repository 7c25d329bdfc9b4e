//! What has just been done, as the page that follows is told of it, and the act that undoes exactly that.
use super::facts::Facts;
use super::scope::Scope;
use crate::domain::consent::{Act, State};

/// An act as the next page is told of it. It travels in a cookie, so all of it is of closed lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub act: Act,
    pub scope: Scope,
    /// How many grants it changed.
    pub changed: usize,
}

/// What a subscriber does on his pages.
pub(super) const ACTS: [Act; 8] =
    [Act::Grant, Act::Refuse, Act::Pause, Act::Resume, Act::Withdraw, Act::Capture, Act::Defer, Act::Renew];

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Scope { recipient, purpose, category } = self.scope;
        write!(f, "{}/{}", self.act.as_str(), self.changed)?;
        match recipient {
            Some(recipient) => write!(f, "/{recipient}")?,
            None => f.write_str("/-")?,
        }
        write!(f, "/{}/{}", purpose.map_or("-", |p| p.as_str()), category.map_or("-", |c| c.as_str()))
    }
}

impl Said {
    /// Reads the cookie.
    pub fn parse(text: &str) -> Option<Said> {
        let mut parts = text.split('/');
        let act = Act::parse(parts.next()?).filter(|act| ACTS.contains(act))?;
        let changed = parts.next()?.parse().ok()?;
        let mut part = || parts.next().map(|p| (p != "-").then_some(p));
        let scope = Scope::parse(part()?, part()?, part()?)?;
        parts.next().is_none().then_some(Said { act, scope, changed })
    }

    /// The act that leads back to what was before. Resuming everything after pausing everything would also resume what had been
    /// paused before, so it is offered only when nothing else would move. What has ended for good cannot come back by a button.
    pub fn undoing(&self, facts: &Facts) -> Option<Act> {
        let held = |state| {
            let of_state = |g: &&crate::domain::consent::Grant| g.state == state && facts.lives(g);
            facts.overview.grants.iter().filter(|g| self.scope.covers(&g.cell)).filter(of_state).count()
        };
        match self.act {
            Act::Grant => (held(State::Active) == self.changed).then_some(Act::Withdraw),
            Act::Pause => (held(State::Paused) == self.changed).then_some(Act::Resume),
            Act::Resume => (held(State::Active) == self.changed).then_some(Act::Pause),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn the_cookie_reads_back_and_takes_nothing_else() {
        let cell = samples::facts().overview.grants[0].cell;
        for scope in [
            Scope::default(),
            Scope::of(cell.recipient),
            Scope::cell(cell.recipient, cell.purpose, cell.category),
        ] {
            let said = Said { act: Act::Pause, scope, changed: 3 };
            assert_eq!(Said::parse(&said.to_string()), Some(said));
        }
        for bad in [
            "",
            "pause",
            "pause/1/-/-",
            "pause/1/-/-/-/-",
            "stop/1/-/-/-",
            "pause/1/<b>/-/-",
            "pause/-1/-/-/-",
        ] {
            assert_eq!(Said::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn undo_is_offered_only_where_it_leads_back_exactly() {
        let mut facts = samples::facts();
        let everything = |act, changed| Said { act, scope: Scope::default(), changed };
        let paused = facts.overview.grants.iter().filter(|g| g.state == State::Paused).count();
        assert!(paused > 0);
        let undo = |said: Said, facts: &Facts| said.undoing(facts).is_some();
        assert!(undo(everything(Act::Pause, paused), &facts));
        assert!(!undo(everything(Act::Pause, paused - 1), &facts), "one was paused before");
        assert!(!undo(everything(Act::Withdraw, 1), &facts));
        facts.overview.grants.clear();
        assert!(!undo(everything(Act::Resume, 1), &facts), "it has ended meanwhile");
    }
}
