//! メンテナンスと障害 (O16): planned, changed, told, ended. Every act is told to everybody and stays.

use crate::{
    officer::{Officer, PostedBy},
    words,
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{
    Chip, ChipColor, Choice, ChoiceField, Link, Notice, NoticeKind, OpsMatterFormPage,
    OpsMatterLine, OpsMatterPage, OpsMattersPage, TextField,
};
use kiban_domain::{PortalRole, ServiceFunction, Timestamp, normalize};
use kiban_services::operating::{
    self, ChangeError, Closing, Lines, Matter, MatterKind, MatterState, NewIncident, Plan,
};
use kiban_web_kit::Fields;
use serde::Deserialize;
use uuid::Uuid;

const MAY: &[PortalRole] = &[PortalRole::Manager];
/// The banner begins three days before, unless the operator says otherwise.
const AHEAD: &str = "72";
const LIST: &str = "/ops/maintenance";
const CLOSINGS: [(&str, &str, Closing); 3] = [
    (
        "nothing",
        "使えるままにする（お知らせだけを表示する）",
        Closing::Nothing,
    ),
    (
        "sending",
        "閲覧だけできるようにする（入力と送信を止める）",
        Closing::Sending,
    ),
    ("everything", "使えなくする", Closing::Everything),
];

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Before {
    done: String,
}

fn kind_label(kind: MatterKind) -> &'static str {
    match kind {
        MatterKind::Maintenance => "メンテナンス",
        MatterKind::Incident => "障害",
    }
}

fn chip(matter: &Matter, now: Timestamp) -> Chip {
    match (matter.state(now), matter.row.kind) {
        (MatterState::Planned, _) => Chip::new("予定", ChipColor::Yellow),
        (MatterState::Running, MatterKind::Maintenance) => Chip::new("実施中", ChipColor::Orange),
        (MatterState::Running, MatterKind::Incident) => Chip::new("発生中", ChipColor::Red),
        (MatterState::Ended, MatterKind::Maintenance) => Chip::new("終了", ChipColor::Gray),
        (MatterState::Ended, MatterKind::Incident) => Chip::new("復旧", ChipColor::Green),
        (MatterState::CalledOff, _) => Chip::new("取りやめ", ChipColor::Gray),
    }
}

fn address(matter: &Matter) -> String {
    format!("{LIST}/{}", matter.row.matter_id)
}

/// What runs or is planned, for the home page.
pub(crate) async fn present(officer: &Officer) -> Result<Vec<Link>, Response> {
    let known = operating::list(officer.platform()).await;
    let known = known.map_err(|error| officer.failed(&error))?;
    let now = officer.platform().now();
    let may = officer.session.roles.has(PortalRole::Manager);
    let present = known.matters.iter().filter(|it| it.over_at(now).is_none());
    let link = |it: &Matter| {
        let label = format!(
            "{}（{}）：{}　{}",
            kind_label(it.row.kind),
            chip(it, now).label,
            it.row.title,
            operating::period(it)
        );
        let page = if may { address(it) } else { "/status".into() };
        Link::new(page, label)
    };
    Ok(present.map(link).collect())
}

/// GET `/ops/maintenance`.
pub(crate) async fn list(officer: Officer) -> Result<Response, Response> {
    officer.may(MAY)?;
    let known = operating::list(officer.platform()).await;
    let known = known.map_err(|error| officer.failed(&error))?;
    let now = officer.platform().now();
    let line = |it: &Matter| OpsMatterLine {
        href: address(it),
        title: it.row.title.clone(),
        kind: kind_label(it.row.kind).into(),
        state: chip(it, now),
        time: operating::period(it),
    };
    let page = OpsMattersPage {
        frame: officer.frame(LIST),
        lines: known.matters.iter().map(line).collect(),
    };
    Ok(officer.page(StatusCode::OK, &page))
}

/// Which form it is.
#[derive(Debug, Clone, Copy)]
enum Form {
    Plan,
    Incident,
    Replan(Uuid),
}

