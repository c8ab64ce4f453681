//! One inquiry: what was written, what is answered, noted and handed on.

use super::{Asking, DESK, Names, choices, due, members_of, state_chip, told};
use crate::{
    officer::Officer,
    uploaded::{Uploaded, form_key},
    words,
};
use axum::{
    extract::{Path, Query},
    response::Response,
};
use http::StatusCode;
use kiban_console_ui::{
    CaseMessage, CasePage, KeptFile, Link, NoteLine, Notice, NoticeKind, TextField,
};
use kiban_domain::{InquiryState, PortalRole};
use kiban_helpdesk::{Answer as Found, Audience, Index, Question, ask};
use kiban_services::{
    articles,
    inquiries::{self, Answer, Case, Handling, InquiryError, shown_ticket},
};
use kiban_store::repo::inquiries::InquiryRow;
use kiban_web_kit::{Fields, download, session::Token};

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
    Uploaded {
        officer,
        fields,
        refused,
    }: Uploaded,
) -> Result<Response, Response> {
    officer.may(DESK)?;
    let (platform, context) = (officer.platform(), officer.context());
    drop_files(&officer, &fields).await?;
    let (note, body) = (fields.get("note"), fields.get("body"));
    if let "check" | "edit" = fields.get("act") {
        return look_again(&officer, &ticket, &fields, refused).await;
    }
    let (done, outcome) = match fields.get("act") {
        "answer" => {
            let answer = Answer {
                body: body.replace("\r\n", "\n"),
                form: form_key(&officer, fields.get("once")),
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
            let form = officer.form(&format!("note:{ticket}"), &fields);
            let outcome = inquiries::add_note(platform, &context, &form, &ticket, note).await;
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
            let seen = fields.get("assigned");
            let outcome = inquiries::assign(platform, &context, &ticket, seen, &to, note).await;
            ("担当を決めました", outcome)
        }
        call @ ("reached" | "missed") => {
            let reached = call == "reached";
            let outcome = inquiries::set_called(platform, &context, &ticket, reached, note).await;
            ("電話の結果を記録しました", outcome)
        }
        _ => return Err(officer.unknown_act()),
    };
    let answering = fields.get("act") == "answer";
    let (status, notice) = match &outcome {
        Ok(()) => (
            StatusCode::OK,
            (!done.is_empty()).then(|| Notice::new(NoticeKind::Success, done, "")),
        ),
        Err(InquiryError::Conflict(now)) if fields.get("act") == "assign" => {
            let names = Names::of(&officer).await?;
            let has = now.row.assigned_to.as_deref();
            let has = has.map_or_else(|| "未定".to_owned(), |it| names.get(it));
            let advice = format!(
                "いまの担当は「{has}」です。選んだ担当は「{}」でした。担当は変更していません。下の記録を確かめて、必要なときは選び直してください。",
                names.get(fields.get("to"))
            );
            let notice = Notice::new(
                NoticeKind::Warning,
                "ほかの人が先に担当を決めました",
                advice,
            );
            (StatusCode::CONFLICT, Some(notice))
        }
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
        keep_files(&officer, &fields, &mut page).await?;
    }
    if matches!(outcome, Err(InquiryError::Body)) {
        let field = if answering {
            &mut page.body
        } else {
            &mut page.note
        };
        let label = if answering {
            "差出人への回答"
        } else {
            "内部のメモ"
        };
        let error = words::text_error(label, &field.value, inquiries::LONGEST, true);
        *field = field.clone().with_error(error.unwrap_or_default());
        page.button = match fields.get("act") {
            "note" => "メモを記録する",
            "assign" => "担当を決める",
            "reached" => "電話がつながった",
            "missed" => "電話がつながらなかった",
            _ => "確認画面へ進む",
        };
    }
    Ok(officer.page(status, &page))
}

/// The answer once more before it goes out, or back to be mended.
async fn look_again(
    officer: &Officer,
    ticket: &str,
    fields: &Fields,
    refused: Vec<String>,
) -> Result<Response, Response> {
    let mut page = case_page(officer, ticket).await?;
    keep_files(officer, fields, &mut page).await?;
    page.file_errors = refused;
    let body = fields.get("body").replace("\r\n", "\n");
    // What stands on the page is what its writer had read, also after a look at it.
    page.seen = fields.get("seen").parse().unwrap_or(page.seen);
    page.body = TextField::of(body.clone());
    let fits = !body.is_empty() && body.chars().count() <= inquiries::LONGEST;
    if fields.get("act") == "check" && !fits {
        let longest = inquiries::LONGEST;
        let error = words::text_error("差出人への回答", &page.body.value, longest, true);
        page.body = page.body.with_error(error.unwrap_or_default());
        return Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    if !page.file_errors.is_empty() {
        return Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    page.confirm = fields.get("act") == "check" && page.open;
    Ok(officer.page(StatusCode::OK, &page))
}

/// Takes files away that the form no longer wants.
async fn drop_files(officer: &Officer, fields: &Fields) -> Result<(), Response> {
    let form = form_key(officer, fields.get("once"));
    for id in fields.all("drop").filter_map(|it| it.parse().ok()) {
        let dropped = inquiries::drop_file(officer.platform(), &form, id).await;
        dropped.map_err(|error| officer.failed(&error))?;
    }
    Ok(())
}

/// The page is the form that was sent once more, with the files that wait for it.
async fn keep_files(
    officer: &Officer,
    fields: &Fields,
    page: &mut CasePage,
) -> Result<(), Response> {
    let once = fields.get("once");
    if once.is_empty() {
        return Ok(());
    }
    once.clone_into(&mut page.once);
    let files = inquiries::waiting(officer.platform(), &form_key(officer, once)).await;
    let files = files.map_err(|error| officer.failed(&error))?;
    page.files = files
        .iter()
        .map(|it| KeptFile {
            id: it.file_id.to_string(),
            name: it.file_name.clone(),
            about: words::file(it.file_kind, it.size_bytes),
        })
        .collect();
    Ok(())
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
    let everybody = Names::of(officer).await?;
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
        facts: facts(officer, &everybody, row),
        messages: messages(&everybody, &case, &path),
        seen: case.inquiry.messages.last().map_or(0, |it| it.number),
        notes: case
            .notes
            .iter()
            .map(|it| NoteLine {
                what: if it.to_whom.is_empty() || it.to_whom == it.author {
                    format!("{}　{}", it.kind.label(), everybody.get(&it.author))
                } else {
                    format!(
                        "{}　{} → {}",
                        it.kind.label(),
                        everybody.get(&it.author),
                        everybody.get(&it.to_whom)
                    )
                },
                at: words::instant(it.written_at),
                lines: words::lines(&it.body),
            })
            .collect(),
        near: near(officer, &case).await?,
        templates,
        members: choices(assigned, &[], names),
        body: TextField::default(),
        assigned: row.assigned_to.clone().unwrap_or_default(),
        button: "確認画面へ進む",
        files: Vec::new(),
        file_errors: Vec::new(),
        confirm: false,
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

fn facts(officer: &Officer, names: &Names, row: &InquiryRow) -> Vec<(String, String)> {
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
            row.assigned_to
                .as_deref()
                .map_or_else(|| "未定".to_owned(), |it| names.get(it)),
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

fn messages(names: &Names, case: &Case, path: &str) -> Vec<CaseMessage> {
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
            author: if it.by_operator {
                names.get(&it.author)
            } else {
                it.author.clone()
            },
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
