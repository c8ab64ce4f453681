use crate::codes::code_table;
use uuid::Uuid;

code_table! {
    /// One step of an application, as its history keeps it. Source: mission, P-2 and O-1.
    RegistrationStep {
        Apply = "apply", "申請";
        Return = "return", "差戻し";
        Resubmit = "resubmit", "再申請";
        Check = "check", "一次確認";
        Approve = "approve", "承認";
        Refuse = "refuse", "却下";
        Withdraw = "withdraw", "取下げ";
    }
}

/// Where the application of an office stands.
///
/// Admission takes two of the operator's people: one checks, another one decides. Refusing is a decision as approving is, because
/// it ends an application for good; returning it for correction is not. Source: mission, O-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistrationStage {
    /// It waits for the first of two reviewers.
    Applied,
    /// The applicant has to correct it.
    Returned,
    /// One reviewer has checked it; it waits for another one.
    Checked {
        /// Who checked it.
        first: Uuid,
    },
    /// The office is admitted.
    Approved {
        /// Who checked it.
        first: Uuid,
        /// Who approved it.
        second: Uuid,
    },
    /// The office is not admitted.
    Refused {
        /// Who checked it.
        first: Uuid,
        /// Who refused it.
        second: Uuid,
    },
    /// The applicant took it back.
    Withdrawn,
}

/// One of the operator's people, before an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reviewer {
    /// Who it is.
    pub user_id: Uuid,
    /// Whether the application is the reviewer's own: the same user, or one with the same mail address.
    pub is_applicant: bool,
}

/// Why an application did not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    /// It has ended, approved, refused or withdrawn.
    #[error("the application has ended")]
    Ended,
    /// It was returned: it is the applicant's turn.
    #[error("the application waits for the applicant")]
    ApplicantsTurn,
    /// Nobody has checked it yet.
    #[error("nobody has checked the application yet")]
    NotChecked,
    /// It was checked already and waits for the decision.
    #[error("the application has been checked already")]
    AlreadyChecked,
    /// It was not returned: there is nothing to correct.
    #[error("the application was not returned")]
    NotReturned,
    /// Who checked it decides nothing.
    #[error("the second reviewer must be another person")]
    SamePerson,
    /// Nobody reviews an application of their own.
    #[error("nobody reviews an own application")]
    OwnApplication,
}

impl RegistrationStage {
    /// The word of the stage in columns and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Returned => "returned",
            Self::Checked { .. } => "checked",
            Self::Approved { .. } => "approved",
            Self::Refused { .. } => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The stage from its columns; nothing when they do not belong together.
    pub fn of(code: &str, first: Option<Uuid>, second: Option<Uuid>) -> Option<Self> {
        match (code, first, second) {
            ("applied", None, None) => Some(Self::Applied),
            ("returned", None, None) => Some(Self::Returned),
            ("checked", Some(first), None) => Some(Self::Checked { first }),
            ("approved", Some(first), Some(second)) => Some(Self::Approved { first, second }),
            ("refused", Some(first), Some(second)) => Some(Self::Refused { first, second }),
            ("withdrawn", None, None) => Some(Self::Withdrawn),
            _ => None,
        }
    }

