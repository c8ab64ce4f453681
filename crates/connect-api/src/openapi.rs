//! The description of the door (OpenAPI 3.1): one table, held to the routes by a test.

mod opinions;
mod request;

use crate::wire;
use request::Request;
use serde_json::{Map, Value, json};
use utoipa::openapi::ComponentsBuilder;

/// The description of every operation, its shapes and its problems, as pretty JSON ended by LF.
pub fn openapi_json() -> String {
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "kiban connect",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "介護情報基盤のシステム連携の入口。システム用のクライアント証明書（mTLS）が必要です。誤りは application/problem+json（RFC 9457）で返り、code は変わりません。",
            "license": {"name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT"}
        },
        "servers": [{"url": "/"}],
        "security": [{"mtls": []}],
        "paths": paths(),
        "components": components()
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

struct Operation {
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    /// Query and header parameters: place, name, meaning. Those in the path are read from it.
    parameters: &'static [(&'static str, &'static str, &'static str)],
    request: Request,
    status: &'static str,
    answer: &'static [(&'static str, Option<&'static str>)],
    location: bool,
    /// Status and code of every problem of its own.
    problems: &'static [(&'static str, &'static str)],
}

/// What every operation may answer.
const EVERYWHERE: &[(&str, &str)] = &[
    ("403", "certificate_required"),
    ("403", "certificate_revoked"),
    ("403", "certificate_expired"),
    ("403", "certificate_unknown"),
    ("403", "wrong_door"),
    ("500", "internal"),
    ("503", "busy"),
];
/// What every operation with a JSON body may answer.
const WITH_JSON: &[(&str, &str)] = &[
    ("400", "bad_request"),
    ("400", "json_syntax"),
    ("413", "too_large"),
    ("415", "unsupported_media_type"),
    ("422", "json_shape"),
];

const KEY: (&str, &str, &str) = (
    "header",
    "Idempotency-Key",
    "同じ要求をやり直すときに同じ値を付ける。7日間は同じ答えが返り、二重には受け付けない。取り込まれなかったファイルを改めて送るときは新しい値を付ける。",
);
const DIGEST: (&str, &str, &str) = (
    "header",
    "Content-Digest",
    "内容のSHA-256（RFC 9530、sha-256=:…:）。届いた内容と照合する。",
);
const HEX_DIGEST: (&str, &str, &str) = (
    "header",
    "X-Content-SHA256",
    "内容のSHA-256（16進64桁）。届いた内容と照合する。",
);

