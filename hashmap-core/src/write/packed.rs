//! A write as packed bytes.

use std::io;

use super::{HashWrite, KeySource};
use crate::error::Result;
use crate::key::KeyWriter;
use crate::plan::{self, CallScript, Outline, Plan, Whole};
use crate::record::ToRedisHash;
use crate::sink::{self, Room};

impl<R: ToRedisHash + ?Sized, K, L> HashWrite<'_, R, K, L> {
    /// Appends the write's commands to `out` as packed RESP, and answers how many replies a
    /// server gives to them: 1, 4 where `MULTI` and `EXEC` are around two commands, or 0 where
    /// every field is absent and kept. A script is called by its source, so the bytes work on any
    /// server, for example through `redis-cli --pipe`.
    ///
    /// Allocates nothing where `out` has room for it, and for a KiB more.
    ///
    /// # Errors
    ///
    /// [`Error::Key`](crate::Error::Key), [`Error::Value`](crate::Error::Value) or
    /// [`Error::Expire`](crate::Error::Expire); `out` is as it was then.
    ///
    /// ```
    /// # use redis_hashmap::ToRedisHash;
    /// #[derive(ToRedisHash)]
    /// struct Point { x: i32, y: Option<i32> }
    ///
    /// let mut packed = Vec::new();
    /// let replies = Point { x: 1, y: Some(-2) }.as_hash().key("p").encode(&mut packed)?;
    /// assert_eq!(replies, 1);
    /// assert_eq!(packed, b"*6\r\n$4\r\nHSET\r\n$1\r\np\r\n$1\r\nx\r\n$1\r\n1\r\n$1\r\ny\r\n$2\r\n-2\r\n");
    /// # Ok::<(), redis_hashmap::Error>(())
    /// ```
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<usize>
    where
        K: KeySource<R>,
    {
        let plan =
            sink::all_or_nothing(out, |out| self.append(Whole::Multi, CallScript::Eval, out))?;
        Ok(plan.commands.replies())
    }

    /// Writes the same bytes as [`encode`](Self::encode), and answers the same. A value of 64 KiB or more
    /// that has its bytes at hand (strings and bytes, also behind `&`, `Box`, `Arc` or `Cow`) is not copied:
    /// it goes from where it is, with [`write_vectored`](std::io::Write::write_vectored). All else is packed in
    /// the thread's buffer and written in one piece.
    ///
    /// For a file, a pipe to `redis-cli --pipe`, or a socket of your own. The connections of `redis` take
    /// packed bytes or `Cmd`s, and no slices: there a giant is copied once or twice.
    ///
    /// ```
    /// # use redis_hashmap::ToRedisHash;
    /// #[derive(ToRedisHash)]
    /// #[redis_hash(key = "image:{id}")]
    /// struct Image<'a> { id: u64, pixels: &'a [u8] }
    ///
    /// let pixels = vec![0; 16 << 20];
    /// let mut file = std::io::sink();
    /// Image { id: 1, pixels: &pixels }.as_hash().write_to(&mut file)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `out`; and with the kind `InvalidInput`, before anything is written, an
    /// [`Error`](crate::Error) of [`encode`](Self::encode).
    pub fn write_to(&self, mut out: impl io::Write) -> io::Result<usize>
    where
        K: KeySource<R>,
    {
        sink::with_buffer(|packed| {
            let key = |writer: &mut KeyWriter<'_>| self.key.write_key(self.record, writer);
            let mut outline = Outline::default();
            let room = Room::behind(packed);
            let plan = plan::outline(self.record, key, &self.options, &mut outline, room)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
            packed.truncate(plan.end);
            outline.write(self.record, packed, &mut out)?;
            Ok(plan.commands.replies())
        })
    }

    /// Writes the packed plan. On an error, a part of it is there.
    #[inline]
    pub(crate) fn plan(&self, whole: Whole, call: CallScript, room: Room<'_>) -> Result<Plan>
    where
        K: KeySource<R>,
    {
        let key = |writer: &mut KeyWriter<'_>| self.key.write_key(self.record, writer);
        plan::encode(self.record, key, &self.options, whole, call, room)
    }

    /// The same, appended to a buffer.
    #[inline]
    pub(crate) fn append(&self, whole: Whole, call: CallScript, out: &mut Vec<u8>) -> Result<Plan>
    where
        K: KeySource<R>,
    {
        let plan = self.plan(whole, call, Room::behind(out))?;
        out.truncate(plan.end);
        Ok(plan)
    }
}
