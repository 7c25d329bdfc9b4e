//! What a hostile recipient can work out: pure maths from what it received, or knows from elsewhere, to a figure. Deliberately absent: how it asks
//! (`cli::privacy`), geometry (areas come in with the areas they lie in), and anything that the broker itself would use.
//!
//! Measures: F. Xu, Y.-A. de Montjoye and others on unicity; the eight attacks of scikit-mobility on what an adversary may know; TF-IDF cosine linkage.
pub mod anchor;
pub mod counted;
pub mod finer;
pub mod link;
pub mod risk;
pub mod stays;
pub mod tables;
pub mod told;
pub mod unicity;
pub mod verdict;
