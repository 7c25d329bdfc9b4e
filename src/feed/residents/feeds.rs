//! The feeds of the residents, as an operator would have them: CSV in order of time. Deliberately absent: files.
use super::day::{Day, Spot};
use super::{Resident, Residents};
use crate::domain::time::{At, DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use crate::feed::commuters::{Clock, write_digits};
use crate::feed::seeded::{Seeded, mix};
use std::io::Write;

/// Between two location events of a phone, µs.
const SLOT_US: i64 = 15 * MINUTE_US;
/// A phone's own place in the slot, s, and how far it strays from it, s; together below a slot.
const PHASE_S: u64 = 830;
const STRAY_S: u64 = 64;
/// One line in so many is of a neighbouring tower; one in so many is missing.
const FLICKER: u64 = 12;
const UNSEEN: u64 = 96;
/// Which of the named generators of a seed is for what.
const SEEN: u64 = 3;
const USED: u64 = 4;
const VISITED: u64 = 5;
const LEFT: u64 = 6;
/// Between two reports on an account, µs, and over how many seconds they are spread.
const REPORT_US: i64 = 6 * HOUR_US;
const REPORTERS: i64 = 600;
/// Data of a month, GiB.
const PLANS_GIB: [u64; 4] = [1, 3, 10, 40];
/// Waking hours for apps and sites, s of the local day.
const WAKING_S: (i64, i64) = (6 * 3600 + 1800, 22 * 3600 + 3000);

impl Residents {
    /// Writes `subscriber,at,cell` of everybody for `[from, to)`: about four lines an hour each. Returns the lines without
    /// the header. Errors: those of `out`.
    pub fn location_csv(&self, from: At, to: At, out: &mut dyn Write) -> std::io::Result<u64> {
        let phones: Vec<Phone> =
            (0..self.people().len() as u64).map(|who| Phone::new(self.seed, who)).collect();
        let mut sheet = Sheet::new(b"subscriber,at,cell\n");
        let (mut days, mut number): (Vec<Day>, i64) = (Vec::new(), i64::MIN);
        let mut seen: Vec<(i64, usize, usize)> = Vec::new();
        let mut slot = from.floor(SLOT_US);
        while slot < to {
            // Offsets of Berlin change at whole hours, so one holds for the slot.
            let local_us = slot.0 + self.offset_us(slot);
            if local_us.div_euclid(DAY_US) != number {
                number = local_us.div_euclid(DAY_US);
                days = (0..self.people().len()).map(|who| self.day(who, number)).collect();
            }
            seen.clear();
            for (who, (day, phone)) in days.iter().zip(&phones).enumerate() {
                let draw = mix(phone.key ^ slot.0 as u64);
                let second = phone.phase_s + (draw % STRAY_S) as i64;
                let at = slot.plus(second * SECOND_US);
                if one_in(UNSEEN, draw >> 8) || at < from || at >= to {
                    continue;
                }
                let minute = local_us.rem_euclid(DAY_US) / MINUTE_US + second / 60;
                let tower = match day.spot(minute) {
                    Spot::At(tower) => tower,
                    Spot::Way(lat, lon) => self.town().serving(lat, lon),
                };
                let beside = one_in(FLICKER, draw >> 16);
                let tower = if beside { self.town().beside(tower, draw >> 32) } else { tower };
                seen.push((at.0, who, tower));
            }
            seen.sort_unstable();
            for (at, who, tower) in &seen {
                let (Some(person), Some(tower)) = (self.people().get(*who), self.town().towers().get(*tower))
                else {
                    continue;
                };
                sheet.begin(person, At(*at));
                sheet.text(&tower.id);
                sheet.end(out)?;
            }
            slot = slot.plus(SLOT_US);
        }
        sheet.finish(out)
    }

    /// Writes `subscriber,at,app,seconds,bytes` of everybody for `[from, to)`: a dozen lines a day each. Returns the lines
    /// without the header. Errors: those of `out`.
    pub fn app_csv(&self, from: At, to: At, out: &mut dyn Write) -> std::io::Result<u64> {
        let mut sheet = Sheet::new(b"subscriber,at,app,seconds,bytes\n");
        self.daily(USED, (8, 16), from, to, &mut |person, who, at, rng| {
            if let Some(app) = self.likes.app(person.app_interest, who, rng) {
                sheet.begin(person, at);
                sheet.text(app);
                let seconds = 20 + rng.below(60) * (1 + rng.below(30));
                sheet.number(seconds);
                sheet.number(seconds * (2_000 + rng.below(120_000)));
                sheet.end(out)?;
            }
            Ok(())
        })?;
        sheet.finish(out)
    }

    /// Writes `subscriber,at,host,bytes_up,bytes_down` of everybody for `[from, to)`: a score of lines a day each. Returns
    /// the lines without the header. Errors: those of `out`.
    pub fn web_csv(&self, from: At, to: At, out: &mut dyn Write) -> std::io::Result<u64> {
        let mut sheet = Sheet::new(b"subscriber,at,host,bytes_up,bytes_down\n");
        self.daily(VISITED, (12, 28), from, to, &mut |person, who, at, rng| {
            if let Some(host) = self.likes.host(person.web_interest, who, rng) {
                sheet.begin(person, at);
                sheet.text(host);
                sheet.number(300 + rng.below(4_000));
                sheet.number(2_000 + rng.below(900_000));
                sheet.end(out)?;
            }
            Ok(())
        })?;
        sheet.finish(out)
    }

    /// Writes `subscriber,at,remaining_bytes,country` of everybody for `[from, to)`, four times a day each: at home, with what is left of the month's
    /// data. Returns the lines without the header. Errors: those of `out`.
    pub fn account_csv(&self, from: At, to: At, out: &mut dyn Write) -> std::io::Result<u64> {
        let mut sheet = Sheet::new(b"subscriber,at,remaining_bytes,country\n");
        let mut begin = from.floor(REPORT_US);
        while begin < to {
            for (who, person) in self.people().iter().enumerate() {
                let at = begin.plus((who as i64 % REPORTERS) * SECOND_US);
                if (from..to).contains(&at) {
                    sheet.begin(person, at);
                    sheet.number(self.left(who, at));
                    sheet.text("DE");
                    sheet.end(out)?;
                }
            }
            begin = begin.plus(REPORT_US);
        }
        sheet.finish(out)
    }

    /// When resident `who` was last reported on before `at`.
    pub fn reported(&self, who: usize, at: At) -> At {
        let late = (who as i64 % REPORTERS) * SECOND_US;
        at.plus(-1 - late).floor(REPORT_US).plus(late)
    }

    /// What resident `who` has left at `at` of the data of his calendar month, bytes; never nothing.
    pub fn left(&self, who: usize, at: At) -> u64 {
        let rng = Seeded::named(self.seed, &[LEFT, who as u64]);
        let plan = PLANS_GIB[rng.below(PLANS_GIB.len() as u64) as usize] << 30;
        // From half of it to all of it in a month.
        let pace = 50 + rng.below(60);
        let local = jiff::Timestamp::from_second(at.unix_s()).unwrap_or_default().to_zoned(self.zone.clone());
        let minutes = (local.day() as u64 - 1) * 1440 + local.hour() as u64 * 60 + local.minute() as u64;
        plan.saturating_sub(plan / 100 * pace * minutes / (30 * 1440)).max((1 << 20) + who as u64)
    }

    /// Draws `times` moments of every local day for everybody and hands those in `[from, to)` on, in order.
    fn daily(
        &self,
        what: u64,
        times: (i64, i64),
        from: At,
        to: At,
        each: &mut Each<'_>,
    ) -> std::io::Result<()> {
        let number = |at: At| at.plus(self.offset_us(at)).0.div_euclid(DAY_US);
        for day in number(from)..=number(to) {
            // Midnight, told with noon's offset: on the two days of a clock change an hour off, on both ends of a window alike.
            let noon = At(day * DAY_US + DAY_US / 2);
            let midnight = At(day * DAY_US - self.offset_us(noon));
            let mut moments: Vec<(At, usize, u64)> = Vec::new();
            for who in 0..self.people().len() {
                let rng = Seeded::named(self.seed ^ what, &[who as u64, day as u64]);
                for _ in 0..rng.between(times.0, times.1) {
                    let at = midnight.plus(rng.between(WAKING_S.0, WAKING_S.1) * SECOND_US);
                    moments.push((at, who, rng.next()));
                }
            }
            moments.sort_unstable();
            for (at, who, seed) in moments.into_iter().filter(|(at, _, _)| (from..to).contains(at)) {
                if let Some(person) = self.people().get(who) {
                    each(person, who as u64, at, &Seeded::new(seed))?;
                }
            }
        }
        Ok(())
    }

    /// Local time minus UTC at `at`, µs.
    pub(super) fn offset_us(&self, at: At) -> i64 {
        let stamp = jiff::Timestamp::from_second(at.unix_s()).unwrap_or_default();
        i64::from(self.zone.to_offset(stamp).seconds()) * SECOND_US
    }
}

/// What sets one phone's lines apart from another's.
struct Phone {
    /// Mixed with a slot it draws what happens in it: one step per line, this is the longest loop of the demo.
    key: u64,
    phase_s: i64,
}

impl Phone {
    fn new(seed: u64, who: u64) -> Phone {
        let rng = Seeded::named(seed, &[SEEN, who]);
        Phone { key: rng.next(), phase_s: rng.below(PHASE_S) as i64 }
    }
}

/// True for one in `n` draws, by the low 16 bits.
fn one_in(n: u64, draw: u64) -> bool {
    (draw & 0xffff).is_multiple_of(n)
}

/// What takes a moment of a resident's day: who, the number of the resident, when, and a generator for the rest.
type Each<'f> = dyn FnMut(&Resident, u64, At, &Seeded) -> std::io::Result<()> + 'f;

/// A CSV sheet, written in large pieces.
struct Sheet {
    piece: Vec<u8>,
    clock: Clock,
    lines: u64,
}

impl Sheet {
    const PIECE: usize = 64 * 1024;

    fn new(header: &[u8]) -> Sheet {
        let mut piece = Vec::with_capacity(2 * Sheet::PIECE);
        piece.extend_from_slice(header);
        Sheet { piece, clock: Clock::new(), lines: 0 }
    }

    fn begin(&mut self, person: &Resident, at: At) {
        self.piece.extend_from_slice(person.msisdn.as_bytes());
        self.piece.push(b',');
        self.clock.write(&mut self.piece, at);
    }

    fn text(&mut self, text: &str) {
        self.piece.push(b',');
        self.piece.extend_from_slice(text.as_bytes());
    }

    fn number(&mut self, n: u64) {
        self.piece.push(b',');
        write_digits(&mut self.piece, n, n.checked_ilog10().unwrap_or(0) as usize + 1);
    }

    fn end(&mut self, out: &mut dyn Write) -> std::io::Result<()> {
        self.piece.push(b'\n');
        self.lines += 1;
        if self.piece.len() >= Sheet::PIECE {
            out.write_all(&self.piece)?;
            self.piece.clear();
        }
        Ok(())
    }

    fn finish(self, out: &mut dyn Write) -> std::io::Result<u64> {
        out.write_all(&self.piece)?;
        Ok(self.lines)
    }
}
