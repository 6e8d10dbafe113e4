//! Contestants in turn, round by round, so that a machine that slows down slows all of them.

use std::time::{Duration, Instant};

use cpu_time::ThreadTime;

/// One way to do the thing.
pub struct Contestant<'a> {
    name: &'static str,
    /// Does it once.
    pub once: Box<dyn FnMut() + 'a>,
    /// Lays out what so many turns use up; not timed.
    prepare: Box<dyn FnMut(u32) + 'a>,
    /// Allocations of one turn, where they were counted.
    pub allocations: Option<u64>,
    wall: Vec<Duration>,
    cpu: Vec<Duration>,
}

impl<'a> Contestant<'a> {
    /// `once` does the thing once.
    pub fn new(name: &'static str, once: impl FnMut() + 'a) -> Self {
        let prepare = Box::new(|_| {});
        Self { name, once: Box::new(once), prepare, allocations: None, wall: vec![], cpu: vec![] }
    }

    /// One whose turns use something up: `prepare` lays it out for so many, before they are timed.
    #[must_use]
    pub fn prepared(self, prepare: impl FnMut(u32) + 'a) -> Self {
        Self { prepare: Box::new(prepare), ..self }
    }
}

/// `rounds` rounds, in each of which every contestant has `turns` turns; the first round is not
/// counted.
pub fn run(contestants: &mut [Contestant<'_>], rounds: u32, turns: u32) {
    for round in 0..=rounds {
        // Each is first, and last, as often as the others.
        for turn in 0..contestants.len() {
            let place = (turn + round as usize) % contestants.len();
            let contestant = &mut contestants[place];
            (contestant.prepare)(turns);
            let (cpu, wall) = (ThreadTime::now(), Instant::now());
            for _ in 0..turns {
                (contestant.once)();
            }
            let (cpu, wall) = (cpu.elapsed() / turns, wall.elapsed() / turns);
            if round > 0 {
                contestant.wall.push(wall);
                contestant.cpu.push(cpu);
            }
        }
    }
}

/// A Markdown table: medians, the middle half of the rounds, and the first contestant's time over
/// each one's.
pub fn print(contestants: &[Contestant<'_>]) {
    println!("| | time | middle half | times the first | CPU of the client | allocations |");
    println!("| --- | --- | --- | --- | --- | --- |");
    let first = contestants.first().map_or(Duration::ZERO, |first| quantile(&first.wall, 2));
    for contestant in contestants {
        let [low, median, high] = [1, 2, 3].map(|quarter| quantile(&contestant.wall, quarter));
        println!(
            "| {} | {} | {} to {} | {:.2}x | {} | {} |",
            contestant.name,
            shown(median),
            shown(low),
            shown(high),
            first.as_secs_f64() / median.as_secs_f64(),
            shown(quantile(&contestant.cpu, 2)),
            contestant.allocations.map_or_else(|| "-".to_owned(), |count| count.to_string()),
        );
    }
}

fn quantile(times: &[Duration], quarter: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[(times.len() - 1) * quarter / 4]
}

fn shown(time: Duration) -> String {
    let nanos = time.as_nanos();
    if nanos < 10_000 {
        format!("{nanos} ns")
    } else {
        format!("{:.1} us", time.as_secs_f64() * 1e6)
    }
}
