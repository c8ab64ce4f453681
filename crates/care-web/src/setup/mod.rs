//! An office's first set-up; it goes on where it stopped (W-2).

pub(crate) mod connection;

use axum::response::Response;
use kiban_domain::{Wareki, tokyo_date};
use kiban_print::{Sheet, TerminalSheet};
use kiban_services::{
    accounts,
    setup::{self, Step},
};
use kiban_ui::{MenuItem, SetupDonePage};

use crate::{
    answer::{page, see_other},
    form::Posted,
    office, paper,
    visit::{SignedIn, Visit},
    words,
};

/// GET `/care/setup`: to the first step that is not done.
pub(crate) async fn go_on(visit: Visit) -> Result<Response, Response> {
    let done = setup::progress(visit.platform(), &visit.office_no, visit.terminal_id())
        .await
        .map_err(|error| visit.storage(&error))?;
    Ok(see_other(if !done.connection {
        "/care/setup/connection"
    } else if !done.administrator {
        "/care/setup/administrator"
    } else if !done.staff {
        "/care/setup/staff"
    } else if !done.finished {
        "/care/setup/done"
    } else {
        "/care"
    }))
}

/// GET `/care/setup/staff`.
pub(crate) async fn staff(signed_in: SignedIn) -> Result<Response, Response> {
    signed_in.administrator()?;
    office::staff::page_of(&signed_in, None, None).await
}

/// POST `/care/setup/staff`.
pub(crate) async fn staff_done(Posted { signed_in, .. }: Posted) -> Result<Response, Response> {
    signed_in.administrator()?;
    note(&signed_in, Step::Staff).await?;
    Ok(see_other("/care/setup/done"))
}

async fn note(signed_in: &SignedIn, step: Step) -> Result<(), Response> {
    let office_no = signed_in.office_no();
    setup::note(signed_in.platform(), &signed_in.context, office_no, step)
        .await
        .map_err(|error| signed_in.storage(&error))
}

/// What the sheet says, after the last step was noted.
async fn sheet(signed_in: &SignedIn) -> Result<SetupDonePage, Response> {
    signed_in.administrator()?;
    let visit = &signed_in.visit;
    let office_no = signed_in.office_no();
    let progress = setup::progress(visit.platform(), &office_no, visit.terminal_id())
        .await
        .map_err(|error| signed_in.storage(&error))?;
    if !progress.staff {
        return Err(see_other("/care/setup"));
    }
    if !progress.finished {
        note(signed_in, Step::Finish).await?;
    }
    let accounts = accounts::list(signed_in.platform(), &office_no)
        .await
        .map_err(|error| signed_in.storage(&error))?;
    let today = signed_in.platform().today();
    Ok(SetupDonePage {
        frame: signed_in.frame(Some(MenuItem::Office)),
        office: signed_in.office.name.clone(),
        office_no: office_no.as_str().to_owned(),
        terminal: office::terminals::own_name(visit).await,
        until: words::date(tokyo_date(visit.client.not_after)),
        administrators: accounts
            .into_iter()
            .filter(|row| row.role == 1 && row.state == 1)
            .map(|row| row.name)
            .collect(),
        today: Wareki::try_from(today).map_or_else(|_| today.to_string(), Wareki::long),
        pdf: signed_in.has_printer(),
    })
}

/// GET `/care/setup/done`.
pub(crate) async fn done(signed_in: SignedIn) -> Result<Response, Response> {
    Ok(page(&sheet(&signed_in).await?))
}

/// What to mind at a terminal, as on the page.
const RULES: [&str; 3] = [
    "離れるときは、ログアウトするか画面をロックしてください。",
    "端末をなくしたときは、すぐに管理者に連絡してください。管理者が「職員・端末」で停止します。",
    "期限の60日前、30日前、7日前に、管理者にお知らせします。",
];

/// GET `/care/setup/done.pdf`.
pub(crate) async fn done_pdf(signed_in: SignedIn) -> Result<Response, Response> {
    signed_in.administrator()?;
    let turn = signed_in.turn().await?;
    let it = sheet(&signed_in).await?;
    let administrators = it.administrators.iter();
    let sheet = Sheet::Terminal(TerminalSheet {
        office_no: it.office_no,
        terminal: it.terminal,
        until: paper::day(&it.until),
        administrators: administrators
            .map(|name| format!("{name}（管理者）"))
            .collect(),
        rules: RULES.map(str::to_owned).into(),
        imprint: signed_in.imprint(),
    });
    Ok(signed_in.file(turn, sheet, "tanmatsu").await)
}
