//! Over TLS, with a certificate made for the occasion.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Once;

use redis::{Client, ConnectionInfo, IntoConnectionInfo, TlsCertificates};
use redis_hashmap::ErrorKind;
use redis_hashmap_tests::servers::{Error, Server, ServerBinary};

use crate::lab::{Case, Lab, run};
use crate::shapes::Shape;
use crate::state::{before, fields, put_before, told};

/// In every server that is built with TLS, and in no other: one of OpenSSL's own names.
const OPENSSL: &[u8] = b"SSL_CTX_new";

pub(crate) fn cases(binary: &ServerBinary) -> Vec<Case> {
    let mut case = Case::new("connection_tls", tls);
    if is_built_with_tls(binary) {
        return vec![case];
    }
    case.lacks = Some("this server is built without TLS");
    vec![case, Case::new("tls_is_what_this_server_is_built_without", none)]
}

pub(crate) fn is_built_with_tls(binary: &ServerBinary) -> bool {
    let program = fs::read(&binary.path).expect("the server's own file");
    program.windows(OPENSSL.len()).any(|window| window == OPENSSL)
}

/// In the server's own words, so that none is passed over that has it.
fn none(lab: &Lab) {
    match Server::start(lab.binary(), &["--tls-port", &free_port().to_string()]) {
        Err(Error::NotStarted { log, .. }) => {
            let says_so = ["Bad directive", "Failed finding TLS support"];
            assert!(says_so.iter().any(|words| log.contains(words)), "{log}");
        }
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it has TLS"),
    }
}

fn tls(lab: &Lab) {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        rustls::crypto::ring::default_provider().install_default().expect("nobody else did");
    });
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("made");
    let (server, info) = start(lab, &made);

    let certificates =
        TlsCertificates { client_tls: None, root_cert: Some(made.cert.pem().into_bytes()) };
    let client = Client::build_with_tls(info.clone(), certificates).expect("a client");
    let mut con = client.get_connection().expect("a connection");
    let mut reader = lab.connection_to(&server);
    for shape in Shape::ALL {
        put_before(&mut reader, "person", 0);
        shape.write(&mut con, "person").expect("written");
        assert_eq!(fields(&mut reader, "person"), shape.after(&before()), "{shape:?}");
    }
    assert_eq!(run::<String>(&mut con, &["PING"]), "PONG");

    // Whoever does not trust it sends nothing.
    put_before(&mut reader, "person", 0);
    let mut client = Client::open(info).expect("a client");
    let error = Shape::Plain.write(&mut client, "person").expect_err("not trusted");
    assert_eq!(error.kind(), ErrorKind::Connection, "{}", told(&error));
    assert_eq!(fields(&mut reader, "person"), before());

    server.kill().expect("killed");
    for shape in Shape::ALL {
        let error = shape.write(&mut con, "person").expect_err("killed");
        assert!(error.is_connection(), "{}", told(&error));
    }
}

/// It was free a moment ago.
fn free_port() -> u16 {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|port| port.local_addr());
    free.expect("a port").port()
}

/// On a port of its own, and on its Unix socket, without TLS.
fn start(lab: &Lab, made: &rcgen::CertifiedKey<rcgen::KeyPair>) -> (Server, ConnectionInfo) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, pem: String| {
        let path = folder.path().join(name);
        fs::write(&path, pem).expect("written");
        path.to_str().expect("a plain path").to_owned()
    };
    let (cert, key) =
        (file("cert.pem", made.cert.pem()), file("key.pem", made.signing_key.serialize_pem()));
    let port = free_port();
    let server = lab.fresh(&[
        "--tls-port",
        &port.to_string(),
        "--tls-cert-file",
        &cert,
        "--tls-key-file",
        &key,
        "--tls-ca-cert-file",
        &cert,
        "--tls-auth-clients",
        "no",
    ]);
    let info = format!("rediss://127.0.0.1:{port}").into_connection_info().expect("a URL");
    let settings = info.redis_settings().clone().set_protocol(lab.protocol());
    (server, info.set_redis_settings(settings))
}
