//! Files of other software (D07): read and shown line by line, then what was chosen becomes drafts or is sent.
//!
//! The file goes along with the page and comes back with the choice, so the server keeps nothing of it. What was sent before gets the same receipt, so sending the
//! same form twice does nothing twice.

use axum::response::Response;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::StatusCode;
use kiban_domain::{
    opinion::Level,
    opinion_case::{CaseAct, CaseState, OpinionRoute},
};
use kiban_services::opinions::{
    self, FileLine, FileReading, FoundCase, LineOutcome, ReadLine, UnreadableFile,
};
use kiban_ui::{
    ImportLine, ImportOutcome, Link, MedicalImportCheckPage, MedicalImportDonePage,
    MedicalImportPage, MenuItem,
};

use crate::{
    answer::{page, page_with},
    form::Fields,
    upload::UploadedOpinions,
    visit::SignedIn,
    words,
};

/// GET `/medical/import`.
pub(crate) async fn show(signed_in: SignedIn) -> Result<Response, Response> {
    signed_in.writes_opinions()?;
    Ok(page(&MedicalImportPage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        file_errors: Vec::new(),
    }))
}

/// POST `/medical/import`: a file to be looked at, or the choice of its lines.
pub(crate) async fn submit(uploaded: UploadedOpinions) -> Result<Response, Response> {
    let UploadedOpinions {
        signed_in,
        form,
        file,
    } = uploaded;
    signed_in.writes_opinions()?;
    let go = Go::of(form.get("go"));
    let (bytes, name) = match (file, go) {
        (Some(file), Go::Check) if file.too_large => {
            return Ok(rejected(&signed_in, UnreadableFile::TooLarge.messages()));
        }
        (Some(file), Go::Check) => (file.bytes, file.name),
        (None, Go::Check) => {
            let missing = "意見書のファイルを選択してください".to_owned();
            return Ok(rejected(&signed_in, vec![missing]));
        }
        (_, Go::Draft | Go::Send) => match BASE64_STANDARD.decode(form.get("text")) {
            Ok(bytes) => (bytes, form.get("file_name").to_owned()),
            Err(_) => {
                let broken = "ファイルの内容が途中で失われました。もう一度選択してください";
                return Ok(rejected(&signed_in, vec![broken.to_owned()]));
            }
        },
    };
    let chosen: Vec<u64> = form.all("line").filter_map(|it| it.parse().ok()).collect();
    match go {
        Go::Check => check(&signed_in, &bytes, name, None).await,
        Go::Draft | Go::Send if chosen.is_empty() => {
            let missing = "取り込む行を選択してください".to_owned();
            check(&signed_in, &bytes, name, Some(missing)).await
        }
        Go::Draft | Go::Send => take(&signed_in, &bytes, &form, &chosen, go).await,
    }
}

/// What a form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Go {
    Check,
    Draft,
    Send,
}

impl Go {
    fn of(typed: &str) -> Self {
        match typed {
            "draft" => Self::Draft,
            "send" => Self::Send,
            _ => Self::Check,
        }
    }
}

fn rejected(signed_in: &SignedIn, file_errors: Vec<String>) -> Response {
    let page = MedicalImportPage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        file_errors,
    };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn check(
    signed_in: &SignedIn,
    bytes: &[u8],
    file_name: String,
    choice_error: Option<String>,
) -> Result<Response, Response> {
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let read = opinions::look_at_file(platform, context, bytes).await;
    let FileReading { route, lines } = match read.map_err(|error| signed_in.storage(&error))? {
        Ok(reading) => reading,
        Err(why) => return Ok(rejected(signed_in, why.messages())),
    };
    let mut shown = Vec::with_capacity(lines.len());
    for line in &lines {
        shown.push(line_of(signed_in, line, choice_error.is_none()).await?);
    }
    let status = if choice_error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = MedicalImportCheckPage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        file_name,
        kind: match route {
            OpinionRoute::Csv => "医見書のCSV".to_owned(),
            OpinionRoute::Api | OpinionRoute::Screen | OpinionRoute::Paper => {
                "電子カルテなどのJSON".to_owned()
            }
        },
        text: BASE64_STANDARD.encode(bytes),
        lines: shown,
        choice_error,
    };
    Ok(page_with(status, &page))
}

async fn line_of(
    signed_in: &SignedIn,
    line: &FileLine,
    choose: bool,
) -> Result<ImportLine, Response> {
    let mut shown = ImportLine {
        line: line.line,
        name: String::new(),
        request: String::new(),
        href: None,
        errors: Vec::new(),
        cautions: Vec::new(),
        seen: 0,
        sendable: false,
        savable: false,
        chosen: false,
    };
    let read = match &line.content {
        Err(faults) => {
            let places = faults.iter().map(|it| match it.column {
                Some(column) => format!("{column}列目：{}。", it.reason),
                None => format!("{}。", it.reason),
            });
            shown.errors = places.collect();
            return Ok(shown);
        }
        Ok(read) => read,
    };
    shown.name = named(read);
    match &read.found {
        Err(error) => shown.errors = error.messages(),
        Ok(found) => {
            shown.request = request(signed_in, found).await?;
            let key = &found.row.key;
            shown.href = Some(format!(
                "/medical/opinions/{}/{}",
                key.insurer_no, found.row.case_id
            ));
            shown.seen = found.draft;
            judged(found, &mut shown);
            shown.chosen = choose && shown.sendable;
        }
    }
    Ok(shown)
}

