//! What stories are told with: a world on either engine, its actors, its doors. Deliberately absent: what they must hold (the stories).
pub mod actors;
pub mod answers;
pub mod authority;
pub mod browser;
pub mod canary;
pub mod disk;
pub mod door;
pub mod hand;
pub mod house;
pub mod linker;
pub mod lives;
pub mod program;
pub mod provider;
pub mod receiver;
pub mod rows;
pub mod served;
pub mod site;
pub mod watcher;
pub mod world;

pub use actors::{Client, Provider, Subscriber};
pub use world::World;

use dongui::domain::category::{Category, Precision};
use dongui::domain::purpose::Purpose;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends what runs beside a story when the story is over, and also when it fails.
pub struct Over<'a>(pub &'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// The assistant's purpose.
pub const ASSISTANT: Purpose = Purpose::ProvidePersonalisedRecommendations;
/// What who is counted among many says yes to.
pub const RESEARCH: Purpose = Purpose::ResearchAndDevelopment;
/// Short names for what is asked most.
pub const ZONE: Category = Category::LocationZone;
pub const CITY: Precision = Precision::City;
pub const R6: Precision = Precision::ZoneR6;
pub const R7: Precision = Precision::ZoneR7;

/// The middle of Munich, degrees WGS 84.
pub const MUNICH: (f64, f64) = (48.137, 11.575);
/// Another part of it, in another cell of resolution 6.
pub const PASING: (f64, f64) = (48.150, 11.460);
/// On an island in the Baltic Sea: no neighbour is ever in its region.
pub const ISLAND: (f64, f64) = (54.42, 13.43);
