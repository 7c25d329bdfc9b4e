//! Everything tested from outside, in one binary. Deliberately absent: unit tests, which live beside what they test.
//!
//! Stories (`support` is what they are told with) run the real parts on both engines; the other modules read the sources.
#[cfg(test)]
mod account;
#[cfg(test)]
mod aftermath;
#[cfg(test)]
mod app;
#[cfg(test)]
mod approve;
#[cfg(test)]
mod attack;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod breach;
#[cfg(test)]
mod bulk;
#[cfg(test)]
mod camara;
#[cfg(test)]
mod carry;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod certificates;
#[cfg(test)]
mod chains;
#[cfg(test)]
mod consent;
#[cfg(test)]
mod console;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod destroyed;
#[cfg(test)]
mod disclose;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod emergency;
#[cfg(test)]
mod entry;
#[cfg(test)]
mod erase;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod exports;
#[cfg(test)]
mod family;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod fsck;
#[cfg(test)]
mod full;
#[cfg(test)]
mod halt;
#[cfg(test)]
mod household;
#[cfg(test)]
mod ingest;
#[cfg(test)]
mod interleave;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod leaks;
#[cfg(test)]
mod learnt;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod linking;
#[cfg(test)]
mod links;
#[cfg(test)]
mod login;
#[cfg(test)]
mod mcp;
#[cfg(test)]
mod model;
#[cfg(test)]
mod mutated;
#[cfg(test)]
mod never;
#[cfg(test)]
mod nonces;
#[cfg(test)]
mod often;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod people;
#[cfg(test)]
mod places;
#[cfg(test)]
mod population;
#[cfg(test)]
mod published;
#[cfg(test)]
mod purge;
#[cfg(test)]
mod race;
#[cfg(test)]
mod receipt;
#[cfg(test)]
mod recycled;
#[cfg(test)]
mod refuse;
#[cfg(test)]
mod refusing;
#[cfg(test)]
mod registry;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod retained;
#[cfg(test)]
mod rooms;
#[cfg(test)]
mod roots;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod routine;
#[cfg(test)]
mod screens;
#[cfg(test)]
mod server;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod stop;
#[cfg(test)]
mod support;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod telling;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod together;
#[cfg(test)]
mod token;
#[cfg(test)]
mod touched;
#[cfg(test)]
mod twins;
#[cfg(test)]
mod verify;
#[cfg(test)]
mod visit;
#[cfg(test)]
mod witness;
#[cfg(test)]
mod yearly;
