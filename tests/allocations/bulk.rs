//! Records that are written together cost no allocation each, and no more memory than a window or two.

use std::io::{self, IoSlice, Write};

use allocation_counter::measure;
use redis::{ConnectionLike, RedisResult, Value};
use redis_hashmap::{Exists, HashBatch, ToRedisHash, WriteAll, write_all};

use super::{Session, allocations, user};

/// Says that all is well.
struct Willing;

impl ConnectionLike for Willing {
    fn req_packed_command(&mut self, _: &[u8]) -> RedisResult<Value> {
        Ok(Value::Int(1))
    }

    fn req_packed_commands(&mut self, _: &[u8], _: usize, n: usize) -> RedisResult<Vec<Value>> {
        Ok(vec![Value::Int(1); n])
    }

    fn get_db(&self) -> i64 {
        0
    }

    fn check_connection(&mut self) -> bool {
        true
    }

    fn is_open(&self) -> bool {
        true
    }
}

const RECORDS: usize = 5_000;

#[test]
fn a_batch_used_again() {
    let (user, session) = (user(), Session { token: "t", user: None });
    let mut batch = HashBatch::new();
    let fill = |batch: &mut HashBatch| {
        for _ in 0..RECORDS {
            batch.push(&user).unwrap();
            batch.push(&user.as_hash().key("k").only_if(Exists::Yes)).unwrap();
            batch.push(&session).unwrap();
        }
    };
    fill(&mut batch);
    batch.execute(&mut Willing).into_result().unwrap();
    let pushed = measure(|| fill(&mut batch)).count_total;
    assert_eq!(pushed, 0);
    // The replies of each window are a list, and that of `Willing`.
    let executed = measure(|| batch.execute(&mut Willing).into_result().unwrap()).count_total;
    assert!(executed < 3 * RECORDS as u64 / 100, "{executed}");
    let sent = measure(|| {
        let mut con = Willing;
        let mut sending = batch.sending(&mut con);
        for _ in 0..3 * RECORDS {
            sending.push(&user).unwrap();
        }
        sending.finish().into_result().unwrap();
    });
    assert!(sent.count_total < 3 * RECORDS as u64 / 100, "{sent:?}");
}

/// The most bytes at any one time.
fn all(count: u64) -> u64 {
    let most = measure(|| {
        let records = (0..count).map(|_| user());
        let report = WriteAll::new(records).progress(|_| ()).run(&mut Willing);
        assert_eq!(report.applied, count);
    });
    most.bytes_max
}

#[test]
fn all_records_are_held_a_window_at_a_time() {
    let (few, many) = (all(3_000), all(300_000));
    assert!(many < few + few / 20, "{few} and {many}");
    assert!(many < 1024 * 1024, "{many}");
}

#[test]
fn failures_without_end_are_a_hundred() {
    let failing = |count: usize| {
        let most = measure(|| {
            let twice = [("a", 1), ("a", 2)];
            let report = write_all(&mut Willing, (0..count).map(|_| twice[..].as_hash().key("k")));
            assert_eq!(report.failed, count as u64);
        });
        most.bytes_max
    };
    // Two windows, with room for what is known of their records, and a hundred errors.
    assert!(failing(100_000) < 288 * 1024, "{}", failing(100_000));
}

/// Counts what it is given, and sees whether the giant is.
#[derive(Default)]
struct Pipe {
    bytes: Vec<u8>,
    giant: usize,
    seen: usize,
    /// How much it takes at once.
    at_most: Option<usize>,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let mut left = self.at_most.unwrap_or(usize::MAX);
        let before = left;
        for slice in slices {
            let taken = &slice[..slice.len().min(left)];
            self.seen += usize::from(taken.as_ptr() as usize == self.giant);
            if self.at_most.is_some() {
                self.bytes.extend_from_slice(taken);
            }
            left -= taken.len();
        }
        Ok(before - left)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[derive(ToRedisHash)]
#[redis_hash(key = "image:{id}")]
struct Image<'a> {
    id: u64,
    thumbnail: &'a [u8],
    pixels: &'a [u8],
    note: Option<&'a str>,
    again: Option<&'a [u8]>,
}

#[test]
fn a_giant_goes_from_where_it_is() {
    let pixels = vec![7; 16 << 20];
    let image =
        Image { id: 1, thumbnail: b"small", pixels: &pixels, note: None, again: Some(&pixels) };
    let mut pipe = Pipe { giant: pixels.as_ptr() as usize, ..Pipe::default() };
    let cost = measure(|| assert_eq!(image.as_hash().write_to(&mut pipe).unwrap(), 4));
    assert_eq!(pipe.seen, 2);
    assert!(cost.bytes_max < 64 * 1024, "{}", cost.bytes_max);
    assert!(allocations(|| drop(image.as_hash().write_to(&mut pipe))) <= 1);
}

/// Whatever the sizes are, and however little is taken at once.
#[test]
fn the_same_bytes_as_encoded() {
    const AROUND: usize = 64 * 1024;
    let long = vec![b'x'; 3 * AROUND];
    for len in [0, AROUND - 1, AROUND, AROUND + 1, 3 * AROUND] {
        for (thumbnail, note) in [(&long[..len], None), (b"", Some("n")), (&long[..], None)] {
            let again = note.is_none().then_some(&long[..AROUND]);
            let image = Image { id: 1, thumbnail, pixels: &long[..len], note, again };
            for write in [image.as_hash(), image.as_hash().replace()] {
                let mut expected = Vec::new();
                write.encode(&mut expected).unwrap();
                for at_most in [1_000_003, 50_001, 7_919] {
                    let mut pipe = Pipe { at_most: Some(at_most), ..Pipe::default() };
                    write.write_to(&mut pipe).unwrap();
                    assert!(pipe.bytes == expected, "{len} {note:?} {at_most}");
                }
            }
        }
    }
}

/// Takes nothing.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Ok(0)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_cannot_be_encoded_is_not_begun() {
    // Nobody touches it, so that no memory is behind it.
    let long = vec![0; 600 << 20];
    let mut pipe = Pipe { at_most: Some(1), ..Pipe::default() };
    let error = [("a", &long[..])][..].as_hash().key("k").write_to(&mut pipe).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    assert!(error.to_string().contains("longer than 512 MiB"), "{error}");
    assert!(pipe.bytes.is_empty());
    // Those of the pipe are its own.
    let error = [("a", &long[..1 << 20])][..].as_hash().key("k").write_to(Full).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WriteZero);
}
