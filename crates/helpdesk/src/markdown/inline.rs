//! Links and strong text inside a paragraph. They do not nest.

/// A part of a line.
pub(super) enum Inline {
    Text(String),
    Strong(String),
    Link { text: String, href: String },
}

impl Inline {
    /// What a reader sees of it.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Strong(text) | Self::Link { text, .. } => text,
        }
    }
}

/// The parts of a line; what is no complete mark is text.
pub(super) fn inlines(line: &str) -> Vec<Inline> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = line;
    while let Some(letter) = rest.chars().next() {
        let found = match letter {
            '*' => strong(rest),
            '[' => link(rest),
            _ => None,
        };
        if let Some((part, after)) = found {
            if !text.is_empty() {
                parts.push(Inline::Text(std::mem::take(&mut text)));
            }
            parts.push(part);
            rest = after;
        } else {
            text.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    if !text.is_empty() {
        parts.push(Inline::Text(text));
    }
    parts
}

fn strong(rest: &str) -> Option<(Inline, &str)> {
    let (text, after) = rest.strip_prefix("**")?.split_once("**")?;
    (!text.is_empty()).then(|| (Inline::Strong(text.to_owned()), after))
}

/// `[text](href)`. The search for the end stops at the next `[`, so that a line of opening brackets costs no square of time.
fn link(rest: &str) -> Option<(Inline, &str)> {
    let inside = &rest[1..];
    let close = inside.find(['[', ']'])?;
    let text = &inside[..close];
    let target = inside[close..].strip_prefix("](")?;
    let end = target.find([')', '('])?;
    let after = target[end..].strip_prefix(')')?;
    if text.is_empty() || end == 0 {
        return None;
    }
    let part = Inline::Link {
        text: text.to_owned(),
        href: target[..end].to_owned(),
    };
    Some((part, after))
}
