use jiff::civil::Date;

use crate::{
    ApplicationKind, ApplicationProxy, CareLevel, InsuredCategory, PrivateText, WithdrawalKind,
};

/// One application for certification with the dates of its way (認定申請). Source: certification, sections 1 to 3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// 申請日.
    pub applied_on: Date,
    /// 枝番, telling several applications of one day apart.
    pub branch: u16,
    /// 申請区分(法令).
    pub kind: ApplicationKind,
    /// 申請区分(申請時).
    pub kind_at_filing: Option<ApplicationKind>,
    /// 取下区分.
    pub withdrawal: Option<WithdrawalKind>,
    /// 被保険者区分.
    pub category: Option<InsuredCategory>,
    /// 申請代行区分.
    pub filed_by: Option<ApplicationProxy>,
    /// 調査依頼日.
    pub survey_requested_on: Option<Date>,
    /// 調査実施日.
    pub survey_done_on: Option<Date>,
    /// 調査票受領日.
    pub survey_received_on: Option<Date>,
    /// 意見書依頼日.
    pub opinion_requested_on: Option<Date>,
    /// 意見書入手日.
    pub opinion_received_on: Option<Date>,
    /// 一次判定日.
    pub primary_judged_on: Option<Date>,
    /// 一次判定結果.
    pub primary_result: Option<CareLevel>,
    /// 審査会予定日.
    pub committee_scheduled_on: Option<Date>,
    /// 二次判定日.
    pub secondary_judged_on: Option<Date>,
    /// 二次判定結果.
    pub secondary_result: Option<CareLevel>,
    /// 認定日.
    pub certified_on: Option<Date>,
    /// 通知日.
    pub notified_on: Option<Date>,
    /// 延期通知日.
    pub deferred_on: Option<Date>,
    /// 処理見込日 named in the notice of postponement.
    pub expected_on: Option<Date>,
    /// 延期理由.
    pub deferral_reason: Option<PrivateText>,
}

/// How far an application has come. Later stages compare greater. Source: certification, section 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProgressStage {
    /// 申請受付.
    Received,
    /// 認定調査中.
    Surveying,
    /// 認定調査済.
    SurveyDone,
    /// 意見書作成依頼済.
    OpinionRequested,
    /// 意見書受領済.
    OpinionReceived,
    /// 一次判定済.
    PrimaryJudged,
    /// 審査会待ち.
    CommitteeScheduled,
    /// 二次判定済.
    CommitteeDone,
    /// 認定済.
    Certified,
    /// 結果通知済.
    Notified,
}

impl ProgressStage {
    /// Every stage, earliest first.
    pub const ALL: [Self; 10] = [
        Self::Received,
        Self::Surveying,
        Self::SurveyDone,
        Self::OpinionRequested,
        Self::OpinionReceived,
        Self::PrimaryJudged,
        Self::CommitteeScheduled,
        Self::CommitteeDone,
        Self::Certified,
        Self::Notified,
    ];

    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Surveying => "surveying",
            Self::SurveyDone => "survey_done",
            Self::OpinionRequested => "opinion_requested",
            Self::OpinionReceived => "opinion_received",
            Self::PrimaryJudged => "primary_judged",
            Self::CommitteeScheduled => "committee_scheduled",
            Self::CommitteeDone => "committee_done",
            Self::Certified => "certified",
            Self::Notified => "notified",
        }
    }

    /// The Japanese label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Received => "申請受付",
            Self::Surveying => "認定調査中",
            Self::SurveyDone => "認定調査済",
            Self::OpinionRequested => "意見書作成依頼済",
            Self::OpinionReceived => "意見書受領済",
            Self::PrimaryJudged => "一次判定済",
            Self::CommitteeScheduled => "審査会待ち",
            Self::CommitteeDone => "二次判定済",
            Self::Certified => "認定済",
            Self::Notified => "結果通知済",
        }
    }
}

/// One of the two things that run in parallel, the survey and the opinion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Track {
    /// Nobody was asked yet.
    NotRequested,
    /// Asked and awaited since that day.
    Requested(Date),
    /// There since that day.
    Done(Date),
}

impl Track {
    fn of(requested: Option<Date>, done: Option<Date>) -> Self {
        match (requested, done) {
            (_, Some(done)) => Self::Done(done),
            (Some(requested), None) => Self::Requested(requested),
            (None, None) => Self::NotRequested,
        }
    }

    /// Whether it is there.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Done(_))
    }
}

