//! A file system of a few megabytes, in memory, that can be filled to the last byte. Mounting it needs root. Deliberately absent: what is on it.
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Goes with everything on it.
pub struct Disk {
    pub path: PathBuf,
    _under: TempDir,
}

impl Disk {
    /// One of so many MiB.
    pub fn of(mib: u32) -> Disk {
        let under = tempfile::tempdir().unwrap();
        let size = format!("size={mib}m");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(under.path()).status();
        assert!(mounted.is_ok_and(|s| s.success()), "a small disk is mounted by root: run this as root");
        Disk { path: under.path().to_owned(), _under: under }
    }

    /// Bytes that are free.
    pub fn free(&self) -> u64 {
        let out = Command::new("stat").args(["-f", "-c", "%a %S"]).arg(&self.path).output().unwrap();
        let text = String::from_utf8(out.stdout).unwrap();
        let (blocks, size) = text.trim().split_once(' ').unwrap();
        blocks.parse::<u64>().unwrap() * size.parse::<u64>().unwrap()
    }

    /// Somebody else takes all but so many bytes.
    pub fn fills_but(&self, left: u64) {
        let mut file = std::fs::File::options().append(true).create(true).open(self.filler()).unwrap();
        let piece = vec![1; 4096];
        while self.is_more_than(left) {
            let many = if left == 0 { 1 } else { (self.free().saturating_sub(left) / 4096).max(1) };
            for _ in 0..many {
                if file.write_all(&piece).is_err() {
                    return;
                }
            }
        }
    }

    fn is_more_than(&self, left: u64) -> bool {
        left == 0 || self.free() > left
    }

    /// What somebody else took is free again.
    pub fn is_emptied(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        Path::new(&self.path).join("filler")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: whoever still has a file open on it is let finish.
        let _gone = Command::new("umount").arg("--lazy").arg(&self.path).status();
    }
}
