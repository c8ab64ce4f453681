use crate::{Reviewer, Yen, codes::code_table};
use uuid::Uuid;

code_table! {
    /// One step of an application for a subsidy, as its history keeps it. Source: mission, G-4.
    SubsidyStep {
        Begin = "begin", "下書きの作成";
        Submit = "submit", "提出";
        Take = "take", "審査の開始";
        Return = "return", "差戻し";
        Resubmit = "resubmit", "再提出";
        Check = "check", "一次審査";
        Grant = "grant", "交付決定";
        Refuse = "refuse", "不交付の決定";
        Withdraw = "withdraw", "取下げ";
        Transfer = "transfer", "振込の手続き";
        Pay = "pay", "振込の完了";
        Fail = "fail", "振込の不能";
        CorrectAccount = "correct_account", "振込先の訂正";
    }
}

/// Where an application for a subsidy stands (G-4).
///
/// One of the operator's people takes it up and checks it; above an amount that the operator sets, and for every refusal, another one
/// decides. Paying takes two persons again, whatever the amount: that is the payment run's rule, not this one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubsidyStage {
    /// The applicant is still writing it.
    Draft,
    /// It waits for a reviewer.
    Submitted,
    /// A reviewer has taken it up.
    InReview {
        /// Who.
        reviewer: Uuid,
    },
    /// The applicant has to correct it.
    Returned,
    /// One has checked it; it waits for another one's decision.
    Checked {
        /// Who checked it.
        first: Uuid,
    },
    /// The subsidy is granted.
    Granted {
        /// Who checked it.
        first: Uuid,
        /// Who decided, when the amount wanted a second person.
        second: Option<Uuid>,
    },
    /// It is not granted.
    Refused {
        /// Who checked it.
        first: Uuid,
        /// Who decided.
        second: Uuid,
    },
    /// The applicant took it back.
    Withdrawn,
    /// The money has arrived.
    Paid {
        /// Who checked it.
        first: Uuid,
        /// Who decided, when the amount wanted a second person.
        second: Option<Uuid>,
    },
}

/// Why an application did not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubsidyStageError {
    /// It has ended: refused, withdrawn or paid.
    #[error("the application has ended")]
    Ended,
    /// It is the applicant's turn: a draft, or returned.
    #[error("the application waits for the applicant")]
    ApplicantsTurn,
    /// It is the operator's turn: there is nothing to submit.
    #[error("the application waits for the operator")]
    OperatorsTurn,
    /// Nobody has taken it up or checked it yet.
    #[error("nobody has checked the application yet")]
    NotChecked,
    /// It is checked already.
    #[error("the application has been checked already")]
    AlreadyChecked,
    /// Another reviewer has taken it up.
    #[error("another reviewer has taken the application up")]
    AnothersReview,
    /// Whoever checked it cannot be the second person.
    #[error("the second reviewer must be another person")]
    SamePerson,
    /// Nobody reviews an application of their own.
    #[error("nobody reviews an own application")]
    OwnApplication,
    /// It is decided; it can be neither changed nor withdrawn any more.
    #[error("the application has been decided")]
    Decided,
    /// It is not granted, so there is nothing to pay.
    #[error("the application is not granted")]
    NotGranted,
}

/// What a reviewer who checked an application proposes, or a decision says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// So much is granted.
    Grant(Yen),
    /// Nothing is granted.
    Refuse,
}

/// Whether this decision wants a second person: a refusal always, a grant above `alone`.
pub fn second_needed(decided: Decided, alone: Yen) -> bool {
    match decided {
        Decided::Refuse => true,
        Decided::Grant(amount) => amount > alone,
    }
}

use SubsidyStageError as Error;