const OPERATIONS: &[Operation] = &[
    Operation {
        method: "get",
        path: "/v1/openapi.json",
        id: "openapi",
        summary: "この説明",
        parameters: &[],
        request: Request::None,
        status: "200",
        answer: &[("application/json", None)],
        location: false,
        problems: &[],
    },
    Operation {
        method: "get",
        path: "/v1/hello",
        id: "hello",
        summary: "接続の確認",
        parameters: &[],
        request: Request::None,
        status: "200",
        answer: &[("application/json", Some("HelloResponse"))],
        location: false,
        problems: &[],
    },
    Operation {
        method: "post",
        path: "/v1/identity-checks",
        id: "createIdentityCheck",
        summary: "被保険者証の5項目による本人確認",
        parameters: &[],
        request: Request::Json("IdentityCheckRequest"),
        status: "201",
        answer: &[("application/json", Some("IdentityCheckResponse"))],
        location: true,
        problems: &[
            ("403", "insurer_not_sharing"),
            ("403", "role_not_entitled"),
            ("422", "identity_mismatch"),
            ("422", "invalid_item"),
            ("429", "too_many_requests"),
        ],
    },
    Operation {
        method: "get",
        path: "/v1/care-relations",
        id: "listCareRelations",
        summary: "自事業所の担当利用者の一覧",
        parameters: &[],
        request: Request::None,
        status: "200",
        answer: &[("application/json", Some("CareRelationList"))],
        location: false,
        problems: &[("403", "role_not_entitled")],
    },
    Operation {
        method: "post",
        path: "/v1/care-relations",
        id: "createCareRelation",
        summary: "担当登録",
        parameters: &[],
        request: Request::Json("CareRelationRequest"),
        status: "201",
        answer: &[("application/json", Some("CareRelationResponse"))],
        location: false,
        problems: &[
            ("403", "insurer_not_sharing"),
            ("403", "role_not_entitled"),
            ("404", "identity_check_not_found"),
            ("404", "person_not_found"),
            ("409", "already_registered"),
            ("409", "identity_check_spent"),
            ("422", "invalid_item"),
            ("422", "service_not_offered"),
        ],
    },
    Operation {
        method: "delete",
        path: "/v1/care-relations/{insurer_no}/{insured_no}/{relation_id}",
        id: "endCareRelation",
        summary: "担当登録の終了",
        parameters: &[
            (
                "query",
                "reason",
                "終了の理由。contract_ended、facility_admission、death、moved_away、handed_over、mistake、other のどれか。必須。mistake は、はじめから有効でなかったものとして取り消す。",
            ),
            (
                "query",
                "last_day",
                "担当の最後の日。担当を始めた日から92日先まで。省くと今日。mistake では使わない。",
            ),
            ("query", "note", "理由が other のときの内容。100文字以内。"),
        ],
        request: Request::None,
        status: "204",
        answer: &[],
        location: false,
        problems: &[
            ("400", "bad_request"),
            ("404", "care_relation_not_found"),
            ("422", "invalid_item"),
        ],
    },
    Operation {
        method: "get",
        path: "/v1/persons/{insurer_no}/{insured_no}",
        id: "readPerson",
        summary: "利用者の情報の照会",
        parameters: &[
            (
                "query",
                "on",
                "その日に有効な情報。YYYY-MM-DD または和暦。省くと今日。",
            ),
            (
                "query",
                "known_at",
                "その時点で基盤が知っていた情報（RFC 3339）。",
            ),
            (
                "query",
                "parts",
                "情報の種類。コンマ区切り。省くと見られるすべて。",
            ),
            ("query", "purpose", "利用目的。記録に残る。100文字以内。"),
        ],
        request: Request::None,
        status: "200",
        answer: &[("application/json", Some("PersonResponse"))],
        location: false,
        problems: &[
            ("400", "bad_request"),
            ("403", "insurer_not_sharing"),
            ("403", "role_not_entitled"),
            ("404", "person_not_found"),
            ("404", "relation_ended"),
            ("422", "invalid_item"),
        ],
    },
    Operation {
        method: "get",
        path: "/v1/transfers",
        id: "listTransfers",
        summary: "送信の一覧（新しい順）",
        parameters: &[("query", "limit", "件数。1から500。省くと50。")],
        request: Request::None,
        status: "200",
        answer: &[("application/json", Some("TransferList"))],
        location: false,
        problems: &[
            ("400", "bad_request"),
            ("403", "not_an_insurer"),
            ("422", "invalid_item"),
        ],
    },
    Operation {
        method: "put",
        path: "/v1/transfers/{transfer}",
        id: "putTransfer",
        summary: "ファイルの送信",
        parameters: &[KEY, DIGEST, HEX_DIGEST],
        request: Request::Rows,
        status: "202",
        answer: &[("application/json", Some("TransferAccepted"))],
        location: true,
        problems: &[
            ("400", "bad_request"),
            ("403", "not_an_insurer"),
            ("403", "other_insurer"),
            ("403", "unknown_insurer"),
            ("409", "old_base_date"),
            ("409", "serial_conflict"),
            ("409", "serial_gap"),
            ("413", "too_large"),
            ("415", "unsupported_media_type"),
            ("422", "digest_mismatch"),
            ("422", "file_name"),
            ("422", "future_base_date"),
            ("422", "idempotency_key_reused"),
            ("422", "invalid_item"),
            ("422", "unsupported_set"),
        ],
    },
    Operation {
        method: "get",
        path: "/v1/transfers/{transfer}",
        id: "showTransfer",
        summary: "送信の状態と進み具合",
        parameters: &[],
        request: Request::None,
        status: "200",
        answer: &[("application/json", Some("TransferResponse"))],
        location: false,
        problems: &[("403", "not_an_insurer"), ("404", "transfer_not_found")],
    },
    Operation {
        method: "get",
        path: "/v1/transfers/{transfer}/result",
        id: "showTransferResult",
        summary: "取込の結果。Accept で JSON か CSV を選ぶ",
        parameters: &[(
            "query",
            "limit",
            "指摘の件数。1から100000。省くと JSON は1000。",
        )],
        request: Request::None,
        status: "200",
        answer: &[
            ("application/json", Some("TransferResult")),
            ("text/csv", None),
        ],
        location: false,
        problems: &[
            ("400", "bad_request"),
            ("403", "not_an_insurer"),
            ("404", "transfer_not_found"),
            ("409", "not_finished"),
            ("422", "invalid_item"),
        ],
    },
    Operation {
        method: "post",
        path: "/v1/transfers/{transfer}/confirm",
        id: "confirmTransfer",
        summary: "止まっている取込の確認または取りやめ",
        parameters: &[],
        request: Request::Json("ConfirmRequest"),
        status: "200",
        answer: &[("application/json", Some("TransferResponse"))],
        location: false,
        problems: &[
            ("403", "not_an_insurer"),
            ("404", "transfer_not_found"),
            ("409", "not_held"),
        ],
    },
    Operation {
        method: "get",
        path: "/v1/uploads/{file_name}",
        id: "showUpload",
        summary: "届いている部分の一覧",
        parameters: &[],
        request: Request::None,
        status: "200",
        answer: &[("application/json", Some("UploadResponse"))],
        location: false,
        problems: &[
            ("403", "not_an_insurer"),
            ("403", "other_insurer"),
            ("422", "file_name"),
            ("422", "unsupported_set"),
        ],
    },
    Operation {
        method: "put",
        path: "/v1/uploads/{file_name}/parts/{part}",
        id: "putPart",
        summary: "ファイルの一部分の送信。同じ番号は置き換わる",
        parameters: &[DIGEST, HEX_DIGEST],
        request: Request::Bytes,
        status: "200",
        answer: &[("application/json", Some("PartResponse"))],
        location: false,
        problems: &[
            ("400", "bad_request"),
            ("403", "not_an_insurer"),
            ("403", "other_insurer"),
            ("413", "too_large"),
            ("422", "digest_mismatch"),
            ("422", "file_name"),
            ("422", "invalid_item"),
            ("422", "unsupported_set"),
        ],
    },
    Operation {
        method: "post",
        path: "/v1/uploads/{file_name}/complete",
        id: "completeUpload",
        summary: "部分をつないで受け付ける",
        parameters: &[KEY],
        request: Request::Json("CompleteRequest"),
        status: "202",
        answer: &[("application/json", Some("TransferAccepted"))],
        location: true,
        problems: &[
            ("403", "not_an_insurer"),
            ("403", "other_insurer"),
            ("403", "unknown_insurer"),
            ("409", "old_base_date"),
            ("409", "part_missing"),
            ("409", "serial_conflict"),
            ("409", "serial_gap"),
            ("422", "digest_mismatch"),
            ("422", "file_name"),
            ("422", "future_base_date"),
            ("422", "idempotency_key_reused"),
            ("422", "invalid_item"),
            ("422", "unsupported_set"),
        ],
    },
];

