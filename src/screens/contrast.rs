//! Colours as a theme names them, and how well one is read on another (WCAG 2.2). Deliberately absent: alpha, names of colours, other
//! notations; what a checker cannot be sure of it does not take.
use std::fmt;

/// A colour of sRGB, eight bits a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour([u8; 3]);

impl Colour {
    pub const BLACK: Colour = Colour([0; 3]);
    pub const WHITE: Colour = Colour([255; 3]);

    /// Reads `#rrggbb`.
    pub fn parse(text: &str) -> Option<Colour> {
        let hex =
            text.strip_prefix('#').filter(|h| h.len() == 6 && h.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let [_, r, g, b] = u32::from_str_radix(hex, 16).ok()?.to_be_bytes();
        Some(Colour([r, g, b]))
    }

    /// Relative luminance (WCAG 2.2, definition of `relative luminance`).
    fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Contrast ratio with another colour, 1 to 21 (WCAG 2.2, definition of `contrast ratio`).
    pub fn contrast(self, other: Colour) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// This colour, moved towards black or white no further than needed to be read on `ground` at `ratio`.
    pub fn until(self, ground: Colour, ratio: f64) -> Colour {
        let towards = if ground.contrast(Colour::BLACK) > ground.contrast(Colour::WHITE) {
            Colour::BLACK
        } else {
            Colour::WHITE
        };
        let mixed = |part: u16| {
            let mix = |from: u8, to: u8| {
                let (from, to) = (u16::from(from), u16::from(to));
                u8::try_from((from * (100 - part) + to * part) / 100).unwrap_or(to as u8)
            };
            let ([a, b, c], [x, y, z]) = (self.0, towards.0);
            Colour([mix(a, x), mix(b, y), mix(c, z)])
        };
        (0..=100).map(mixed).find(|c| c.contrast(ground) >= ratio).unwrap_or(towards)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_contrasts_that_the_guideline_names_come_out() {
        let of = |a: &str, b: &str| Colour::parse(a).unwrap().contrast(Colour::parse(b).unwrap());
        assert!((of("#000000", "#ffffff") - 21.0).abs() < 1e-9);
        assert!((of("#777777", "#ffffff") - 4.478).abs() < 0.001, "the grey that just fails");
        assert!((of("#767676", "#ffffff") - 4.542).abs() < 0.001, "the grey that just passes");
        for text in ["", "#fff", "#ffffff0", "ffffff", "#gggggg", "red", "#+12345"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn contrast_is_the_same_both_ways_and_what_is_moved_can_be_read(a in any::<[u8; 3]>(), b in any::<[u8; 3]>()) {
            let (a, b) = (Colour(a), Colour(b));
            prop_assert_eq!(a.contrast(b), b.contrast(a));
            prop_assert!((1.0..=21.0).contains(&a.contrast(b)));
            prop_assert!(a.until(b, 4.5).contrast(b) >= 4.5);
            prop_assert_eq!(Colour::parse(&a.to_string()), Some(a));
        }
    }
}
