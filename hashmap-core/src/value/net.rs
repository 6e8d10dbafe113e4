//! Addresses, as they are displayed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use super::{FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue};

macro_rules! displayed {
    ($($address:ty)*) => {$(
        impl ToHashValue for $address {
            fn write_hash_value<'w>(
                &self,
                out: ValueWriter<'w>,
            ) -> Result<WrittenValue<'w>, ValueError> {
                out.display(self)
            }
        }
    )*};
}

displayed! { IpAddr Ipv4Addr Ipv6Addr SocketAddrV4 }

impl ToHashValue for SocketAddrV6 {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        if self.flowinfo() != 0 {
            return Err(ValueError::new(
                "an address with flow information has no text that keeps it",
            ));
        }
        out.display(self)
    }
}

impl ToHashValue for SocketAddr {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        match self {
            Self::V4(address) => address.write_hash_value(out),
            Self::V6(address) => address.write_hash_value(out),
        }
    }
}

macro_rules! parsed {
    ($($address:ty: $what:literal;)*) => {$(
        impl FromHashValue for $address {
            fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
                value.parse($what)
            }
        }
    )*};
}

parsed! {
    IpAddr: "an IP address";
    Ipv4Addr: "an IPv4 address";
    Ipv6Addr: "an IPv6 address";
    SocketAddr: "an IP address and a port, as in `127.0.0.1:80` or `[::1]:80`";
    SocketAddrV4: "an IPv4 address and a port, as in `127.0.0.1:80`";
    SocketAddrV6: "an IPv6 address and a port, as in `[::1]:80`";
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use proptest::prelude::*;

    use super::super::read::{back, read, unread};
    use super::super::{refused, written};
    use super::*;

    #[test]
    fn addresses_come_back() {
        for text in
            ["127.0.0.1", "0.0.0.0", "::", "::1", "2001:db8::ff00:42:8329", "::ffff:192.0.2.128"]
        {
            let address: IpAddr = text.parse().unwrap();
            assert_eq!(written(&address), text);
            assert_eq!(back(&address), Ok(address));
        }
        for text in ["127.0.0.1:80", "[::1]:6379", "[fe80::1%7]:1"] {
            let address: SocketAddr = text.parse().unwrap();
            assert_eq!(written(&address), text);
            assert_eq!(back(&address), Ok(address));
        }
        let flow = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 1, 5, 0);
        assert!(refused(&SocketAddr::V6(flow)).contains("flow information"));
    }

    #[test]
    fn what_is_no_address() {
        fn none<T: FromHashValue + Debug>(what: &str, texts: &[&str]) {
            for text in texts {
                assert!(unread::<T>(text).starts_with(&format!("is not {what}")), "{text:?}");
            }
        }
        assert_eq!(read("2001:DB8:0::1"), Ok("2001:db8::1".parse::<Ipv6Addr>().unwrap()));
        let neither = [
            "",
            "localhost",
            " 10.1.2.3",
            "10.1.2.3 ",
            "127.1",
            "127.0.0.01",
            "256.0.0.1",
            "::1::",
            "[::2]",
        ];
        none::<IpAddr>("an IP address", &neither);
        none::<Ipv4Addr>("an IPv4 address", &[&neither[..], &["::1"]].concat());
        none::<Ipv6Addr>("an IPv6 address", &[&neither[..], &["10.1.2.3", "fe80::1%7"]].concat());
        let neither = [
            "",
            "localhost:80",
            "10.1.2.3",
            "10.1.2.3:",
            "10.1.2.3:65536",
            "::1:80",
            "[::2]",
            "[::2]:x",
        ];
        none::<SocketAddr>("an IP address and a port", &neither);
        none::<SocketAddrV4>("an IPv4 address and a port", &[&neither[..], &["[::2]:80"]].concat());
        none::<SocketAddrV6>(
            "an IPv6 address and a port",
            &[&neither[..], &["10.1.2.3:80"]].concat(),
        );
        assert_eq!(unread::<IpAddr>(b"\xff"), "is not UTF-8");
    }

    proptest! {
        #[test]
        fn any_address_comes_back(v4: Ipv4Addr, v6: Ipv6Addr, port: u16, scope: u32) {
            prop_assert_eq!(back(&v4), Ok(v4));
            prop_assert_eq!(back(&v6), Ok(v6));
            for ip in [IpAddr::V4(v4), IpAddr::V6(v6)] {
                prop_assert_eq!(back(&ip), Ok(ip));
                let socket = SocketAddr::new(ip, port);
                prop_assert_eq!(back(&socket), Ok(socket));
            }
            let socket = SocketAddrV4::new(v4, port);
            prop_assert_eq!(back(&socket), Ok(socket));
            let socket = SocketAddrV6::new(v6, port, 0, scope);
            prop_assert_eq!(back(&socket), Ok(socket));
        }
    }
}
