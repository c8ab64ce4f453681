//! One text for both engines: `$1` becomes `?1` for SQLite while compiling.

/// A statement in the subset that both engines speak.
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    /// The text with `$n` parameters.
    pub pg: &'static str,
    /// The text with `?n` parameters.
    pub lite: &'static str,
}

/// Turns each `$` into `?`. No statement of ours has a `$` that is not a parameter.
pub const fn to_lite<const N: usize>(text: &str) -> [u8; N] {
    let bytes = text.as_bytes();
    let mut out = [0_u8; N];
    let mut at = 0;
    while at < N {
        out[at] = if bytes[at] == b'$' { b'?' } else { bytes[at] };
        at += 1;
    }
    out
}

/// Makes a [`Sql`] from one literal.
#[macro_export]
macro_rules! sql {
    ($text:expr) => {{
        const TEXT: &str = $text;
        const BYTES: [u8; TEXT.len()] = $crate::engine::to_lite::<{ TEXT.len() }>(TEXT);
        const LITE: &str = match ::core::str::from_utf8(&BYTES) {
            Ok(text) => text,
            Err(_) => panic!("a statement is text"),
        };
        $crate::engine::Sql {
            pg: TEXT,
            lite: LITE,
        }
    }};
}
