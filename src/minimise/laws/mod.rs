//! Laws of the room, over generated subscribers, crowds and limits. Each is a promise: what breaks one is wrong.
mod drawn;
mod kept_back;
mod said;
mod together;

use super::zone;
use crate::domain::place::{Confidence, Label};
use crate::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use crate::domain::zone::Zone;
use proptest::prelude::*;
use proptest::sample::select;

const NOW: At = At(20_000 * DAY_US + 15 * HOUR_US + 20 * MINUTE_US);
const LABELS: [Label; 4] = [Label::Home, Label::Work, Label::Frequent, Label::Other];
const SURE: [Confidence; 3] = [Confidence::Low, Confidence::Medium, Confidence::High];

pub(super) fn a_zone() -> impl Strategy<Value = Zone> {
    let centres = select(vec![(37.57, 126.98), (52.52, 13.41), (1.35, 103.82), (25.2, 55.27), (40.0, 2.0)]);
    (centres, -0.2..0.2f64, -0.2..0.2f64)
        .prop_map(|((lat, lon), a, o)| zone::from_point(lat + a, lon + o).unwrap())
}
