//! How long stories take and how they end. Labels are names of stories and closed words; no value of a row is near.
use super::Fault;
use metrics::{Counter, Histogram, counter, describe_counter, describe_histogram, histogram};
use rustc_hash::FxHashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

/// Where figures are counted.
pub type Recorder = Arc<dyn metrics::Recorder + Send + Sync>;

/// What a story does with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Access {
    Read,
    Write,
}

/// The figures of one story.
struct Story {
    done: Histogram,
    failed: Histogram,
    retries: Counter,
}

impl Story {
    fn ended(&self, began: Instant, well: bool) {
        let ended = if well { &self.done } else { &self.failed };
        ended.record(began.elapsed());
    }
}

/// The figures of all stories of one database.
pub(super) struct Meter {
    recorder: Recorder,
    /// Kept by name, so that a story told again asks for nothing and allocates nothing.
    stories: RwLock<FxHashMap<(&'static str, Access), Arc<Story>>>,
}

impl Meter {
    pub(super) fn new(recorder: Recorder) -> Meter {
        metrics::with_local_recorder(&recorder, || {
            describe_histogram!("dongui_story_seconds", "time of a story of the store, waiting included");
            describe_counter!("dongui_story_retries_total", "stories run again because another was faster");
        });
        Meter { recorder, stories: RwLock::default() }
    }

    /// Stories in one commit.
    pub(super) fn groups(&self) -> Histogram {
        metrics::with_local_recorder(&self.recorder, || {
            describe_histogram!("dongui_group_stories", "stories that shared one commit");
            histogram!("dongui_group_stories")
        })
    }

    /// Runs `f` and takes its time; `f` counts its own retries.
    pub(super) fn time<T>(
        &self,
        name: &'static str,
        access: Access,
        f: impl FnOnce(&Counter) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let story = self.story(name, access);
        let began = Instant::now();
        let out = f(&story.retries);
        story.ended(began, out.is_ok());
        out
    }

    /// The same of a story that is queued.
    pub(super) async fn time_queued<T>(
        &self,
        name: &'static str,
        queued: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        let story = self.story(name, Access::Write);
        let began = Instant::now();
        let out = queued.await;
        story.ended(began, out.is_ok());
        out
    }

    fn story(&self, name: &'static str, access: Access) -> Arc<Story> {
        let known = self.stories.read().unwrap_or_else(PoisonError::into_inner).get(&(name, access)).cloned();
        known.unwrap_or_else(|| {
            let mut stories = self.stories.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(stories.entry((name, access)).or_insert_with(|| Arc::new(self.begun(name, access))))
        })
    }

    fn begun(&self, name: &'static str, access: Access) -> Story {
        let access = match access {
            Access::Read => "read",
            Access::Write => "write",
        };
        metrics::with_local_recorder(&self.recorder, || {
            let seconds = |outcome: &'static str| histogram!("dongui_story_seconds", "story" => name, "access" => access, "outcome" => outcome);
            Story {
                done: seconds("done"),
                failed: seconds("failed"),
                retries: counter!("dongui_story_retries_total", "story" => name, "access" => access),
            }
        })
    }
}