impl SubsidyStage {
    /// The word of the stage in columns and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::InReview { .. } => "in_review",
            Self::Returned => "returned",
            Self::Checked { .. } => "checked",
            Self::Granted { .. } => "granted",
            Self::Refused { .. } => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Paid { .. } => "paid",
        }
    }

    /// The stage from its columns; nothing when they do not belong together.
    pub fn of(code: &str, first: Option<Uuid>, second: Option<Uuid>) -> Option<Self> {
        match (code, first, second) {
            ("draft", None, None) => Some(Self::Draft),
            ("submitted", None, None) => Some(Self::Submitted),
            ("returned", None, None) => Some(Self::Returned),
            ("withdrawn", None, None) => Some(Self::Withdrawn),
            ("in_review", Some(reviewer), None) => Some(Self::InReview { reviewer }),
            ("checked", Some(first), None) => Some(Self::Checked { first }),
            ("granted", Some(first), second) => Some(Self::Granted { first, second }),
            ("refused", Some(first), Some(second)) => Some(Self::Refused { first, second }),
            ("paid", Some(first), second) => Some(Self::Paid { first, second }),
            _ => None,
        }
    }

    /// Who checked it, and who decided, as far as somebody did.
    pub fn reviewers(self) -> (Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Draft | Self::Submitted | Self::Returned | Self::Withdrawn => (None, None),
            Self::InReview { reviewer } => (Some(reviewer), None),
            Self::Checked { first } => (Some(first), None),
            Self::Granted { first, second } | Self::Paid { first, second } => (Some(first), second),
            Self::Refused { first, second } => (Some(first), Some(second)),
        }
    }

    /// The chip on pages; `again`: whether it was submitted more than once. Source: ui, section 7.4.
    pub fn label(self, again: bool) -> &'static str {
        match self {
            Self::Draft => "下書き",
            Self::Submitted if again => "再提出",
            Self::Submitted => "提出済み",
            Self::InReview { .. } | Self::Checked { .. } => "審査中",
            Self::Returned => "差戻し",
            Self::Granted { .. } => "交付決定",
            Self::Refused { .. } => "不交付",
            Self::Withdrawn => "取下げ",
            Self::Paid { .. } => "振込済み",
        }
    }

    /// Whether it keeps the office from applying once more in the same period.
    pub fn stands(self) -> bool {
        !matches!(self, Self::Refused { .. } | Self::Withdrawn)
    }

    /// Whether the applicant may change what it says.
    pub fn is_applicants(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }

    /// The applicant submits it, or submits it anew.
    ///
    /// # Errors
    ///
    /// See [`SubsidyStageError`].
    pub fn submit(self) -> Result<Self, Error> {
        match self {
            Self::Draft | Self::Returned => Ok(Self::Submitted),
            Self::Submitted | Self::InReview { .. } | Self::Checked { .. } => {
                Err(Error::OperatorsTurn)
            }
            Self::Granted { .. } => Err(Error::Decided),
            Self::Refused { .. } | Self::Withdrawn | Self::Paid { .. } => Err(Error::Ended),
        }
    }

    /// A reviewer takes it up, or takes it over from another one.
    ///
    /// # Errors
    ///
    /// See [`SubsidyStageError`].
    pub fn take(self, by: Reviewer) -> Result<Self, Error> {
        match self {
            Self::Submitted | Self::InReview { .. } => Ok(Self::InReview {
                reviewer: not_own(by)?,
            }),
            Self::Draft | Self::Returned => Err(Error::ApplicantsTurn),
            Self::Checked { .. } => Err(Error::AlreadyChecked),
            Self::Granted { .. } => Err(Error::Decided),
            Self::Refused { .. } | Self::Withdrawn | Self::Paid { .. } => Err(Error::Ended),
        }
    }

    /// A reviewer sends it back: whoever took it up, or the second person.
    ///
    /// # Errors
    ///
    /// See [`SubsidyStageError`].
    pub fn send_back(self, by: Reviewer) -> Result<Self, Error> {
        match self {
            Self::InReview { reviewer } => own_review(reviewer, by).map(|_| Self::Returned),
            Self::Checked { .. } => not_own(by).map(|_| Self::Returned),
            Self::Submitted => Err(Error::NotChecked),
            Self::Draft | Self::Returned => Err(Error::ApplicantsTurn),
            Self::Granted { .. } => Err(Error::Decided),
            Self::Refused { .. } | Self::Withdrawn | Self::Paid { .. } => Err(Error::Ended),
        }
    }

    /// Whoever took it up has checked it: decided at once where one person may, else for a second person. `alone`: up to which amount one
    /// person may grant.
    ///
    /// # Errors
    ///
    /// See [`SubsidyStageError`].
    pub fn check(self, by: Reviewer, proposed: Decided, alone: Yen) -> Result<Self, Error> {
        match self {
            Self::InReview { reviewer } => {
                let first = own_review(reviewer, by)?;
                if second_needed(proposed, alone) {
                    Ok(Self::Checked { first })
                } else {
                    Ok(Self::Granted {
                        first,
                        second: None,
                    })
                }
            }
            Self::Submitted => Err(Error::NotChecked),
            Self::Draft | Self::Returned => Err(Error::ApplicantsTurn),
            Self::Checked { .. } => Err(Error::AlreadyChecked),
            Self::Granted { .. } => Err(Error::Decided),
            Self::Refused { .. } | Self::Withdrawn | Self::Paid { .. } => Err(Error::Ended),
        }
    }

    /// The second person decides what the first proposed.
    ///
    /// # Errors
    ///
    /// See [`SubsidyStageError`].
    pub fn decide(self, by: Reviewer, proposed: Decided) -> Result<Self, Error> {
        match self {
            Self::Checked { first } => {
                let second = not_own(by)?;
                if first == second {
                    return Err(Error::SamePerson);
                }
                Ok(match proposed {
                    Decided::Grant(_) => Self::Granted {
                        first,
                        second: Some(second),
                    },
                    Decided::Refuse => Self::Refused { first, second },
                })
            }
            Self::Submitted | Self::InReview { .. } => Err(Error::NotChecked),
            Self::Draft | Self::Returned => Err(Error::ApplicantsTurn),
            Self::Granted { .. } => Err(Error::Decided),
            Self::Refused { .. } | Self::Withdrawn | Self::Paid { .. } => Err(Error::Ended),
        }
    }

    /// The applicant takes it back.
    ///
    /// # Errors
    ///
    /// See [`SubsidyStageError`].
    pub fn withdraw(self) -> Result<Self, Error> {
        match self {
            Self::Draft
            | Self::Submitted
            | Self::InReview { .. }
            | Self::Returned
            | Self::Checked { .. } => Ok(Self::Withdrawn),
            Self::Granted { .. } => Err(Error::Decided),
            Self::Refused { .. } | Self::Withdrawn | Self::Paid { .. } => Err(Error::Ended),
        }
    }

    /// The bank says that the money has arrived.
    ///
    /// # Errors
    ///
    /// See [`SubsidyStageError`].
    pub fn pay(self) -> Result<Self, Error> {
        match self {
            Self::Granted { first, second } => Ok(Self::Paid { first, second }),
            Self::Draft
            | Self::Submitted
            | Self::InReview { .. }
            | Self::Returned
            | Self::Checked { .. } => Err(Error::NotGranted),
            Self::Refused { .. } | Self::Withdrawn | Self::Paid { .. } => Err(Error::Ended),
        }
    }
}

