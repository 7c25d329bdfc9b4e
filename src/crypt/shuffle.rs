//! A secret order of numbers: whoever reads a set of shuffled numbers and does not have the key learns of whom it is no more than that. Deliberately
//! absent: what the numbers stand for.
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::sync::Arc;

/// Numbers that are shuffled among each other: as many as a container of a Roaring bitmap holds, so that a set stays as dense as it was.
pub const BLOCK: usize = 1 << 16;

/// An order of 0 to `BLOCK` - 1, one for each key. Fisher and Yates's, with the key stream of ChaCha20 (RFC 8439) for dice; a place is drawn from 32 bits
/// by multiplication, uneven by less than 2⁻¹⁶ of itself. `None` only if the cipher does not take a key of 32 bytes.
pub fn order(key: &[u8; 32]) -> Option<Arc<[u16]>> {
    let key = LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key).ok()?);
    let mut stream = vec![0u8; BLOCK * 4];
    // What is sealed of zeros is the key stream; under each key it is taken once.
    let nonce = Nonce::assume_unique_for_key([0; NONCE_LEN]);
    let _tag = key.seal_in_place_separate_tag(nonce, Aad::empty(), &mut stream).ok()?;
    let mut order: Vec<u16> = (0..=u16::MAX).collect();
    let (dice, _) = stream.as_chunks::<4>();
    for (last, die) in (1..BLOCK).rev().zip(dice) {
        let place = (u64::from(u32::from_le_bytes(*die)) * (last as u64 + 1)) >> 32;
        order.swap(last, place as usize);
    }
    Some(order.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_once_and_every_key_has_its_own_order() {
        let orders = [[1; 32], [2; 32]].map(|key| order(&key).unwrap());
        for order in &orders {
            let mut sorted = order.to_vec();
            sorted.sort_unstable();
            assert!(sorted.iter().enumerate().all(|(i, n)| i == usize::from(*n)));
        }
        assert_eq!(orders[0], order(&[1; 32]).unwrap());
        let alike = orders[0].iter().zip(orders[1].iter()).filter(|(a, b)| a == b).count();
        let stayed = orders[0].iter().enumerate().filter(|(i, n)| *i == usize::from(**n)).count();
        // One is expected of either; more than ten come once in ten million keys.
        assert!(alike <= 10 && stayed <= 10, "{alike} {stayed}");
    }
}
