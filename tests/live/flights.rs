//! A year of flights, imported as `cargo xtask flights` does it.

use redis::ProtocolVersion;
use redis_hashmap_tests::flights;

use crate::examples::example;
use crate::lab::{Case, Lab};

/// For one server and one protocol: what is shown is that many real records arrive.
pub(crate) fn cases(protocol: ProtocolVersion) -> Vec<Case> {
    if protocol == ProtocolVersion::RESP3 {
        return Vec::new();
    }
    let mut case = Case::new("example_flights", import);
    if !flights::file().exists() {
        // `cargo xtask test` brings them, and fails where it could not.
        case.lacks = Some("the flights are not here: run `cargo xtask test`");
    }
    vec![case]
}

fn import(lab: &Lab) {
    let server = lab.fresh(&[]);
    let file = flights::file();
    let arguments = [file.as_os_str()];
    example("flights", &arguments, "REDIS_URL", &server.url(), "336,776 flights");
    let compared = flights::check(&mut lab.connection_to(&server));
    let compared = compared.unwrap_or_else(|error| panic!("{error}"));
    println!("{}: {compared} flights compared with the file", lab.trial());
}
