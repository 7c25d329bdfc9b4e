//! The migrations are twins: what SQLite is told, PostgreSQL is told too, line by line but for the words of type; and
//! `src/store/schema/` has the tables they add up to. Deliberately absent: a database (the store's own tests open both).
use crate::sources::{Text, tree};

const SQLITE: &str = "migrations/sqlite/";
const POSTGRES: &str = "migrations/postgres/";

/// A column as all three texts know it: name, type in Diesel's words, whether it may be null.
type Column = (String, String, bool);

/// A table: name, primary key, columns in order.
#[derive(Debug, Clone, PartialEq)]
struct Table {
    name: String,
    key: Vec<String>,
    columns: Vec<Column>,
}

/// A line of SQLite's twin in PostgreSQL's words.
fn translated(line: &str) -> String {
    let (code, comment) = line.split_once("--").map_or((line, None), |(a, b)| (a, Some(b)));
    let mut code = code.replace(") STRICT, WITHOUT ROWID;", ");").replace(") STRICT;", ");");
    if let Some((before, check)) = code.split_once(" CHECK (")
        && check.contains(" IN (0, 1))")
    {
        let (_, after) = check.split_once("))").unwrap_or(("", ""));
        code = format!("{}{after}", before.replace("INTEGER", "BOOLEAN"));
    }
    let code =
        code.replace("BLOB", "BYTEA").replace("INTEGER", "BIGINT").replace(" REAL", " DOUBLE PRECISION");
    comment.map_or(code.clone(), |c| format!("{code}--{c}"))
}

/// Where two twins part.
fn unlike(path: &str, sqlite: &str, postgres: &str) -> Vec<String> {
    let (ours, theirs): (Vec<_>, Vec<_>) = (sqlite.lines().collect(), postgres.lines().collect());
    let mut out = Vec::new();
    for n in 0..ours.len().max(theirs.len()) {
        let (ours, theirs) = (ours.get(n).map(|l| translated(l)), theirs.get(n).map(|l| (*l).to_owned()));
        if ours != theirs {
            let shown = |l: Option<String>| l.map_or("no line".to_owned(), |l| format!("`{}`", l.trim()));
            out.push(format!(
                "{path}:{}: SQLite's twin means {}, PostgreSQL's says {}: twins differ in words of type only (migrations/README.md)",
                n + 1,
                shown(ours),
                shown(theirs)
            ));
        }
    }
    // One lost line shifts all after it; the first difference says it.
    out.truncate(1);
    out
}

/// The two folders hold the same files, each the twin of the other.
fn compare(files: &[Text]) -> Vec<String> {
    let of = |dir: &str| {
        files.iter().filter_map(|f| Some((f.path.strip_prefix(dir)?.to_owned(), f))).collect::<Vec<_>>()
    };
    let (sqlite, postgres) = (of(SQLITE), of(POSTGRES));
    let mut out = Vec::new();
    for (have, lack, dir) in [(&sqlite, &postgres, POSTGRES), (&postgres, &sqlite, SQLITE)] {
        let alone = have.iter().filter(|(name, _)| lack.iter().all(|(other, _)| other != name));
        out.extend(alone.map(|(name, _)| {
            format!("{dir}{name} is missing: a migration is a pair (migrations/README.md)")
        }));
    }
    for (name, ours) in &sqlite {
        if let Some((_, theirs)) = postgres.iter().find(|(other, _)| other == name) {
            out.extend(unlike(&ours.path, &ours.text, &theirs.text));
        }
        for statement in statements(&ours.text)
            .iter()
            .filter(|s| s.starts_with("CREATE TABLE ") && !s.contains(") STRICT"))
        {
            let table = statement.split(' ').nth(2).unwrap_or_default();
            out.push(format!(
                "{}: table `{table}` is not STRICT: SQLite would take any type in any column",
                ours.path
            ));
        }
    }
    out
}

