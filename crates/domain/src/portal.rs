//! Who uses the portal: for which body, and as what (P-2, O-1).

use crate::{InsurerNumber, OfficeNumber};
use std::{fmt, str::FromStr};

/// A prefecture, 01 to 47 as in JIS X 0401.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrefectureCode([u8; 2]);

impl PrefectureCode {
    /// The two digits.
    pub fn as_str(&self) -> &str {
        // Made of two ASCII digits and nothing else.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for PrefectureCode {
    type Err = UnknownBody;

    fn from_str(text: &str) -> Result<Self, UnknownBody> {
        let number: u8 = text.parse().map_err(|_| UnknownBody)?;
        match text.as_bytes() {
            [tens, ones] if (1..=47).contains(&number) && tens.is_ascii_digit() => {
                Ok(Self([*tens, *ones]))
            }
            _ => Err(UnknownBody),
        }
    }
}

impl fmt::Display for PrefectureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// For whom somebody uses the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Body {
    /// A care office or medical institution.
    Office(OfficeNumber),
    /// An insurer: a municipality, or a union of several.
    Insurer(InsurerNumber),
    /// A prefecture, which sees how far its municipalities are and no personal data.
    Prefecture(PrefectureCode),
    /// The operator of the platform.
    Operator,
}

/// No body has this kind and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such body")]
pub struct UnknownBody;

impl Body {
    /// The stable word of its kind: `office`, `insurer`, `prefecture` or `operator`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Office(_) => "office",
            Self::Insurer(_) => "insurer",
            Self::Prefecture(_) => "prefecture",
            Self::Operator => "operator",
        }
    }

    /// Its number; empty for the operator, of whom there is one.
    pub fn number(&self) -> &str {
        match self {
            Self::Office(number) => number.as_str(),
            Self::Insurer(number) => number.as_str(),
            Self::Prefecture(code) => code.as_str(),
            Self::Operator => "",
        }
    }

    /// The body of a kind and number.
    ///
    /// # Errors
    ///
    /// [`UnknownBody`] for any other word, and for a number that cannot be.
    pub fn of(kind: &str, number: &str) -> Result<Self, UnknownBody> {
        match kind {
            "office" => number.parse().map(Self::Office).map_err(|_| UnknownBody),
            "insurer" => number.parse().map(Self::Insurer).map_err(|_| UnknownBody),
            "prefecture" => number.parse().map(Self::Prefecture),
            "operator" if number.is_empty() => Ok(Self::Operator),
            _ => Err(UnknownBody),
        }
    }

    /// Roles that a member of such a body may have.
    pub fn roles(&self) -> &'static [PortalRole] {
        match self {
            Self::Operator => &PortalRole::OPERATOR,
            Self::Office(_) | Self::Insurer(_) | Self::Prefecture(_) => &PortalRole::MEMBER,
        }
    }
}

/// What a member may do for a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum PortalRole {
    /// 管理者: everything of the body, its members included.
    Administrator = 1,
    /// 担当者: everything but the members.
    Member = 1 << 1,
    /// The operator's 管理: operators, insurers' accounts, settings.
    Manager = 1 << 2,
    /// The operator's 登録審査: registrations and certificates.
    Admission = 1 << 3,
    /// The operator's お問い合わせ.
    Desk = 1 << 4,
    /// The operator's 記事: notices, questions, documents.
    Editor = 1 << 5,
    /// The operator's 監査: reads the trail and changes nothing.
    Auditor = 1 << 6,
    /// The operator's 助成金: applications for subsidies and payments.
    Subsidy = 1 << 7,
}