    /// Who checked it, and who decided, as far as somebody did.
    pub fn reviewers(self) -> (Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Applied | Self::Returned | Self::Withdrawn => (None, None),
            Self::Checked { first } => (Some(first), None),
            Self::Approved { first, second } | Self::Refused { first, second } => {
                (Some(first), Some(second))
            }
        }
    }

    /// The stage as the operator reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Applied => "一次確認待ち",
            Self::Returned => "差戻し",
            Self::Checked { .. } => "承認待ち",
            Self::Approved { .. } => "承認",
            Self::Refused { .. } => "却下",
            Self::Withdrawn => "取下げ",
        }
    }

    /// The stage as the applicant reads it: who of the operator has looked at it is not theirs to follow.
    pub fn applicants_label(self) -> &'static str {
        match self {
            Self::Applied | Self::Checked { .. } => "審査中",
            Self::Returned => "差戻し",
            Self::Approved { .. } => "承認",
            Self::Refused { .. } => "却下",
            Self::Withdrawn => "取下げ",
        }
    }

    /// Whether it keeps its number from being registered again.
    pub fn stands(self) -> bool {
        match self {
            Self::Applied | Self::Returned | Self::Checked { .. } | Self::Approved { .. } => true,
            Self::Refused { .. } | Self::Withdrawn => false,
        }
    }

    /// The first reviewer has looked at it.
    ///
    /// # Errors
    ///
    /// See [`RegistrationError`].
    pub fn check(self, by: Reviewer) -> Result<Self, RegistrationError> {
        match self {
            Self::Applied => Ok(Self::Checked {
                first: own_excluded(by)?,
            }),
            Self::Checked { .. } => Err(RegistrationError::AlreadyChecked),
            Self::Returned => Err(RegistrationError::ApplicantsTurn),
            Self::Approved { .. } | Self::Refused { .. } | Self::Withdrawn => {
                Err(RegistrationError::Ended)
            }
        }
    }

    /// The second reviewer admits the office.
    ///
    /// # Errors
    ///
    /// See [`RegistrationError`].
    pub fn approve(self, by: Reviewer) -> Result<Self, RegistrationError> {
        let (first, second) = self.decide(by)?;
        Ok(Self::Approved { first, second })
    }

    /// The second reviewer does not admit it.
    ///
    /// # Errors
    ///
    /// See [`RegistrationError`].
    pub fn refuse(self, by: Reviewer) -> Result<Self, RegistrationError> {
        let (first, second) = self.decide(by)?;
        Ok(Self::Refused { first, second })
    }

    fn decide(self, by: Reviewer) -> Result<(Uuid, Uuid), RegistrationError> {
        match self {
            Self::Checked { first } => {
                let second = own_excluded(by)?;
                if first == second {
                    return Err(RegistrationError::SamePerson);
                }
                Ok((first, second))
            }
            Self::Applied => Err(RegistrationError::NotChecked),
            Self::Returned => Err(RegistrationError::ApplicantsTurn),
            Self::Approved { .. } | Self::Refused { .. } | Self::Withdrawn => {
                Err(RegistrationError::Ended)
            }
        }
    }

    /// A reviewer, the first or the second, sends it back to be corrected.
    ///
    /// # Errors
    ///
    /// See [`RegistrationError`].
    pub fn send_back(self, by: Reviewer) -> Result<Self, RegistrationError> {
        match self {
            Self::Applied | Self::Checked { .. } => own_excluded(by).map(|_| Self::Returned),
            Self::Returned => Err(RegistrationError::ApplicantsTurn),
            Self::Approved { .. } | Self::Refused { .. } | Self::Withdrawn => {
                Err(RegistrationError::Ended)
            }
        }
    }

    /// The applicant has corrected it; both reviewers look at it anew.
    ///
    /// # Errors
    ///
    /// See [`RegistrationError`].
    pub fn resubmit(self) -> Result<Self, RegistrationError> {
        match self {
            Self::Returned => Ok(Self::Applied),
            Self::Applied | Self::Checked { .. } => Err(RegistrationError::NotReturned),
            Self::Approved { .. } | Self::Refused { .. } | Self::Withdrawn => {
                Err(RegistrationError::Ended)
            }
        }
    }

    /// The applicant takes it back.
    ///
    /// # Errors
    ///
    /// See [`RegistrationError`].
    pub fn withdraw(self) -> Result<Self, RegistrationError> {
        match self {
            Self::Applied | Self::Returned | Self::Checked { .. } => Ok(Self::Withdrawn),
            Self::Approved { .. } | Self::Refused { .. } | Self::Withdrawn => {
                Err(RegistrationError::Ended)
            }
        }
    }
}

fn own_excluded(by: Reviewer) -> Result<Uuid, RegistrationError> {
    if by.is_applicant {
        Err(RegistrationError::OwnApplication)
    } else {
        Ok(by.user_id)
    }
}

