//! How the site of a network looks beyond its words: its logo, and its accent colour with what must hold
//! for people to read it (WCAG 2.2, 1.4.3 and 1.4.11).

use std::fmt;

/// Least contrast of text with what it stands on (WCAG 2.2, 1.4.3).
pub const CONTRAST_MIN: f64 = 4.5;
/// Contrast that a derived accent has with the dark paper: calmer than the least, not glaring.
const CONTRAST_DERIVED: f64 = 7.0;
/// Step in which a colour is made lighter or darker until it can be read.
const STEP: f64 = 0.04;

/// What the accent stands on by day: the paper of pages, and the sheet of their foot.
pub const DAY: [Colour; 2] = [Colour::rgb(0xfb, 0xfa, 0xf6), Colour::rgb(0xf1, 0xee, 0xe5)];
/// What it stands on by night.
pub const NIGHT: [Colour; 2] = [Colour::rgb(0x12, 0x18, 0x1e), Colour::rgb(0x1a, 0x22, 0x2a)];
/// Shares of the accent in its tint, by day and by night.
const TINT_DAY: f64 = 0.11;
const TINT_NIGHT: f64 = 0.16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    pub day: Colour,
    pub night: Colour,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// The accent; `None` for the one that the site has of itself.
    pub accent: Option<Accent>,
    /// The logo, an SVG document.
    pub logo: Option<String>,
}

impl Colour {
    pub const WHITE: Self = Self::rgb(0xff, 0xff, 0xff);
    pub const BLACK: Self = Self::rgb(0, 0, 0);

    const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Reads `#0f5c63`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let [_, red, green, blue] = u32::from_str_radix(hex, 16).ok()?.to_be_bytes();
        Some(Self { red, green, blue })
    }

    pub const fn of_bytes([red, green, blue]: [u8; 3]) -> Self {
        Self { red, green, blue }
    }

    pub const fn bytes(self) -> [u8; 3] {
        [self.red, self.green, self.blue]
    }

    /// The colour with a share of another in it, from 0 (itself) to 1 (the other).
    #[must_use]
    pub fn mix(self, other: Self, share: f64) -> Self {
        let part = |own: u8, others: u8| {
            let mixed = f64::from(own).mul_add(1.0 - share, f64::from(others) * share).round().clamp(0.0, 255.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
            let byte = mixed as u8;
            byte
        };
        Self::rgb(part(self.red, other.red), part(self.green, other.green), part(self.blue, other.blue))
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |byte: u8| {
            let part = f64::from(byte) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// Contrast with another colour, from 1 to 21 (WCAG 2.2).
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    pub fn contrast_on(self, grounds: &[Self]) -> f64 {
        grounds.iter().map(|ground| self.contrast(*ground)).fold(21.0, f64::min)
    }

    pub fn grounds_day(self) -> [Self; 3] {
        let [paper, sheet] = DAY;
        [paper, sheet, paper.mix(self, TINT_DAY)]
    }

    pub fn grounds_night(self) -> [Self; 3] {
        let [paper, sheet] = NIGHT;
        [paper, sheet, paper.mix(self, TINT_NIGHT)]
    }

    /// The colour nearest to it, on the way to black, that can be read by day.
    #[must_use]
    pub fn readable_by_day(self) -> Self {
        self.towards(Self::BLACK, |colour| colour.contrast_on(&colour.grounds_day()) >= CONTRAST_MIN)
    }

    /// The colour nearest to it, on the way to white, that is read with ease by night.
    #[must_use]
    pub fn readable_by_night(self) -> Self {
        self.towards(Self::WHITE, |colour| {
            let [paper, _] = NIGHT;
            colour.contrast(paper) >= CONTRAST_DERIVED && colour.contrast_on(&colour.grounds_night()) >= CONTRAST_MIN
        })
    }

    fn towards(self, end: Self, is_enough: impl Fn(Self) -> bool) -> Self {
        let mut share = 0.0;
        while share < 1.0 {
            let colour = self.mix(end, share);
            if is_enough(colour) {
                return colour;
            }
            share += STEP;
        }
        end
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((Colour::BLACK.contrast(Colour::WHITE) - 21.0).abs() < 1e-9);
        assert!((colour("#767676").contrast(Colour::WHITE) - 4.54).abs() < 0.01, "the grey that just passes");
        assert_eq!(colour("#0f5c63").to_string(), "#0f5c63");
        for bad in ["0f5c63", "#0f5c6", "#0f5c6g", "teal", "#0f5c633"] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn any_colour_has_one_that_can_be_read() {
        for text in ["#ffffff", "#000000", "#ffd400", "#ff0000", "#8ecae6", "#6a3d9a", "#0f5c63", "#7f7f7f"] {
            let (day, night) = (colour(text).readable_by_day(), colour(text).readable_by_night());
            assert!(day.contrast_on(&day.grounds_day()) >= CONTRAST_MIN, "{text} {day}");
            assert!(night.contrast_on(&night.grounds_night()) >= CONTRAST_MIN, "{text} {night}");
        }
        assert_eq!(colour("#0f5c63").readable_by_day(), colour("#0f5c63"), "one that can be read stays");
    }
}
