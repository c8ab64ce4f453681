//! Requests for opinions. Nothing here has a `Debug` that would show a person.

use super::opinion::ReceiptResponse;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Whom a request is about, as the insurer's records have the person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestPerson {
    /// 氏名.
    #[schema(example = "見本　花子")]
    pub name: String,
    /// フリガナ.
    #[schema(example = "ミホン　ハナコ")]
    pub name_kana: String,
    /// 生年月日.
    #[schema(example = "1940-05-06")]
    pub birth_date: String,
    /// 性別: `1` 男, `2` 女.
    #[schema(example = "2")]
    pub sex: String,
}

/// A request for an opinion.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpinionRequestItem {
    /// Names the request within its insurer.
    #[schema(example = "0190f3c2-5a7e-7c41-9c1f-3f2a9b1d2e4c")]
    pub request_id: String,
    /// 保険者番号.
    #[schema(example = "131128")]
    pub insurer_no: String,
    /// 被保険者番号.
    #[schema(example = "0000012345")]
    pub insured_no: String,
    /// 申請日.
    #[schema(example = "2026-02-02")]
    pub applied_on: String,
    /// 枝番 of the application.
    #[schema(example = 1)]
    pub branch: u16,
    /// 依頼番号.
    #[schema(example = "R-0001")]
    pub request_no: String,
    /// 医療機関コード of the institution that is asked.
    #[schema(example = "1319900013")]
    pub institution_code: String,
    /// 医師番号; empty where the insurer names nobody.
    pub doctor_no: String,
    /// 医師氏名; empty where the insurer names nobody.
    pub doctor_name: String,
    /// 作成依頼日.
    #[schema(example = "2026-02-05")]
    pub requested_on: String,
    /// 提出期限.
    #[schema(example = "2026-02-19")]
    pub due_on: String,
    /// Days until it is due, negative ones since; absent where the institution has nothing to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i32>,
    /// 種別: `1` 在宅, `2` 施設.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// `1` 新規, `2` 継続.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub writing: Option<String>,
    /// `requested`, `draft`, `sent`, `acknowledged`, `returned`, `withdrawn`, `declined`, `cancelled` or `transferred`.
    #[schema(example = "requested")]
    pub state: String,
    /// Why it was declined, as a code of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it was declined or given back, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When the insurer received the opinion that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<String>,
    /// The person; absent when the insurer's records do not know it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<RequestPerson>,
}

/// A page of requests, by due date.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpinionRequestList {
    /// The requests.
    pub items: Vec<OpinionRequestItem>,
    /// Pass it as `cursor` for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many requests there are in each state, on all pages.
    pub counts: BTreeMap<String, i64>,
}

/// A request with what was sent for it and every step.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpinionRequestResponse {
    /// The request.
    #[serde(flatten)]
    pub request: OpinionRequestItem,
    /// The opinions that were sent, the first one first.
    pub receipts: Vec<ReceiptResponse>,
    /// The steps, the first one first.
    pub events: Vec<RequestEvent>,
}

/// One step of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestEvent {
    /// From 1.
    pub number: i64,
    /// What was done, a stable word: `ask`, `send`, `acknowledge`, `return` …
    #[schema(example = "send")]
    pub act: String,
    /// The same in Japanese.
    #[schema(example = "送信")]
    pub label: String,
    /// The opinion it is about, absent where it is about none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submission: Option<i64>,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When.
    pub at: String,
}

/// Why no opinion is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineRequest {
    /// `long_ago`, `not_ours`, `other_physician`, `moved`, `died`, `person_refuses` or `other`.
    #[schema(example = "long_ago")]
    pub reason: String,
    /// In words, at most 400 characters; wanted with `other`.
    #[serde(default)]
    pub note: String,
}

/// Requests that an insurer makes, at most 100.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskRequest {
    /// Each as a row of the data set `opinion_request`.
    pub requests: Vec<AskedOpinion>,
}

/// One request as the insurer makes it. The first five items make two requests the same one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedOpinion {
    /// 保険者番号; the caller's own if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insurer_no: Option<String>,
    /// 被保険者番号.
    #[schema(example = "0000012345")]
    pub insured_no: String,
    /// 申請日.
    #[schema(example = "2026-02-02")]
    pub applied_on: String,
    /// 枝番 of the application.
    #[schema(example = 1)]
    pub branch: u16,
    /// 依頼番号, up to ten characters.
    #[schema(example = "R-0001")]
    pub request_no: String,
    /// 医療機関コード.
    #[schema(example = "1319900013")]
    pub institution_code: String,
    /// 医師番号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doctor_no: Option<String>,
    /// 医師氏名.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doctor_name: Option<String>,
    /// 作成依頼日.
    #[schema(example = "2026-02-05")]
    pub requested_on: String,
    /// 提出期限; two weeks if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<String>,
    /// 種別: `1` 在宅, `2` 施設.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// `1` 新規, `2` 継続.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub writing: Option<String>,
}

/// What became of each request, in the order sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AskResponse {
    /// One for each.
    pub items: Vec<AskedResult>,
}

/// What became of one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AskedResult {
    /// Its place in what was sent, from 0.
    pub index: usize,
    /// `new`, `already`, `updated`, `again`, `transferred` or `kept` (received already, nothing changed); `refused` with `code`.
    #[schema(example = "new")]
    pub outcome: String,
    /// Names the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Why it was refused, a stable word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The item concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// What is wrong and what to do, Japanese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// A request was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CancelResponse {
    /// Whether it had been taken back before; nothing was changed then.
    pub already: bool,
}