fn paths() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS.iter().chain(opinions::OPERATIONS) {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = operation.to_json();
    }
    Value::Object(paths)
}

impl Operation {
    fn to_json(&self) -> Value {
        let mut value = json!({
            "operationId": self.id,
            "summary": self.summary,
            "parameters": self.parameters(),
            "responses": self.responses(),
        });
        if let Some(body) = self.request.to_json() {
            value["requestBody"] = body;
        }
        value
    }

    fn parameters(&self) -> Vec<Value> {
        let in_path = self
            .path
            .split('/')
            .filter_map(|piece| piece.strip_prefix('{')?.strip_suffix('}'));
        let in_path = in_path.map(|name| {
            json!({"name": name, "in": "path", "required": true, "description": meaning(name), "schema": {"type": "string"}})
        });
        let others = self.parameters.iter().map(|(place, name, about)| {
            let kind = if *name == "limit" {
                "integer"
            } else {
                "string"
            };
            json!({"name": name, "in": place, "description": about, "schema": {"type": kind}})
        });
        in_path.chain(others).collect()
    }

    fn responses(&self) -> Value {
        let mut responses = Map::new();
        responses.insert(self.status.to_owned(), self.success());
        if let Some(repeated) = self.repeated() {
            responses.insert("200".to_owned(), repeated);
        }
        let with_json = if matches!(self.request, Request::Json(_)) {
            WITH_JSON
        } else {
            &[]
        };
        let mut problems: Vec<_> = EVERYWHERE
            .iter()
            .chain(with_json)
            .chain(self.problems)
            .collect();
        problems.sort_unstable();
        for (status, code) in problems {
            let response = responses.entry(*status).or_insert_with(|| {
                json!({
                    "description": "",
                    "content": {"application/problem+json": {"schema": {"allOf": [
                        {"$ref": "#/components/schemas/ProblemResponse"},
                        {"properties": {"code": {"enum": []}}}
                    ]}}}
                })
            });
            let schema = &mut response["content"]["application/problem+json"]["schema"];
            if let Some(codes) = schema["allOf"][1]["properties"]["code"]["enum"].as_array_mut() {
                codes.push((*code).into());
                response["description"] = codes
                    .iter()
                    .filter_map(Value::as_str)
                    .collect::<Vec<_>>()
                    .join(", ")
                    .into();
            }
            if matches!(*status, "429" | "503") {
                response["headers"] =
                    json!({"Retry-After": {"description": "秒", "schema": {"type": "integer"}}});
            }
        }
        Value::Object(responses)
    }

