//! The only way from a permit to an item. The permit is consumed: a second answer needs a second decision.
//!
//! A caller asks `wanted`, loads those crowds and the subscriber's release ledger since `budget::horizon`, calls `apply`, and
//! adds the item's `released` to the list before it applies the next permit of the same request. What the token budget drops
//! afterwards (`Context::items`) is neither charged nor recorded.
