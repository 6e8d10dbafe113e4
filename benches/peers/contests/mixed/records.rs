//! Records of other sizes, each with what a careful hand puts into a pipeline of `redis` for it.

use redis::Pipeline;
use redis_hashmap::ToRedisHash;

/// A record of the mixed sizes.
pub(super) trait Queued {
    /// Queues what writes it, whole or not at all.
    fn queue_by_hand(&self, pipe: &mut Pipeline);
}

/// A struct of numbers and texts, all of which are there.
macro_rules! wide {
    (numbers: $($number:ident)* ; texts: $($text:ident)* ;) => {
        /// 200 fields.
        #[derive(ToRedisHash)]
        #[redis_hash(key = "wide:{id}")]
        pub(super) struct Wide {
            #[redis_hash(skip)]
            id: u64,
            $($number: u64,)*
            $($text: String,)*
        }

        impl Wide {
            pub(super) fn sample() -> Self {
                let mut n = 0;
                let mut next = || {
                    n += 7_919;
                    n
                };
                Self {
                    id: 1_005,
                    $($number: next(),)*
                    $($text: format!("text {}", next()),)*
                }
            }
        }

        impl Queued for Wide {
            fn queue_by_hand(&self, pipe: &mut Pipeline) {
                let mut cmd = redis::cmd("HSET");
                cmd.arg(format!("wide:{}", self.id));
                $(cmd.arg(stringify!($number)).arg(self.$number);)*
                $(cmd.arg(stringify!($text)).arg(&self.$text);)*
                pipe.add_command(cmd).ignore();
            }
        }
    };
}

wide! {
    numbers:
        n000 n001 n002 n003 n004 n005 n006 n007 n008 n009 n010 n011 n012 n013 n014 n015
        n016 n017 n018 n019 n020 n021 n022 n023 n024 n025 n026 n027 n028 n029 n030 n031
        n032 n033 n034 n035 n036 n037 n038 n039 n040 n041 n042 n043 n044 n045 n046 n047
        n048 n049 n050 n051 n052 n053 n054 n055 n056 n057 n058 n059 n060 n061 n062 n063
        n064 n065 n066 n067 n068 n069 n070 n071 n072 n073 n074 n075 n076 n077 n078 n079
        n080 n081 n082 n083 n084 n085 n086 n087 n088 n089 n090 n091 n092 n093 n094 n095
        n096 n097 n098 n099;
    texts:
        t000 t001 t002 t003 t004 t005 t006 t007 t008 t009 t010 t011 t012 t013 t014 t015
        t016 t017 t018 t019 t020 t021 t022 t023 t024 t025 t026 t027 t028 t029 t030 t031
        t032 t033 t034 t035 t036 t037 t038 t039 t040 t041 t042 t043 t044 t045 t046 t047
        t048 t049 t050 t051 t052 t053 t054 t055 t056 t057 t058 t059 t060 t061 t062 t063
        t064 t065 t066 t067 t068 t069 t070 t071 t072 t073 t074 t075 t076 t077 t078 t079
        t080 t081 t082 t083 t084 t085 t086 t087 t088 t089 t090 t091 t092 t093 t094 t095
        t096 t097 t098 t099;
}

/// A value of 1 MiB.
#[derive(ToRedisHash)]
#[redis_hash(key = "big:{id}")]
pub(super) struct Big {
    id: u64,
    body: Vec<u8>,
}

impl Big {
    pub(super) fn sample() -> Self {
        Self { id: 1_005, body: vec![b'x'; 1 << 20] }
    }
}

impl Queued for Big {
    fn queue_by_hand(&self, pipe: &mut Pipeline) {
        let mut cmd = redis::cmd("HSET");
        cmd.arg(format!("big:{}", self.id));
        cmd.arg("id").arg(self.id).arg("body").arg(self.body.as_slice());
        pipe.add_command(cmd).ignore();
    }
}

/// Structs whose every second field is `None`: one whose absent fields are kept, one whose are deleted.
macro_rules! half {
    ($name:ident, $doc:literal, $absent:literal, $by_hand:ident, $($field:ident)*) => {
        #[doc = $doc]
        #[derive(ToRedisHash)]
        #[redis_hash(key = "half:{id}", absent = $absent)]
        pub(super) struct $name {
            #[redis_hash(skip)]
            id: u64,
            $($field: Option<u64>,)*
        }

        impl $name {
            pub(super) fn sample() -> Self {
                let mut n = 0;
                let mut next = || {
                    n += 7_919;
                    (n % 2 == 0).then_some(n)
                };
                Self { id: 1_005, $($field: next(),)* }
            }
        }

        impl Queued for $name {
            fn queue_by_hand(&self, pipe: &mut Pipeline) {
                let fields = [$((stringify!($field), self.$field),)*];
                $by_hand(self.id, &fields, pipe);
            }
        }
    };
}

half!(Kept, "20 fields, 10 of them absent and kept.", "keep", hset,
    a b c d e f g h i j k l m n o p q r s t);
half!(Deleted, "20 fields, 10 of them absent and deleted.", "delete", hset_and_hdel,
    a b c d e f g h i j k l m n o p q r s t);

fn hset(id: u64, fields: &[(&str, Option<u64>)], pipe: &mut Pipeline) {
    let mut cmd = redis::cmd("HSET");
    cmd.arg(format!("half:{id}"));
    for (name, value) in fields {
        if let Some(value) = value {
            cmd.arg(*name).arg(value);
        }
    }
    pipe.add_command(cmd).ignore();
}

/// In a transaction of its own: `Pipeline::atomic` would put all records into one.
fn hset_and_hdel(id: u64, fields: &[(&str, Option<u64>)], pipe: &mut Pipeline) {
    pipe.add_command(redis::cmd("MULTI")).ignore();
    hset(id, fields, pipe);
    let mut cmd = redis::cmd("HDEL");
    cmd.arg(format!("half:{id}"));
    for (name, _) in fields.iter().filter(|(_, value)| value.is_none()) {
        cmd.arg(*name);
    }
    pipe.add_command(cmd).ignore();
    pipe.add_command(redis::cmd("EXEC")).ignore();
}
