//! Moves the invented applications on, by the use cases of applicants and reviewers, on a clock of its own.

use super::{
    cases::{Case, Cost, Way},
    offices::Office,
};
use crate::{assemble::operator, demo::people};
use anyhow::{Context as _, Result};
use jiff::ToSpan as _;
use kiban_domain::{Clock, CostKind, Date, Timestamp};
use kiban_services::{
    CallContext, Platform,
    registrations::ReviewerUser,
    subsidies::{
        self, AcceptedLine, EvidenceUpload, Proposal, ReviewAct, ReviewCase, SubsidyApplicant,
    },
};
use kiban_store::repo::portal_users;
use std::sync::{Arc, Mutex, PoisonError};

/// A clock that is set by hand.
#[derive(Debug)]
struct SetClock(Mutex<Timestamp>);

impl SetClock {
    fn set(&self, at: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The platform on days that were set, with two reviewers.
pub(super) struct Player {
    platform: Platform,
    clock: Arc<SetClock>,
    context: CallContext,
    portal: String,
    first: ReviewerUser,
    second: ReviewerUser,
}

/// An application that is being moved on.
struct Moving<'a> {
    receipt: String,
    version: i64,
    day: Date,
    case: &'a Case,
    applicant: SubsidyApplicant,
}

impl Player {
    pub(super) async fn new(platform: &Platform, portal: &str) -> Result<Self> {
        let clock = Arc::new(SetClock(Mutex::new(platform.now())));
        Ok(Self {
            platform: Platform {
                clock: clock.clone(),
                ..platform.clone()
            },
            clock,
            context: operator(),
            portal: portal.to_owned(),
            first: reviewer(platform, people::FIRST_REVIEWER).await?,
            second: reviewer(platform, people::SECOND_REVIEWER).await?,
        })
    }

    /// Makes one application, unless an earlier start has made it.
    pub(super) async fn play(&self, case: &Case, today: Date) -> Result<()> {
        let applicant = case.office.applicant(&self.platform).await?;
        let key = (case.year.code(), case.programme);
        let known = subsidies::list_own(&self.platform, &applicant).await?;
        if known.iter().any(|it| (&*it.scheme, it.programme) == key) {
            return Ok(());
        }
        let day = case.year.day(today)?.checked_sub(case.begun.days())?;
        self.set(day, 9)?;
        let (platform, context) = (&self.platform, &self.context);
        let receipt =
            subsidies::begin(platform, context, &applicant, key, values(case, day)?).await?;
        let mut moving = Moving {
            receipt,
            version: 1,
            day,
            case,
            applicant,
        };
        let way = &case.way;
        if matches!(way, Way::Draft) {
            return Ok(());
        }
        self.submit(&mut moving).await?;
        if matches!(way, Way::Submitted) {
            return Ok(());
        }
        self.review(&mut moving, ReviewAct::Take, &self.first)
            .await?;
        let checked = self.checked(&moving).await?;
        self.review(&mut moving, checked, &self.first).await?;
        if matches!(way, Way::Refused { .. }) || self.waits(&moving).await? {
            if matches!(way, Way::Checked) {
                return Ok(());
            }
            self.review(&mut moving, ReviewAct::Decide, &self.second)
                .await?;
        }
        if matches!(way, Way::Paid) {
            self.pay(&mut moving).await?;
        }
        Ok(())
    }

    /// What the first reviewer does with an application taken up.
    async fn checked(&self, moving: &Moving<'_>) -> Result<ReviewAct> {
        Ok(match &moving.case.way {
            Way::Returned { note, remarks } => {
                let own = |(field, remark): &(&str, &str)| (field.to_string(), remark.to_string());
                ReviewAct::Return {
                    remarks: remarks.iter().map(own).collect(),
                    note: (*note).to_owned(),
                }
            }
            Way::Refused { reason } => ReviewAct::Check(Proposal {
                refuse: true,
                reason: (*reason).to_owned(),
                ..Proposal::default()
            }),
            _ => ReviewAct::Check(everything(&self.look(moving).await?)),
        })
    }

    async fn submit(&self, moving: &mut Moving<'_>) -> Result<()> {
        for (line, cost) in (1..).zip(moving.case.costs) {
            let mut upload = EvidenceUpload::begin(&self.platform, "領収書.pdf")?;
            upload.take(receipt_of(&moving.case.office, cost).as_bytes())?;
            upload
                .keep(&self.platform, &moving.applicant, &moving.receipt, line)
                .await?;
        }
        self.next_day(moving)?;
        let key = (&*moving.receipt, moving.version);
        subsidies::submit(
            &self.platform,
            &self.context,
            &moving.applicant,
            key,
            &self.portal,
        )
        .await
        .context("検証環境の助成金の申請を提出できません")?;
        moving.version += 1;
        Ok(())
    }

    async fn review(
        &self,
        moving: &mut Moving<'_>,
        act: ReviewAct,
        by: &ReviewerUser,
    ) -> Result<()> {
        self.next_day(moving)?;
        let key = (&*moving.receipt, moving.version);
        let act = (act, "");
        subsidies::review(
            &self.platform,
            &self.context,
            &self.portal,
            key,
            act,
            by.clone(),
        )
        .await?;
        moving.version += 1;
        Ok(())
    }

