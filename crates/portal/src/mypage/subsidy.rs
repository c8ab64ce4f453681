//! Applications for subsidies: begun, written step by step, submitted (M07, M08), and what becomes of them (M09) (G-4).

mod account;
mod begin;
mod confirm;
mod detail;
mod evidence;
mod papers;
mod questions;
mod step;
mod tasks;

pub(super) use account::{correct as correct_account, show as show_account};
pub(super) use begin::{begin, show as show_begin};
pub(super) use confirm::{show as show_confirm, submit};
pub(super) use detail::{ask as ask_withdraw, chip, give_out, page as detail, turn, withdraw};
pub(super) use papers::{copy, notice};
pub(super) use step::{save, show as show_step};
pub(super) use tasks::tasks;

use super::{frame, missing, own::Own};
use axum::response::Response;
use kiban_domain::Programme;
use kiban_portal_ui::{Link, PortalFrame};
use kiban_services::{
    portal_users::profile,
    subsidies::{self, SubsidyApplicant, SubsidyCase},
};

/// The steps of an application.
const STEPS: [&str; 5] = ["区分", "内容", "口座", "確認", "完了"];

/// The word of a programme in addresses.
pub(crate) fn word(programme: Programme) -> &'static str {
    match programme {
        Programme::Care => "care",
        Programme::Opinion => "medical",
    }
}

fn programme_of(word: &str) -> Option<Programme> {
    let all = Programme::ALL.iter().copied();
    all.into_iter().find(|it| self::word(*it) == word)
}

pub(super) fn title(programme: Programme) -> &'static str {
    match programme {
        Programme::Care => "助成金の申請（介護事業所等）",
        Programme::Opinion => "助成金の申請（主治医意見書作成医療機関）",
    }
}

fn steps() -> Vec<String> {
    STEPS.map(str::to_owned).into()
}

/// The address of a step.
fn address(case: &SubsidyCase, step: &str) -> String {
    let (word, receipt) = (word(case.row.programme), &case.row.receipt);
    format!("/apply/subsidy/{word}/{receipt}/{step}")
}

fn around(own: &Own) -> PortalFrame {
    frame(own, "/mypage/applications").below("/mypage/applications", "申請の状況")
}

/// The page of an application.
fn page_of(receipt: &str) -> String {
    format!("/mypage/applications/{receipt}")
}

fn back(receipt: &str) -> Link {
    Link::new(page_of(receipt), "申請の画面へ戻る")
}

/// Who applies.
pub(super) async fn applicant(own: &Own) -> Result<SubsidyApplicant, Response> {
    let shown = profile::show(own.platform(), &own.session).await;
    let mail = shown.map_err(|_| missing(own))?.row.mail;
    Ok(SubsidyApplicant {
        user_id: own.session.user_id,
        name: own.session.name.clone(),
        mail,
        office_no: own.office_no,
    })
}

/// An application of the office.
pub(super) async fn find(own: &Own, receipt: &str) -> Result<Option<SubsidyCase>, Response> {
    let applicant = applicant(own).await?;
    let found = subsidies::read_own(own.platform(), &applicant, receipt).await;
    found.map_err(|error| own.failed(&error))
}

/// An application of the office that can be written on, below the address of its programme.
async fn written(own: &Own, word: &str, receipt: &str) -> Result<SubsidyCase, Response> {
    let found = find(own, receipt).await?;
    let found = found.filter(|it| self::word(it.row.programme) == word);
    let case = found.ok_or_else(|| missing(own))?;
    if case.row.stage.is_applicants() {
        Ok(case)
    } else {
        Err(super::see_other(&page_of(&case.row.receipt)))
    }
}
