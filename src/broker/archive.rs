//! Archives of made exports: packed, read file by file, packed anew for browsers. The same bundle gives the same bytes. Deliberately
//! absent: what is in a bundle (`ledger::bundle`).
use crate::domain::time::{At, SECOND_US};
use std::fs::File;
use std::io::{
    BufRead, BufReader, BufWriter, Error, IntoInnerError, Read, Result, Seek, SeekFrom, Write, copy,
};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Room for a file on its way, bytes.
const BLOCK: usize = 1 << 16;
/// How hard is packed, 0 to 9. Another number gives other bytes.
const LEVEL: i64 = 6;
/// Longest that a file in zip's old form may be, bytes.
const SHORT: u64 = u32::MAX as u64 - 1;

/// Packs a directory as tar: names in order, `at` as the time of every file.
pub(super) fn pack(dir: &Path, archive: &Path, at: At) -> Result<()> {
    let mut names: Vec<String> = std::fs::read_dir(dir)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    names.sort();
    let mut out = tar::Builder::new(BufWriter::with_capacity(BLOCK, File::create(archive)?));
    for name in names {
        let file = File::open(dir.join(&name))?;
        let mut header = tar::Header::new_ustar();
        header.set_size(file.metadata()?.len());
        header.set_mode(0o644);
        header.set_mtime(u64::try_from(at.unix_s()).unwrap_or(0));
        header.set_cksum();
        out.append_data(&mut header, format!("bundle/{name}"), file)?;
    }
    out.into_inner()?.into_inner().map_err(IntoInnerError::into_error)?.sync_all()
}

/// Opens one file of a packed bundle.
pub(super) fn member(archive: &Path, name: &str) -> Result<impl BufRead + use<>> {
    let wanted = format!("bundle/{name}");
    let (mut at, mut length) = (None, 0);
    for entry in tar::Archive::new(File::open(archive)?).entries_with_seek()? {
        let entry = entry?;
        if entry.path_bytes().as_ref() == wanted.as_bytes() {
            (at, length) = (Some(entry.raw_file_position()), entry.size());
        }
    }
    let at = at.ok_or_else(|| Error::from(std::io::ErrorKind::NotFound))?;
    let mut file = File::open(archive)?;
    file.seek(SeekFrom::Start(at))?;
    Ok(BufReader::with_capacity(BLOCK, file.take(length)))
}

/// The whole of a small one, `most` bytes at most.
pub(super) fn small(archive: &Path, name: &str, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    member(archive, name)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(std::io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

/// Packs a packed bundle anew as zip, in the same order with the same times.
pub(super) fn rezip(archive: &Path, to: &mut File) -> Result<()> {
    let mut out = ZipWriter::new(BufWriter::with_capacity(BLOCK, to));
    let mut files = tar::Archive::new(BufReader::with_capacity(BLOCK, File::open(archive)?));
    for entry in files.entries()? {
        let mut entry = entry?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL))
            .last_modified_time(dos(entry.header().mtime()?))
            .large_file(entry.size() > SHORT)
            .unix_permissions(0o644);
        out.start_file(name, options).map_err(Error::other)?;
        copy(&mut entry, &mut out)?;
    }
    out.finish().map_err(Error::other)?.flush()
}

/// An instant as zip writes it, to the even second; its first one where it has none so early or late.
fn dos(unix_s: u64) -> DateTime {
    let read = || {
        let text = At(i64::try_from(unix_s).ok()?.checked_mul(SECOND_US)?).rfc3339();
        let part = |from: usize, to: usize| text.get(from..to)?.parse::<u8>().ok();
        let year = text.get(..4)?.parse().ok()?;
        let (month, day) = (part(5, 7)?, part(8, 10)?);
        DateTime::from_date_and_time(year, month, day, part(11, 13)?, part(14, 16)?, part(17, 19)?).ok()
    };
    read().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_read_back_and_packed_anew_byte_for_byte() {
        let dir = tempfile::tempdir().unwrap();
        let bundle = dir.path().join("bundle");
        std::fs::create_dir(&bundle).unwrap();
        std::fs::write(bundle.join("b.txt"), "second\n".repeat(50_000)).unwrap();
        std::fs::write(bundle.join("a.txt"), "first").unwrap();
        let tar = dir.path().join("bundle.tar");
        pack(&bundle, &tar, At(1_795_533_600 * SECOND_US)).unwrap();
        assert_eq!(small(&tar, "a.txt", 5).unwrap(), b"first");
        assert!(small(&tar, "a.txt", 4).is_err() && small(&tar, "c.txt", 9).is_err());
        assert_eq!(member(&tar, "b.txt").unwrap().lines().count(), 50_000);
        let zipped = || {
            let mut out = tempfile::tempfile().unwrap();
            rezip(&tar, &mut out).unwrap();
            let mut bytes = Vec::new();
            out.rewind().unwrap();
            out.read_to_end(&mut bytes).unwrap();
            bytes
        };
        let once = zipped();
        assert_eq!(once, zipped());
        assert!(once.len() < 10_000, "{}", once.len());
        let mut read = zip::ZipArchive::new(std::io::Cursor::new(once)).unwrap();
        let names: Vec<String> =
            (0..2).map(|i| read.by_index(i).unwrap().name().unwrap().into_owned()).collect();
        assert_eq!(names, ["bundle/a.txt", "bundle/b.txt"]);
        let mut text = String::new();
        read.by_name("bundle/b.txt").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text.len(), 350_000);
    }

    #[test]
    fn an_instant_that_zip_has_no_word_for_is_its_first() {
        assert_eq!((dos(1_795_533_600).year(), dos(1_795_533_600).hour()), (2026, 15));
        assert_eq!((dos(0).year(), dos(u64::MAX).year()), (1980, 1980));
    }
}