    /// The answer to what had come before, where another status says so; a file of the 医見書 is answered line by line.
    fn repeated(&self) -> Option<Value> {
        let mut repeated = self.success();
        repeated["description"] = "同じ内容を以前に受け付けている".into();
        match self.request {
            Request::Sending(true) => {
                let one = repeated["content"]["application/json"]["schema"].take();
                let lines = json!({"$ref": "#/components/schemas/CsvSentResponse"});
                repeated["content"]["application/json"]["schema"] = json!({"oneOf": [one, lines]});
                repeated["description"] =
                    "同じ内容を以前に受け付けている。医見書のCSVは行ごとの結果".into();
                Some(repeated)
            }
            Request::Sending(false) | Request::Paper => Some(repeated),
            Request::None
            | Request::Json(_)
            | Request::Rows
            | Request::Bytes
            | Request::Opinion => None,
        }
    }

    fn success(&self) -> Value {
        let mut response = json!({"description": self.summary});
        for (kind, schema) in self.answer {
            response["content"][kind] = match schema {
                Some(name) => json!({"schema": {"$ref": format!("#/components/schemas/{name}")}}),
                None if *kind == "application/json" => json!({"schema": {"type": "object"}}),
                None if *kind == "application/pdf" => {
                    json!({"schema": {"type": "string", "format": "binary"}})
                }
                None => json!({"schema": {"type": "string"}}),
            };
        }
        if self.location {
            response["headers"] = json!({"Location": {"schema": {"type": "string"}}});
        }
        response
    }
}

