//! One kind for each thing that a caller may want to tell apart.

use redis::RedisError;

/// What kind of error it was: one for each error code of a server, and for each way a connection
/// fails.
///
/// ```
/// use redis_hashmap::{Error, ErrorKind};
///
/// fn is_worth_an_alarm(error: &Error) -> bool {
///     matches!(error.kind(), ErrorKind::OutOfMemory | ErrorKind::Misconfigured | ErrorKind::NoPermission)
/// }
/// ```
///
/// *Passing* kinds (see [`Error::is_retryable`](crate::Error::is_retryable)) may be gone after a
/// pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A key could not be built.
    Key,
    /// A value could not be written, or what was read is no value of the field's type.
    Value,
    /// A field that is read is not in the hash, and has neither an `Option` nor a default.
    Missing,
    /// The hash has a field that the struct does not declare, and it denies those.
    Undeclared,
    /// The time to live is none.
    Expire,
    /// The connection is refused or lost. Passing.
    Connection,
    /// No answer in time. Passing.
    Timeout,
    /// An answer that was no answer to what was asked, or the server's own `Protocol error`: the
    /// connection is out of step.
    Protocol,
    /// The connection is inside a `MULTI` of the caller's. The write belongs on another one.
    InTransaction,
    /// The server did not accept the credentials: `WRONGPASS`, or a refused `AUTH` on connecting.
    Authentication,
    /// `NOAUTH`: the connection has not said who it is.
    NoAuth,
    /// `NOPERM`: this user may not run the command, or not on this key.
    NoPermission,
    /// `WRONGTYPE`: the key holds something that is no hash.
    WrongType,
    /// `OOM`: the server's `maxmemory` is reached. Passing.
    OutOfMemory,
    /// `READONLY`: a replica. Passing, where the connection follows the master (a cluster's, or one
    /// made anew through a sentinel); one to a certain replica never is.
    ReadOnly,
    /// `MISCONF`: the server cannot save to disk, and refuses writes. Passing.
    Misconfigured,
    /// `LOADING`: the server reads its data set. Passing.
    Loading,
    /// `BUSY`: a script blocks the server. Passing.
    Busy,
    /// `NOREPLICAS`: fewer replicas than `min-replicas-to-write`. Passing.
    NoReplicas,
    /// `MASTERDOWN`: a replica lost its master. Passing.
    MasterDown,
    /// `CLUSTERDOWN`: a slot has no master. Passing.
    ClusterDown,
    /// `TRYAGAIN`: the slot is moving. Passing.
    TryAgain,
    /// `MOVED`: another node has the slot; use a cluster connection.
    Moved,
    /// `ASK`: the slot is moving to another node; use a cluster connection.
    Ask,
    /// `CROSSSLOT`: keys of several slots.
    CrossSlot,
    /// `NOSCRIPT`: the server forgot the script (`SCRIPT FLUSH`) while a batch that has it was on its way.
    /// Passing.
    NoScript,
    /// The transaction was dropped: a key that the connection watches was changed, or `EXECABORT`
    /// that names no cause. Passing.
    Aborted,
    /// The condition of the write did not hold: another writer was there between reading the
    /// record's `#[redis_hash(version)]` and this write. Read it again.
    Conflict,
    /// The sum is none of the field's type, or more than a server counts:
    /// [`incr`](crate::HashField::incr).
    Overflow,
    /// The server lacks what the write needs: the lifetime of a field, which Redis knows from 7.4
    /// and Valkey from 9.0.
    Unsupported,
    /// There is no room in the `HashBuffer`, and the write does not wait for some. Passing.
    Full,
    /// The `HashBuffer` was closed.
    Closed,
    /// Any other answer of a server, such as `ERR`: see [`Error::code`](crate::Error::code).
    Server,
    /// Any other failure of the client beneath.
    Client,
}

impl ErrorKind {
    pub(crate) fn of_code(code: &str) -> Self {
        match code {
            "NOAUTH" => Self::NoAuth,
            "WRONGPASS" => Self::Authentication,
            "NOPERM" => Self::NoPermission,
            "WRONGTYPE" => Self::WrongType,
            "OOM" => Self::OutOfMemory,
            "READONLY" => Self::ReadOnly,
            "MISCONF" => Self::Misconfigured,
            "LOADING" => Self::Loading,
            "BUSY" => Self::Busy,
            "NOREPLICAS" => Self::NoReplicas,
            "MASTERDOWN" => Self::MasterDown,
            "CLUSTERDOWN" => Self::ClusterDown,
            "TRYAGAIN" => Self::TryAgain,
            "MOVED" => Self::Moved,
            "ASK" => Self::Ask,
            "CROSSSLOT" => Self::CrossSlot,
            "NOSCRIPT" => Self::NoScript,
            "EXECABORT" => Self::Aborted,
            "OVERFLOW" => Self::Overflow,
            "UNSUPPORTED" => Self::Unsupported,
            _ => Self::Server,
        }
    }

    /// Of an error that is no answer of a server.
    pub(crate) fn of_transport(error: &RedisError) -> Self {
        use redis::ErrorKind as Redis;
        if error.is_timeout() {
            return Self::Timeout;
        }
        match error.kind() {
            Redis::Io
            | Redis::ClusterConnectionNotFound
            | Redis::MasterNameNotFoundBySentinel
            | Redis::NoValidReplicasFoundBySentinel => Self::Connection,
            Redis::Parse | Redis::UnexpectedReturnType => Self::Protocol,
            Redis::AuthenticationFailed => Self::Authentication,
            _ => Self::Client,
        }
    }

    /// The connection is to be used no more.
    pub(crate) fn is_of_connection(self) -> bool {
        matches!(self, Self::Timeout | Self::Connection | Self::Protocol)
    }

    /// May be gone after a pause.
    pub(crate) fn passes(self) -> bool {
        matches!(
            self,
            Self::Connection
                | Self::Timeout
                | Self::OutOfMemory
                | Self::ReadOnly
                | Self::Misconfigured
                | Self::Loading
                | Self::Busy
                | Self::NoReplicas
                | Self::MasterDown
                | Self::ClusterDown
                | Self::TryAgain
                | Self::NoScript
                | Self::Aborted
                | Self::Full
        )
    }
}
