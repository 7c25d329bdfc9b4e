//! Promise 10 against bit rot and editors of rows: one changed bit of what the ledger stores is found, and named. Deliberately absent: bundles
//! (`audit`), and what no row or file of the ledger holds.
use super::support::hand::SeededRng;
use super::support::rows::{files, texts};
use super::support::site::{Site, each_engine};
use super::support::{ASSISTANT, MUNICH, Over, R6, World, ZONE};
use dongui::broker::inspect::Inspection;
use dongui::domain::id::SubscriberId;
use dongui::domain::record::Ground;
use dongui::domain::rng::{Rng, bytes};
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};

/// Some life, published; a little more that waits for its number.
fn lived(w: &World) -> SubscriberId {
    let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
    mina.allows(&assistant, ASSISTANT, ZONE, R6);
    w.neighbours_are_at(MUNICH);
    mina.is_at(MUNICH);
    assert!(assistant.asks(&mina).tells());
    w.broker().sequence().unwrap();
    mina.withdraws();
    assert!(!assistant.asks(&mina).tells());
    w.broker().sequence().unwrap();
    mina.id
}

fn inspected(w: &World) -> Inspection {
    w.broker().inspect(&mut |_, _| {}).unwrap()
}

fn names(found: &Inspection, places: &[String]) -> bool {
    found.wrong.iter().any(|w| places.iter().any(|p| w.place.contains(p.as_str())))
}

/// One bit of `bytes`, drawn.
fn flipped(rng: &dyn Rng, whole: &[u8]) -> Vec<u8> {
    let drawn = u32::from_be_bytes(bytes(rng)) as usize;
    let mut out = whole.to_vec();
    out[drawn / 8 % whole.len()] ^= 1 << (drawn % 8);
    out
}

#[test]
fn a_ledger_as_it_was_recorded_has_nothing_wrong_and_what_waits_or_is_erased_is_counted() {
    World::each(|w| {
        let mina = lived(w);
        let mut steps = 0;
        let found = w.broker().inspect(&mut |done, of| steps += usize::from(done <= of)).unwrap();
        assert!(found.is_sound() && steps > 0, "{found:?}");
        assert!(found.entries > 360 && found.records == found.entries && found.files >= 8, "{found:?}");
        let jan = w.subscriber("jan");
        let erased = w.broker().erase(mina, Ground::Subscriber).unwrap();
        let later = inspected(w);
        assert!(later.is_sound() && erased.records > 0, "{later:?}");
        // The tombstone waits; jan's enrolment and its tally got their numbers before anything was erased.
        assert_eq!((later.waiting, later.erased, later.entries), (1, erased.records, found.entries + 2));
        assert!(jan.timeline().is_empty());
    });
}

#[test]
fn a_bit_flipped_in_any_file_of_the_log_is_named() {
    World::each(|w| {
        lived(w);
        let (rng, mut flips) = (SeededRng::new(41), 0);
        for (name, bytes) in files(&w.house.log_dir()).into_iter().filter(|(_, bytes)| !bytes.is_empty()) {
            let path = w.house.log_dir().join(&name);
            for _ in 0..12 {
                std::fs::write(&path, flipped(&rng, &bytes)).unwrap();
                let found = inspected(w);
                assert!(names(&found, std::slice::from_ref(&name)), "{name}: {found:?}");
                flips += 1;
            }
            std::fs::write(&path, bytes).unwrap();
        }
        assert!(flips >= 8 * 12, "{flips}");
        assert!(inspected(w).is_sound());
    });
}

/// How a column is read and written on either engine.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Bytes,
    Text,
    Number,
}

/// Every column of the ledger's tables, with what finds its row again.
const COLUMNS: [(&str, &str, Holds); 8] = [
    ("entries", "id", Holds::Bytes),
    ("entries", "seq", Holds::Number),
    ("entries", "leaf", Holds::Text),
    ("entries", "at", Holds::Number),
    ("records", "entry_id", Holds::Bytes),
    ("records", "subscriber_id", Holds::Bytes),
    ("records", "sealed", Holds::Bytes),
    ("records", "at", Holds::Number),
];

/// The columns of the table of ordinals.
const ORDINALS: [(&str, Holds); 7] = [
    ("seq", Holds::Number),
    ("subscriber_id", Holds::Bytes),
    ("subscriber_number", Holds::Number),
    ("subscriber_before", Holds::Number),
    ("recipient_id", Holds::Bytes),
    ("recipient_number", Holds::Number),
    ("recipient_before", Holds::Number),
];

fn hex(w: &World, bytes: &[u8]) -> String {
    let hex = dongui::crypt::hex::encode(bytes);
    if w.house.is_postgres() { format!("'\\x{hex}'::bytea") } else { format!("x'{hex}'") }
}

