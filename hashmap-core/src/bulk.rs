//! As many records as there are, in constant memory.

mod report;
#[cfg(test)]
mod tests;

use std::fmt;
#[cfg(feature = "aio")]
use std::pin::pin;

#[cfg(feature = "aio")]
use futures_util::stream::{Stream, StreamExt};

use crate::batch::Writable;
#[cfg(feature = "aio")]
use crate::batch::aio;
use crate::batch::arena::{Arena, Part};
use crate::batch::blocking::{Line, Which};
#[cfg(feature = "cluster-async")]
use crate::batch::cluster;
use crate::batch::settle::{Answer, Verdicts};
#[cfg(feature = "aio")]
use crate::connection::AsyncConnection;
use crate::connection::Connection;
use crate::error::Error;
use crate::write::Unlimited;

use report::Count;

pub use report::{Failed, Progress, WriteReport};

/// Writes all records of an iterator, in windows: [`WriteAll`] without options.
///
/// ```no_run
/// use redis_hashmap::{ToRedisHash, write_all};
///
/// #[derive(ToRedisHash)]
/// #[redis_hash(key = "square:{n}")]
/// struct Square { n: u64, of: u64 }
///
/// # let mut con = redis::Client::open("redis://127.0.0.1/").unwrap().get_connection().unwrap();
/// let squares = (0..10_000_000).map(|n| Square { n, of: n * n });
/// let report = write_all(&mut con, squares).into_result()?; // a few hundred KiB, however many they are
/// println!("{} records in {:?}", report.applied, report.elapsed);
/// # Ok::<(), redis_hashmap::Error>(())
/// ```
#[must_use = "a record that failed says so only in the report"]
pub fn write_all<C, I>(con: &mut C, records: I) -> WriteReport
where
    C: Connection + ?Sized,
    I: IntoIterator<Item: Writable>,
{
    WriteAll::new(records).run(con)
}

/// Writes all records of an iterator or a stream, however many, in the memory of two windows: each is
/// encoded when it comes, into a buffer of about 64 KiB, and sent when that is full (the very first, sooner).
///
/// A record that fails stops no other, unless that is asked for; the report has the first hundred errors,
/// [`on_failure`](Self::on_failure) gets them all. After the connection failed, nothing more is taken from
/// the iterator. Records of one key are written in their order.
///
/// ```no_run
/// use redis_hashmap::{ToRedisHash, WriteAll};
///
/// #[derive(ToRedisHash)]
/// #[redis_hash(key = "user:{id}")]
/// struct User { id: u64, name: String }
///
/// # let mut con = redis::Client::open("redis://127.0.0.1/").unwrap().get_connection().unwrap();
/// # let users: Vec<User> = Vec::new();
/// let report = WriteAll::new(&users)
///     .progress(|so_far| eprint!("\r{} records, {:.0}/s", so_far.records, so_far.rate()))
///     .on_failure(|index, error| eprintln!("record {index}: {error}"))
///     .run(&mut con);
/// assert_eq!(report.records, report.applied + report.failed);
/// # Ok::<(), redis_hashmap::Error>(())
/// ```
#[must_use = "nothing is written before `.run(..)`"]
pub struct WriteAll<'a, I> {
    records: I,
    told: Told<'a>,
}

type OnProgress<'a> = dyn FnMut(&Progress) + Send + 'a;
type OnFailure<'a> = dyn FnMut(u64, &Error) + Send + 'a;

/// Who is told of what happens.
#[derive(Default)]
struct Told<'a> {
    progress: Option<Box<OnProgress<'a>>>,
    failure: Option<Box<OnFailure<'a>>>,
    stops: bool,
}

impl<'a, I> WriteAll<'a, I> {
    /// Of an iterator, for [`run`](Self::run), or a stream, for `run_async`.
    pub fn new(records: I) -> Self {
        Self { records, told: Told::default() }
    }

    /// Called after each window, some hundred records, with what was answered so far. Where it panics, or the
    /// iterator does, up to two windows are sent whose outcome nobody is told; the connection can be used on.
    pub fn progress(mut self, progress: impl FnMut(&Progress) + Send + 'a) -> Self {
        self.told.progress = Some(Box::new(progress));
        self
    }

    /// Called for each record that fails, with its place in the iterator, from 0. At once for one that cannot
    /// be encoded, which may be before the server answers to those before it.
    pub fn on_failure(mut self, failure: impl FnMut(u64, &Error) + Send + 'a) -> Self {
        self.told.failure = Some(Box::new(failure));
        self
    }

    /// Takes nothing more from the iterator after a record failed. What was sent by then is written: up to
    /// two windows behind it.
    pub fn stop_at_first_error(mut self) -> Self {
        self.told.stops = true;
        self
    }

    /// Writes them over a synchronous connection, as [`HashBatch::execute`](crate::HashBatch::execute) does.
    #[must_use = "a record that failed says so only in the report"]
    pub fn run<C>(self, con: &mut C) -> WriteReport
    where
        C: Connection + ?Sized,
        I: IntoIterator<Item: Writable>,
    {
        let mut records = self.records.into_iter();
        let mut run = Run::new(self.told);
        let mut line = Line::<C, Unlimited>::new(con, None);
        let (mut this, mut before) = (Load::of_a_window(), Load::of_a_window());
        loop {
            this.clear();
            while this.wants_more(&run, 1) {
                if this.arena.has_enough(line.enough())
                    && let Some(first) = this.part()
                    && !line.start(first)
                {
                    break;
                }
                let Some(record) = records.next() else { break };
                this.push(&record, &mut run);
            }
            let Some(window) = this.part() else { break };
            // Else nobody knows: the iterator may be at its end.
            let is_last = !this.arena.is_full(1);
            let settle = &mut |which, answer, is_open: &mut bool| {
                run.settle(if which == Which::This { &this } else { &before }, answer, is_open);
            };
            line.send(window, before.part(), is_last, settle);
            run.is_over |= line.is_lost();
            std::mem::swap(&mut this, &mut before);
        }
        let settle = &mut |_, answer, is_open: &mut bool| run.settle(&before, answer, is_open);
        line.finish(before.part(), settle);
        run.report()
    }

