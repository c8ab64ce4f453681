//! お問い合わせ (O07): the queue, one inquiry, what is done with it.

use crate::{
    officer::{Officer, PostedBy},
    words,
};
use axum::{
    extract::{Path, Query},
    response::Response,
};
use http::StatusCode;
use jiff::{SignedDuration, civil::Weekday};
use kiban_console_ui::{
    Asked, CaseMessage, CasePage, Chip, ChipColor, Choice, ChoiceField, InquiriesPage, InquiryLine,
    Link, NoteLine, Notice, NoticeKind, TextField,
};
use kiban_domain::{Body, Date, InquiryCategory, InquiryState, PortalRole, normalize, tokyo_date};
use kiban_helpdesk::{Answer as Found, Audience, Index, Question, ask};
use kiban_services::{
    articles,
    inquiries::{
        self, Answer, Case, FormKey, Handling, InquiryError, InquirySearch, Times, shown_ticket,
    },
    portal_users::members,
};
use kiban_store::repo::inquiries::InquiryRow;
use kiban_web_kit::{Fields, csrf, csv, download, session::Token};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// So many inquiries a file holds at the most.
const CSV_ROWS: i64 = 10_000;
/// Times are told of so many days.
const TIMES_DAYS: i64 = 90;
const DESK: &[PortalRole] = &[PortalRole::Desk];

pub(crate) type Asking = Query<Vec<(String, String)>>;

pub(crate) fn state_chip(state: InquiryState) -> Chip {
    let color = match state {
        InquiryState::Received => ChipColor::Blue,
        InquiryState::Working => ChipColor::Yellow,
        InquiryState::Answered => ChipColor::Green,
        InquiryState::Closed => ChipColor::Gray,
    };
    Chip::new(state.label(), color)
}

/// Weekends, holidays and the turn of the year.
fn is_closed(officer: &Officer, day: Date) -> bool {
    officer.state.holidays.contains(&day)
        || matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
        || matches!((day.month(), day.day()), (12, 29..) | (1, ..=3))
}

/// By when an inquiry is to be answered first; `None` once it was.
pub(crate) fn due(officer: &Officer, row: &InquiryRow) -> Option<Date> {
    if row.first_answer_at.is_some() || row.state == InquiryState::Closed {
        return None;
    }
    let closed = |day| is_closed(officer, day);
    inquiries::due_on(row.category, tokyo_date(row.created_at), closed)
}

pub(crate) fn line(officer: &Officer, row: &InquiryRow, today: Date) -> InquiryLine {
    let due = due(officer, row);
    let who = if row.organisation.is_empty() {
        row.name.clone()
    } else {
        format!("{}（{}）", row.name, row.organisation)
    };
    let call = row.call_state.map_or_else(String::new, |state| {
        format!("{}　{}", state.label(), row.call_times)
    });
    InquiryLine {
        link: Link::new(
            format!("/ops/inquiries/{}", row.ticket),
            shown_ticket(&row.ticket),
        ),
        state: state_chip(row.state),
        category: row.category.label().to_owned(),
        who,
        came: words::short_instant(row.created_at),
        due: due.map_or_else(String::new, words::short_day),
        late: due.is_some_and(|due| due < today),
        assigned: row.assigned_to.clone().unwrap_or_default(),
        call,
    }
}

fn choices<'a>(
    chosen: &str,
    all: &[(&'a str, &'a str)],
    rest: impl Iterator<Item = (&'a str, &'a str)>,
) -> ChoiceField {
    let all = all.iter().copied().chain(rest);
    let choice = |(value, label): (&str, &str)| Choice {
        chosen: value == chosen,
        ..Choice::new(value, label, "")
    };
    ChoiceField::of(all.map(choice).collect())
}

const AGES: [(&str, &str); 4] = [
    ("", "すべて"),
    ("1", "1日以上"),
    ("3", "3日以上"),
    ("7", "7日以上"),
];

/// What is looked for; what is not understood is left out.
fn search_of(officer: &Officer, asked: &Fields) -> InquirySearch {
    let state = asked.get("state");
    let assigned_to = match asked.get("assigned") {
        "" => None,
        "none" => Some(String::new()),
        "me" => Some(officer.session.login.clone()),
        login => Some(login.to_owned()),
    };
    let age = asked
        .get("age")
        .parse::<i64>()
        .ok()
        .filter(|it| (1..=365).contains(it));
    let now = officer.platform().now();
    let number = asked.get("number");
    InquirySearch {
        state: state.parse().ok(),
        open_only: state == "open" || state.is_empty(),
        category: asked.get("category").parse().ok(),
        ticket: (!number.is_empty()).then(|| number.to_owned()),
        words: asked.get("words").chars().take(100).collect(),
        organisation: normalize(asked.get("organisation"))
            .chars()
            .take(100)
            .collect(),
        assigned_to,
        calls_only: asked.get("calls") == "yes",
        before: age.map(|days| now - SignedDuration::from_hours(24 * days)),
        offset: 0,
        most: CSV_ROWS,
    }
}

