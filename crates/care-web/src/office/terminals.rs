//! 端末: the list, names, codes for new ones and renewals, stopping a lost one (W-1).

use axum::{
    extract::{Path, Query},
    response::Response,
};
use http::StatusCode;
use jiff::tz::{TimeZone, offset};
use kiban_domain::{Timestamp, tokyo_date};
use kiban_services::{
    enrolment::{self, TicketError},
    staff::StaffRole,
    terminals::{self, NAME_LENGTH, REMINDERS, Terminal, TerminalError},
};
use kiban_ui::{
    Chip, ChipColor, ConfirmPage, Link, MenuItem, MessageKind, Notice, NoticeKind, TerminalLine,
    TerminalNamePage, TerminalsPage, TextField, TicketPage, TicketPdf, terminal_kinds,
};

use super::Done;
use crate::{
    answer::{Message, page, page_with, see_other},
    form::Posted,
    visit::{SignedIn, Visit},
    words,
};

/// The name of the terminal that asks; its identifier when it has none.
pub(crate) async fn own_name(visit: &Visit) -> String {
    let (clock, id) = (&*visit.state.clock, visit.terminal_id());
    let found = terminals::load(visit.platform(), clock, &visit.office_no, id).await;
    found.map_or_else(|_| id.to_owned(), |terminal| terminal.row.name)
}

/// GET `/care/terminals`.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(done): Query<Done>,
) -> Result<Response, Response> {
    let title = match done.done.as_str() {
        "named" => Some("端末の名前を変更しました"),
        "stopped" => Some("端末を停止しました。この端末では、もうWEBサービスを使えません"),
        _ => None,
    };
    let clock = &*signed_in.visit.state.clock;
    let all = terminals::list(signed_in.platform(), clock, &signed_in.office_no())
        .await
        .map_err(|error| signed_in.storage(&error))?;
    let now = clock.now();
    // At a terminal of another office of the company none of these is the one in use.
    let own = signed_in.office_no() == signed_in.visit.office_no;
    let this = if own {
        signed_in.visit.terminal_id()
    } else {
        ""
    };
    let contractor = signed_in.session.role == StaffRole::Contractor;
    Ok(page(&TerminalsPage {
        frame: signed_in.frame(Some(if contractor {
            MenuItem::Terminals
        } else {
            MenuItem::Office
        })),
        notice: title.map(|title| Notice::new(NoticeKind::Success, title, "")),
        administrator: signed_in.session.role == StaffRole::Administrator,
        may_issue: signed_in.may_issue_codes(),
        contractor,
        company: super::company::is_in_one(&signed_in).await?,
        rows: all
            .iter()
            .map(|terminal| line(terminal, this, now))
            .collect(),
    }))
}

fn line(terminal: &Terminal, this: &str, now: Timestamp) -> TerminalLine {
    let open = terminal.is_open(now);
    let end = terminal
        .current(now)
        .or(terminal.certificates.last())
        .map(|held| held.certificate.not_after);
    let chip = match end {
        Some(end) if open => {
            let left = terminals::days_left(end, now);
            let color = match left {
                left if left <= REMINDERS[2] => ChipColor::Red,
                left if left <= REMINDERS[1] => ChipColor::Orange,
                _ => ChipColor::Yellow,
            };
            if left <= REMINDERS[0] {
                Chip::new(format!("あと{left}日"), color)
            } else {
                Chip::new("使用できます", ChipColor::Green)
            }
        }
        Some(end) if end <= now => Chip::new("期限切れ", ChipColor::Gray),
        _ => Chip::new("停止", ChipColor::Gray),
    };
    TerminalLine {
        name: terminal.row.name.clone(),
        id: terminal.row.terminal_id.clone(),
        sort: if terminal.row.kind == 2 {
            "タブレット".to_owned()
        } else {
            "パソコン".to_owned()
        },
        this: terminal.row.terminal_id == this,
        chip,
        until: end.map(|end| words::date(tokyo_date(end))),
        seen: terminal
            .last_seen_at()
            .map(words::instant)
            .unwrap_or_default(),
        open,
    }
}

async fn load(signed_in: &SignedIn, id: &str) -> Result<Terminal, Response> {
    signed_in.administrator()?;
    find(signed_in, id).await
}

/// As [`load`], for who may issue codes.
pub(super) async fn find(signed_in: &SignedIn, id: &str) -> Result<Terminal, Response> {
    signed_in.issuer()?;
    let clock = &*signed_in.visit.state.clock;
    terminals::load(signed_in.platform(), clock, &signed_in.office_no(), id)
        .await
        .map_err(|error| failed(signed_in, &error))
}

fn failed(signed_in: &SignedIn, error: &TerminalError) -> Response {
    match error {
        TerminalError::NotFound | TerminalError::Name => signed_in.nothing_there(),
        TerminalError::Storage(error) => signed_in.storage(error),
    }
}

/// POST `/care/terminals/new`.
pub(crate) async fn add(Posted { signed_in, .. }: Posted) -> Result<Response, Response> {
    signed_in.issuer()?;
    ticket(&signed_in, None).await
}

/// POST `/care/terminals/{id}/renew`.
pub(crate) async fn renew(
    Path(id): Path<String>,
    Posted { signed_in, .. }: Posted,
) -> Result<Response, Response> {
    let terminal = find(&signed_in, &id).await?;
    ticket(&signed_in, Some(terminal)).await
}