    async fn look(&self, moving: &Moving<'_>) -> Result<ReviewCase> {
        subsidies::read_for_review(&self.platform, &self.context, &moving.receipt)
            .await?
            .context("検証環境の助成金の申請がありません")
    }

    /// Whether it waits for the second person.
    async fn waits(&self, moving: &Moving<'_>) -> Result<bool> {
        Ok(self.look(moving).await?.case.row.stage.code() == "checked")
    }

    /// Pays whatever is granted: one makes the run, the other releases it, and the bank says that all has arrived.
    async fn pay(&self, moving: &mut Moving<'_>) -> Result<()> {
        let (platform, context) = (&self.platform, &self.context);
        self.next_day(moving)?;
        let on = moving.day.checked_add(3.days())?;
        let key = moving.receipt.clone().into_bytes();
        let run = subsidies::make_run(platform, context, on, key, self.first.clone()).await?;
        self.next_day(moving)?;
        subsidies::release_run(platform, context, (run, 1), self.second.clone()).await?;
        let made = subsidies::read_run(platform, context, run).await?;
        let made = made.context("検証環境の振込がありません")?;
        let answer = made
            .payments
            .iter()
            .map(|(payment, _, _)| format!("{},済,\r\n", payment.payment_no));
        let answer = format!("顧客コード,結果,理由\r\n{}", answer.collect::<String>());
        self.set(on, 15)?;
        subsidies::take_results(platform, context, run, answer.as_bytes(), &self.portal).await?;
        Ok(())
    }

    fn next_day(&self, moving: &mut Moving<'_>) -> Result<()> {
        moving.day = moving.day.checked_add(1.day())?;
        self.set(moving.day, 10)
    }

    /// Sets the clock to this hour in Japan.
    fn set(&self, day: Date, hour: i8) -> Result<()> {
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
        self.clock
            .set(day.at(hour, 0, 0, 0).to_zoned(zone)?.timestamp());
        Ok(())
    }
}

/// Whoever has the account with this address.
async fn reviewer(platform: &Platform, mail: &str) -> Result<ReviewerUser> {
    let known = portal_users::list_by_mail(&mut platform.store.point().await?, mail).await?;
    let user = known.into_iter().next();
    let user = user.with_context(|| format!("{mail} のアカウントがありません"))?;
    Ok(ReviewerUser {
        user_id: user.user_id,
        name: user.name,
        mail: user.mail,
    })
}

/// Everything that the form of this application holds.
fn values(case: &Case, day: Date) -> Result<Vec<(String, String)>> {
    let office = &case.office;
    let mut values: Vec<(String, String)> = [
        ("account.bank", "9999"),
        ("account.bank_name", "見本銀行"),
        ("account.branch", "001"),
        ("account.branch_name", "本店"),
        ("account.kind", "1"),
        ("account.number", office.account),
        ("account.holder", office.holder),
        ("declare.truth", "1"),
        ("declare.once", "1"),
        ("declare.keep", "1"),
        ("declare.back", "1"),
    ]
    .iter()
    .chain(case.about)
    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
    .collect();
    for (number, cost) in (1..).zip(case.costs) {
        let on = day.checked_sub(cost.days.days())?.to_string();
        for (name, value) in [
            ("kind", cost.kind),
            ("on", &*on),
            ("maker", cost.maker),
            ("model", cost.model),
            ("serials", cost.serials),
            ("quantity", cost.quantity),
            ("invoice", cost.invoice),
            ("amount", cost.amount),
            ("tax", cost.tax),
        ] {
            values.push((format!("line.{number}.{name}"), value.to_owned()));
        }
    }
    Ok(values)
}

/// All that was claimed.
fn everything(review: &ReviewCase) -> Proposal {
    let tax = review.case.scheme.tax_percent();
    let filled = review.case.filled.as_ref();
    let lines = filled.map_or(&[][..], |it| &it.lines);
    let accept = |line: &kiban_domain::FilledLine| AcceptedLine {
        number: line.number,
        quantity: if line.cost.kind == CostKind::Reader {
            line.cost.quantity
        } else {
            1
        },
        yen: line.cost.with_tax(tax).get(),
        reason: String::new(),
    };
    Proposal {
        lines: lines.iter().map(accept).collect(),
        ..Proposal::default()
    }
}

/// A receipt as a PDF with an empty page. Two costs never have the same one, for a file that stands twice is shown to the reviewer.
fn receipt_of(office: &Office, cost: &Cost) -> String {
    let mut pdf = format!(
        "%PDF-1.4\n% {} {} {}\n",
        office.number, cost.invoice, cost.amount
    );
    let mut places = Vec::new();
    for object in [
        "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] >>\nendobj\n",
    ] {
        places.push(pdf.len());
        pdf.push_str(object);
    }
    let start = pdf.len();
    let places = places.iter().map(|place| format!("{place:010} 00000 n \n"));
    pdf + "xref\n0 4\n0000000000 65535 f \n"
        + &places.collect::<String>()
        + &format!("trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n")
}