/// The address with these conditions, less one, at a page.
pub(crate) fn address(
    base: &str,
    asked: &Fields,
    without: &str,
    page: Option<(usize, usize)>,
) -> String {
    let mut pairs = Vec::new();
    for (name, value) in asked.fields() {
        let value = value.trim();
        if !value.is_empty() && name != without && name != "page" && name != "size" {
            let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
            let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
            pairs.push(format!("{name}={value}"));
        }
    }
    if let Some((size, page)) = page {
        pairs.push(format!("size={size}&page={page}"));
    }
    if pairs.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{}", pairs.join("&"))
    }
}

/// GET `/ops/inquiries`.
pub(crate) async fn list(officer: Officer, Query(asked): Asking) -> Result<Response, Response> {
    officer.may(DESK)?;
    let asked = Fields::of(asked);
    let size = asked.get("size").parse().ok();
    let size = size.filter(|it| [20, 50, 100].contains(it)).unwrap_or(20);
    let at = asked
        .get("page")
        .parse::<i64>()
        .unwrap_or(1)
        .clamp(1, 10_000);
    let search = InquirySearch {
        offset: (at - 1) * size,
        most: size,
        ..search_of(&officer, &asked)
    };
    let (platform, context) = (officer.platform(), officer.context());
    let found = inquiries::search(platform, &context, search).await;
    let (rows, count) = found.map_err(|error| told(&officer, &error))?;
    let since = platform.now() - SignedDuration::from_hours(24 * TIMES_DAYS);
    let times = inquiries::times(platform, since).await;
    let times = times.map_err(|error| officer.failed(&error))?;
    let total = usize::try_from(count).unwrap_or_default();
    let pages = Asked::of(asked.get("size"), asked.get("page"));
    let (_, pager) = pages.pager(total, |size, page| {
        address("/ops/inquiries", &asked, "", Some((size, page)))
    });
    let today = platform.today();
    let members = members_of(&officer).await?;
    let names = members
        .iter()
        .map(|(login, name)| (login.as_str(), name.as_str()));
    let states = InquiryState::ALL.iter().map(|it| (it.code(), it.label()));
    let categories = InquiryCategory::ALL
        .iter()
        .map(|it| (it.code(), it.label()));
    let page = InquiriesPage {
        frame: officer.frame("/ops/inquiries"),
        words: asked.get("words").to_owned(),
        number: asked.get("number").to_owned(),
        organisation: asked.get("organisation").to_owned(),
        state: choices(
            asked.get("state"),
            &[("open", "完了を除く"), ("all", "すべて")],
            states,
        ),
        category: choices(asked.get("category"), &[("", "すべて")], categories),
        assigned: choices(
            asked.get("assigned"),
            &[("", "すべて"), ("none", "未定"), ("me", "自分")],
            names,
        ),
        age: choices(asked.get("age"), &AGES, std::iter::empty()),
        conditions: conditions(&asked),
        lines: rows.iter().map(|row| line(&officer, row, today)).collect(),
        pager,
        csv: address("/ops/inquiries.csv", &asked, "", None),
        times: times
            .iter()
            .filter(|it| it.received > 0)
            .map(times_line)
            .collect(),
    };
    Ok(officer.page(StatusCode::OK, &page))
}

fn conditions(asked: &Fields) -> Vec<Link> {
    let label = |name: &str, value: &str| match name {
        "words" => Some(format!("言葉：{value}")),
        "number" => Some(format!("受付番号：{value}")),
        "organisation" => Some(format!("事業所など：{value}")),
        "state" => value
            .parse::<InquiryState>()
            .ok()
            .map(|it| it.label().to_owned()),
        "category" => value
            .parse::<InquiryCategory>()
            .ok()
            .map(|it| it.label().to_owned()),
        "assigned" => Some(match value {
            "none" => "担当：未定".to_owned(),
            "me" => "担当：自分".to_owned(),
            login => format!("担当：{login}"),
        }),
        "age" => Some(format!("{value}日以上")),
        "calls" => Some("電話を希望".to_owned()),
        _ => None,
    };
    let set = asked
        .fields()
        .iter()
        .filter(|(_, value)| !value.trim().is_empty());
    set.filter_map(|(name, value)| {
        let label = label(name, value.trim())?;
        Some(Link::new(
            address("/ops/inquiries", asked, name, None),
            label,
        ))
    })
    .collect()
}

