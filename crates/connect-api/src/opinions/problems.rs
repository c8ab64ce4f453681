//! What is wrong with an opinion, as problems: each names its items.

use crate::{
    answer::{refused, storage},
    items,
    wire::OpinionFinding,
};
use http::StatusCode;
use kiban_domain::{UnfitFile, opinion::Finding};
use kiban_exchange::opinion::{UnreadableCsv, UnreadableJson};
use kiban_services::opinions::{CaseError, CsvLineError, Mismatch, SendError};
use kiban_web_kit::Problem;

/// 404: the caller has no such request.
pub(crate) fn not_found() -> Problem {
    case_problem(&CaseError::NotFound)
}

/// Why a step on a request was not taken.
pub(crate) fn case_problem(error: &CaseError) -> Problem {
    let code = error.code().unwrap_or("internal");
    match error {
        CaseError::NotFound => Problem::new(
            StatusCode::NOT_FOUND,
            code,
            "見つかりません",
            error.message(),
        ),
        CaseError::Refused(refusal) => refused(*refusal),
        CaseError::NotNow(_) => Problem::conflict(code, error.message()),
        CaseError::Note => Problem::unprocessable(code, error.message()).with("item", "reason"),
        CaseError::Storage(error) => storage(error),
    }
}

/// Why an opinion was not sent or recorded.
pub(crate) fn send_problem(error: &SendError) -> Problem {
    let code = error.code().unwrap_or("internal");
    let messages = error.messages();
    let unprocessable = || Problem::unprocessable(code, summary(&messages));
    match error {
        SendError::Case(error) => case_problem(error),
        SendError::Mismatch(all) => {
            let findings: Vec<_> = all.iter().map(|it| mismatch(*it)).collect();
            with_findings(unprocessable(), &findings)
        }
        SendError::Findings(all) => {
            let findings: Vec<_> = all.iter().map(finding).collect();
            let errors: Vec<String> = findings
                .iter()
                .filter(|it| it.level == "error")
                .map(|it| it.reason.clone())
                .collect();
            with_findings(Problem::unprocessable(code, summary(&errors)), &findings)
        }
        SendError::Form(_) | SendError::KeyReused => unprocessable(),
        SendError::UnknownEdition => unprocessable().with("item", "edition"),
        SendError::Stale { .. } | SendError::Unchanged => {
            Problem::conflict(code, summary(&messages))
        }
        SendError::Pdf(unfit) => pdf_problem(*unfit),
    }
}

/// Why the PDF beside an opinion is not taken.
pub(super) fn pdf_problem(unfit: UnfitFile) -> Problem {
    let error = SendError::Pdf(unfit);
    let (code, detail) = (
        error.code().unwrap_or("not_a_pdf"),
        summary(&error.messages()),
    );
    let problem = match unfit {
        UnfitFile::TooLarge => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            code,
            "送られた内容が大きすぎます",
            detail,
        ),
        UnfitFile::Empty
        | UnfitFile::OtherKind
        | UnfitFile::Broken(_)
        | UnfitFile::TooManyPixels(_)
        | UnfitFile::Locked => Problem::unprocessable(code, detail),
    };
    problem.with("item", "pdf")
}

/// Why the request of a document is not known.
pub(super) fn line_problem(error: &CsvLineError) -> Problem {
    let code = error.code().unwrap_or("internal");
    let detail = summary(&error.messages());
    match error {
        CsvLineError::NoPerson => Problem::unprocessable(code, detail).with("item", "insured_no"),
        CsvLineError::NoRequest => {
            Problem::new(StatusCode::NOT_FOUND, code, "見つかりません", detail)
        }
        CsvLineError::Several => Problem::conflict(code, detail),
        CsvLineError::Send(error) => send_problem(error),
    }
}