/// The status of an application as everybody sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Progress {
    /// The furthest stage reached.
    pub stage: ProgressStage,
    /// The survey.
    pub survey: Track,
    /// The attending physician's opinion.
    pub opinion: Track,
    /// 取下げ: the applicant withdrew it.
    pub withdrawn: bool,
    /// 却下: the insurer rejected it.
    pub rejected: bool,
    /// 延期通知済: the thirty days will not be kept and the applicant was told.
    pub deferred: bool,
}

impl Progress {
    /// Whether nothing more will happen.
    pub fn is_closed(&self) -> bool {
        self.withdrawn || self.rejected || self.stage >= ProgressStage::Certified
    }

    /// The label to show: 取下げ and 却下 before any stage.
    pub fn label(&self) -> &'static str {
        if self.withdrawn {
            "取下げ"
        } else if self.rejected {
            "却下"
        } else {
            self.stage.label()
        }
    }
}

impl Application {
    /// The status derived from the dates.
    pub fn progress(&self) -> Progress {
        Progress {
            stage: self.stage(),
            survey: Track::of(self.survey_requested_on, self.survey_done_on),
            opinion: Track::of(self.opinion_requested_on, self.opinion_received_on),
            withdrawn: self.withdrawal == Some(WithdrawalKind::Withdrawn),
            rejected: matches!(
                self.withdrawal,
                Some(WithdrawalKind::Rejected | WithdrawalKind::LevelChangeRejected)
            ),
            deferred: self.deferred_on.is_some(),
        }
    }

    /// The furthest stage whose date is set.
    fn stage(&self) -> ProgressStage {
        [
            (self.notified_on, ProgressStage::Notified),
            (self.certified_on, ProgressStage::Certified),
            (self.secondary_judged_on, ProgressStage::CommitteeDone),
            (
                self.committee_scheduled_on,
                ProgressStage::CommitteeScheduled,
            ),
            (self.primary_judged_on, ProgressStage::PrimaryJudged),
            (self.opinion_received_on, ProgressStage::OpinionReceived),
            (self.opinion_requested_on, ProgressStage::OpinionRequested),
            (self.survey_done_on, ProgressStage::SurveyDone),
            (self.survey_requested_on, ProgressStage::Surveying),
        ]
        .into_iter()
        .find_map(|(date, stage)| date.map(|_| stage))
        .unwrap_or(ProgressStage::Received)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::civil::date;

    use super::*;

    pub(crate) fn fresh(applied_on: Date) -> Application {
        Application {
            applied_on,
            branch: 1,
            kind: ApplicationKind::New,
            kind_at_filing: None,
            withdrawal: None,
            category: None,
            filed_by: None,
            survey_requested_on: None,
            survey_done_on: None,
            survey_received_on: None,
            opinion_requested_on: None,
            opinion_received_on: None,
            primary_judged_on: None,
            primary_result: None,
            committee_scheduled_on: None,
            secondary_judged_on: None,
            secondary_result: None,
            certified_on: None,
            notified_on: None,
            deferred_on: None,
            expected_on: None,
            deferral_reason: None,
        }
    }

    #[test]
    fn the_furthest_date_decides_and_both_tracks_are_shown() {
        let mut it = fresh(date(2026, 4, 1));
        assert_eq!(it.progress().stage, ProgressStage::Received);
        it.survey_requested_on = Some(date(2026, 4, 2));
        assert_eq!(it.progress().stage, ProgressStage::Surveying);
        it.opinion_requested_on = Some(date(2026, 4, 2));
        assert_eq!(it.progress().stage, ProgressStage::OpinionRequested);
        it.survey_done_on = Some(date(2026, 4, 9));
        let progress = it.progress();
        assert_eq!(progress.survey, Track::Done(date(2026, 4, 9)));
        assert_eq!(progress.opinion, Track::Requested(date(2026, 4, 2)));
        it.certified_on = Some(date(2026, 4, 28));
        assert_eq!(it.progress().label(), "認定済");
    }

    #[test]
    fn withdrawal_and_rejection_stand_beside_the_stage() {
        let mut it = fresh(date(2026, 4, 1));
        it.withdrawal = Some(WithdrawalKind::Withdrawn);
        assert!(it.progress().withdrawn && it.progress().is_closed());
        it.withdrawal = Some(WithdrawalKind::LevelChangeRejected);
        assert_eq!(it.progress().label(), "却下");
        it.withdrawal = Some(WithdrawalKind::Valid);
        it.deferred_on = Some(date(2026, 4, 28));
        assert!(it.progress().deferred && !it.progress().is_closed());
    }
}