fn times_line(times: &Times) -> [String; 6] {
    let span = |span: Option<SignedDuration>| span.map_or_else(|| "—".to_owned(), words::span);
    let first = times.first_answer;
    [
        times.category.map_or("すべて", |it| it.label()).to_owned(),
        format!("{}件", times.received),
        format!("{}件", first.map_or(0, |it| it.count)),
        span(first.map(|it| it.median)),
        span(first.map(|it| it.ninety)),
        span(times.close.map(|it| it.median)),
    ]
}

/// Logins and names of those who answer.
async fn members_of(officer: &Officer) -> Result<Vec<(String, String)>, Response> {
    let found = members::list(officer.platform(), &Body::Operator).await;
    let found = found.map_err(|error| officer.failed(&error))?;
    let desk = found.into_iter().filter(|(user, membership)| {
        user.active && membership.holds && membership.roles.has(PortalRole::Desk)
    });
    Ok(desk.map(|(user, _)| (user.login, user.name)).collect())
}

/// GET `/ops/inquiries.csv`: what the list shows, whole.
pub(crate) async fn export(officer: Officer, Query(asked): Asking) -> Result<Response, Response> {
    officer.may(DESK)?;
    let search = search_of(&officer, &Fields::of(asked));
    let found = inquiries::search(officer.platform(), &officer.context(), search).await;
    let (rows, _) = found.map_err(|error| told(&officer, &error))?;
    let mut file = csv::File::new([
        "受付番号",
        "受付日時",
        "受付方法",
        "区分",
        "状態",
        "氏名",
        "事業所など",
        "メールアドレス",
        "電話番号",
        "電話の希望",
        "担当",
        "最初の回答",
        "完了",
    ]);
    for row in &rows {
        let at =
            |at: Option<kiban_domain::Timestamp>| at.map_or_else(String::new, words::short_instant);
        file.line([
            shown_ticket(&row.ticket),
            words::short_instant(row.created_at),
            row.channel.label().to_owned(),
            row.category.label().to_owned(),
            row.state.label().to_owned(),
            row.name.clone(),
            row.organisation.clone(),
            row.mail.clone(),
            row.phone.clone(),
            row.call_state.map_or("", |it| it.label()).to_owned(),
            row.assigned_to.clone().unwrap_or_default(),
            at(row.first_answer_at),
            at(row.closed_at),
        ]);
    }
    Ok(file.answer("inquiries.csv"))
}

/// GET `/ops/inquiries/{ticket}`.
pub(crate) async fn show(
    officer: Officer,
    Path(ticket): Path<String>,
    Query(asked): Asking,
) -> Result<Response, Response> {
    officer.may(DESK)?;
    let mut page = case_page(&officer, &ticket).await?;
    if let Ok(wanted) = Fields::of(asked).get("template").parse::<uuid::Uuid>() {
        let templates = inquiries::list_templates(officer.platform()).await;
        let templates = templates.map_err(|error| officer.failed(&error))?;
        if let Some(it) = templates.into_iter().find(|it| it.template_id == wanted) {
            page.body = TextField::of(it.body);
        }
    }
    Ok(officer.page(StatusCode::OK, &page))
}

