//! The decision. Deliberately absent: rows, keys, clock: a decision is a pure function of the scene.
