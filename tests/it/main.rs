//! Everything tested from outside, in one binary. Deliberately absent: unit tests, which live beside what they test.
#[cfg(test)]
mod bench;
#[cfg(test)]
mod links;
#[cfg(test)]
mod rooms;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod twins;