/// POST `/ops/inquiries/{ticket}`.
pub(crate) async fn act(
    Path(ticket): Path<String>,
    PostedBy { officer, fields }: PostedBy,
) -> Result<Response, Response> {
    officer.may(DESK)?;
    let (platform, context) = (officer.platform(), officer.context());
    let (note, body) = (fields.get("note"), fields.get("body"));
    let (done, outcome) = match fields.get("act") {
        "answer" => {
            let secret = format!("{}:{}", csrf::token(&officer.token), fields.get("once"));
            let answer = Answer {
                body: body.replace("\r\n", "\n"),
                form: FormKey::of(secret.as_bytes()),
                seen: Some(fields.get("seen").parse().unwrap_or_default()),
            };
            let handling = Handling::Answer(answer);
            let outcome = inquiries::handle(platform, &context, &ticket, handling).await;
            ("回答を送信しました", outcome)
        }
        "close" => {
            let outcome = inquiries::handle(platform, &context, &ticket, Handling::Close).await;
            ("完了にしました", outcome)
        }
        "note" => {
            let outcome = inquiries::add_note(platform, &context, &ticket, note).await;
            ("メモを記録しました", outcome)
        }
        "assign" => {
            let members = members_of(&officer).await?;
            // Whoever left in the meantime gets nothing to do.
            let Some((to, _)) = members.into_iter().find(|(it, _)| it == fields.get("to")) else {
                return Err(officer.say(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "担当にする人を選択してください",
                    "前の画面へ戻り、担当にする人を選び直してください。",
                ));
            };
            let outcome = inquiries::assign(platform, &context, &ticket, &to, note).await;
            ("担当を決めました", outcome)
        }
        call @ ("reached" | "missed") => {
            let reached = call == "reached";
            let outcome = inquiries::set_called(platform, &context, &ticket, reached, note).await;
            ("電話の結果を記録しました", outcome)
        }
        _ => ("", Ok(())),
    };
    let answering = fields.get("act") == "answer";
    let (status, notice) = match &outcome {
        Ok(()) => (
            StatusCode::OK,
            (!done.is_empty()).then(|| Notice::new(NoticeKind::Success, done, "")),
        ),
        Err(InquiryError::Conflict(_)) => (
            StatusCode::CONFLICT,
            Some(Notice::new(
                NoticeKind::Warning,
                "ほかの人が先に書き込みました",
                "送信はされていません。下のやり取りを確かめてから、もう一度回答してください。",
            )),
        ),
        Err(InquiryError::Closed) => (
            StatusCode::CONFLICT,
            Some(Notice::new(
                NoticeKind::Warning,
                "このお問い合わせは、すでに完了しています",
                "",
            )),
        ),
        Err(InquiryError::Body) => (StatusCode::UNPROCESSABLE_ENTITY, None),
        Err(error) => return Err(told(&officer, error)),
    };
    let mut page = case_page(&officer, &ticket).await?;
    page.notice = notice;
    if outcome.is_err() {
        page.body = TextField::of(body);
        page.note = TextField::of(note);
    }
    if matches!(outcome, Err(InquiryError::Body)) {
        let field = if answering {
            &mut page.body
        } else {
            &mut page.note
        };
        *field = field.clone().with_error(if answering {
            "差出人への回答を、4,000文字以内で入力してください"
        } else {
            "内部のメモを、4,000文字以内で入力してください"
        });
    }
    Ok(officer.page(status, &page))
}

/// GET `/ops/inquiries/{ticket}/files/{file}`.
pub(crate) async fn file(
    officer: Officer,
    Path((ticket, file)): Path<(String, String)>,
) -> Result<Response, Response> {
    officer.may(DESK)?;
    let file = file
        .parse()
        .map_err(|_| told(&officer, &InquiryError::NotFound))?;
    let (platform, context) = (officer.platform(), officer.context());
    let opened = inquiries::open_for_desk(platform, &context, &ticket, file).await;
    let opened = opened.map_err(|error| told(&officer, &error))?;
    let media_type = opened.row.file_kind.media_type();
    Ok(download::answer(
        &opened.row.file_name,
        media_type,
        opened.bytes,
    ))
}

/// What is answered when an inquiry is not shown.
pub(crate) fn told(officer: &Officer, error: &InquiryError) -> Response {
    match error {
        InquiryError::Storage(error) => officer.failed(error),
        InquiryError::NotFound | InquiryError::Wrong => officer.say(
            StatusCode::NOT_FOUND,
            "お問い合わせが見つかりません",
            "受付番号を確かめてください。",
        ),
        InquiryError::TooMany(_)
        | InquiryError::Closed
        | InquiryError::Body
        | InquiryError::Conflict(_)
        | InquiryError::TooManyFiles => officer.say(
            StatusCode::UNPROCESSABLE_ENTITY,
            "受け付けられませんでした",
            "前の画面へ戻り、もう一度お試しください。",
        ),
    }
}

