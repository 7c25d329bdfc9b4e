//! Transparency log: maths and formats that verify offline. Deliberately absent: the store.
