//! A decimal number as a bulk string, put together in place.
//!
//! Eight digits are made at once in a register and stored as one word, over whose end the next store goes:
//! so nothing is read back that was just written, which the processor would have to wait for.

/// Room for the longest, `$20\r\n-9223372036854775808\r\n`, and for what is stored too much.
const ROOM: usize = 32;
/// The eight digits of a word, as numbers, become text with this.
const ASCII: u64 = 0x3030_3030_3030_3030;
const EIGHT: u64 = 100_000_000;

/// A decimal number as a bulk string.
#[inline]
pub(crate) fn decimal(out: &mut Vec<u8>, negative: bool, magnitude: u64) {
    #[allow(clippy::cast_possible_truncation)] // below 100
    if magnitude < 100 && !negative {
        let [tens, ones] = [b'0' + (magnitude / 10) as u8, b'0' + (magnitude % 10) as u8];
        if tens == b'0' {
            out.extend_from_slice(&[b'$', b'1', b'\r', b'\n', ones, b'\r', b'\n']);
        } else {
            out.extend_from_slice(&[b'$', b'2', b'\r', b'\n', tens, ones, b'\r', b'\n']);
        }
    } else {
        long(out, negative, magnitude);
    }
}

fn long(out: &mut Vec<u8>, negative: bool, magnitude: u64) {
    let start = out.len();
    out.extend_from_slice(&[0; ROOM]);
    let Some(room) = out.last_chunk_mut::<ROOM>() else { unreachable!("it is there") };
    let rest = magnitude / EIGHT;
    let end = if rest == 0 {
        begin(room, negative, magnitude, 0)
    } else if rest < EIGHT {
        let at = begin(room, negative, rest, 8);
        put(room, at, digits(magnitude % EIGHT), 8)
    } else {
        let at = begin(room, negative, rest / EIGHT, 16);
        let at = put(room, at, digits(rest % EIGHT), 8);
        put(room, at, digits(magnitude % EIGHT), 8)
    };
    room[end..end + 2].copy_from_slice(b"\r\n");
    out.truncate(start + end + 2);
}

/// The header, and the number's sign and one to eight first digits; `more` follow. Answers where.
#[inline]
fn begin(room: &mut [u8; ROOM], negative: bool, first: u64, more: usize) -> usize {
    let word = digits(first);
    // Zero has a digit, too.
    let zeros = (word | 1 << 56).trailing_zeros() / 8;
    let count = 8 - zeros as usize;
    let len = usize::from(negative) + count + more;
    #[allow(clippy::cast_possible_truncation)] // below 100
    let at = if len < 10 {
        room[..4].copy_from_slice(&[b'$', b'0' + len as u8, b'\r', b'\n']);
        4
    } else {
        let [tens, ones] = [b'0' + (len / 10) as u8, b'0' + (len % 10) as u8];
        room[..5].copy_from_slice(&[b'$', tens, ones, b'\r', b'\n']);
        5
    };
    // Where there is no sign, the first digit goes over it.
    room[at] = b'-';
    put(room, at + usize::from(negative), word >> (8 * zeros), count)
}

/// So many of the digits in a word. Answers where they end.
#[inline]
fn put(room: &mut [u8; ROOM], at: usize, word: u64, count: usize) -> usize {
    room[at..at + 8].copy_from_slice(&(word | ASCII).to_le_bytes());
    at + count
}

/// The eight digits of a number below 10^8, each in a byte, the first in the lowest: first halves of four
/// digits, then of two, then of one, all halves at once. (What the quotients are multiplied with is exact
/// for all of them: a test tries them.)
#[inline]
fn digits(n: u64) -> u64 {
    let fours = split(n, n / 10_000, 10_000, 32);
    let twos = split(fours, ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f, 100, 16);
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
                decimal(&mut out, negative, n);
                assert_eq!(out, format!("x${}\r\n{text}\r\n", text.len()).into_bytes());
            }
        }
    }
}