async fn case_page(officer: &Officer, ticket: &str) -> Result<CasePage, Response> {
    let (platform, context) = (officer.platform(), officer.context());
    let case = inquiries::read(platform, &context, ticket).await;
    let case = case.map_err(|error| told(officer, &error))?;
    let row = &case.inquiry.row;
    let open = row.state != InquiryState::Closed;
    let path = format!("/ops/inquiries/{}", row.ticket);
    let templates = inquiries::list_templates(platform).await;
    let templates = templates.map_err(|error| officer.failed(&error))?;
    let templates = templates
        .iter()
        .filter(|it| it.category.is_none_or(|it| it == row.category));
    let templates = templates
        .map(|it| {
            Link::new(
                format!("{path}?template={}", it.template_id),
                it.title.clone(),
            )
        })
        .collect();
    let members = members_of(officer).await?;
    let assigned = row.assigned_to.as_deref().unwrap_or(&officer.session.login);
    let names = members
        .iter()
        .map(|(login, name)| (login.as_str(), name.as_str()));
    Ok(CasePage {
        frame: officer
            .frame("/ops/inquiries")
            .below("/ops/inquiries", "お問い合わせ"),
        once: Token::new(&*platform.entropy).to_text(),
        notice: None,
        ticket: shown_ticket(&row.ticket),
        state: state_chip(row.state),
        facts: facts(officer, row),
        messages: messages(&case, &path),
        seen: case.inquiry.messages.last().map_or(0, |it| it.number),
        notes: case
            .notes
            .iter()
            .map(|it| NoteLine {
                what: if it.to_whom.is_empty() || it.to_whom == it.author {
                    format!("{}　{}", it.kind.label(), it.author)
                } else {
                    format!("{}　{} → {}", it.kind.label(), it.author, it.to_whom)
                },
                at: words::instant(it.written_at),
                lines: words::lines(&it.body),
            })
            .collect(),
        near: near(officer, &case).await?,
        templates,
        members: choices(assigned, &[], names),
        body: TextField::default(),
        note: TextField::default(),
        open,
        call: open
            && row
                .call_state
                .is_some_and(|it| it != kiban_domain::CallState::Reached),
        make_question: officer.session.roles.has(PortalRole::Editor),
        path,
    })
}

fn facts(officer: &Officer, row: &InquiryRow) -> Vec<(String, String)> {
    let today = officer.platform().today();
    let due = due(officer, row).map_or_else(String::new, |due| {
        let late = if due < today {
            "（過ぎています）"
        } else {
            ""
        };
        format!("{}{late}", words::day(due))
    });
    let call = row.call_state.map_or_else(String::new, |state| {
        format!("{}　{}", state.label(), row.call_times)
    });
    let facts = [
        ("区分", row.category.label().to_owned()),
        (
            "受付",
            format!(
                "{}（{}）",
                words::instant(row.created_at),
                row.channel.label()
            ),
        ),
        ("最初の回答の期限", due),
        (
            "担当",
            row.assigned_to.clone().unwrap_or_else(|| "未定".into()),
        ),
        ("氏名", row.name.clone()),
        ("事業所など", row.organisation.clone()),
        ("メールアドレス", row.mail.clone()),
        ("電話番号", row.phone.clone()),
        ("電話の希望", call),
        ("画面・受付番号", row.context.clone()),
    ];
    let set = facts.into_iter().filter(|(_, text)| !text.is_empty());
    set.map(|(term, text)| (term.to_owned(), text)).collect()
}

fn messages(case: &Case, path: &str) -> Vec<CaseMessage> {
    let files = |number: i32| {
        let files = case.inquiry.files.iter();
        let files = files.filter(move |it| it.message_no == Some(number.into()));
        files.map(|it| {
            let locked = if it.locked {
                "・パスワード付き"
            } else {
                ""
            };
            let about = words::file(it.file_kind, it.size_bytes);
            let label = format!("{}（{about}{locked}）", it.file_name);
            Link::new(format!("{path}/files/{}", it.file_id), label)
        })
    };
    let messages = case.inquiry.messages.iter();
    messages
        .map(|it| CaseMessage {
            author: it.author.clone(),
            at: words::instant(it.written_at),
            ours: it.by_operator,
            lines: words::lines(&it.body),
            files: files(it.number).collect(),
        })
        .collect()
}

/// Published answers that the desk finds near the last thing the sender wrote.
async fn near(officer: &Officer, case: &Case) -> Result<Vec<Link>, Response> {
    let mut asked = case.inquiry.messages.iter().rev();
    let Some(last) = asked.find(|it| !it.by_operator) else {
        return Ok(Vec::new());
    };
    let rows = articles::list_published(officer.platform()).await;
    let rows = rows.map_err(|error| officer.failed(&error))?;
    let text: String = last.body.chars().take(200).collect();
    let today = officer.platform().today();
    let finding = tokio::task::spawn_blocking(move || {
        let index = Index::build(articles::passages(&rows), Vec::new());
        let question = Question {
            text: &text,
            audience: Audience::All,
            on: today,
            previous: None,
        };
        let near = match ask(&index, question) {
            Found::Found {
                passage, related, ..
            } => [vec![passage], related].concat(),
            Found::Candidates(near) => near,
            Found::NotFound | Found::Place { .. } => Vec::new(),
        };
        near.into_iter()
            .map(|it| Link::new(format!("/faq/{}", it.id), it.title.clone()))
            .collect()
    });
    Ok(finding.await.unwrap_or_default())
}