/// The statements of a migration, without comments, with single spaces.
fn statements(sql: &str) -> Vec<String> {
    let code: Vec<&str> = sql.lines().map(|l| l.split("--").next().unwrap_or_default()).collect();
    code.join(" ").split(';').map(|s| s.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// Splits at commas outside brackets.
fn parts(list: &str) -> Vec<String> {
    let (mut depth, mut out) = (0i32, vec![String::new()]);
    for c in list.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        match out.last_mut() {
            Some(_) if c == ',' && depth == 0 => out.push(String::new()),
            Some(last) => last.push(c),
            None => {}
        }
    }
    out.iter().map(|p| p.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|p| !p.is_empty()).collect()
}

fn column(definition: &str) -> Column {
    let words: Vec<&str> = definition.split(' ').collect();
    let kind = match words[1] {
        "BYTEA" => "Binary",
        "TEXT" => "Text",
        "BIGINT" => "BigInt",
        "BOOLEAN" => "Bool",
        "DOUBLE" => "Double",
        other => panic!(
            "column `{}` has type `{other}`, which is not one of the portable ones (migrations/README.md)",
            words[0]
        ),
    };
    let null = !definition.contains("NOT NULL") && !definition.contains("PRIMARY KEY");
    (words[0].to_owned(), kind.to_owned(), null)
}

fn created(statement: &str) -> Table {
    let (name, rest) = statement.split_once(" (").expect("a table has columns");
    let body = rest.rsplit_once(')').expect("a table's columns end").0;
    let names = |list: &str| list.trim_end_matches(')').split(", ").map(str::to_owned).collect::<Vec<_>>();
    let mut table = Table { name: name.to_owned(), key: Vec::new(), columns: Vec::new() };
    for part in parts(body) {
        match part.strip_prefix("PRIMARY KEY (") {
            Some(list) => table.key = names(list),
            None if ["UNIQUE (", "CHECK (", "FOREIGN KEY ("].iter().any(|c| part.starts_with(c)) => {}
            None => {
                table.columns.push(column(&part));
                if part.contains("PRIMARY KEY") {
                    table.key = vec![part.split(' ').next().unwrap_or_default().to_owned()];
                }
            }
        }
    }
    table
}

/// The tables that PostgreSQL's migrations add up to, in order of name.
fn migrated(files: &[Text]) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for file in files.iter().filter(|f| f.path.starts_with(POSTGRES) && f.path.ends_with("/up.sql")) {
        for statement in statements(&file.text) {
            let words: Vec<&str> = statement.split(' ').collect();
            match words.as_slice() {
                ["CREATE", "TABLE", rest @ ..] => tables.push(created(&rest.join(" "))),
                ["DROP", "TABLE", name] => tables.retain(|t| t.name != *name),
                ["ALTER", "TABLE", name, "ADD", "COLUMN", rest @ ..] => {
                    let table = tables.iter_mut().find(|t| t.name == *name).expect("a known table");
                    table.columns.push(column(&rest.join(" ")));
                }
                ["ALTER", "TABLE", name, "DROP", "COLUMN", lost] => {
                    let table = tables.iter_mut().find(|t| t.name == *name).expect("a known table");
                    table.columns.retain(|(c, ..)| c != lost);
                }
                ["CREATE" | "DROP", "INDEX" | "UNIQUE", ..] | ["INSERT" | "UPDATE" | "DELETE", ..] | [""] => {
                }
                _ => panic!(
                    "{}: `{statement}` is not understood here; teach tests/it/twins.rs what it does to a table",
                    file.path
                ),
            }
        }
    }
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    tables
}

