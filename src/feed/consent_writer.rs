//! Consents as lines of a file, as `consents` reads them. Deliberately absent: which ones.
use super::LINE_LIMIT;
use super::consents::TEXT;
use super::reader::Format;
use crate::domain::consent::Carried;
use crate::domain::consent::line::{COLUMNS, Line, Words};
use std::borrow::Cow;
use std::io::Write;

/// Writes a file of consents.
pub struct ConsentWriter<W: Write> {
    out: W,
    format: Format,
    line: Vec<u8>,
}

impl<W: Write> std::fmt::Debug for ConsentWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsentWriter").field("format", &self.format).finish_non_exhaustive()
    }
}

impl<W: Write> ConsentWriter<W> {
    /// Begins the file.
    ///
    /// # Errors
    /// The sink's.
    pub fn new(mut out: W, format: Format) -> std::io::Result<ConsentWriter<W>> {
        if format == Format::Csv {
            writeln!(out, "{}", COLUMNS.join(","))?;
        }
        Ok(ConsentWriter { out, format, line: Vec::new() })
    }

    /// Writes one line. A line that would be too long to be read again goes without the text of its words.
    ///
    /// # Errors
    /// The sink's.
    pub fn write(&mut self, one: &Line) -> std::io::Result<()> {
        self.put(one)?;
        if self.line.len() > LINE_LIMIT
            && let Line::Act(act) = one
        {
            self.put(&Line::Act(Carried { words: None, ..act.clone() }))?;
        }
        self.out.write_all(&self.line)
    }

    fn put(&mut self, one: &Line) -> std::io::Result<()> {
        self.line.clear();
        let (format, line) = (self.format, &mut self.line);
        one.write(|words| match format {
            Format::Csv => csv_line(words, line),
            Format::Ndjson => json_line(words, line),
        })
    }

    /// Ends the file and gives the sink back.
    ///
    /// # Errors
    /// The sink's.
    pub fn finish(mut self) -> std::io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

fn csv_line(words: &Words<'_>, line: &mut Vec<u8>) -> std::io::Result<()> {
    let mut csv = csv::Writer::from_writer(line);
    for (i, word) in words.iter().enumerate() {
        match i {
            TEXT => csv.write_field(escaped(word).as_bytes())?,
            _ => csv.write_field(word)?,
        }
    }
    csv.write_record(None::<&[u8]>)?;
    csv.flush()
}

fn json_line(words: &Words<'_>, line: &mut Vec<u8>) -> std::io::Result<()> {
    let mut before = '{';
    for (column, word) in COLUMNS.iter().zip(words).filter(|(_, word)| !word.is_empty()) {
        write!(line, "{before}\"{column}\":")?;
        match *column {
            "edition" => line.extend_from_slice(word.as_bytes()),
            _ => serde_json::to_writer(&mut *line, word)?,
        }
        before = ',';
    }
    line.extend_from_slice(b"}\n");
    Ok(())
}

fn escaped(text: &str) -> Cow<'_, str> {
    if text.contains(['\\', '\n', '\r']) {
        Cow::Owned(text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::ConsentReader;

    #[test]
    fn what_is_written_in_either_format_reads_the_same() {
        let head = "subscriber,recipient,purpose,category,act,precision,until,notice,valid_at,provenance";
        let line = format!(
            "+4915550100000,rcp_{},dpv:ServicePersonalisation,location.zone,grant,city,2026-12-01T00:00:00Z,{},2026-01-02T03:04:05.000006Z,explicit",
            "0".repeat(32),
            "ab".repeat(32)
        );
        let read = |text: &str| {
            let mut out = Vec::new();
            let reader = ConsentReader::new(text.as_bytes(), None).unwrap();
            reader
                .drain(|_, one| -> Result<(), ()> {
                    out.push(one.unwrap());
                    Ok(())
                })
                .unwrap();
            out
        };
        let Line::Act(mut act) = read(&format!("{head}\n{line}\n")).remove(0) else { panic!() };
        act.words = Some(("en".to_owned(), "May \"it\", please?\nYes \\ no\r\n".to_owned()));
        act.edition = 3;
        let one = Line::Act(act);
        for format in [Format::Csv, Format::Ndjson] {
            let mut writer = ConsentWriter::new(Vec::new(), format).unwrap();
            writer.write(&one).unwrap();
            writer.write(&one).unwrap();
            let text = String::from_utf8(writer.finish().unwrap()).unwrap();
            let back = read(&text);
            assert_eq!(back.len(), 2, "{text}");
            assert!(back.iter().all(|b| *b == one), "{text}");
        }
    }
}
