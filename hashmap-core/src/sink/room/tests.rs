//! Every step, wherever the room ends.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Put(Vec<u8>),
    Header(usize),
    Bulk(Vec<u8>),
    Decimal(bool, u64),
    Digits(bool, u64),
    Millionths(bool, u64),
    /// Written, or appended to the buffer itself; and then once more.
    With(Vec<u8>, bool),
    /// Written, and taken back.
    Back(Vec<u8>),
}

fn step() -> impl Strategy<Value = Step> {
    let bytes = || {
        let len = prop_oneof![0..20_usize, 90..110_usize, 500..1_100_usize];
        len.prop_flat_map(|len| proptest::collection::vec(any::<u8>(), len))
    };
    let number = || (any::<u64>(), 0..64).prop_map(|(bits, shift)| bits >> shift);
    prop_oneof![
        bytes().prop_map(Step::Put),
        (0..2_000_usize).prop_map(Step::Header),
        bytes().prop_map(Step::Bulk),
        (any::<bool>(), number()).prop_map(|(negative, n)| Step::Decimal(negative, n)),
        (any::<bool>(), number()).prop_map(|(negative, n)| Step::Digits(negative, n)),
        (any::<bool>(), number())
            .prop_map(|(negative, n)| Step::Millionths(negative, n % 100_000_000_000_000)),
        (bytes(), any::<bool>()).prop_map(|(bytes, appends)| Step::With(bytes, appends)),
        bytes().prop_map(Step::Back),
    ]
}

fn bulk(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(format!("${}\r\n", bytes.len()).as_bytes());
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
}

fn number(negative: bool, n: u64) -> String {
    format!("{}{n}", if negative { "-" } else { "" })
}

/// Does the step, and appends what it should write.
fn take<'o>(room: Room<'o>, step: &Step, expected: &mut Vec<u8>) -> Room<'o> {
    match step {
        Step::Put(bytes) => {
            expected.extend_from_slice(bytes);
            room.put(bytes)
        }
        Step::Header(n) => {
            expected.extend_from_slice(format!("*{n}\r\n").as_bytes());
            room.array(*n)
        }
        Step::Bulk(bytes) => {
            bulk(expected, bytes);
            room.bulk(bytes)
        }
        Step::Decimal(negative, n) => {
            bulk(expected, number(*negative, *n).as_bytes());
            room.decimal(*negative, *n)
        }
        Step::Digits(negative, n) => {
            expected.extend_from_slice(number(*negative, *n).as_bytes());
            room.digits(*negative, *n)
        }
        Step::Millionths(negative, n) => {
            let text = format!("{}.{:06}", number(*negative, n / 1_000_000), n % 1_000_000);
            let text = text.trim_end_matches('0');
            let zero = if text.ends_with('.') { "0" } else { "" };
            bulk(expected, format!("{text}{zero}").as_bytes());
            room.millionths(*negative, *n)
        }
        Step::With(bytes, appends) => {
            let write = |room: Room<'o>| {
                let append = |out: &mut Vec<u8>| -> Result<(), ()> {
                    out.extend_from_slice(bytes);
                    Ok(())
                };
                if *appends { room.extend(append) } else { Ok(room.put(bytes)) }
            };
            let (room, place) = room.bulk_with(write).unwrap();
            assert_eq!(room.written()[place.clone()], *bytes);
            bulk(expected, bytes);
            bulk(expected, bytes);
            room.again(place)
        }
        Step::Back(bytes) => {
            let end = room.end();
            room.put(bytes).back(end)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Wherever the room ends.
    #[test]
    fn every_step_writes_what_it_should(
        steps in proptest::collection::vec(step(), 0..12),
        spare in 0..80_usize,
    ) {
        let mut expected = b"before".to_vec();
        let mut buffer = expected.clone();
        buffer.resize(6 + spare, b'?');
        let room = Room::from(&mut buffer, 6);
        let room = steps.iter().fold(room, |room, step| take(room, step, &mut expected));
        let mut room = room;
        room.then(|room| room.put(b"then"));
        room.close();
        expected.extend_from_slice(b"then");
        prop_assert_eq!(buffer, expected);
    }
}

#[test]
fn it_shows_no_value() {
    let mut buffer = b"secret".to_vec();
    assert_eq!(format!("{:?}", Room::behind(&mut buffer)), "Room { end: 6, .. }");
}
