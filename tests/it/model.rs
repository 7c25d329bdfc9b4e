//! Promise 2 on a model: the real decision over a store in memory, every step of it put before or after every other by a scheduler that
//! draws at random. Deliberately absent: databases (`race`, `interleave`), of which the model keeps the one rule that counts: what was read
//! is written only if the subscriber's version has not moved.
use dongui::domain::age::Majority;
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::{
    Act, Actor, Cell, Event, InForce, Limits, People, Period, Provenance, Question, Quota, Use, decide,
};
use dongui::domain::id::{GrantId, RecipientId, SubscriberId};
use dongui::domain::purpose::Purpose;
use dongui::domain::subscriber::Jurisdiction;
use dongui::domain::time::{At, DAY_US};
use shuttle::sync::atomic::{AtomicUsize, Ordering};
use shuttle::sync::{Arc, Mutex};
use shuttle::thread;

/// Schedules drawn for each story.
const SCHEDULES: usize = 100_000;
const START: At = At(1_795_533_600_000_000);
const CELL: Cell = Cell {
    subscriber: SubscriberId([1; 16]),
    recipient: RecipientId([2; 16]),
    purpose: Purpose::ProvidePersonalisedRecommendations,
    category: Category::LocationZone,
};

/// What is stored about one subscriber.
#[derive(Clone, Default)]
struct Rows {
    version: u64,
    events: Vec<Event>,
    uses: Vec<Use>,
    /// Events that had been recorded when an answer with data was.
    told: Vec<usize>,
}

/// Rows that are read and written as one; `fenced` is the rule that the real store keeps.
#[derive(Clone)]
struct Model {
    rows: Arc<Mutex<Rows>>,
    ticks: Arc<AtomicUsize>,
    fenced: bool,
}

impl Model {
    fn new(fenced: bool, limits: Limits) -> Model {
        let model = Model {
            rows: Arc::new(Mutex::new(Rows::default())),
            ticks: Arc::new(AtomicUsize::new(0)),
            fenced,
        };
        model.act(Act::Grant, limits);
        model
    }

    fn now(&self) -> At {
        START.plus(self.ticks.fetch_add(1, Ordering::SeqCst) as i64)
    }

    fn read(&self) -> Rows {
        self.rows.lock().unwrap().clone()
    }

    /// Writes on top of what was read, or not at all.
    fn write(&self, seen: &Rows, f: impl FnOnce(&mut Rows)) -> bool {
        let mut rows = self.rows.lock().unwrap();
        if self.fenced && rows.version != seen.version {
            return false;
        }
        f(&mut rows);
        rows.version += 1;
        true
    }

    /// What the subscriber does. When this returns it is acknowledged.
    fn act(&self, act: Act, limits: Limits) {
        loop {
            let seen = self.read();
            let now = self.now();
            let chains = seen.events.iter().filter(|e| e.act == Act::Grant).count();
            let chain = if act == Act::Grant { chains + 1 } else { chains };
            let event = Event {
                seq: seen.events.len() as i64 + 1,
                grant: GrantId([chain as u8; 16]),
                cell: CELL,
                act,
                precision: Precision::City,
                notice: String::new(),
                edition: 0,
                presentation: None,
                until: (act == Act::Grant).then(|| START.plus(DAY_US)),
                limits,
                recorded: now,
                valid: now,
                actor: Actor::Subscriber,
                channel: "model".to_owned(),
                provenance: Provenance::Explicit,
                relation: None,
            };
            if self.write(&seen, |rows| rows.events.push(event)) {
                return;
            }
        }
    }

    /// A recipient asks. Whether something was told.
    fn ask(&self) -> bool {
        loop {
            // The clock after the rows, so that nothing that was read lies in the future.
            let seen = self.read();
            let now = self.now();
            let question = Question {
                cell: CELL,
                home: Jurisdiction::DE,
                at: now,
                known: now,
                in_force: InForce::NOTHING,
                people: &People::alone(Majority::REACHED),
            };
            let Ok((grant, _)) = decide(&seen.events, &seen.uses, &question).standing.live() else {
                return false;
            };
            thread::yield_now();
            let told = |rows: &mut Rows| {
                rows.told.push(rows.events.len());
                rows.uses.push(Use { grant, at: now });
            };
            if self.write(&seen, told) {
                return true;
            }
        }
    }

    /// Asks, and says whether the answer is one that may not be: begun after `ended` was acknowledged, and not empty.
    fn asks_after(&self, ended: &AtomicUsize) {
        let late = ended.load(Ordering::SeqCst) > 0;
        assert!(!(self.ask() && late), "an answer with data began after the acknowledgement");
    }
}

/// Two recipients' requests each way around a withdrawal or a pause.
fn ends(act: Act, fenced: bool) {
    let model = Model::new(fenced, Limits::NONE);
    let ended = Arc::new(AtomicUsize::new(0));
    let askers: Vec<_> = (0..2)
        .map(|_| {
            let (model, ended) = (model.clone(), ended.clone());
            thread::spawn(move || (0..2).for_each(|_| model.asks_after(&ended)))
        })
        .collect();
    model.act(act, Limits::NONE);
    ended.store(1, Ordering::SeqCst);
    model.asks_after(&ended);
    askers.into_iter().for_each(|t| t.join().unwrap());
    // What was recorded after it had been recorded was told under no consent.
    assert!(model.read().told.iter().all(|events| *events == 1), "a disclosure was recorded after the end");
}

/// More ask at once than a quota has left.
fn quota(fenced: bool) {
    let quota = Quota { times: 2, per: Period::Day };
    let model = Model::new(fenced, Limits { quota: Some(quota), ..Limits::NONE });
    let askers: Vec<_> = (0..4)
        .map(|_| {
            let model = model.clone();
            thread::spawn(move || usize::from(model.ask()))
        })
        .collect();
    let told: usize = askers.into_iter().map(|t| t.join().unwrap()).sum();
    assert_eq!(told, 2, "the quota gave another number of answers");
}

/// Whether some schedule breaks the story.
fn breaks(story: impl Fn() + Send + Sync + 'static) -> bool {
    let drawn = || shuttle::check_random(story, SCHEDULES);
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(drawn)).is_err()
}

#[test]
fn in_no_schedule_drawn_does_an_answer_outlive_its_consent() {
    shuttle::check_random(|| ends(Act::Withdraw, true), SCHEDULES);
    shuttle::check_random(|| ends(Act::Pause, true), SCHEDULES);
}

#[test]
fn in_no_schedule_drawn_does_a_quota_give_one_answer_more_or_less() {
    shuttle::check_random(|| quota(true), SCHEDULES);
}

#[test]
fn without_the_fence_the_model_finds_the_answer_that_outlives_its_consent() {
    assert!(breaks(|| ends(Act::Withdraw, false)));
    assert!(breaks(|| quota(false)));
}
