//! A decimal number as a bulk string, put together in place.
//!
//! Eight digits are made at once in a register and stored as one word, over whose end the next store goes:
//! so nothing is read back that was just written, which the processor would have to wait for.

use super::room::{Room, short_header};

/// The longest, `$20\r\n-9223372036854775808\r\n`, and what is stored too much.
const LONGEST: usize = 40;
/// The eight digits of a word, as numbers, become text with this.
const ASCII: u64 = 0x3030_3030_3030_3030;
const EIGHT: u64 = 100_000_000;
const MILLION: u64 = 1_000_000;

impl Room<'_> {
    /// A decimal number as a bulk string.
    pub(crate) fn decimal(mut self, negative: bool, magnitude: u64) -> Self {
        if magnitude >= EIGHT {
            return self.long_decimal(negative, magnitude);
        }
        let Some(room) = self.next() else {
            return self.make(LONGEST, move |room| room.decimal(negative, magnitude));
        };
        // Ages, counts, a script's numbers: all constant but one digit or two.
        #[allow(clippy::cast_possible_truncation)] // below 100
        if magnitude < 100 && !negative {
            let [tens, ones] = [b'0' + (magnitude / 10) as u8, b'0' + (magnitude % 10) as u8];
            if tens == b'0' {
                room[..7].copy_from_slice(&[b'$', b'1', b'\r', b'\n', ones, b'\r', b'\n']);
                return self.wrote(7);
            }
            room[..8].copy_from_slice(&[b'$', b'2', b'\r', b'\n', tens, ones, b'\r', b'\n']);
            return self.wrote(8);
        }
        let first = First::of(magnitude);
        let at = short_header(room, b'$', usize::from(negative) + first.count);
        let end = first.put(room, at, negative);
        room[end..end + 2].copy_from_slice(b"\r\n");
        self.wrote(end + 2)
    }

    #[inline(never)]
    fn long_decimal(mut self, negative: bool, magnitude: u64) -> Self {
        let rest = magnitude / EIGHT;
        if rest >= EIGHT {
            return self.longest_decimal(negative, magnitude);
        }
        let Some(room) = self.next() else {
            return self.make(LONGEST, move |room| room.long_decimal(negative, magnitude));
        };
        let first = First::of(rest);
        let at = short_header(room, b'$', usize::from(negative) + first.count + 8);
        let at = first.put(room, at, negative);
        let end = put(room, at, digits(magnitude % EIGHT), 8);
        room[end..end + 2].copy_from_slice(b"\r\n");
        self.wrote(end + 2)
    }

    #[inline(never)]
    fn longest_decimal(self, negative: bool, magnitude: u64) -> Self {
        let len = usize::from(negative) + 16 + First::of(magnitude / (EIGHT * EIGHT)).count;
        self.header(b'$', len).digits(negative, magnitude).put(b"\r\n")
    }

    /// A decimal fraction of so many millionths as a bulk string, with as few digits behind the point as it
    /// takes, but one. Below 10^14.
    pub(crate) fn millionths(mut self, negative: bool, n: u64) -> Self {
        let Some(room) = self.next() else {
            return self.make(LONGEST, move |room| room.millionths(negative, n));
        };
        let whole = First::of(n / MILLION);
        // Two zeros before them, which go.
        let word = digits(n % MILLION) >> 16;
        let zeros = (word | 1).leading_zeros() as usize / 8 - 2;
        let at = short_header(room, b'$', usize::from(negative) + whole.count + 7 - zeros);
        let point = whole.put(room, at, negative);
        room[point] = b'.';
        let end = put(room, point + 1, word, 6 - zeros);
        room[end..end + 2].copy_from_slice(b"\r\n");
        self.wrote(end + 2)
    }

    /// A decimal number, and nothing around it.
    pub(crate) fn digits(mut self, negative: bool, magnitude: u64) -> Self {
        if magnitude >= EIGHT {
            return self.long_digits(negative, magnitude);
        }
        match self.next() {
            Some(room) => {
                let end = First::of(magnitude).put(room, 0, negative);
                self.wrote(end)
            }
            None => self.make(LONGEST, move |room| room.digits(negative, magnitude)),
        }
    }

    #[inline(never)]
    fn long_digits(self, negative: bool, magnitude: u64) -> Self {
        self.digits(negative, magnitude / EIGHT).eight(magnitude % EIGHT)
    }

    fn eight(mut self, n: u64) -> Self {
        match self.next() {
            Some(room) => {
                let end = put(room, 0, digits(n), 8);
                self.wrote(end)
            }
            None => self.make(LONGEST, move |room| room.eight(n)),
        }
    }
}

