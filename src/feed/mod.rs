//! Feed files and streams, line by line. Deliberately absent: resolving, folding, storage.
