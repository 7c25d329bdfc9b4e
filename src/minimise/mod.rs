//! The only maker of `Context`. Deliberately absent: storage, HTTP; nothing here runs without a `Permit`.