fn not_own(by: Reviewer) -> Result<Uuid, Error> {
    if by.is_applicant {
        Err(Error::OwnApplication)
    } else {
        Ok(by.user_id)
    }
}

fn own_review(reviewer: Uuid, by: Reviewer) -> Result<Uuid, Error> {
    let user_id = not_own(by)?;
    if reviewer == user_id {
        Ok(user_id)
    } else {
        Err(Error::AnothersReview)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(number: u128) -> Reviewer {
        Reviewer {
            user_id: Uuid::from_u128(number),
            is_applicant: false,
        }
    }

    const ALONE: Yen = Yen::new(64_000);
    const GRANT: Decided = Decided::Grant(Yen::new(64_000));
    const LARGE: Decided = Decided::Grant(Yen::new(64_001));

    fn all() -> [SubsidyStage; 10] {
        let (first, second) = (by(1).user_id, by(2).user_id);
        [
            SubsidyStage::Draft,
            SubsidyStage::Submitted,
            SubsidyStage::InReview { reviewer: first },
            SubsidyStage::Returned,
            SubsidyStage::Checked { first },
            SubsidyStage::Granted {
                first,
                second: None,
            },
            SubsidyStage::Granted {
                first,
                second: Some(second),
            },
            SubsidyStage::Refused { first, second },
            SubsidyStage::Withdrawn,
            SubsidyStage::Paid {
                first,
                second: Some(second),
            },
        ]
    }

    #[test]
    fn o1_one_yen_above_the_amount_wants_a_second_person_and_so_does_every_refusal() {
        let taken = SubsidyStage::Submitted.take(by(1)).unwrap();
        let alone = taken.check(by(1), GRANT, ALONE).unwrap();
        assert_eq!(
            alone,
            SubsidyStage::Granted {
                first: by(1).user_id,
                second: None
            }
        );
        for proposed in [LARGE, Decided::Refuse] {
            let checked = taken.check(by(1), proposed, ALONE).unwrap();
            assert_eq!(
                checked,
                SubsidyStage::Checked {
                    first: by(1).user_id
                }
            );
            assert_eq!(checked.decide(by(1), proposed), Err(Error::SamePerson));
            let decided = checked.decide(by(2), proposed).unwrap();
            assert_eq!(
                decided.reviewers(),
                (Some(by(1).user_id), Some(by(2).user_id))
            );
        }
    }

    #[test]
    fn o1_nobody_reviews_an_own_application_or_anothers_review() {
        let own = Reviewer {
            is_applicant: true,
            ..by(1)
        };
        let taken = SubsidyStage::Submitted.take(by(1)).unwrap();
        let checked = taken.check(by(1), LARGE, ALONE).unwrap();
        for outcome in [
            SubsidyStage::Submitted.take(own),
            taken.send_back(own),
            taken.check(own, LARGE, ALONE),
            checked.decide(own, LARGE),
            checked.send_back(own),
        ] {
            assert_eq!(outcome, Err(Error::OwnApplication));
        }
        assert_eq!(taken.send_back(by(2)), Err(Error::AnothersReview));
        assert_eq!(taken.check(by(2), LARGE, ALONE), Err(Error::AnothersReview));
        assert!(taken.take(by(2)).is_ok());
    }

    #[test]
    fn g4_what_is_decided_or_ended_moves_no_more() {
        for stage in &all()[5..] {
            for outcome in [
                stage.submit(),
                stage.take(by(3)),
                stage.send_back(by(3)),
                stage.check(by(3), LARGE, ALONE),
                stage.decide(by(3), LARGE),
                stage.withdraw(),
            ] {
                assert!(
                    matches!(outcome, Err(Error::Decided | Error::Ended)),
                    "{stage:?}"
                );
            }
        }
        for stage in all() {
            assert_eq!(
                stage.pay().is_ok(),
                matches!(stage, SubsidyStage::Granted { .. }),
                "{stage:?}"
            );
        }
    }

    #[test]
    fn stages_and_columns_are_each_others_inverse() {
        for stage in all() {
            let (first, second) = stage.reviewers();
            assert_eq!(SubsidyStage::of(stage.code(), first, second), Some(stage));
            assert!(!stage.label(false).is_empty());
            assert_eq!(
                stage.stands(),
                !matches!(stage.code(), "refused" | "withdrawn")
            );
        }
        assert_eq!(SubsidyStage::of("refused", Some(by(1).user_id), None), None);
        assert_eq!(SubsidyStage::of("draft", Some(by(1).user_id), None), None);
    }
}