/// The literal of a changed value; `None` where the column could not hold it.
fn literal(w: &World, holds: Holds, value: &[u8]) -> Option<String> {
    match holds {
        Holds::Bytes => Some(hex(w, value)),
        Holds::Number => Some(i64::from_be_bytes(value.try_into().ok()?).to_string())
            .filter(|n| *n != i64::MIN.to_string()),
        Holds::Text if w.house.is_postgres() => {
            let text = std::str::from_utf8(value).ok().filter(|t| !t.contains('\0'))?;
            Some(format!("'{}'", text.replace('\'', "''")))
        }
        Holds::Text => Some(format!("CAST({} AS TEXT)", hex(w, value))),
    }
}

fn read(w: &World, table: &str, column: &str, holds: Holds, row: &str) -> Vec<u8> {
    let value = match (holds, w.house.is_postgres()) {
        (Holds::Number, _) => format!("CAST({column} AS TEXT)"),
        (Holds::Bytes, true) => format!("encode({column}, 'hex')"),
        (Holds::Text, true) => format!("encode(convert_to({column}, 'UTF8'), 'hex')"),
        (_, false) => format!("hex(CAST({column} AS BLOB))"),
    };
    let read = texts(&w.house.url, &format!("SELECT {value} AS value FROM {table} WHERE {row}")).remove(0);
    match holds {
        Holds::Number => read.parse::<i64>().unwrap().to_be_bytes().to_vec(),
        _ => dongui::crypt::hex::decode(&read.to_lowercase()).unwrap(),
    }
}

#[test]
fn a_bit_flipped_in_any_column_of_the_ledger_is_named() {
    World::each(|w| {
        lived(w);
        let (rng, mut flips) = (SeededRng::new(43), 0);
        let about = "SELECT CAST(e.seq AS TEXT) AS value FROM entries e JOIN records r ON r.entry_id = e.id
             WHERE r.subscriber_id IS NOT NULL ORDER BY e.seq";
        let numbers = texts(&w.house.url, about);
        let size = inspected(w).entries as i64;
        for seq in [&numbers[3], &numbers[numbers.len() / 2], &numbers[numbers.len() - 1]] {
            let id = read(w, "entries", "id", Holds::Bytes, &format!("seq = {seq}"));
            let entry = dongui::domain::id::EntryId::from_slice(&id).unwrap().to_string();
            for (table, column, holds) in COLUMNS {
                let key = if table == "entries" { "id" } else { "entry_id" };
                let row = |id: &[u8]| format!("{key} = {}", hex(w, id));
                let whole = read(w, table, column, holds, &row(&id));
                for _ in 0..8 {
                    let changed = flipped(&rng, &whole);
                    let Some(value) = literal(w, holds, &changed) else { continue };
                    let number = i64::from_be_bytes(changed.first_chunk::<8>().copied().unwrap_or_default());
                    // Another entry has that number, which the database itself refuses.
                    if column == "seq" && (0..size).contains(&number) {
                        continue;
                    }
                    w.sql(&format!("UPDATE {table} SET {column} = {value} WHERE {}", row(&id)));
                    let found = inspected(w);
                    let mut places = vec![format!("entry {seq}"), entry.clone()];
                    if column == "entry_id" {
                        // A record that has lost its entry is known by what it says.
                        places.push(dongui::domain::id::EntryId::from_slice(&changed).unwrap().to_string());
                    }
                    assert!(names(&found, &places), "{table}.{column} of {seq} = {value}: {found:?}");
                    let now = if column == key { changed } else { id.clone() };
                    let back = literal(w, holds, &whole).unwrap();
                    w.sql(&format!("UPDATE {table} SET {column} = {back} WHERE {}", row(&now)));
                    flips += 1;
                }
            }
        }
        for seq in [&numbers[3], &numbers[numbers.len() / 2], &numbers[numbers.len() - 1]] {
            for (column, holds) in ORDINALS {
                let row = |seq: &str| format!("seq = {seq}");
                let is_null =
                    format!("SELECT CAST(count({column}) AS TEXT) AS value FROM ordinals WHERE {}", row(seq));
                if texts(&w.house.url, &is_null) == ["0"] {
                    continue;
                }
                let whole = read(w, "ordinals", column, holds, &row(seq));
                for _ in 0..8 {
                    let changed = flipped(&rng, &whole);
                    let Some(value) = literal(w, holds, &changed) else { continue };
                    let number = i64::from_be_bytes(changed.first_chunk::<8>().copied().unwrap());
                    if column == "seq" && (0..size).contains(&number) {
                        continue;
                    }
                    w.sql(&format!("UPDATE ordinals SET {column} = {value} WHERE {}", row(seq)));
                    let found = inspected(w);
                    assert!(
                        names(&found, &[format!("entry {seq}")]),
                        "ordinals.{column} of {seq} = {value}: {found:?}"
                    );
                    let now = if column == "seq" { number.to_string() } else { seq.to_owned() };
                    let back = literal(w, holds, &whole).unwrap();
                    w.sql(&format!("UPDATE ordinals SET {column} = {back} WHERE {}", row(&now)));
                    flips += 1;
                }
            }
        }
        for counter in ["entries", "persons", "ordinals"] {
            let row = format!("name = '{counter}'");
            let whole = read(w, "counters", "value", Holds::Number, &row);
            for _ in 0..12 {
                let Some(value) = literal(w, Holds::Number, &flipped(&rng, &whole)) else { continue };
                w.sql(&format!("UPDATE counters SET value = {value} WHERE {row}"));
                let found = inspected(w);
                assert!(names(&found, &[format!("counter {counter}")]), "{counter} = {value}: {found:?}");
                let back = literal(w, Holds::Number, &whole).unwrap();
                w.sql(&format!("UPDATE counters SET value = {back} WHERE {row}"));
                flips += 1;
            }
        }
        assert!(flips > 240, "{flips}");
        assert!(inspected(w).is_sound());
    });
}