/// What stands in a path.
fn meaning(name: &str) -> &'static str {
    match name {
        "insurer_no" => "保険者番号（6桁）",
        "insured_no" => "被保険者番号（10桁）",
        "relation_id" => "担当登録の番号",
        "file_name" => {
            "ファイル名（保険者番号_データ種別_FまたはD_基準日_連番4桁.csv または .jsonl）"
        }
        "transfer" => "PUT ではファイル名、それ以外では受付番号",
        "part" => "部分の番号。1から10000まで",
        "request_id" => "意見書作成依頼の番号",
        "receipt_no" => "意見書の受付番号（保険者番号-8桁以上の番号）",
        _ => "",
    }
}

fn components() -> Value {
    let components = ComponentsBuilder::new()
        .schema_from::<wire::AcknowledgeRequest>()
        .schema_from::<wire::AcknowledgeResponse>()
        .schema_from::<wire::AcknowledgedItem>()
        .schema_from::<wire::AskRequest>()
        .schema_from::<wire::AskResponse>()
        .schema_from::<wire::AskedOpinion>()
        .schema_from::<wire::AskedResult>()
        .schema_from::<wire::CancelResponse>()
        .schema_from::<wire::CsvFaultItem>()
        .schema_from::<wire::CsvSentLine>()
        .schema_from::<wire::CsvSentResponse>()
        .schema_from::<wire::DeclineRequest>()
        .schema_from::<wire::OpinionFinding>()
        .schema_from::<wire::OpinionRequestItem>()
        .schema_from::<wire::OpinionRequestList>()
        .schema_from::<wire::OpinionRequestResponse>()
        .schema_from::<wire::OpinionResponse>()
        .schema_from::<wire::PastOpinionItem>()
        .schema_from::<wire::PastOpinionsResponse>()
        .schema_from::<wire::PulledResponse>()
        .schema_from::<wire::ReceiptList>()
        .schema_from::<wire::ReceiptResponse>()
        .schema_from::<wire::RequestEvent>()
        .schema_from::<wire::RequestPerson>()
        .schema_from::<wire::ReturnRequest>()
        .schema_from::<wire::SentResponse>()
        .schema_from::<wire::SigningKeyItem>()
        .schema_from::<wire::SigningKeys>()
        .schema_from::<wire::ValidationResponse>()
        .schema_from::<wire::CareRelationItem>()
        .schema_from::<wire::CareRelationList>()
        .schema_from::<wire::CareRelationRequest>()
        .schema_from::<wire::CareRelationResponse>()
        .schema_from::<wire::CompleteRequest>()
        .schema_from::<wire::ConfirmRequest>()
        .schema_from::<wire::CountsResponse>()
        .schema_from::<wire::FindingItem>()
        .schema_from::<wire::HelloResponse>()
        .schema_from::<wire::IdentityCheckRequest>()
        .schema_from::<wire::IdentityCheckResponse>()
        .schema_from::<wire::PartResponse>()
        .schema_from::<wire::PersonResponse>()
        .schema_from::<wire::ProblemResponse>()
        .schema_from::<wire::TransferAccepted>()
        .schema_from::<wire::TransferList>()
        .schema_from::<wire::TransferResponse>()
        .schema_from::<wire::TransferResult>()
        .schema_from::<wire::UploadResponse>()
        .schema_from::<wire::WithheldItem>()
        .build();
    let mut value = serde_json::to_value(components).unwrap_or_default();
    value["schemas"]["PersonParts"] = crate::part_shapes::parts();
    value["schemas"]["PersonResponse"]["properties"]["parts"] =
        json!({"$ref": "#/components/schemas/PersonParts"});
    value["securitySchemes"] =
        json!({"mtls": {"type": "mutualTLS", "description": "システム用のクライアント証明書"}});
    value
}
