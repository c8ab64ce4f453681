//! Why something is not shown, in words a care manager understands.

use crate::Part;

/// Why a question as a whole is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The caller has no registration with the person, or there is no such person: both look the same from outside.
    #[error("no relation to the person")]
    NotFound,
    /// The registration has ended.
    #[error("the registration has ended")]
    RelationEnded,
    /// The insurer does not share its data through the platform yet.
    #[error("the insurer does not share yet")]
    InsurerNotSharing,
    /// The caller's role never sees care data.
    #[error("the role sees no care data")]
    RoleNotEntitled,
}

impl Refusal {
    /// Every refusal.
    pub const ALL: [Self; 4] = [
        Self::NotFound,
        Self::RelationEnded,
        Self::InsurerNotSharing,
        Self::RoleNotEntitled,
    ];

    /// The stable code that programs see.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotFound => "person_not_found",
            Self::RelationEnded => "relation_ended",
            Self::InsurerNotSharing => "insurer_not_sharing",
            Self::RoleNotEntitled => "role_not_entitled",
        }
    }

    /// What happened and what to do.
    pub fn message(self) -> &'static str {
        match self {
            Self::NotFound => {
                "この利用者の情報は表示できません。番号が異なるか、貴事業所の担当登録がありません。本人確認をして担当登録を行ってください。"
            }
            Self::RelationEnded => {
                "この利用者の担当登録は終了しています。サービスを再開するときは、本人確認からやり直してください。"
            }
            Self::InsurerNotSharing => {
                "この市町村（保険者）は、まだ介護情報基盤での情報共有を始めていません。開始までは、紙の被保険者証などで確認するか、市町村の窓口にお問い合わせください。"
            }
            Self::RoleNotEntitled => "この利用区分では、介護の情報を表示できません。",
        }
    }
}

/// Why one part is not shown although the rest is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// The person has not agreed, or has withdrawn.
    ConsentMissing,
    /// The physician has not agreed.
    PhysicianConsentMissing,
    /// The role is not entitled to this part.
    NotForThisRole,
    /// Only the writer or addressee sees it.
    OnlyWriterOrAddressee,
}

impl Withheld {
    /// The stable code that programs see.
    pub fn code(self) -> &'static str {
        match self {
            Self::ConsentMissing => "consent_missing",
            Self::PhysicianConsentMissing => "physician_consent_missing",
            Self::NotForThisRole => "not_for_this_role",
            Self::OnlyWriterOrAddressee => "only_writer_or_addressee",
        }
    }

    /// Why it is not shown and how to get it.
    pub fn message(self, part: Part) -> String {
        let label = part.label();
        match self {
            Self::ConsentMissing => {
                format!(
                    "{label}は、ご本人の同意が登録されていないため表示できません。同意を得て登録してください。"
                )
            }
            Self::PhysicianConsentMissing => {
                format!(
                    "{label}は、主治医の同意が登録されていないため表示できません。市町村にお問い合わせください。"
                )
            }
            Self::NotForThisRole => {
                format!(
                    "{label}は、貴事業所のサービスの種類では表示できない情報です。必要なときは、担当の居宅介護支援事業所にお尋ねください。"
                )
            }
            Self::OnlyWriterOrAddressee => {
                format!("{label}は、作成した機関と依頼を受けた機関だけが表示できます。")
            }
        }
    }
}