fn form_of(officer: &Officer, form: Form, typed: &Fields) -> OpsMatterFormPage {
    let (heading, button, action) = match form {
        Form::Plan => (
            "メンテナンスを予定する",
            "メンテナンスを予定する",
            format!("{LIST}/new/maintenance"),
        ),
        Form::Incident => (
            "障害を知らせる",
            "障害を知らせる",
            format!("{LIST}/new/incident"),
        ),
        Form::Replan(id) => (
            "メンテナンスの予定を変更する",
            "予定を変更する",
            format!("{LIST}/{id}/edit"),
        ),
    };
    let field = |name: &str| TextField::of(typed.get(name).replace("\r\n", "\n"));
    let chosen: Vec<_> = typed.all("functions").collect();
    let function = |it: ServiceFunction| Choice {
        chosen: chosen.contains(&it.code()),
        ..Choice::new(it.code(), it.label(), "")
    };
    let closing = |(word, label, _): (&str, &str, Closing)| Choice {
        chosen: word == typed.get("closing"),
        ..Choice::new(word, label, "")
    };
    OpsMatterFormPage {
        frame: officer.frame(LIST).below(LIST, "メンテナンスと障害"),
        notice: None,
        heading: heading.into(),
        action,
        button: button.into(),
        plans: !matches!(form, Form::Incident),
        revision: typed.get("revision").parse().unwrap_or_default(),
        title: field("title"),
        words: field("words"),
        remains: field("remains"),
        starts: field("starts"),
        ends: field("ends"),
        ahead: field("ahead"),
        functions: ChoiceField::of(ServiceFunction::ALL.map(function).to_vec()),
        closing: ChoiceField::of(CLOSINGS.map(closing).to_vec()),
    }
}

fn kind_of(kind: &str) -> Option<Form> {
    match kind {
        "maintenance" => Some(Form::Plan),
        "incident" => Some(Form::Incident),
        _ => None,
    }
}

fn nowhere(officer: &Officer) -> Response {
    officer.say(
        StatusCode::NOT_FOUND,
        "お探しのものは見つかりませんでした",
        "「メンテナンスと障害」の一覧から開き直してください。",
    )
}

/// 「2026-12-01 09:00」 in Japan.
fn typed(at: Timestamp) -> String {
    let local = at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
    local.strftime("%Y-%m-%d %H:%M").to_string()
}

/// GET `/ops/maintenance/new/{kind}`.
pub(crate) async fn begin(
    officer: Officer,
    Path(kind): Path<String>,
) -> Result<Response, Response> {
    officer.may(MAY)?;
    let form = kind_of(&kind).ok_or_else(|| nowhere(&officer))?;
    let mut page = form_of(&officer, form, &Fields::default());
    page.ahead = TextField::of(AHEAD);
    if matches!(form, Form::Incident) {
        page.starts = TextField::of(typed(officer.platform().now()));
    }
    Ok(officer.page(StatusCode::OK, &page))
}

const NO_TIME: &str = "日時は、年月日と時刻で入力してください（例：2026-12-01 09:00）";

fn time(field: &mut TextField) -> Option<Timestamp> {
    let read = words::typed_instant(&field.value);
    if read.is_none() {
        *field = field.clone().with_error(NO_TIME);
    }
    read
}

fn functions(page: &mut OpsMatterFormPage, fields: &Fields) -> Vec<ServiceFunction> {
    let read = fields.all("functions").filter_map(|it| it.parse().ok());
    let read: Vec<_> = read.collect();
    if read.is_empty() {
        let words = "関係する機能を1つ以上選択してください";
        page.functions = page.functions.clone().with_error(words);
    }
    read
}

fn lines(page: &OpsMatterFormPage) -> Lines {
    Lines {
        title: page.title.value.clone(),
        words: page.words.value.clone(),
        remains: page.remains.value.clone(),
    }
}

fn read_plan(page: &mut OpsMatterFormPage, fields: &Fields) -> Option<Plan> {
    let (starts, ends) = (time(&mut page.starts), time(&mut page.ends));
    let ahead = normalize(&page.ahead.value).parse().ok();
    if ahead.is_none() {
        let words = "表示を始める時間は、0から720までの数字で入力してください";
        page.ahead = page.ahead.clone().with_error(words);
    }
    let chosen = fields.get("closing");
    let closing = CLOSINGS.into_iter().find(|(word, ..)| *word == chosen);
    if closing.is_none() {
        let words = "その間の使い方を選択してください";
        page.closing = page.closing.clone().with_error(words);
    }
    let functions = functions(page, fields);
    Some(Plan {
        lines: lines(page),
        starts_at: starts?,
        ends_at: ends?,
        ahead_hours: ahead?,
        functions,
        closing: closing?.2,
    })
}

fn read_incident(page: &mut OpsMatterFormPage, fields: &Fields) -> Option<NewIncident> {
    let since = time(&mut page.starts);
    let functions = functions(page, fields);
    Some(NewIncident {
        lines: lines(page),
        since: since?,
        functions,
    })
}

