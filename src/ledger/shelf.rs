//! Where the files of a bundle lie: a directory, or memory. Deliberately absent: archives; pack the directory.
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Reads the files of a bundle.
pub trait Shelf {
    /// The names of everything there, also of what does not belong.
    fn names(&self) -> io::Result<Vec<String>>;
    /// Opens a file.
    fn open(&self, name: &str) -> io::Result<Box<dyn BufRead + '_>>;
}

/// Takes the files of a bundle.
pub trait Sink {
    /// Appends to a file, which begins with the first call.
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Makes everything durable.
    fn close(&mut self) -> io::Result<()>;
}

impl Shelf for BTreeMap<String, Vec<u8>> {
    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.keys().cloned().collect())
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn BufRead + '_>> {
        self.get(name)
            .map(|bytes| Box::new(bytes.as_slice()) as Box<dyn BufRead + '_>)
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Sink for BTreeMap<String, Vec<u8>> {
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.entry(name.to_owned()).or_default().extend_from_slice(bytes);
        Ok(())
    }

    fn close(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A directory to read.
#[derive(Debug)]
pub struct Dir<'p>(pub &'p Path);

impl Shelf for Dir<'_> {
    fn names(&self) -> io::Result<Vec<String>> {
        fs::read_dir(self.0)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn BufRead + '_>> {
        Ok(Box::new(BufReader::with_capacity(1 << 16, File::open(self.0.join(name))?)))
    }
}

/// A directory to fill.
#[derive(Debug)]
pub struct NewDir {
    path: PathBuf,
    files: BTreeMap<String, BufWriter<File>>,
}

impl NewDir {
    /// Makes the directory, or takes an empty one.
    pub fn create(path: &Path) -> io::Result<NewDir> {
        fs::create_dir_all(path)?;
        if fs::read_dir(path)?.next().is_some() {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        Ok(NewDir { path: path.to_owned(), files: BTreeMap::new() })
    }
}

impl Sink for NewDir {
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if let Some(file) = self.files.get_mut(name) {
            return file.write_all(bytes);
        }
        let mut file = BufWriter::with_capacity(1 << 16, File::create_new(self.path.join(name))?);
        file.write_all(bytes)?;
        self.files.insert(name.to_owned(), file);
        Ok(())
    }

    fn close(&mut self) -> io::Result<()> {
        for file in self.files.values_mut() {
            file.flush()?;
            file.get_ref().sync_all()?;
        }
        self.files.clear();
        File::open(&self.path)?.sync_all()
    }
}
