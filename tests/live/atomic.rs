//! Law 3: the commands that are really sent, and that nobody else's key is touched.

use redis::{Connection, Value};
use redis_hashmap::ToRedisHash;

use crate::lab::{Case, Lab, run};
use crate::shapes::Shape;
use crate::state::{Snapshot, before, fields, put_before};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("law3_the_commands_that_are_sent", commands_sent),
        Case::new("law3_nobody_elses_key_is_touched", neighbours),
        Case::new("law3_a_reader_never_sees_half_a_record", no_half_record),
        Case::new("law5_what_encode_packs_is_what_runs", encoded),
    ]
}

/// As MONITOR sees them: those of one client, by its address.
struct Monitor {
    con: Connection,
    client: String,
}

impl Monitor {
    fn of(mut con: Connection, watched: &mut Connection) -> Self {
        let about: String = run(watched, &["CLIENT", "INFO"]);
        let address = about.split(' ').find_map(|word| word.strip_prefix("addr=")).expect("addr");
        let () = run(&mut con, &["MONITOR"]);
        Self { con, client: format!("[0 {address}]") }
    }

    /// The commands until this connection's `ECHO end`, each as its words, the first in capitals.
    fn until_end(&mut self, watched: &mut Connection) -> Vec<Vec<String>> {
        let _: String = run(watched, &["ECHO", "end"]);
        let mut commands = Vec::new();
        loop {
            let line = match self.con.recv_response().expect("a line") {
                Value::SimpleString(line) => line,
                other => panic!("{other:?}"),
            };
            let Some((_, words)) = line.split_once(&self.client) else { continue };
            let mut words: Vec<_> =
                words.trim().trim_matches('"').split("\" \"").map(str::to_owned).collect();
            words[0].make_ascii_uppercase();
            if words == ["ECHO", "end"] {
                return commands;
            }
            commands.push(words);
        }
    }
}

fn commands_sent(lab: &Lab) {
    // A server for this alone: on the shared one, MONITOR also shows the values of 16 MiB that
    // other trials write, each as one line, and `redis` reads a line anew with every 8 KiB of it.
    let server = lab.fresh_with_tcp(&[]);
    let mut con = server.tcp_connection(lab.protocol()).expect("a connection");
    let mut monitor = Monitor::of(lab.connection_to(&server), &mut con);
    let key = lab.key("person");
    // So that the server knows the script.
    Shape::Expire.write(&mut con, &key).expect("written");
    monitor.until_end(&mut con);

    for shape in Shape::ALL {
        put_before(&mut con, &key, 0);
        monitor.until_end(&mut con);
        shape.write(&mut con, &key).expect("written");
        let sent = monitor.until_end(&mut con);
        let person = shape.record();
        let hset = ["HSET", &key, "name", person.name.unwrap_or_default()];
        match shape {
            Shape::Plain => assert_eq!(
                sent,
                [[
                    &hset[..],
                    &["email", person.email.expect("one"), "phone", person.phone.expect("one")],
                ]
                .concat()],
            ),
            Shape::Removal => assert_eq!(sent, [["HDEL", &key, "name", "email"]]),
            Shape::Transaction => assert_eq!(
                sent,
                [&["MULTI"][..], &hset, &["HDEL", &key, "email"], &["EXEC"]],
                "{shape:?}"
            ),
            _ => {
                assert_eq!(sent.len(), 1, "{shape:?}: {sent:?}");
                assert_eq!(sent[0][0], "EVALSHA", "{shape:?}");
                assert_eq!(sent[0][2..4], ["1", &key], "{shape:?}");
            }
        }
    }
}

/// Keys of every type beside the one that is written, with a time to live and without.
fn neighbours(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    let others = ["person:", "person:1 ", "person:11", "person:2", "{person:1}", "name", "email"];
    for (n, other) in others.into_iter().enumerate() {
        match n % 3 {
            0 => put_before(&mut con, other, if n % 2 == 0 { 1000 } else { 0 }),
            1 => run(&mut con, &["SET", other, "text", "EX", "1000"]),
            _ => run(&mut con, &["RPUSH", other, "a", "b"]),
        }
    }
    put_before(&mut con, "person:1", 0);
    let snapshots = others.map(|other| Snapshot::of(&mut con, other));
    for shape in Shape::ALL {
        shape.write(&mut con, "person:1").expect("written");
        for snapshot in &snapshots {
            snapshot.assert_same(&mut con, shape);
        }
        assert_eq!(run::<usize>(&mut con, &["DBSIZE"]), others.len() + 1, "{shape:?}");
    }
}

/// One writes version after version, each with other fields present; another reads meanwhile.
fn no_half_record(lab: &Lab) {
    #[derive(ToRedisHash)]
    struct Version {
        number: u32,
        even: Option<u32>,
        odd: Option<u32>,
    }
    const VERSIONS: u32 = 1000;
    let key = lab.key("version");
    let write = |con: &mut Connection, number: u32| {
        let (even, odd) =
            if number.is_multiple_of(2) { (Some(number), None) } else { (None, Some(number)) };
        let version = Version { number, even, odd };
        let write = version.as_hash().key(&key);
        // A transaction, and both kinds of script.
        let write = if number % 3 == 1 { write.expire(crate::shapes::EXPIRE) } else { write };
        let write = if number % 3 == 2 { write.replace() } else { write };
        write.write(con).expect("written");
    };
    let mut con = lab.connection();
    write(&mut con, 0);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut con = lab.connection();
            (1..=VERSIONS).for_each(|number| write(&mut con, number));
        });
        while !writer.is_finished() {
            let seen = fields(&mut con, &key);
            let number: u32 = seen["number"].parse().expect("a number");
            let parity = if number.is_multiple_of(2) { "even" } else { "odd" };
            let expected = ["number", parity].map(|name| (name.to_owned(), number.to_string()));
            assert_eq!(seen, expected.into());
        }
        writer.join().expect("written all");
    });
}

/// The bytes of `encode` do on a connection what `write` does, and ask for as many replies.
fn encoded(lab: &Lab) {
    use redis::ConnectionLike as _;
    let mut con = lab.connection();
    let key = lab.key("person");
    for shape in Shape::ALL {
        put_before(&mut con, &key, 0);
        let replies = match shape {
            Shape::Transaction => 4,
            _ => 1,
        };
        let answers = con.req_packed_commands(&shape.packed(&key), 0, replies).expect("answers");
        assert_eq!(answers.len(), replies);
        assert_eq!(run::<String>(&mut con, &["PING"]), "PONG", "{shape:?}: in step");
        assert_eq!(fields(&mut con, &key), shape.after(&before()), "{shape:?}");
    }
}