/// Beside its field, what does not fit.
#[expect(
    clippy::result_large_err,
    reason = "the answer itself, made once and sent"
)]
fn refused(
    officer: &Officer,
    mut page: OpsMatterFormPage,
    error: &ChangeError,
) -> Result<Response, Response> {
    let (field, words) = match error {
        ChangeError::Title => (
            &mut page.title,
            "名前は、1文字から80文字までで入力してください",
        ),
        ChangeError::Words => (
            &mut page.words,
            "内容は、1文字から1,000文字までで入力してください",
        ),
        ChangeError::Remains => (
            &mut page.remains,
            "その間にできることは、1,000文字以内で入力してください",
        ),
        ChangeError::End => (
            &mut page.ends,
            "終わりの日時は、始まりより後で、14日以内の日時を入力してください",
        ),
        ChangeError::Past => (
            &mut page.ends,
            "終わりの日時は、これからの日時を入力してください",
        ),
        ChangeError::Future => (
            &mut page.starts,
            "始まりの日時は、これまでの日時を入力してください",
        ),
        ChangeError::Ahead => (
            &mut page.ahead,
            "表示を始める時間は、0から720までの数字で入力してください",
        ),
        ChangeError::Functions => {
            return Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
        ChangeError::NotFound
        | ChangeError::Stale
        | ChangeError::Over
        | ChangeError::Storage(_) => {
            return Err(told(officer, error));
        }
    };
    *field = field.clone().with_error(words);
    Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn told(officer: &Officer, error: &ChangeError) -> Response {
    match error {
        ChangeError::Storage(error) => officer.failed(error),
        ChangeError::Stale => officer.say(
            StatusCode::CONFLICT,
            "ほかの人が先に更新しました",
            "いまの内容を確かめてから、もう一度操作してください。入力された内容は保存していません。",
        ),
        ChangeError::Over => officer.say(
            StatusCode::CONFLICT,
            "すでに終わっています",
            "終わったメンテナンスと障害は、変更できません。",
        ),
        _ => nowhere(officer),
    }
}

fn done(id: Uuid, word: &str) -> Response {
    Redirect::to(&format!("{LIST}/{id}?done={word}")).into_response()
}

/// POST `/ops/maintenance/new/{kind}`.
pub(crate) async fn add(
    Path(kind): Path<String>,
    PostedBy { officer, fields }: PostedBy,
) -> Result<Response, Response> {
    officer.may(MAY)?;
    let form = kind_of(&kind).ok_or_else(|| nowhere(&officer))?;
    let mut page = form_of(&officer, form, &fields);
    let (platform, context) = (officer.platform(), officer.context());
    let once = officer.form("maintenance", &fields);
    let added = if matches!(form, Form::Incident) {
        match read_incident(&mut page, &fields).filter(|_| page.errors().is_empty()) {
            Some(new) => operating::open(platform, &context, &once, new).await,
            None => return Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page)),
        }
    } else {
        match read_plan(&mut page, &fields).filter(|_| page.errors().is_empty()) {
            Some(plan) => operating::plan(platform, &context, &once, plan).await,
            None => return Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page)),
        }
    };
    match added {
        Ok(id) => Ok(done(id, "added")),
        Err(error) => refused(&officer, page, &error),
    }
}

async fn matter(officer: &Officer, id: &str) -> Result<Matter, Response> {
    let id = id.parse().map_err(|_| nowhere(officer))?;
    let found = operating::find(officer.platform(), id).await;
    let found = found.map_err(|error| officer.failed(&error))?;
    found.ok_or_else(|| nowhere(officer))
}

fn one(officer: &Officer, matter: &Matter) -> OpsMatterPage {
    let (row, now) = (&matter.row, officer.platform().now());
    let open = matter.over_at(now).is_none();
    let functions: Vec<_> = row.functions.iter().map(|it| it.label()).collect();
    let closing = match (row.closes, row.reading) {
        (false, _) => CLOSINGS[0].1,
        (true, true) => CLOSINGS[1].1,
        (true, false) => CLOSINGS[2].1,
    };
    let fact = |term: &str, text: String| (term.to_owned(), text);
    let mut facts = vec![
        fact("種類", kind_label(row.kind).into()),
        fact("日時", operating::period(matter)),
        fact("関係する機能", functions.join("、")),
    ];
    if row.kind == MatterKind::Maintenance {
        facts.push(fact("その間の使い方", closing.into()));
        facts.push(fact(
            "画面の上の表示",
            format!("{}時間前から", row.ahead_hours),
        ));
    }
    if !row.remains.is_empty() {
        facts.push(fact("その間にできること", row.remains.clone()));
    }
    let step = |word: &str| match word {
        "opened" => "登録",
        "changed" => "予定の変更",
        "ended" => "終了",
        _ => "続報",
    };
    let notes = matter.notes.iter().map(|it| {
        let by = format!("{}・{}", it.written_by, step(&it.step));
        (words::instant(it.written_at), by, it.words.clone())
    });
    let close = match (row.kind, matter.state(now)) {
        (MatterKind::Incident, _) => "復旧したことを知らせて終える",
        (MatterKind::Maintenance, MatterState::Planned) => "メンテナンスを取りやめる",
        (MatterKind::Maintenance, _) => "メンテナンスを終える",
    };
    OpsMatterPage {
        frame: officer.frame(LIST).below(LIST, "メンテナンスと障害"),
        notice: None,
        path: address(matter),
        title: row.title.clone(),
        state: chip(matter, now),
        facts,
        notes: notes.collect(),
        open,
        plans: open && row.kind == MatterKind::Maintenance,
        close: close.into(),
        revision: row.revision,
        words: TextField::default(),
    }
}