#[test]
fn rows_that_are_gone_exchanged_or_made_up_are_named() {
    World::each(|w| {
        lived(w);
        let last = inspected(w).entries - 1;
        let wrong = |sql: &str, place: &str| {
            w.backs_up();
            w.sql(sql);
            let found = inspected(w);
            assert!(names(&found, &[place.to_owned()]), "{sql}: {found:?}");
            w.is_set_back();
            for table in super::support::rows::tables(&w.house.url) {
                if table.starts_with("backup_") {
                    w.sql(&format!("DROP TABLE {table}"));
                }
            }
        };
        wrong("DELETE FROM entries WHERE seq = 20", "entry 20");
        wrong("DELETE FROM records WHERE entry_id = (SELECT id FROM entries WHERE seq = 7)", "entry 7");
        wrong(&format!("DELETE FROM entries WHERE seq = {last}"), "counter entries");
        wrong(&format!("DELETE FROM entries WHERE seq = {last}"), "checkpoint");
        wrong("DELETE FROM counters WHERE name = 'entries'", "counter entries");
        let swap = "UPDATE records SET sealed = (SELECT r.sealed FROM records r JOIN entries e ON e.id = r.entry_id WHERE e.seq = 31)
             WHERE entry_id = (SELECT id FROM entries WHERE seq = 30)";
        wrong(swap, "entry 30");
        wrong(
            "UPDATE entries SET leaf = (SELECT e.leaf FROM entries e WHERE e.seq = 41) WHERE seq = 40",
            "entry 40",
        );
        // An insider who also deletes the tiles and lets them be made anew is caught by the checkpoint.
        let consents = "SELECT CAST(seq AS TEXT) AS value FROM entries WHERE leaf LIKE '%\"kind\":\"consent\"%' ORDER BY seq";
        let edited = texts(&w.house.url, consents).remove(0);
        w.sql(&format!("UPDATE entries SET leaf = REPLACE(leaf, '\"kind\":\"consent\"', '\"kind\":\"request\"') WHERE seq = {edited}"));
        std::fs::remove_dir_all(w.house.log_dir().join("tile")).unwrap();
        let found = inspected(w);
        assert!(
            names(&found, &["checkpoint".to_owned()]) && names(&found, &[format!("entry {edited}")]),
            "{found:?}"
        );
    });
}

#[test]
fn the_command_says_what_is_wrong_by_its_exit_code_in_words_and_in_json() {
    each_engine(|house| {
        let site = Site::new(house, 3);
        let run = |arguments: &[&str]| {
            let out = site.dongui(&site.house).args(arguments).output().unwrap();
            (out.status.code(), String::from_utf8(out.stdout).unwrap())
        };
        assert_eq!(run(&["doctor"]).0, Some(0), "publishes");
        let (code, said) = run(&["audit", "fsck"]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.ends_with("everything is as it was recorded\n"), "{said}");
        let (name, _) =
            files(&site.house.log_dir()).into_iter().find(|(n, _)| n.starts_with("tile/0/")).unwrap();
        let tile = site.house.log_dir().join(&name);
        let mut bytes = std::fs::read(&tile).unwrap();
        bytes[40] ^= 1;
        std::fs::write(&tile, bytes).unwrap();
        let (code, said) = run(&["audit", "fsck"]);
        assert!(code == Some(1) && said.contains(&format!("`{name}` does not hold")), "{said}");
        let (code, said) = run(&["audit", "fsck", "--json"]);
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(
            (code, &said["sound"], &said["wrong"][0]["place"]),
            (Some(1), &false.into(), &name.into())
        );
    });
}

#[test]
fn an_inspection_beside_a_server_that_records_numbers_and_erases_finds_nothing_wrong() {
    World::each(|w| {
        let mina = lived(w);
        let jan = w.subscriber("jan");
        let done = AtomicBool::new(false);
        std::thread::scope(|s| {
            let over = Over(&done);
            s.spawn(|| {
                for n in 0.. {
                    if n % 2 == 0 {
                        jan.pauses()
                    } else {
                        jan.resumes()
                    };
                    if n % 5 == 0 {
                        w.broker().erase(mina, Ground::Operator).unwrap();
                    }
                    w.broker().sequence().unwrap();
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
            for _ in 0..8 {
                let found = w.broker().inspect(&mut |_, _| {});
                assert!(found.as_ref().unwrap().is_sound(), "{found:?}");
            }
            drop(over);
        });
    });
}