impl PortalRole {
    const MEMBER: [Self; 2] = [Self::Administrator, Self::Member];
    const OPERATOR: [Self; 6] = [
        Self::Manager,
        Self::Admission,
        Self::Desk,
        Self::Editor,
        Self::Auditor,
        Self::Subsidy,
    ];
    const ALL: [Self; 8] = [
        Self::Administrator,
        Self::Member,
        Self::Manager,
        Self::Admission,
        Self::Desk,
        Self::Editor,
        Self::Auditor,
        Self::Subsidy,
    ];

    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Member => "member",
            Self::Manager => "manager",
            Self::Admission => "admission",
            Self::Desk => "desk",
            Self::Editor => "editor",
            Self::Auditor => "auditor",
            Self::Subsidy => "subsidy",
        }
    }

    /// The word on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Administrator => "管理者",
            Self::Member => "担当者",
            Self::Manager => "管理",
            Self::Admission => "登録審査",
            Self::Desk => "お問い合わせ",
            Self::Editor => "記事",
            Self::Auditor => "監査",
            Self::Subsidy => "助成金",
        }
    }
}

impl FromStr for PortalRole {
    type Err = UnknownBody;

    fn from_str(text: &str) -> Result<Self, UnknownBody> {
        let found = Self::ALL.iter().find(|role| role.code() == text);
        found.copied().ok_or(UnknownBody)
    }
}

/// What a member may do, all in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(u16);

impl Roles {
    /// These roles.
    pub fn of(roles: impl IntoIterator<Item = PortalRole>) -> Self {
        let bits = roles.into_iter().map(|role| role as u16);
        Self(bits.fold(0, |all, bit| all | bit))
    }

    /// Whether it is among them.
    pub fn has(self, role: PortalRole) -> bool {
        self.0 & role as u16 != 0
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them, in one order.
    pub fn list(self) -> Vec<PortalRole> {
        let all = PortalRole::ALL.into_iter();
        all.filter(|role| self.has(*role)).collect()
    }

    /// Those that a member of `body` may have.
    #[must_use]
    pub fn within(self, body: &Body) -> Self {
        Self::of(
            self.list()
                .into_iter()
                .filter(|it| body.roles().contains(it)),
        )
    }

    /// Their words on the screens, such as 「管理・監査」.
    pub fn label(self) -> String {
        let labels: Vec<_> = self.list().into_iter().map(PortalRole::label).collect();
        labels.join("・")
    }
}

/// Their stable words with a space between, as tables store them.
impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.list().into_iter().map(PortalRole::code).collect();
        f.write_str(&words.join(" "))
    }
}

impl FromStr for Roles {
    type Err = UnknownBody;

    fn from_str(text: &str) -> Result<Self, UnknownBody> {
        let roles: Result<Vec<PortalRole>, _> = text.split_whitespace().map(str::parse).collect();
        roles.map(Self::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_comes_back_from_its_kind_and_number() {
        for body in [
            Body::Office("1371600303".parse().unwrap()),
            Body::Insurer("131128".parse().unwrap()),
            Body::Prefecture("07".parse().unwrap()),
            Body::Operator,
        ] {
            assert_eq!(Body::of(body.kind(), body.number()), Ok(body));
        }
        for (kind, number) in [
            ("office", ""),
            ("insurer", "13112"),
            ("prefecture", "00"),
            ("prefecture", "48"),
            ("prefecture", "7"),
            ("prefecture", "+7"),
            ("operator", "1"),
            ("person", ""),
        ] {
            assert_eq!(Body::of(kind, number), Err(UnknownBody), "{kind} {number}");
        }
    }

    #[test]
    fn roles_come_back_from_their_words_and_stay_within_a_body() {
        let roles = Roles::of([PortalRole::Auditor, PortalRole::Manager, PortalRole::Member]);
        assert_eq!(roles.to_string(), "member manager auditor");
        assert_eq!(roles.to_string().parse(), Ok(roles));
        assert_eq!(roles.label(), "担当者・管理・監査");
        let operator = roles.within(&Body::Operator);
        assert_eq!(operator.to_string(), "manager auditor");
        assert!("manager boss".parse::<Roles>().is_err());
        assert!("".parse::<Roles>().unwrap().is_empty());
    }
}