async fn ticket(signed_in: &SignedIn, terminal: Option<Terminal>) -> Result<Response, Response> {
    let office_no = signed_in.office_no();
    let id = terminal.as_ref().map(|it| it.row.terminal_id.clone());
    let made = enrolment::make_ticket(
        signed_in.platform(),
        &signed_in.context,
        office_no,
        &signed_in.session.login,
        id,
    );
    let detail = match made.await {
        Ok(ticket) => {
            return Ok(page(&TicketPage {
                frame: signed_in.frame(Some(MenuItem::Office)),
                code: ticket.code,
                office_no: office_no.as_str().to_owned(),
                until: hour_and_minute(ticket.expires_at),
                portal: signed_in.start_address(),
                pdf: signed_in.has_printer().then(|| TicketPdf {
                    expires: ticket.expires_at.as_second(),
                    terminal: terminal
                        .as_ref()
                        .map_or_else(String::new, |it| it.row.terminal_id.clone()),
                }),
                renewed: terminal.map(|it| it.row.name),
            }));
        }
        Err(TicketError::TooMany) => {
            "使われていないコードが10個あります。30分ほど待ってから、もう一度お試しください。"
        }
        Err(TicketError::NothingToRenew) => {
            "この端末の電子証明書は、停止されたか期限が過ぎています。「端末を追加」から登録し直してください。"
        }
        Err(TicketError::Hashing | TicketError::Ended) => {
            return Err(signed_in.say(Message::new(MessageKind::Failure, "")));
        }
        Err(TicketError::Storage(error)) => return Err(signed_in.storage(&error)),
    };
    let message = Message::new(MessageKind::Closed, detail);
    Err(signed_in.say(message.next("/care/terminals", "端末の一覧へ戻る")))
}

/// 「10時35分」 in Japan.
pub(super) fn hour_and_minute(at: Timestamp) -> String {
    let local = at.to_zoned(TimeZone::fixed(offset(9)));
    format!("{}時{:02}分", local.hour(), local.minute())
}

impl SignedIn {
    /// The page of the portal where a code is typed.
    pub(super) fn start_address(&self) -> String {
        format!("{}/start", self.visit.state.portal_url)
    }
}

/// GET `/care/terminals/{id}`.
pub(crate) async fn name(
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let terminal = load(&signed_in, &id).await?;
    let sort = if terminal.row.kind == 2 {
        "tablet"
    } else {
        "pc"
    };
    Ok(page(&TerminalNamePage {
        frame: signed_in.frame(Some(MenuItem::Office)),
        id,
        name: TextField::of(terminal.row.name),
        sort: terminal_kinds(sort),
    }))
}

/// POST `/care/terminals/{id}`.
pub(crate) async fn rename(
    Path(id): Path<String>,
    Posted { signed_in, form }: Posted,
) -> Result<Response, Response> {
    signed_in.administrator()?;
    let (name, kind) = (form.get("name"), form.get("kind"));
    let mut again = TerminalNamePage {
        frame: signed_in.frame(Some(MenuItem::Office)),
        id: id.clone(),
        name: TextField::of(name),
        sort: terminal_kinds(kind),
    };
    if !matches!(kind, "pc" | "tablet") {
        again.sort = again.sort.with_error("端末の種類を選択してください");
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &again));
    }
    let office_no = signed_in.office_no();
    let renamed = terminals::rename(
        signed_in.platform(),
        &signed_in.context,
        &*signed_in.visit.state.clock,
        &office_no,
        &id,
        name,
        kind == "tablet",
    );
    match renamed.await {
        Ok(()) => Ok(see_other("/care/terminals?done=named")),
        Err(TerminalError::Name) => {
            let words = format!("端末の名前を{NAME_LENGTH}文字以内で入力してください");
            again.name = again.name.with_error(words);
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &again))
        }
        Err(error) => Err(failed(&signed_in, &error)),
    }
}

/// GET `/care/terminals/{id}/stop`: asks once more.
pub(crate) async fn ask(signed_in: SignedIn, Path(id): Path<String>) -> Result<Response, Response> {
    let terminal = load(&signed_in, &id).await?;
    let own =
        id == signed_in.visit.terminal_id() && signed_in.office_no() == signed_in.visit.office_no;
    let lead = if own {
        "今使っているこの端末の電子証明書を、すぐに使えなくします。この画面も使えなくなります。取り消せません。"
    } else {
        "この端末の電子証明書を、すぐに使えなくします。取り消せません。見つかったときは「端末を追加」から登録し直してください。"
    };
    Ok(page(&ConfirmPage {
        frame: signed_in.frame(Some(MenuItem::Office)),
        parent: Link::new("/care/staff", "職員・端末"),
        title: "端末の停止の確認".to_owned(),
        lead: lead.to_owned(),
        facts: vec![
            ("端末".to_owned(), terminal.row.name),
            ("番号".to_owned(), terminal.row.terminal_id),
        ],
        action: format!("/care/terminals/{}/stop", words::encoded(&id)),
        button: "この端末を停止する".to_owned(),
        back: Link::new("/care/terminals", "停止しないで前の画面へ戻る"),
    }))
}

/// POST `/care/terminals/{id}/stop`. The next request of the terminal is refused.
pub(crate) async fn stop(
    Path(id): Path<String>,
    Posted { signed_in, .. }: Posted,
) -> Result<Response, Response> {
    signed_in.administrator()?;
    let office_no = signed_in.office_no();
    let stopped = terminals::stop(
        signed_in.platform(),
        &signed_in.context,
        &*signed_in.visit.state.clock,
        &office_no,
        &id,
    );
    let serials = stopped.await.map_err(|error| failed(&signed_in, &error))?;
    if let Some(table) = &signed_in.visit.state.table {
        for serial in &serials {
            table.stop(serial);
        }
    }
    Ok(see_other("/care/terminals?done=stopped"))
}