/// GET `/ops/maintenance/{id}`.
pub(crate) async fn show(
    officer: Officer,
    Path(id): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Response> {
    officer.may(MAY)?;
    let matter = matter(&officer, &id).await?;
    let mut page = one(&officer, &matter);
    let title = match before.done.as_str() {
        "added" => "登録しました。画面の上の表示は、数秒のうちに変わります",
        "changed" => "予定を変更しました",
        "say" => "知らせました",
        "close" => "終えました",
        _ => "",
    };
    page.notice = (!title.is_empty()).then(|| Notice::new(NoticeKind::Success, title, ""));
    Ok(officer.page(StatusCode::OK, &page))
}

/// POST `/ops/maintenance/{id}`: says more, or ends it.
pub(crate) async fn act(
    Path(id): Path<String>,
    PostedBy { officer, fields }: PostedBy,
) -> Result<Response, Response> {
    officer.may(MAY)?;
    let matter = matter(&officer, &id).await?;
    let (platform, context) = (officer.platform(), officer.context());
    let seen = fields.get("revision").parse().unwrap_or_default();
    let (id, text, go) = (matter.row.matter_id, fields.get("words"), fields.get("go"));
    let outcome = match go {
        "say" => operating::say(platform, &context, id, seen, text).await,
        "close" => operating::close(platform, &context, id, seen, text).await,
        _ => Err(ChangeError::NotFound),
    };
    match outcome {
        Ok(()) => Ok(done(id, go)),
        Err(ChangeError::Words) => {
            let mut page = one(&officer, &matter);
            let words = "知らせる内容は、1文字から1,000文字までで入力してください";
            page.words = TextField::of(text).with_error(words);
            Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(told(&officer, &error)),
    }
}

/// GET `/ops/maintenance/{id}/edit`.
pub(crate) async fn edit(officer: Officer, Path(id): Path<String>) -> Result<Response, Response> {
    officer.may(MAY)?;
    let matter = matter(&officer, &id).await?;
    let row = &matter.row;
    if row.kind != MatterKind::Maintenance {
        return Err(nowhere(&officer));
    }
    let closing = match (row.closes, row.reading) {
        (false, _) => CLOSINGS[0].0,
        (true, true) => CLOSINGS[1].0,
        (true, false) => CLOSINGS[2].0,
    };
    let field = |name: &str, value: String| (name.to_owned(), value);
    let mut fields = vec![
        field("title", row.title.clone()),
        field("remains", row.remains.clone()),
        field("starts", typed(row.starts_at)),
        field("ends", row.ends_at.map_or_else(String::new, typed)),
        field("ahead", row.ahead_hours.to_string()),
        field("closing", closing.into()),
        field("revision", row.revision.to_string()),
    ];
    let functions = row.functions.iter();
    fields.extend(functions.map(|it| field("functions", it.code().into())));
    let page = form_of(&officer, Form::Replan(row.matter_id), &Fields::of(fields));
    Ok(officer.page(StatusCode::OK, &page))
}

/// POST `/ops/maintenance/{id}/edit`.
pub(crate) async fn replan(
    Path(id): Path<String>,
    PostedBy { officer, fields }: PostedBy,
) -> Result<Response, Response> {
    officer.may(MAY)?;
    let id = id.parse::<Uuid>().map_err(|_| nowhere(&officer))?;
    let mut page = form_of(&officer, Form::Replan(id), &fields);
    let plan = read_plan(&mut page, &fields).filter(|_| page.errors().is_empty());
    let Some(plan) = plan else {
        return Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let (platform, context) = (officer.platform(), officer.context());
    match operating::replan(platform, &context, id, page.revision, plan).await {
        Ok(()) => Ok(done(id, "changed")),
        Err(error) => refused(&officer, page, &error),
    }
}
