//! The pages of a medical institution as a strip of links.

/// A page of a medical institution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MedicalTab {
    /// 業務トップ.
    Home,
    /// 作成依頼.
    Requests,
    /// 作成した意見書.
    Opinions,
    /// 文書ソフトからの取込み.
    Import,
    /// 作成料の一覧.
    Claims,
    /// 設定.
    Settings,
}

impl MedicalTab {
    /// In the order shown.
    pub const ALL: [Self; 6] = [
        Self::Home,
        Self::Requests,
        Self::Opinions,
        Self::Import,
        Self::Claims,
        Self::Settings,
    ];

    /// Its words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Home => "業務トップ",
            Self::Requests => "作成依頼",
            Self::Opinions => "作成した意見書",
            Self::Import => "文書ソフトからの取込み",
            Self::Claims => "作成料の一覧",
            Self::Settings => "設定",
        }
    }

    /// Its address.
    pub fn href(self) -> &'static str {
        match self {
            Self::Home => "/medical",
            Self::Requests => "/medical/requests",
            Self::Opinions => "/medical/opinions",
            Self::Import => "/medical/import",
            Self::Claims => "/medical/claims",
            Self::Settings => "/medical/settings",
        }
    }
}
