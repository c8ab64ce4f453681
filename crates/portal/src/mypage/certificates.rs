//! 電子証明書 (M12): applying for one, renewing, stopping a lost terminal (W-1).

use super::{
    Done, frame, instant, missing,
    own::{Own, PostedOwn},
    see_other,
};
use crate::{
    member::time_of_day,
    public::{date, day_of},
};
use axum::{
    extract::{Path, Query},
    response::Response,
};
use http::StatusCode;
use kiban_domain::Timestamp;
use kiban_portal_ui::{
    CertificateLine, Chip, ChipColor, Link, MyCertificatesPage, MyConfirmPage, MyTicketPage,
    Notice, NoticeKind,
};
use kiban_services::{
    enrolment::{self, TicketError},
    forms::FormKey,
    terminals::{self, REMINDERS, Terminal, TerminalError},
};

/// The terminals that can be used, for the home page.
pub(super) async fn open_terminals(own: &Own) -> Result<Vec<Terminal>, Response> {
    let now = own.state.clock.now();
    let mut all = all(own).await?;
    all.retain(|terminal| terminal.is_open(now));
    Ok(all)
}

async fn all(own: &Own) -> Result<Vec<Terminal>, Response> {
    let clock = &*own.state.clock;
    let all = terminals::list(own.platform(), clock, &own.office_no).await;
    all.map_err(|error| own.failed(&error))
}

/// GET `/mypage/certificates`.
pub(super) async fn show(own: Own, Query(done): Query<Done>) -> Result<Response, Response> {
    let admitted = own.data().await?.is_some();
    let rows = if admitted {
        all(&own).await?
    } else {
        Vec::new()
    };
    let now = own.state.clock.now();
    let stopped = done.done == "stopped";
    let page = MyCertificatesPage {
        frame: frame(&own, "/mypage/certificates"),
        notice: stopped.then(|| {
            Notice::new(
                NoticeKind::Success,
                "端末を停止しました。この端末では、もうWEBサービスを使えません",
                "見つかったときは、もう一度申し込んでください。",
            )
        }),
        admitted,
        administrator: own.session.keeps_members(),
        rows: rows.iter().map(|terminal| line(terminal, now)).collect(),
    };
    Ok(own.page(StatusCode::OK, &page))
}

fn line(terminal: &Terminal, now: Timestamp) -> CertificateLine {
    let end = terminal
        .current(now)
        .or(terminal.certificates.last())
        .map(|held| held.certificate.not_after);
    let open = terminal.is_open(now);
    let chip = match end {
        Some(end) if open && terminals::days_left(end, now) <= REMINDERS[0] => {
            Chip::new("更新時期", ChipColor::Orange)
        }
        Some(_) if open => Chip::new("有効", ChipColor::Green),
        Some(end) if end <= now => Chip::new("期限切れ", ChipColor::Gray),
        Some(_) | None => Chip::new("失効", ChipColor::Red),
    };
    CertificateLine {
        name: terminal.row.name.clone(),
        id: terminal.row.terminal_id.clone(),
        sort: if terminal.row.kind == 2 {
            "タブレット".to_owned()
        } else {
            "パソコン".to_owned()
        },
        chip,
        until: end.map(|end| date(day_of(end))),
        seen: terminal.last_seen_at().map(instant).unwrap_or_default(),
        open,
    }
}

/// POST `/mypage/certificates`: a code for one more terminal.
pub(super) async fn apply(posted: PostedOwn) -> Result<Response, Response> {
    let PostedOwn { own, fields } = posted;
    own.administrator()?;
    own.admitted().await?;
    let form = own.form("certificate", &fields);
    ticket(&own, &form, None).await
}

/// POST `/mypage/certificates/{id}/renew`: a code for a terminal that has a certificate.
pub(super) async fn renew(Path(id): Path<String>, posted: PostedOwn) -> Result<Response, Response> {
    let PostedOwn { own, fields } = posted;
    let terminal = find(&own, &id).await?;
    own.admitted().await?;
    let form = own.form(&format!("certificate:{id}"), &fields);
    ticket(&own, &form, Some(terminal)).await
}

