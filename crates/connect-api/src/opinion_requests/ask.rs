//! `POST /v1/opinion-requests`: the insurer asks for opinions, at most 100 at once (M-3).

use crate::{
    answer::{Answer, json},
    caller::System,
    items,
    opinions::case_problem,
    router::ConnectState,
    wire::{AskRequest, AskResponse, AskedOpinion, AskedResult},
};
use axum::extract::State;
use http::StatusCode;
use kiban_domain::{
    InsurerNumber, PrivateText,
    opinion::{Choice as _, Setting},
    opinion_case::{OpinionRequest, RequestKey},
};
use kiban_services::opinions::{self, RequestFault, Taken};
use kiban_web_kit::{ApiJson, Problem};

/// The most requests of one call.
const MOST: usize = 100;
/// The longest 医師番号, as in the data set.
const DOCTOR_NO: usize = 10;
/// The longest 医師氏名, as in the data set.
const DOCTOR_NAME: usize = 100;

pub(crate) async fn ask(
    system: System,
    State(state): State<ConnectState>,
    ApiJson(request): ApiJson<AskRequest, 262_144>,
) -> Answer {
    let insurer_no = system.insurer()?;
    if !(1..=MOST).contains(&request.requests.len()) {
        return Err(items::invalid(
            "requests",
            "依頼は1件以上100件以内で送ってください。",
        ));
    }
    let mut results: Vec<AskedResult> = Vec::new();
    let (mut places, mut read) = (Vec::new(), Vec::new());
    for (index, asked) in request.requests.iter().enumerate() {
        results.push(result(index));
        match parse(asked, insurer_no) {
            Ok(pair) => {
                places.push(index);
                read.push(pair);
            }
            Err(problem) => refuse(&mut results[index], &problem),
        }
    }
    let taken = opinions::take_requests(&state.platform, &system.context, read)
        .await
        .map_err(|error| case_problem(&error))?;
    for (index, taken) in places.into_iter().zip(taken) {
        note(&mut results[index], taken);
    }
    json(StatusCode::OK, &AskResponse { items: results })
}

fn result(index: usize) -> AskedResult {
    AskedResult {
        index,
        outcome: "refused".to_owned(),
        request_id: None,
        code: None,
        item: None,
        detail: None,
    }
}

fn refuse(result: &mut AskedResult, problem: &Problem) {
    result.code = Some(problem.code.clone().into_owned());
    result.detail = Some(problem.detail.clone().into_owned());
    let item = problem.more.get("item").and_then(|it| it.as_str());
    result.item = item.map(str::to_owned);
}

fn note(result: &mut AskedResult, taken: Result<Taken, RequestFault>) {
    let (word, id) = match taken {
        Ok(Taken::New(id)) => ("new", id),
        Ok(Taken::Already(id)) => ("already", id),
        Ok(Taken::Updated(id)) => ("updated", id),
        Ok(Taken::Again(id)) => ("again", id),
        Ok(Taken::Transferred(id)) => ("transferred", id),
        Ok(Taken::Kept(id)) => ("kept", id),
        Err(fault) => {
            result.code = Some(fault.code().to_owned());
            result.detail = Some(fault.message().to_owned());
            let item = match fault {
                RequestFault::OtherInsurer => "insurer_no",
                RequestFault::UnknownPerson => "insured_no",
                RequestFault::Due => "due_on",
                RequestFault::Future => "requested_on",
            };
            result.item = Some(item.to_owned());
            return;
        }
    };
    word.clone_into(&mut result.outcome);
    result.request_id = Some(id.to_string());
}

fn parse(
    asked: &AskedOpinion,
    own: InsurerNumber,
) -> Result<(RequestKey, OpinionRequest), Problem> {
    let insurer_no = match &asked.insurer_no {
        Some(text) => items::typed_insurer_no(text)?,
        None => own,
    };
    let key = RequestKey {
        insurer_no,
        insured_no: items::insured_no(&asked.insured_no)?,
        applied_on: items::day("applied_on", &asked.applied_on)?,
        branch: (0..=999)
            .contains(&asked.branch)
            .then_some(asked.branch)
            .ok_or_else(|| items::invalid("branch", "枝番は0から999までで指定してください。"))?,
        request_no: asked.request_no.parse().map_err(|_| {
            items::invalid(
                "request_no",
                "依頼番号は、空白を含まない10文字以内で指定してください。",
            )
        })?,
    };
    let institution = asked.institution_code.parse().map_err(|_| {
        items::invalid(
            "institution_code",
            "医療機関コードは、都道府県番号から始まる10桁の数字で指定してください。",
        )
    })?;
    let request = OpinionRequest {
        institution,
        doctor_no: text("doctor_no", asked.doctor_no.as_deref(), DOCTOR_NO)?,
        doctor_name: PrivateText::new(text(
            "doctor_name",
            asked.doctor_name.as_deref(),
            DOCTOR_NAME,
        )?),
        requested_on: items::day("requested_on", &asked.requested_on)?,
        due_on: asked
            .due_on
            .as_deref()
            .map(|it| items::day("due_on", it))
            .transpose()?,
        setting: asked.setting.as_deref().map(setting).transpose()?,
        writing: asked
            .writing
            .as_deref()
            .map(|it| {
                it.parse().map_err(|_| {
                    items::invalid(
                        "writing",
                        "新規・継続の別は 1（新規）または 2（継続）で指定してください。",
                    )
                })
            })
            .transpose()?,
    };
    Ok((key, request))
}

fn setting(text: &str) -> Result<Setting, Problem> {
    let found = text.parse().ok().and_then(Setting::of);
    found.ok_or_else(|| {
        items::invalid(
            "setting",
            "種別は 1（在宅）または 2（施設）で指定してください。",
        )
    })
}

fn text(item: &'static str, text: Option<&str>, most: usize) -> Result<String, Problem> {
    let text = text.unwrap_or_default().trim();
    if text.chars().count() <= most && !text.chars().any(char::is_control) {
        return Ok(text.to_owned());
    }
    Err(items::invalid(
        item,
        format!("{most}文字以内で、制御文字を含めずに指定してください。"),
    ))
}
