//! Who is writing: no password, a wrong one.

use redis_hashmap::{Effect, ErrorKind};

use crate::lab::{Case, Lab, login, run};
use crate::shapes::Shape;
use crate::state::{Snapshot, assert_failed, put_before};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("auth_a_connection_that_never_said_who", nobody),
        Case::new("auth_a_client_with_a_wrong_password", wrong_password),
        Case::new("auth_a_client_without_a_password", no_password),
    ]
}

fn nobody(lab: &Lab) {
    let server = lab.fresh(&["--requirepass", "the password"]);
    let client = redis::Client::open(login(lab.info(&server), "default", "the password"));
    let client = client.expect("a client");
    let mut known = client.get_connection().expect("a connection");
    put_before(&mut known, "person", 1000);
    let untouched = Snapshot::of(&mut known, "person");
    for shape in Shape::ALL {
        // RESP3 cannot be spoken without having said who; RESET forgets who it was. One for each
        // write: from 7.0 on, servers hang up on nobody's long commands.
        let mut forgotten = client.get_connection().expect("a connection");
        let _: String = run(&mut forgotten, &["RESET"]);
        let outcome = shape.write(&mut forgotten, "person");
        let error = assert_failed(outcome, ErrorKind::NoAuth, Effect::Rejected, shape);
        assert!(!error.is_retryable() && !error.is_connection(), "{error}");
        untouched.assert_same(&mut known, shape);
    }
}

fn wrong_password(lab: &Lab) {
    let server = lab.fresh(&["--requirepass", "the password"]);
    for user in ["default", "nobody"] {
        let mut client = redis::Client::open(login(lab.info(&server), user, "canary"));
        let client = client.as_mut().expect("a client");
        for shape in Shape::ALL {
            let outcome = shape.write(client, "person");
            let error = assert_failed(outcome, ErrorKind::Authentication, Effect::NotSent, shape);
            assert!(!error.is_retryable() && !error.is_timeout(), "{error}");
        }
    }
}

fn no_password(lab: &Lab) {
    let server = lab.fresh(&["--requirepass", "the password"]);
    let mut client = server.client(lab.protocol()).expect("a client");
    for shape in Shape::ALL {
        let error = shape.write(&mut client, "person").expect_err("refused");
        let told = crate::state::told(&error);
        // RESP3 is refused as the connection is made, RESP2 with the first command.
        let expected = match lab.protocol() {
            redis::ProtocolVersion::RESP3 => [ErrorKind::NoAuth, ErrorKind::Authentication],
            _ => [ErrorKind::NoAuth; 2],
        };
        assert!(expected.contains(&error.kind()), "{told}");
        assert!(matches!(error.effect(), Effect::NotSent | Effect::Rejected), "{told}");
        assert!(!error.is_retryable(), "{told}");
    }
}
