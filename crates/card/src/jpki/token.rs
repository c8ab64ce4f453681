//! What kind of card the application runs on.

/// The kind of card, by the name in its token information.
///
/// Source: the My Number card, section 3. A reader's answer to reset says nothing reliable, so it is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// The plastic My Number card.
    MyNumberCard,
    /// The old 住民基本台帳カード.
    ResidentRegisterCard,
    /// A telephone's copy, Android or iPhone.
    Telephone,
    /// A name nobody has described.
    Unknown,
}

impl Token {
    /// By the first 32 bytes of the file, padded with spaces.
    pub(crate) fn named(name: &[u8]) -> Self {
        match name.trim_ascii_end() {
            b"JPKIAPICCTOKEN2" => Self::MyNumberCard,
            b"JPKIAPICCTOKEN" => Self::ResidentRegisterCard,
            b"JPKIAPGPSETOKEN" | b"JPKIAPIOSTOKEN" => Self::Telephone,
            _ => Self::Unknown,
        }
    }
}
