//! Why a key could not be built.

/// A key that could not be built from its template. Nothing was sent.
///
/// The segment is named; the text that was in it is not shown.
///
/// ```
/// # use redis_hashmap::ToRedisHash;
/// #[derive(ToRedisHash)]
/// #[redis_hash(key = "user:{name}")]
/// struct User { name: String }
///
/// let error = User::hash_key("a:b").unwrap_err();
/// assert_eq!((error.record(), error.template(), error.segment()), ("User", "user:{name}", "name"));
/// assert!(error.to_string().ends_with("holds `:`, a separator of the template, and could reach another record's key"));
/// ```
#[derive(Debug, thiserror::Error)]
#[error("`{record}` {}", .reason.sentence(segment, template))]
pub struct KeyError {
    record: &'static str,
    template: &'static str,
    segment: &'static str,
    reason: Reason,
}

/// What is wrong with it.
#[derive(Debug)]
pub(super) enum Reason {
    Empty,
    Control(char),
    Brace(char),
    Separator(char),
    /// Of the changes between two records.
    Moved,
}

impl Reason {
    fn sentence(&self, segment: &str, template: &str) -> String {
        let why = match self {
            Self::Empty => "is empty".to_owned(),
            Self::Control(c) => format!("holds a control character ({})", c.escape_unicode()),
            Self::Brace(c) => {
                format!("holds a brace `{c}`, which would choose its own cluster slot")
            }
            Self::Separator(c) => format!(
                "holds `{c}`, a separator of the template, and could reach another record's key"
            ),
            Self::Moved => {
                return format!(
                    "has another key than before, by the template \"{template}\": write it whole, and \
                     delete the old one"
                );
            }
        };
        format!("has no key: segment `{segment}` of the template \"{template}\" {why}")
    }
}

impl KeyError {
    pub(super) fn new(
        record: &'static str,
        template: &'static str,
        segment: &'static str,
        reason: Reason,
    ) -> Self {
        Self { record, template, segment, reason }
    }

    /// The struct whose key it was to be.
    pub fn record(&self) -> &str {
        self.record
    }

    /// The key template.
    pub fn template(&self) -> &str {
        self.template
    }

    /// The segment at fault, as the template names it. Empty where it is the whole key.
    pub fn segment(&self) -> &str {
        self.segment
    }
}
