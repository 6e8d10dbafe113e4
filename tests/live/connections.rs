//! Every kind of connection that `redis` has, and that pools put around one.

use redis::{ConnectionLike, ProtocolVersion};
use redis_hashmap::{Effect, ErrorKind};

use crate::lab::{Case, Lab, run};
use crate::shapes::Shape;
use crate::state::{assert_failed, before, fields, put_before};

pub(crate) fn cases(protocol: ProtocolVersion) -> Vec<Case> {
    let mut cases = vec![
        Case::new("connection_unix_socket", |lab| all_shapes(lab, &mut lab.connection())),
        Case::new("connection_tcp", |lab| {
            all_shapes(
                lab,
                &mut lab.server().tcp_connection(lab.protocol()).expect("a connection"),
            );
        }),
        Case::new("connection_behind_dyn", |lab| {
            let con: &mut dyn ConnectionLike = &mut lab.connection();
            all_shapes(lab, con);
        }),
        Case::new("connection_behind_a_reference", |lab| {
            all_shapes(lab, &mut &mut Box::new(lab.connection()));
        }),
        Case::new("connection_a_client_itself", |lab| {
            all_shapes(lab, &mut lab.server().client(lab.protocol()).expect("a client"));
        }),
        Case::new("connection_r2d2_pool", pool),
        Case::new("connection_another_database", another_database),
    ];
    if protocol == ProtocolVersion::RESP3 {
        cases.push(Case::new("connection_that_tracks_its_keys", tracking));
    }
    cases
}

/// Writes in every shape, and fails in every shape.
pub(crate) fn all_shapes<C: ConnectionLike + ?Sized>(lab: &Lab, con: &mut C) {
    let mut reader = lab.connection();
    let key = lab.key("person");
    for shape in Shape::ALL {
        put_before(&mut reader, &key, 0);
        shape.write(con, &key).expect("written");
        assert_eq!(fields(&mut reader, &key), shape.after(&before()), "{shape:?}");
    }
    let () = run(&mut reader, &["SET", &key, "a string"]);
    for shape in Shape::ALL {
        let outcome = shape.write(con, &key);
        assert_failed(outcome, ErrorKind::WrongType, Effect::Rejected, shape);
    }
    assert_eq!(run::<String>(con, &["PING"]), "PONG", "in step");
}

fn pool(lab: &Lab) {
    let client = lab.server().client(lab.protocol()).expect("a client");
    let pool = r2d2::Pool::builder().max_size(2).build(client).expect("a pool");
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let pool = &pool;
            scope.spawn(move || {
                let key = lab.key(&format!("thread {thread}"));
                let mut con = pool.get().expect("a connection");
                Shape::Plain.write(&mut con, &key).expect("written");
            });
        }
    });
    all_shapes(lab, &mut pool.get().expect("a connection"));
    all_shapes(lab, &mut *pool.get().expect("a connection"));
}

fn another_database(lab: &Lab) {
    let info = lab.info(lab.server());
    let settings = info.redis_settings().clone().set_db(5);
    let client = redis::Client::open(info.set_redis_settings(settings)).expect("a client");
    let mut con = client.get_connection().expect("a connection");
    let key = lab.key("person");
    for shape in Shape::ALL {
        put_before(&mut con, &key, 0);
        shape.write(&mut con, &key).expect("written");
        assert_eq!(fields(&mut con, &key), shape.after(&before()), "{shape:?}");
    }
    assert!(!run::<bool>(&mut lab.connection(), &["EXISTS", &key]), "in database 0");
}

/// Over RESP3, the server's invalidations come between the replies.
fn tracking(lab: &Lab) {
    let mut con = lab.connection();
    let () = run(&mut con, &["CLIENT", "TRACKING", "ON", "BCAST"]);
    for _ in 0..10 {
        all_shapes(lab, &mut con);
    }
}
