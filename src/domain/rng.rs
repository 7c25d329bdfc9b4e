//! Randomness as an argument.

/// A source of random bytes. The machine's is in `ambient`; tests seed theirs.
pub trait Rng: Send + Sync {
    /// Fills `out`. An implementation that cannot must not return.
    fn fill(&self, out: &mut [u8]);
}

/// `N` random bytes.
pub fn bytes<const N: usize>(rng: &dyn Rng) -> [u8; N] {
    let mut out = [0; N];
    rng.fill(&mut out);
    out
}