/// Why a document cannot be read.
pub(super) fn json_problem(error: &UnreadableJson) -> Problem {
    let code = error.code();
    let reasons: Vec<String> = error.reasons().iter().map(|it| format!("{it}。")).collect();
    let detail = summary(&reasons);
    match error {
        UnreadableJson::TooLarge => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            code,
            "送られた内容が大きすぎます",
            detail,
        ),
        UnreadableJson::NotUtf8 | UnreadableJson::NotJson { .. } => {
            let title = "リクエストの形が正しくありません";
            Problem::new(StatusCode::BAD_REQUEST, code, title, detail)
        }
        UnreadableJson::TooDeep | UnreadableJson::NotAnObject => {
            Problem::unprocessable(code, detail)
        }
        UnreadableJson::NoEdition | UnreadableJson::UnknownEdition(_) => {
            Problem::unprocessable(code, detail).with("item", "edition")
        }
        UnreadableJson::Faults { unknown, items } => {
            let mut findings: Vec<_> = reasons
                .iter()
                .take(unknown.len())
                .map(|reason| OpinionFinding {
                    item: None,
                    level: "error".to_owned(),
                    code: "unknown_field".to_owned(),
                    reason: reason.clone(),
                })
                .collect();
            findings.extend(items.iter().map(|it| OpinionFinding {
                item: Some(it.item.code().to_owned()),
                level: "error".to_owned(),
                code: it.kind.code().to_owned(),
                reason: format!("{}。", it.reason),
            }));
            with_findings(Problem::unprocessable(code, detail), &findings)
        }
    }
}

/// Why a file of the 医見書 cannot be read as a whole.
pub(super) fn csv_problem(error: UnreadableCsv) -> Problem {
    let detail = format!("{}。", error.message());
    match error {
        UnreadableCsv::TooLarge => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            error.code(),
            "送られた内容が大きすぎます",
            detail,
        ),
        UnreadableCsv::Empty | UnreadableCsv::TooManyRows | UnreadableCsv::NotMs932 => {
            Problem::unprocessable(error.code(), detail)
        }
    }
}

/// 415: a CSV names its requests itself.
pub(crate) fn csv_for_one() -> Problem {
    Problem::unsupported_media_type(
        "application/json か multipart/form-data（医見書のCSVは /v1/opinions へ送ります）",
    )
}

/// 422: there is no paper without its scan.
pub(crate) fn scan_missing() -> Problem {
    items::invalid(
        "pdf",
        "紙の意見書を読み取ったPDFを、pdf という部分に入れて送ってください。",
    )
}

/// What the validator found, as it travels.
pub(crate) fn finding(of: &Finding) -> OpinionFinding {
    OpinionFinding {
        item: Some(of.item.code().to_owned()),
        level: of.level.code().to_owned(),
        code: of.code().to_owned(),
        reason: format!("{}。", of.reason),
    }
}

/// What belongs to another request, as a finding.
pub(crate) fn mismatch(of: Mismatch) -> OpinionFinding {
    let item = match of {
        Mismatch::Insurer => "insurer_no",
        Mismatch::Person => "insured_no",
        Mismatch::BirthDate => "birth_date",
        Mismatch::Institution => "institution_no",
        Mismatch::ApplicationDate => "application_date",
        Mismatch::RequestNo => "request_no",
    };
    OpinionFinding {
        item: Some(item.to_owned()),
        level: "error".to_owned(),
        code: of.code().to_owned(),
        reason: of.message().to_owned(),
    }
}

pub(super) fn with_findings(problem: Problem, findings: &[OpinionFinding]) -> Problem {
    let list = serde_json::to_value(findings).unwrap_or_default();
    problem.with("findings", list)
}

/// The first sentence, and how many more there are.
fn summary(messages: &[String]) -> String {
    match messages {
        [] => "内容を確認してください。".to_owned(),
        [one] => one.clone(),
        [first, more @ ..] => format!(
            "{first}ほかに{}件あります。findings を確認してください。",
            more.len()
        ),
    }
}