fn named(read: &ReadLine) -> String {
    let name = read.document.header.applicant_name.as_str();
    if name.is_empty() {
        "氏名の記載なし".to_owned()
    } else {
        name.to_owned()
    }
}

/// What keeps the line from being sent, what to look at, and what can be done with it.
fn judged(found: &FoundCase, shown: &mut ImportLine) {
    let validated = &found.validated;
    let mismatches = validated.mismatches.iter();
    shown.errors = mismatches.map(|it| it.message().to_owned()).collect();
    match &validated.findings {
        None => shown
            .errors
            .push("意見書の様式の版が一覧にありません。様式の版を確認してください。".to_owned()),
        Some(findings) => {
            for it in findings {
                let words = format!("{}。", it.reason);
                match it.level {
                    Level::Error => shown.errors.push(words),
                    Level::Caution => shown.cautions.push(words),
                }
            }
        }
    }
    let state = found.row.state;
    shown.savable = state.after(CaseAct::Save).is_ok() && validated.mismatches.is_empty();
    shown.sendable = found.is_sound();
    if state == CaseState::Acknowledged {
        shown.cautions.push("市町村がこの依頼の意見書を受領しています。同じ内容のときは前と同じ受付番号を表示し、違う内容のときは送信しません。".to_owned());
        // What can only be shown again can be chosen too.
        shown.savable |= shown.sendable;
    } else if let Err(why) = state.after(CaseAct::Send) {
        shown.errors.push(why.message().to_owned());
        shown.sendable = false;
    }
}

async fn request(signed_in: &SignedIn, found: &FoundCase) -> Result<String, Response> {
    let row = &found.row;
    let insurer = words::insurer_name(signed_in.platform(), &row.key.insurer_no).await;
    let insurer = insurer.map_err(|error| signed_in.storage(&error))?;
    Ok(format!(
        "{insurer}　依頼番号 {}（申請日 {}、提出期限 {}、{}）",
        row.key.request_no,
        words::date(row.key.applied_on).wareki,
        words::date(row.due_on).wareki,
        row.state.label(),
    ))
}

async fn take(
    signed_in: &SignedIn,
    bytes: &[u8],
    form: &Fields,
    chosen: &[u64],
    go: Go,
) -> Result<Response, Response> {
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let (route, documents) = match opinions::read_file(bytes) {
        Ok(read) => read,
        Err(why) => return Ok(rejected(signed_in, why.messages())),
    };
    let mut lines = Vec::new();
    for (line, document) in documents {
        if !chosen.contains(&line) {
            continue;
        }
        let name = document.header.applicant_name.as_str().to_owned();
        let outcome = match go {
            Go::Send => opinions::send_line(platform, context, route, document).await,
            Go::Draft | Go::Check => {
                let seen = form.get(&format!("seen_{line}")).parse().unwrap_or(0);
                opinions::save_line(platform, context, &document, seen).await
            }
        };
        let outcome = outcome.map_err(|error| signed_in.storage(&error))?;
        lines.push(outcome_of(line, name, outcome));
    }
    let taken = lines.iter().filter(|it| it.taken).count();
    let (title, done) = match go {
        Go::Send => ("送信の結果", "市町村へ送信しました"),
        Go::Draft | Go::Check => ("下書きの結果", "下書きにしました"),
    };
    Ok(page(&MedicalImportDonePage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        title: title.to_owned(),
        summary: format!("{}件のうち{taken}件を{done}。", lines.len()),
        lines,
    }))
}

fn outcome_of(line: u64, name: String, outcome: LineOutcome) -> ImportOutcome {
    let (taken, words, link) = match outcome {
        LineOutcome::Sent(sent) => {
            let number = &sent.receipt.receipt_no;
            let words = if sent.receipt.already {
                format!("前に送信した意見書と同じ内容です。受付番号は{number}です。")
            } else {
                format!("受付番号{number}で送信しました。")
            };
            let href = format!("/medical/receipts/{number}");
            let cautions = sent.cautions.iter();
            let cautions = cautions.map(|it| format!("注意：{}。", it.reason));
            let words = std::iter::once(words).chain(cautions).collect();
            (true, words, Some(Link::new(href, "送信した意見書を開く")))
        }
        LineOutcome::Saved((insurer_no, case_id)) => {
            let href = format!("/medical/opinions/{insurer_no}/{case_id}/edit");
            let words = vec!["下書きにしました。".to_owned()];
            (true, words, Some(Link::new(href, "下書きを開く")))
        }
        LineOutcome::NotTaken(words) => (false, words, None),
    };
    ImportOutcome {
        line,
        name,
        taken,
        words,
        link,
    }
}
