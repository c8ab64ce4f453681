//! What of the service can be shut for a while (O16).

use std::{fmt, str::FromStr};

/// A part of the service that a maintenance or an incident concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceFunction {
    /// The pages of offices, insurers and prefectures behind the portal's sign-in.
    MyPage,
    /// ユーザ登録.
    SignUp,
    /// Inquiries by form.
    Inquiries,
    /// Terminals: their first use and their certificates.
    Terminals,
    /// The care door.
    Care,
    /// The connect door.
    Connect,
}

/// No function has this word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownFunction;

impl fmt::Display for UnknownFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no such function")
    }
}

impl std::error::Error for UnknownFunction {}

impl ServiceFunction {
    /// In the order of forms and lists.
    pub const ALL: [Self; 6] = [
        Self::MyPage,
        Self::SignUp,
        Self::Inquiries,
        Self::Terminals,
        Self::Care,
        Self::Connect,
    ];

    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::MyPage => "mypage",
            Self::SignUp => "signup",
            Self::Inquiries => "inquiries",
            Self::Terminals => "terminals",
            Self::Care => "care",
            Self::Connect => "connect",
        }
    }

    /// The words on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::MyPage => "マイページ、市町村・都道府県の画面",
            Self::SignUp => "ユーザ登録",
            Self::Inquiries => "お問い合わせフォーム",
            Self::Terminals => "端末の利用開始と電子証明書",
            Self::Care => "介護WEBサービス",
            Self::Connect => "市町村・介護ソフトとのデータ連携",
        }
    }
}

impl FromStr for ServiceFunction {
    type Err = UnknownFunction;

    fn from_str(text: &str) -> Result<Self, UnknownFunction> {
        let found = Self::ALL.into_iter().find(|it| it.code() == text);
        found.ok_or(UnknownFunction)
    }
}