/// The tables of `diesel::table!`, in order of name.
fn declared(source: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    for block in source.split("table! {").skip(1) {
        let (head, body) = block.split_once('{').expect("a table has a body");
        let (name, key) = head.trim().split_once(" (").expect("a table has a key");
        let columns = body.split('}').next().unwrap_or_default().split(',').filter_map(|c| {
            let (name, kind) = c.trim().split_once(" -> ")?;
            let inner = kind.strip_prefix("Nullable<").and_then(|k| k.strip_suffix('>'));
            Some((name.to_owned(), inner.unwrap_or(kind).to_owned(), inner.is_some()))
        });
        let key = key.trim_end_matches(')').split(", ").map(str::to_owned).collect();
        tables.push(Table { name: name.to_owned(), key, columns: columns.collect() });
    }
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migrations() -> Vec<Text> {
        tree(&["migrations/sqlite", "migrations/postgres"], &[".sql"])
    }

    #[test]
    fn every_migration_has_a_twin_that_says_the_same() {
        let found = compare(&migrations());
        assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    }

    #[test]
    fn the_schema_in_the_source_is_what_the_migrations_add_up_to() {
        let source: String = tree(&["src/store"], &[".rs"]).into_iter().map(|file| file.text).collect();
        let (migrated, declared) = (migrated(&migrations()), declared(&source));
        assert!(migrated.len() > 10, "the parser found {} tables only", migrated.len());
        assert_eq!(
            migrated.iter().map(|t| &t.name).collect::<Vec<_>>(),
            declared.iter().map(|t| &t.name).collect::<Vec<_>>(),
            "migrations and src/store/schema/ name different tables"
        );
        for (migrated, declared) in migrated.iter().zip(&declared) {
            assert_eq!(migrated, declared, "migrations and src/store/schema/ differ in `{}`", migrated.name);
        }
    }

    #[test]
    fn the_architecture_tells_what_each_table_holds() {
        let text = tree(&["docs"], &["architecture.md"]).pop().unwrap().text;
        let told = text.split("\n## State").nth(1).unwrap_or_default();
        let rows: Vec<&str> = told.lines().filter_map(|l| l.strip_prefix("| `")?.split('|').next()).collect();
        let mut named: Vec<&str> =
            rows.iter().flat_map(|r| r.split(['`', ',', ' '])).filter(|w| !w.is_empty()).collect();
        named.sort_unstable();
        let migrated = migrated(&migrations());
        assert_eq!(
            named,
            migrated.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(),
            "docs/architecture.md#state"
        );
    }

    #[test]
    fn what_goes_up_comes_down() {
        for file in migrations().iter().filter(|f| f.path.ends_with("/up.sql")) {
            let down = file.path.replace("/up.sql", "/down.sql");
            let down = migrations().into_iter().find(|f| f.path == down).map(|f| f.text).unwrap_or_default();
            for table in file
                .text
                .split("CREATE TABLE ")
                .skip(1)
                .map(|t| t.split_whitespace().next().unwrap_or_default())
            {
                assert!(
                    down.contains(&format!("DROP TABLE {table};")),
                    "{} makes `{table}`, its down.sql does not drop it",
                    file.path
                );
            }
        }
    }

    const UP: &str = "-- walks\nCREATE TABLE walks (\n    id BLOB NOT NULL CHECK (length(id) = 16), -- immutable\n    \
         far INTEGER NOT NULL CHECK (far IN (0, 1)), -- beyond the city\n    at INTEGER, -- us\n    PRIMARY KEY (id, far)\n) STRICT, WITHOUT ROWID;\n";
    const TWIN: &str = "-- walks\nCREATE TABLE walks (\n    id BYTEA NOT NULL CHECK (length(id) = 16), -- immutable\n    \
         far BOOLEAN NOT NULL, -- beyond the city\n    at BIGINT, -- us\n    PRIMARY KEY (id, far)\n);\n";

    fn pair(sqlite: &str, postgres: &str) -> Vec<Text> {
        [(SQLITE, sqlite), (POSTGRES, postgres)]
            .map(|(dir, text)| Text { path: format!("{dir}1_walks/up.sql"), text: text.to_owned() })
            .into()
    }

    #[test]
    fn every_way_to_part_twins_is_found() {
        assert_eq!(compare(&pair(UP, TWIN)), Vec::<String>::new());
        for (from, to) in [
            ("immutable", "mutable"),
            ("at BIGINT", "seen BIGINT"),
            ("at BIGINT", "at BIGINT NOT NULL"),
            ("far BOOLEAN", "far BIGINT"),
            ("PRIMARY KEY (id, far)", "PRIMARY KEY (far, id)"),
            ("    at BIGINT, -- us\n", ""),
            ("-- walks\n", "-- walks\n-- of dogs\n"),
        ] {
            assert!(TWIN.contains(from));
            assert_eq!(compare(&pair(UP, &TWIN.replace(from, to))).len(), 1, "{from} -> {to}");
        }
        assert_eq!(compare(&pair(&UP.replace(") STRICT, WITHOUT ROWID;", ");"), TWIN)).len(), 1);
        assert_eq!(compare(&pair(UP, TWIN)[..1]).len(), 1);
    }

    #[test]
    fn tables_are_read_alike_from_migrations_and_source() {
        let source = "diesel::table! {\n    walks (id, far) {\n        id -> Binary,\n        far -> Bool,\n        at -> Nullable<BigInt>,\n    }\n}\n";
        assert_eq!(migrated(&pair(UP, TWIN)), declared(source));
        assert_ne!(migrated(&pair(UP, TWIN)), declared(&source.replace("Nullable<BigInt>", "BigInt")));
        let later =
            [TWIN, "ALTER TABLE walks ADD COLUMN dog TEXT;\nALTER TABLE walks DROP COLUMN at;\n"].concat();
        assert_eq!(migrated(&pair(UP, &later))[0].columns[2], ("dog".to_owned(), "Text".to_owned(), true));
    }
}