/// The first digits of a number, one to eight.
struct First {
    word: u64,
    count: usize,
}

impl First {
    #[inline]
    fn of(n: u64) -> Self {
        // Most numbers are short, and so is their way.
        if n < 10_000 {
            Self::without_zeros(ones(twos(n)), 4)
        } else {
            Self::without_zeros(digits(n), 8)
        }
    }

    #[inline]
    fn without_zeros(word: u64, count: u32) -> Self {
        // Zero has a digit, too.
        let zeros = (word | 1 << (8 * (count - 1))).trailing_zeros() / 8;
        Self { word: word >> (8 * zeros), count: (count - zeros) as usize }
    }

    /// With their sign. Answers where they end.
    #[inline]
    fn put(&self, room: &mut [u8; LONGEST], at: usize, negative: bool) -> usize {
        // Where there is no sign, the first digit goes over it.
        room[at] = b'-';
        put(room, at + usize::from(negative), self.word, self.count)
    }
}

/// So many of the digits in a word. Answers where they end.
#[inline]
fn put(room: &mut [u8; LONGEST], at: usize, word: u64, count: usize) -> usize {
    room[at..at + 8].copy_from_slice(&(word | ASCII).to_le_bytes());
    at + count
}

/// The eight digits of a number below 10^8, each in a byte, the first in the lowest: first halves of four
/// digits, then of two, then of one, all halves at once. (What the quotients are multiplied with is exact
/// for all of them: a test tries them.)
#[inline]
fn digits(n: u64) -> u64 {
    ones(twos(split(n, n / 10_000, 10_000, 32)))
}

/// The two halves of each four digits.
#[inline]
fn twos(fours: u64) -> u64 {
    split(fours, ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f, 100, 16)
}

/// The two digits of each two.
#[inline]
fn ones(twos: u64) -> u64 {
    split(twos, ((twos * 103) >> 10) & 0x000f_000f_000f_000f, 10, 8)
}

/// In each part of `n`: its quotient by `by`, and above that the remainder.
#[inline]
fn split(n: u64, quotients: u64, by: u64, shift: u32) -> u64 {
    quotients | ((n - quotients * by) << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_halves_of_eight_digits() {
        for half in 0..10_000 {
            // Above and below what it may touch.
            for other in [0, 9_999] {
                for n in [half * 10_000 + other, other * 10_000 + half] {
                    let text = (digits(n) | ASCII).to_le_bytes();
                    assert_eq!(text, *format!("{n:08}").as_bytes());
                }
            }
        }
    }

    #[test]
    fn numbers_of_every_length() {
        let mut numbers = vec![0, u64::MAX];
        numbers.extend((0..20).map(|digits| 10_u64.pow(digits)).flat_map(|n| [n - 1, n, n + 1]));
        for n in numbers {
            for negative in [false, true] {
                let text = format!("{}{n}", if negative { "-" } else { "" });
                let mut out = b"x".to_vec();
                super::super::decimal(&mut out, negative, n);
                assert_eq!(out, format!("x${}\r\n{text}\r\n", text.len()).into_bytes());
            }
        }
    }
}
