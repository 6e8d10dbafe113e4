//! `expire = "30d"`.

const UNITS: [(&str, u64); 6] = [
    ("w", 7 * 24 * 3_600_000),
    ("d", 24 * 3_600_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

const HOW: &str = "write numbers with the units `w`, `d`, `h`, `m`, `s` or `ms`, largest first, \
                   such as \"30d\" or \"1h30m\"";

/// What a lifetime can be given to.
pub(crate) struct Mortal {
    name: &'static str,
    /// In milliseconds.
    longest: u64,
}

/// The server adds the time now, and must stay within 63 bits.
pub(crate) const HASH: Mortal = Mortal { name: "hash", longest: u64::MAX / 4 };
/// Here, within 46: it refuses what is later, after the rest is written. Half of that leaves the
/// other half, a thousand years, to the time now.
pub(crate) const FIELD: Mortal = Mortal { name: "field", longest: 1 << 45 };

/// Milliseconds, never zero.
pub(crate) fn parse(text: &str, of: &Mortal) -> Result<u64, String> {
    let wrong = |why: &str| format!("{text:?} {why}: {HOW}");
    if text.starts_with('-') {
        return Err(wrong(&format!("is negative, and {}", deletes(of))));
    }
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut total = 0_u64;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, tail) = rest.split_at(digits);
        let letters = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        if number.is_empty() || unit.is_empty() {
            return Err(wrong("is no duration"));
        }
        // Each unit at most once, and in order: `units` is not rewound.
        let Some((_, factor)) = units.find(|(name, _)| *name == unit) else {
            return Err(wrong("is no duration"));
        };
        total = number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(*factor))
            .and_then(|part| total.checked_add(part))
            .filter(|total| *total <= of.longest)
            .ok_or_else(|| format!("{text:?} is longer than a server can count"))?;
        rest = tail;
    }
    match total {
        0 if text.is_empty() => Err(wrong("is no duration")),
        0 => Err(wrong(&format!("is zero, and {}", deletes(of)))),
        ms => Ok(ms),
    }
}

fn deletes(of: &Mortal) -> String {
    format!("would delete the {} as it is written", of.name)
}

#[cfg(test)]
mod tests {
    use super::{FIELD, HASH, parse};

    #[test]
    fn durations() {
        assert_eq!(parse("30d", &HASH), Ok(30 * 86_400_000));
        assert_eq!(parse("1h30m", &HASH), Ok(5_400_000));
        assert_eq!(parse("500ms", &HASH), Ok(500));
        assert_eq!(parse("1w1d1h1m1s1ms", &HASH), Ok(694_861_001));
        for bad in [
            "",
            "30",
            "d",
            "30 d",
            "30x",
            "1m1h",
            "1m1m",
            "1.5h",
            "+1h",
            "é",
            "1é",
            "-5m",
            "0s",
            "0h0m",
            "99999999999999999999d",
            "9999999999999w",
        ] {
            assert!(parse(bad, &HASH).is_err(), "{bad}");
        }
    }

    /// A server takes no field's end after 2^46 - 1, in the year 4199.
    #[test]
    fn a_field_ends_sooner() {
        assert!(parse("1000000d", &HASH).is_ok());
        assert!(parse("400000d", &FIELD).is_ok());
        assert!(parse("1000000d", &FIELD).is_err());
    }
}
