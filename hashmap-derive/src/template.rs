//! `"user:{id}"`, parsed into literal parts and segments.

use std::collections::BTreeSet;

/// A template that is right in itself; whether its segments are fields is for `check`.
pub(crate) struct Template {
    pub(crate) parts: Vec<Part>,
    /// The characters that touch a segment and are no letter, digit or `_`. No string in a segment
    /// may hold one, so the first of them after a segment ends it for sure.
    pub(crate) separators: String,
}

pub(crate) enum Part {
    Literal(String),
    /// The name of a field, or a path to one: `owner.id`.
    Segment(String),
}

impl Template {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err(
                "a key template may not be empty: write one such as \"user:{id}\"".to_owned()
            );
        }
        let parts = parts(text)?;
        apart(&parts)?;
        let separators: BTreeSet<char> = parts
            .windows(2)
            .filter_map(|two| match two {
                [Part::Literal(text), Part::Segment(_)] => text.chars().next_back(),
                [Part::Segment(_), Part::Literal(text)] => text.chars().next(),
                _ => None,
            })
            // Braces are refused in every segment.
            .filter(|c| separates(*c) && !matches!(c, '{' | '}'))
            .collect();
        Ok(Self { parts, separators: separators.into_iter().collect() })
    }

    pub(crate) fn segments(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Segment(name) => Some(name.as_str()),
            Part::Literal(_) => None,
        })
    }
}

fn separates(c: char) -> bool {
    !c.is_alphanumeric() && c != '_'
}

fn parts(text: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut tags = 0;
    let mut in_tag = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if !in_tag && rest.starts_with("{{") {
            tags += 1;
            if tags > 1 {
                return Err(
                    "two hash tags `{{..}}`: a cluster looks at the first one only, so keep one"
                        .to_owned(),
                );
            }
            in_tag = true;
            literal.push('{');
            rest = &rest[2..];
            if rest.starts_with("}}") {
                return Err("an empty hash tag `{{}}` chooses no slot".to_owned());
            }
        } else if in_tag && rest.starts_with("}}") {
            in_tag = false;
            literal.push('}');
            rest = &rest[2..];
        } else if c == '{' {
            let Some(end) = rest.find('}') else {
                return Err(format!("`{rest}` is not closed: a segment is `{{field}}`"));
            };
            let name = &rest[1..end];
            if name.is_empty() {
                return Err("`{}` names no field: a segment is `{field}`".to_owned());
            }
            if name.contains('{') {
                return Err(format!(
                    "`{{{name}}}` holds a brace: a segment is `{{field}}`, a hash tag `{{{{..}}}}`"
                ));
            }
            if !literal.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
            }
            parts.push(Part::Segment(name.to_owned()));
            rest = &rest[end + 1..];
        } else if in_tag && c == '}' {
            return Err(
                "one `}` inside the hash tag `{{`: a segment is `{field}`, and a hash tag \
                        ends with `}}`"
                    .to_owned(),
            );
        } else if c == '}' {
            return Err(
                "a `}` that closes nothing: a segment is `{field}`, a hash tag `{{..}}`".to_owned()
            );
        } else if c.is_whitespace() || c.is_control() {
            let kind = if c.is_whitespace() { "white space" } else { "control characters" };
            return Err(format!(
                "a key template holds no {kind}, and this one `{}`",
                c.escape_debug()
            ));
        } else {
            literal.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    if in_tag {
        return Err("the hash tag `{{` is not closed by `}}`".to_owned());
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(parts)
}

/// Two segments side by side, or with letters between them, would give two records one key.
fn apart(parts: &[Part]) -> Result<(), String> {
    let mut last: Option<&str> = None;
    let mut between = "";
    for part in parts {
        match part {
            Part::Literal(text) => between = text,
            Part::Segment(name) => {
                let mut ends =
                    between.chars().next().into_iter().chain(between.chars().next_back());
                if let Some(last) = last.filter(|_| !ends.any(separates)) {
                    return Err(format!(
                        "nothing separates `{{{last}}}` from `{{{name}}}`, so two records could share \
                         a key: put a `:` between them"
                    ));
                }
                last = Some(name);
                between = "";
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let template = match Template::parse(text) {
            Ok(template) => template,
            Err(error) => return error,
        };
        let parts = template.parts.iter().map(|part| match part {
            Part::Literal(text) => format!("'{text}'"),
            Part::Segment(name) => name.clone(),
        });
        format!("{} / {}", parts.collect::<Vec<_>>().join(" "), template.separators)
    }

    #[test]
    fn templates() {
        assert_eq!(shown("user:{id}"), "'user:' id / :");
        assert_eq!(shown("{id}"), "id / ");
        assert_eq!(shown("settings"), "'settings' / ");
        assert_eq!(shown("{{shop:{shop}}}:o-{n}"), "'{shop:' shop '}:o-' n / -:");
        assert_eq!(shown("order-line:{id}_x"), "'order-line:' id '_x' / :");
        assert_eq!(shown("{a}x:{b}"), "a 'x:' b / :");
        assert_eq!(shown("{a}{{x{b}}}"), "a '{x' b '}' / ");
        assert_eq!(shown("é:{type}→{type}"), "'é:' type '→' type / :→");
    }

    #[test]
    fn mistakes() {
        for (text, part) in [
            ("", "empty"),
            ("user:{id", "`{id` is not closed"),
            ("user:{}", "names no field"),
            ("user:{a{b}", "holds a brace"),
            ("user:id}", "closes nothing"),
            ("user: {id}", "white space"),
            ("user\u{7}{id}", "control"),
            ("{a}{b}", "nothing separates `{a}` from `{b}`"),
            ("{a}x{b}", "nothing separates"),
            ("{a}_{b}", "nothing separates"),
            ("{a}x:x{b}", "nothing separates"),
            ("{{a}}{{b}}", "two hash tags"),
            ("{{{a}", "not closed"),
            ("{{a}", "one `}` inside the hash tag"),
            ("x{{}}", "empty hash tag"),
        ] {
            let message = shown(text);
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}