impl RegistrationStep {
    /// Whether a reviewer has to say why: always when the applicant has to do something or is not admitted, and for every step towards
    /// admission of an office that the register does not have.
    pub fn needs_note(self, in_register: bool) -> bool {
        match self {
            Self::Return | Self::Refuse => true,
            Self::Check | Self::Approve => !in_register,
            Self::Apply | Self::Resubmit | Self::Withdraw => false,
        }
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

    fn all() -> [RegistrationStage; 6] {
        let (first, second) = (by(1).user_id, by(2).user_id);
        [
            RegistrationStage::Applied,
            RegistrationStage::Returned,
            RegistrationStage::Checked { first },
            RegistrationStage::Approved { first, second },
            RegistrationStage::Refused { first, second },
            RegistrationStage::Withdrawn,
        ]
    }

    #[test]
    fn o1_two_persons_admit_an_office() {
        let checked = RegistrationStage::Applied.check(by(1)).unwrap();
        assert_eq!(checked.approve(by(1)), Err(RegistrationError::SamePerson));
        assert_eq!(checked.refuse(by(1)), Err(RegistrationError::SamePerson));
        let (first, second) = (by(1).user_id, by(2).user_id);
        assert_eq!(
            checked.approve(by(2)),
            Ok(RegistrationStage::Approved { first, second })
        );
        assert_eq!(
            checked.refuse(by(2)),
            Ok(RegistrationStage::Refused { first, second })
        );
        assert_eq!(
            RegistrationStage::Applied.approve(by(2)),
            Err(RegistrationError::NotChecked)
        );
    }

    #[test]
    fn o1_nobody_reviews_an_own_application() {
        let own = Reviewer {
            is_applicant: true,
            ..by(3)
        };
        let checked = RegistrationStage::Applied.check(by(1)).unwrap();
        for outcome in [
            RegistrationStage::Applied.check(own),
            checked.approve(own),
            checked.refuse(own),
            checked.send_back(own),
        ] {
            assert_eq!(outcome, Err(RegistrationError::OwnApplication));
        }
    }

    #[test]
    fn p2_a_corrected_application_is_checked_anew() {
        let returned = RegistrationStage::Applied
            .check(by(1))
            .and_then(|it| it.send_back(by(2)))
            .unwrap();
        assert_eq!(
            returned.check(by(1)),
            Err(RegistrationError::ApplicantsTurn)
        );
        assert_eq!(returned.resubmit(), Ok(RegistrationStage::Applied));
        assert_eq!(
            RegistrationStage::Applied.resubmit(),
            Err(RegistrationError::NotReturned)
        );
    }

    #[test]
    fn p2_what_has_ended_stays_ended() {
        for stage in &all()[3..] {
            for outcome in [
                stage.check(by(4)),
                stage.approve(by(4)),
                stage.refuse(by(4)),
                stage.send_back(by(4)),
                stage.resubmit(),
                stage.withdraw(),
            ] {
                assert_eq!(outcome, Err(RegistrationError::Ended), "{stage:?}");
            }
        }
        assert!(all()[..3].iter().all(|it| it.withdraw().is_ok()));
    }

    #[test]
    fn stages_and_columns_are_each_others_inverse() {
        for stage in all() {
            let (first, second) = stage.reviewers();
            assert_eq!(
                RegistrationStage::of(stage.code(), first, second),
                Some(stage)
            );
            assert!(!stage.label().is_empty() && !stage.applicants_label().is_empty());
        }
        assert_eq!(RegistrationStage::of("checked", None, None), None);
        assert_eq!(
            RegistrationStage::of("applied", Some(by(1).user_id), None),
            None
        );
    }

    #[test]
    fn p2_an_office_outside_the_register_needs_a_word_at_every_step() {
        assert!(
            RegistrationStep::Check.needs_note(false)
                && RegistrationStep::Approve.needs_note(false)
        );
        assert!(
            !RegistrationStep::Check.needs_note(true)
                && !RegistrationStep::Approve.needs_note(true)
        );
        assert!(
            RegistrationStep::Return.needs_note(true) && RegistrationStep::Refuse.needs_note(true)
        );
    }
}