    /// Writes them over an asynchronous connection, as
    /// [`HashBatch::execute_async`](crate::HashBatch::execute_async) does. An iterator becomes a stream with
    /// `futures_util::stream::iter`.
    ///
    /// May be dropped at any time: each record is then written whole or not at all, and the connection can
    /// be used on.
    ///
    /// ```no_run
    /// # use redis_hashmap::{ToRedisHash, WriteAll};
    /// # #[derive(ToRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64 }
    /// # async fn f(client: redis::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut con = client.get_multiplexed_async_connection().await?;
    /// let users = futures_util::stream::iter((0..10_000).map(|id| User { id }));
    /// WriteAll::new(users).run_async(&mut con).await.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "aio")]
    #[cfg_attr(docsrs, doc(cfg(feature = "aio")))]
    pub async fn run_async<C>(self, con: &mut C) -> WriteReport
    where
        C: AsyncConnection + ?Sized,
        I: Stream<Item: Writable>,
    {
        let mut records = pin!(self.records);
        let mut run = Run::new(self.told);
        let mut line = aio::Line::new(con, None);
        let mut load = Load::of_a_window();
        loop {
            load.clear();
            while load.wants_more(&run, 1)
                && let Some(record) = records.next().await
            {
                load.push(&record, &mut run);
            }
            let Some(window) = load.part() else { break };
            run.verdicts.begin(load.places.len());
            line.send(window, &mut run.verdicts).await;
            run.count(&load);
            run.is_over |= line.is_lost();
        }
        run.report()
    }

    /// Writes them over an asynchronous cluster connection, as
    /// [`HashBatch::execute_cluster`](crate::HashBatch::execute_cluster) does: in the memory of 32 windows,
    /// which are shared out to the masters.
    #[cfg(feature = "cluster-async")]
    #[cfg_attr(docsrs, doc(cfg(feature = "cluster-async")))]
    pub async fn run_cluster(self, con: &redis::cluster_async::ClusterConnection) -> WriteReport
    where
        I: Stream<Item: Writable>,
    {
        let mut records = pin!(self.records);
        let mut run = Run::new(self.told);
        let mut load = Load::default();
        loop {
            load.clear();
            while load.wants_more(&run, 32)
                && let Some(record) = records.next().await
            {
                load.push(&record, &mut run);
            }
            if load.places.is_empty() {
                break;
            }
            run.verdicts.begin(load.places.len());
            run.is_over |= cluster::execute(con, &load.arena, None, &mut run.verdicts).await;
            run.count(&load);
        }
        run.report()
    }
}

impl<I> fmt::Debug for WriteAll<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteAll").field("stops", &self.told.stops).finish_non_exhaustive()
    }
}

/// The records of one window.
#[derive(Default)]
struct Load {
    arena: Arena,
    /// The place of each in the iterator: one that could not be encoded is in none.
    places: Vec<u64>,
}

impl Load {
    fn of_a_window() -> Self {
        let arena = Arena::of_a_window();
        Self { places: Vec::with_capacity(arena.room()), arena }
    }

    fn clear(&mut self) {
        self.arena.clear();
        self.places.clear();
    }

    fn wants_more(&self, run: &Run<'_>, windows: usize) -> bool {
        !run.is_over && !self.arena.is_full(windows)
    }

    fn push<W: Writable>(&mut self, record: &W, run: &mut Run<'_>) {
        let place = run.taken;
        run.taken += 1;
        match self.arena.push(record) {
            Ok(()) => self.places.push(place),
            Err(error) => run.count.fail(place, error, &mut run.told),
        }
        run.is_over |= run.told.stops && run.count.failed > 0;
    }

    /// `None` where there is nothing.
    fn part(&self) -> Option<Part<'_>> {
        self.arena.windows().next()
    }
}

/// One writing of all.
struct Run<'a> {
    told: Told<'a>,
    verdicts: Verdicts,
    taken: u64,
    count: Count,
    /// Nothing more is taken from the iterator.
    is_over: bool,
}

impl<'a> Run<'a> {
    fn new(told: Told<'a>) -> Self {
        let verdicts = Verdicts::default();
        Self { told, verdicts, taken: 0, count: Count::new(), is_over: false }
    }

    fn settle(&mut self, load: &Load, answer: Answer, is_open: &mut bool) {
        let Some(part) = load.part() else { return };
        self.verdicts.begin(load.places.len());
        self.verdicts.settle(part, answer, is_open);
        self.count(load);
    }

    fn count(&mut self, load: &Load) {
        for (nth, outcome) in self.verdicts.take().enumerate() {
            match outcome {
                Ok(written) => self.count.written(written),
                Err(error) => self.count.fail(load.places[nth], error, &mut self.told),
            }
        }
        self.count.bytes += load.arena.packed().len() as u64;
        self.is_over |= self.told.stops && self.count.failed > 0;
        if let Some(progress) = &mut self.told.progress {
            progress(&self.count.progress());
        }
    }

    fn report(self) -> WriteReport {
        self.count.report(self.is_over)
    }
}
