//! What was to be reached, and whether it was.

use crate::clients::{limit, redis as redis_rs};
use crate::contests::{batch, growth, tasks};
use crate::table::{Row, Table};

/// One promise.
pub(crate) struct Bar {
    pub(crate) what: String,
    pub(crate) limit: Limit,
    /// `None` where a contestant is not on this machine.
    pub(crate) figure: Option<f64>,
}

#[derive(Clone, Copy)]
pub(crate) enum Limit {
    AtLeast(f64),
    AtMost(f64),
}

use Limit::{AtLeast, AtMost};

impl Bar {
    /// As the figure is printed, so that what is read is what was judged.
    pub(crate) fn is_reached(&self) -> Option<bool> {
        let round = |figure: f64| (figure * 100.0).round() / 100.0;
        self.figure.map(|figure| match self.limit {
            AtLeast(bar) => round(figure) >= bar,
            AtMost(bar) => round(figure) <= bar,
        })
    }
}

/// All promises, in the order of the contests.
pub(crate) fn all(tables: &[Table]) -> Vec<Bar> {
    let mut bars = Bars { tables, bars: Vec::new() };
    bars.encode();
    bars.batch();
    bars.tasks();
    bars.single();
    bars.growth();
    bars.mixed();
    bars.bars
}

struct Bars<'t> {
    tables: &'t [Table],
    bars: Vec<Bar>,
}

impl<'t> Bars<'t> {
    fn add(&mut self, what: &str, limit: Limit, figure: Option<f64>) {
        self.bars.push(Bar { what: what.to_owned(), limit, figure });
    }

    fn table(&self, id: &str) -> Option<&'t Table> {
        self.tables.iter().find(|table| table.id == id)
    }

    /// A table's own row of ours, and the first one, which it is compared with.
    fn ours(&self, id: &str) -> Option<(&'t Row, &'t Row)> {
        let rows = &self.table(id)?.rows;
        rows.iter().rfind(|row| row.is_ours).zip(rows.first())
    }

    fn row(&self, id: &str, name: &str) -> Option<&'t Row> {
        self.table(id)?.row(name)
    }

    fn encode(&mut self) {
        let rows = self.ours("encode");
        // By CPU time, since it waits for nothing: a neighbour on the machine changes only the other.
        let speed = cpu(rows).map(|times| 1.0 / times);
        self.add(
            "encoding one record, times `redis::cmd().arg()` and packing",
            AtLeast(5.5),
            speed,
        );
        self.add("encoding one record: allocations", AtMost(0.0), allocations(rows));
    }

    fn batch(&mut self) {
        let [ours, all, pipe, limit] = [batch::BATCH, batch::ALL, batch::PIPE, limit::NAME]
            .map(|name| self.row("batch", name));
        let rows = ours.zip(pipe);
        let [limit, all] = [ours, all].map(|row| row.zip(limit));
        self.add("batch of 500, times `redis-benchmark -P 500`", AtLeast(0.97), speed(limit));
        self.add("`write_all` of 500, times the same", AtLeast(0.97), speed(all));
        self.add("batch of 500, times `redis::pipe()`", AtLeast(1.3), speed(rows));
        self.add("batch of 500: CPU, times that of `redis::pipe()`", AtMost(0.45), cpu(rows));
        self.add("batch of 500: allocations a record", AtMost(0.05), allocations(rows));
    }

    fn tasks(&mut self) {
        let [one, some, many] = ["tasks-1", "tasks-512", "tasks-4096"].map(|id| {
            let base = if id == "tasks-1" { redis_rs::DERIVED } else { redis_rs::CAREFUL };
            self.row(id, tasks::BUFFER).zip(self.row(id, base))
        });
        self.add("`HashBuffer`, 4,096 tasks, times `redis` multiplexed", AtLeast(1.3), speed(many));
        self.add("`HashBuffer`, 4,096 tasks: CPU, times that of it", AtMost(0.33), cpu(many));
        self.add("`HashBuffer`, 4,096 tasks: allocations a write", AtMost(0.1), allocations(many));
        self.add("`HashBuffer`, 512 tasks, times `redis` multiplexed", AtLeast(1.0), speed(some));
        self.add("`HashBuffer`, 512 tasks: CPU, times that of it", AtMost(0.45), cpu(some));
        self.add(
            "`HashBuffer`, 1 task, times the direct `write_hash_async`",
            AtLeast(0.75),
            speed(one),
        );
    }

    fn single(&mut self) {
        let rows = self.ours("single");
        self.add("one sync write, times `redis`", AtLeast(1.0), speed(rows));
    }

    /// The time of one record.
    fn growth(&mut self) {
        let [few, many, most] =
            [growth::FEW, growth::MANY, growth::MOST].map(|name| self.row("growth", name));
        let times = [few, many, most].map(|row| row.map(|row| 1.0 / row.per_second().median));
        let spread = match times {
            [Some(a), Some(b), Some(c)] => Some(a.max(b).max(c) / a.min(b).min(c)),
            _ => None,
        };
        self.add(
            "time per record of 1,000, 100,000 and 10,000,000: the longest, times the shortest",
            AtMost(1.1),
            spread,
        );
        let memory =
            most.and_then(Row::memory).map(|bytes| crate::spent::count(bytes) / f64::from(1 << 20));
        self.add("10,000,000 records: MiB of memory above the start", AtMost(64.0), memory);
    }

    fn mixed(&mut self) {
        for (id, what) in [
            ("mixed-wide", "200 fields"),
            ("mixed-big", "1 MiB values"),
            ("mixed-kept", "half the fields absent and kept"),
            ("mixed-deleted", "half the fields absent and deleted"),
        ] {
            let rows = self.row(id, batch::BATCH).zip(self.row(id, batch::PIPE));
            self.add(&format!("{what}, times `redis::pipe()`"), AtLeast(1.0), speed(rows));
        }
    }
}

/// The median of the rounds' ratios.
fn speed(rows: Option<(&Row, &Row)>) -> Option<f64> {
    rows.map(|(ours, base)| ours.speed_against(base).median)
}

fn cpu(rows: Option<(&Row, &Row)>) -> Option<f64> {
    rows.map(|(ours, base)| ours.cpu_against(base).median)
}

fn allocations(rows: Option<(&Row, &Row)>) -> Option<f64> {
    rows.and_then(|(ours, _)| ours.allocations)
}
