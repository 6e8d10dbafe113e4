//! Addresses, as they are displayed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use super::{ToHashValue, ValueError, ValueWriter, WrittenValue};

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

#[cfg(test)]
mod tests {
    use super::super::{refused, written};
    use super::*;

    #[test]
    fn addresses_read_back() {
        for text in ["127.0.0.1", "::1", "2001:db8::ff00:42:8329", "::ffff:192.0.2.128"] {
            let address: IpAddr = text.parse().unwrap();
            assert_eq!(written(&address), text);
        }
        for text in ["127.0.0.1:80", "[::1]:6379", "[fe80::1%7]:1"] {
            let address: SocketAddr = text.parse().unwrap();
            assert_eq!(written(&address), text);
        }
        let flow = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 1, 5, 0);
        assert!(refused(&SocketAddr::V6(flow)).contains("flow information"));
    }
}