async fn find(own: &Own, id: &str) -> Result<Terminal, Response> {
    own.administrator()?;
    let clock = &*own.state.clock;
    let found = terminals::load(own.platform(), clock, &own.office_no, id).await;
    found.map_err(|error| failed(own, &error))
}

fn failed(own: &Own, error: &TerminalError) -> Response {
    match error {
        TerminalError::NotFound | TerminalError::Name => missing(own),
        TerminalError::Storage(error) => own.failed(error),
    }
}

async fn ticket(
    own: &Own,
    form: &FormKey,
    terminal: Option<Terminal>,
) -> Result<Response, Response> {
    let id = terminal.as_ref().map(|it| it.row.terminal_id.clone());
    let context = own.context();
    let made = enrolment::make_ticket_at_portal(
        own.platform(),
        &context,
        form,
        own.office_no,
        &own.session.login,
        id,
    );
    let (status, advice) = match made.await {
        Ok(ticket) => {
            let page = MyTicketPage {
                frame: frame(own, "/mypage/certificates")
                    .below("/mypage/certificates", "電子証明書"),
                code: ticket.code,
                office_no: own.office_no.as_str().to_owned(),
                until: time_of_day(ticket.expires_at),
                start: format!("{}/start", own.state.own_origin),
                renewed: terminal.map(|it| it.row.name),
            };
            return Ok(own.page(StatusCode::OK, &page));
        }
        Err(TicketError::TooMany) => (
            StatusCode::TOO_MANY_REQUESTS,
            "使われていないコードが10個あります。30分ほど待ってから、もう一度お試しください。",
        ),
        Err(TicketError::NothingToRenew) => (
            StatusCode::CONFLICT,
            "この端末の電子証明書は、停止されたか期限が過ぎています。新しい端末として申し込んでください。",
        ),
        Err(TicketError::Ended) => (
            StatusCode::CONFLICT,
            "この申込みのコードは、すでに使われたか、期限が過ぎています。端末の一覧を開き直してから、もう一度申し込んでください。",
        ),
        Err(TicketError::Hashing) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "しばらくたってから、もう一度お試しください。",
        ),
        Err(TicketError::Storage(error)) => return Err(own.failed(&error)),
    };
    let back = Link::new("/mypage/certificates", "端末の一覧へ戻る");
    Err(own.say(status, "コードを発行できませんでした", advice, back))
}

/// GET `/mypage/certificates/{id}/stop`: asks once more.
pub(super) async fn ask(own: Own, Path(id): Path<String>) -> Result<Response, Response> {
    let terminal = find(&own, &id).await?;
    let page = MyConfirmPage {
        frame: frame(&own, "/mypage/certificates").below("/mypage/certificates", "電子証明書"),
        title: "端末の停止の確認".into(),
        lead: "この端末の電子証明書を、すぐに使えなくします。取り消せません。見つかったときは、もう一度申し込んでください。".into(),
        facts: vec![
            ("端末".into(), terminal.row.name),
            ("番号".into(), terminal.row.terminal_id.clone()),
        ],
        action: format!("/mypage/certificates/{}/stop", terminal.row.terminal_id),
        hidden: Vec::new(),
        button: "この端末を停止する".into(),
        back: Link::new("/mypage/certificates", "停止しないで前の画面へ戻る"),
    };
    Ok(own.page(StatusCode::OK, &page))
}

/// POST `/mypage/certificates/{id}/stop`. Every server learns of it within a second.
pub(super) async fn stop(Path(id): Path<String>, posted: PostedOwn) -> Result<Response, Response> {
    let own = posted.own;
    own.administrator()?;
    let (context, clock) = (own.context(), &*own.state.clock);
    let stopped = terminals::stop(own.platform(), &context, clock, &own.office_no, &id).await;
    stopped.map_err(|error| failed(&own, &error))?;
    Ok(see_other("/mypage/certificates?done=stopped"))
}
