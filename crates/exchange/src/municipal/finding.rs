/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The row is taken, somebody should look.
    Warning,
    /// The row, or the file, is not taken.
    Error,
}

/// One thing noticed in a file.
///
/// The message is polite Japanese and says what to do. It repeats at most 40 characters of the value, and nothing of
/// names and free text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line the row begins on, from 1.
    pub line: u64,
    /// The column in the file, from 1; absent when the finding is about the whole row or the file has no columns.
    pub column: Option<u32>,
    /// The column id of the item.
    pub item: Option<&'static str>,
    /// A stable code in `snake_case`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What was found and what to do, in Japanese.
    pub message: String,
}

/// At most 40 characters of a value, control characters made visible.
pub(super) fn echo(value: &str) -> String {
    let mut shown: String = value
        .chars()
        .take(40)
        .map(|it| if it.is_control() { '\u{FFFD}' } else { it })
        .collect();
    if value.chars().nth(40).is_some() {
        // The ellipsis takes the last place, so that 40 stays the limit.
        shown.pop();
        shown.push('…');
    }
    shown
}
