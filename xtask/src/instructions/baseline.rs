//! What the encoders took when somebody last wrote it down: a line for each case.

use std::fmt;

use anyhow::{Context, Result};

const HEAD: &str = "\
# Instructions for one record, as `cargo xtask instructions` counts them. A rise over 3 % fails.
# To renew, after a look at why: `cargo xtask instructions --bless`.
# machine  rustc    case              instructions
";

/// A rise over so much fails.
const PER_CENT: u64 = 3;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) arch: String,
    pub(super) rustc: String,
    pub(super) case: String,
    pub(super) count: u64,
}

#[derive(Debug, PartialEq)]
pub(super) struct Baseline(Vec<Row>);

/// What to print, and whether it is a failure.
#[derive(Debug)]
pub(super) enum Verdict {
    Passed(String),
    Failed(String),
}

impl Baseline {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        lines.map(|line| row(line).with_context(|| format!("no baseline: {line:?}"))).collect()
    }

    /// These instead of all of the same machine.
    pub(super) fn replace(&mut self, arch: &str, rows: Vec<Row>) {
        self.0.retain(|row| row.arch != arch);
        self.0.extend(rows);
    }

    pub(super) fn compare(&self, arch: &str, rustc: &str, counts: &[(String, u64)]) -> Verdict {
        let of_arch: Vec<_> = self.0.iter().filter(|row| row.arch == arch).collect();
        let mut lines = vec![format!("{:<18}{:>10}{:>10}", "case", "before", "now")];
        let mut failures = Vec::new();
        for (case, now) in counts {
            let row = of_arch.iter().find(|row| row.rustc == rustc && row.case == *case);
            let before = row.map_or_else(|| "-".to_owned(), |row| row.count.to_string());
            let change = match row {
                Some(row) if now * 100 > row.count * (100 + PER_CENT) => {
                    failures.push(format!("{case} rose by more than {PER_CENT} %"));
                    "  ROSE"
                }
                Some(row) if now * (100 + PER_CENT) < row.count * 100 => {
                    "  fell: to keep it there, --bless"
                }
                Some(_) => "",
                None => {
                    failures.push(format!("{case} is not in the baseline"));
                    ""
                }
            };
            lines.push(format!("{case:<18}{before:>10}{now:>10}{change}"));
        }
        let gone = of_arch.iter().filter(|row| counts.iter().all(|(case, _)| row.case != *case));
        failures.extend(gone.map(|row| format!("{} is no longer counted", row.case)));

        if of_arch.is_empty() {
            failures.clear();
            lines.push(format!("NOTHING was compared: the baseline has no {arch}"));
        } else if of_arch.iter().any(|row| row.rustc != rustc) {
            failures = vec![format!("the baseline is of another rustc than {rustc}")];
        }
        let failed = !failures.is_empty();
        lines.extend(failures.into_iter().map(|failure| format!("FAILED: {failure}")));
        if failed {
            lines.push("If it is meant: cargo xtask instructions --bless".to_owned());
        }
        let text = lines.join("\n") + "\n";
        if failed { Verdict::Failed(text) } else { Verdict::Passed(text) }
    }
}

impl FromIterator<Row> for Baseline {
    fn from_iter<I: IntoIterator<Item = Row>>(rows: I) -> Self {
        Self(rows.into_iter().collect())
    }
}

fn row(line: &str) -> Option<Row> {
    let words: Vec<_> = line.split_whitespace().collect();
    let [arch, rustc, case, count] = words[..] else { return None };
    let [arch, rustc, case] = [arch, rustc, case].map(str::to_owned);
    Some(Row { arch, rustc, case, count: count.parse().ok()? })
}

impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        for Row { arch, rustc, case, count } in &self.0 {
            writeln!(f, "{arch:<10} {rustc:<8} {case:<18}{count:>8}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Passed(text) | Self::Failed(text)) = self;
        f.write_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline() -> Baseline {
        Baseline::parse("# a comment\n\nx 1.95.0 encode 1000\nx 1.95.0 decode 2000\n").unwrap()
    }

    fn compare(arch: &str, rustc: &str, counts: &[(&str, u64)]) -> Verdict {
        let counts: Vec<_> = counts.iter().map(|(case, n)| ((*case).to_owned(), *n)).collect();
        baseline().compare(arch, rustc, &counts)
    }

    #[track_caller]
    fn fails(verdict: &Verdict, why: &str) {
        assert!(matches!(verdict, Verdict::Failed(text) if text.contains(why)), "{verdict}");
    }

    #[test]
    fn it_reads_what_it_writes() {
        assert_eq!(Baseline::parse(&baseline().to_string()).unwrap(), baseline());
        assert!(Baseline::parse("x 1.95.0 encode\n").is_err());
        assert!(Baseline::parse("x 1.95.0 encode many\n").is_err());
    }

    #[test]
    fn three_per_cent_pass_and_no_more() {
        let passed = compare("x", "1.95.0", &[("encode", 1030), ("decode", 1000)]);
        assert!(matches!(&passed, Verdict::Passed(text) if text.contains("fell")), "{passed}");
        fails(&compare("x", "1.95.0", &[("encode", 1031), ("decode", 2000)]), "encode rose");
    }

    #[test]
    fn what_is_not_compared_is_no_pass() {
        let all = [("encode", 1000), ("decode", 2000)];
        fails(&compare("x", "1.96.0", &all), "another rustc than 1.96.0");
        fails(&compare("x", "1.95.0", &all[..1]), "decode is no longer counted");
        let more = [all[0], all[1], ("batch", 1)];
        fails(&compare("x", "1.95.0", &more), "batch is not in the baseline");
    }

    #[test]
    fn another_machine_is_said_to_be_another() {
        let other = compare("y", "1.95.0", &[("encode", 9_000)]);
        assert!(
            matches!(&other, Verdict::Passed(text) if text.contains("NOTHING was compared")),
            "{other}"
        );
    }

    #[test]
    fn what_is_written_down_anew_replaces_this_machine_alone() {
        let row = |arch: &str, case: &str| Row {
            arch: arch.to_owned(),
            rustc: "1.96.0".to_owned(),
            case: case.to_owned(),
            count: 1,
        };
        let mut both: Baseline = [row("x", "a"), row("y", "b")].into_iter().collect();
        both.replace("x", vec![row("x", "c")]);
        assert_eq!(both, [row("y", "b"), row("x", "c")].into_iter().collect());
    }
}
