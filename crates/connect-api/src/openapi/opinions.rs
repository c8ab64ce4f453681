//! The operations about opinions.

use super::{Operation, Request};
use serde_json::{Value, json};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "get",
        path: "/v1/signing-keys",
        id: "signingKeys",
        summary: "署名付き受付票を確かめるための公開鍵",
        parameters: &[],
        request: Request::None,
        status: "200",
        answer: &[("application/json", Some("SigningKeys"))],
        location: false,
        problems: &[],
    },
    Operation {
        method: "get",
        path: "/v1/opinion-requests",
        id: "listOpinionRequests",
        summary: "意見書作成依頼の一覧（期限の順）。医療機関には受けた依頼、市町村には出した依頼",
        parameters: &[
            ("query", "state", "状態。コンマ区切り。省くとすべて。"),
            ("query", "cursor", "前の一覧の next の値。"),
        ],
        request: Request::None,
        status: "200",
        answer: &[("application/json", Some("OpinionRequestList"))],
        location: false,
        problems: &[
            ("400", "bad_request"),
            ("403", "role_not_entitled"),
            ("422", "invalid_item"),
        ],
    },
    Operation {
        method: "post",
        path: "/v1/opinion-requests",
        id: "askForOpinions",
        summary: "意見書の作成依頼（市町村、100件まで）。同じ依頼は何も変えない",
        parameters: &[],
        request: Request::Json("AskRequest"),
        status: "200",
        answer: &[("application/json", Some("AskResponse"))],
        location: false,
        problems: &[
            ("403", "not_an_insurer"),
            ("403", "role_not_entitled"),
            ("422", "invalid_item"),
        ],
    },
    Operation {
        method: "get",
        path: "/v1/opinion-requests/{insurer_no}/{request_id}",
        id: "showOpinionRequest",
        summary: "依頼の状態、受付票、経過",
        parameters: &[],
        request: Request::None,
        status: "200",
        answer: &[("application/json", Some("OpinionRequestResponse"))],
        location: false,
        problems: &[
            ("403", "role_not_entitled"),
            ("404", "opinion_request_not_found"),
        ],
    },
    Operation {
        method: "post",
        path: "/v1/opinion-requests/{insurer_no}/{request_id}/validate",
        id: "validateOpinion",
        summary: "送信せずに検査する。何も保存しない",
        parameters: &[],
        request: Request::Opinion,
        status: "200",
        answer: &[("application/json", Some("ValidationResponse"))],
        location: false,
        problems: &[
            ("400", "bad_request"),
            ("400", "opinion_not_json"),
            ("400", "opinion_not_utf8"),
            ("403", "role_not_entitled"),
            ("404", "opinion_request_not_found"),
            ("413", "opinion_too_large"),
            ("415", "unsupported_media_type"),
            ("422", "edition_unknown"),
            ("422", "opinion_items"),
            ("422", "opinion_no_edition"),
            ("422", "opinion_not_an_object"),
            ("422", "opinion_too_deep"),
            ("422", "opinion_unknown_edition"),
            ("422", "opinion_unknown_field"),
        ],
    },
    Operation {
        method: "post",
        path: "/v1/opinion-requests/{insurer_no}/{request_id}/opinions",
        id: "sendOpinion",
        summary: "意見書の送信。もう一度送ると訂正として差し替わる（受領前、または差戻し後）",
        parameters: &[
            (
                "header",
                "Idempotency-Key",
                "同じ送信をやり直すときに同じ値を付ける。いつまでも同じ受付番号が返り、二重には受け付けない。",
            ),
            (
                "query",
                "content",
                "pdf を指定すると、PDFを意見書とし、opinion は記入日・氏名・生年月日・性別・同意だけでよい。",
            ),
        ],
        request: Request::Sending(false),
        status: "201",
        answer: &[("application/json", Some("SentResponse"))],
        location: false,
        problems: &[
            ("400", "bad_request"),
            ("400", "opinion_not_json"),
            ("400", "opinion_not_utf8"),
            ("403", "role_not_entitled"),
            ("404", "opinion_request_not_found"),
            ("409", "opinion_received"),
            ("409", "opinion_unchanged"),
            ("409", "request_cancelled"),
            ("409", "request_declined"),
            ("409", "request_transferred"),
            ("413", "opinion_too_large"),
            ("413", "pdf_too_large"),
            ("415", "unsupported_media_type"),
            ("422", "edition_unknown"),
            ("422", "idempotency_key_reused"),
            ("422", "invalid_item"),
            ("422", "not_a_pdf"),
            ("422", "opinion_findings"),
            ("422", "opinion_items"),
            ("422", "opinion_no_edition"),
            ("422", "opinion_not_an_object"),
            ("422", "opinion_too_deep"),
            ("422", "opinion_unknown_edition"),
            ("422", "opinion_unknown_field"),
            ("422", "other_birth_date"),
            ("422", "other_institution"),
            ("422", "other_insurer"),
            ("422", "other_person"),
            ("422", "other_request"),
            ("422", "pdf_broken"),
            ("422", "pdf_empty"),
            ("422", "pdf_encrypted"),
            ("422", "pdf_without_items"),
        ],
    },
    Operation {
        method: "post",
        path: "/v1/opinion-requests/{insurer_no}/{request_id}/withdraw",
        id: "withdrawOpinion",
        summary: "送信した意見書の取下げ（受領前）",
        parameters: &[],
        request: Request::None,
        status: "200",
        answer: &[("application/json", Some("OpinionRequestResponse"))],
        location: false,
        problems: &[
            ("403", "role_not_entitled"),
            ("404", "opinion_request_not_found"),
            ("409", "opinion_not_sent"),
            ("409", "opinion_received"),
            ("409", "request_cancelled"),
            ("409", "request_declined"),
            ("409", "request_transferred"),
        ],
    },
    Operation {
        method: "post",
        path: "/v1/opinion-requests/{insurer_no}/{request_id}/decline",
        id: "declineOpinionRequest",
        summary: "意見書を作成できない旨の回答",
        parameters: &[],
        request: Request::Json("DeclineRequest"),
        status: "200",
        answer: &[("application/json", Some("OpinionRequestResponse"))],
        location: false,
        problems: &[
            ("403", "role_not_entitled"),
            ("404", "opinion_request_not_found"),
            ("409", "opinion_received"),
            ("409", "opinion_under_way"),
            ("409", "request_cancelled"),
            ("409", "request_declined"),
            ("409", "request_transferred"),
            ("422", "invalid_item"),
            ("422", "reason_required"),
        ],
    },
    Operation {
        method: "post",
        path: "/v1/opinion-requests/{insurer_no}/{request_id}/cancel",
        id: "cancelOpinionRequest",
        summary: "依頼の取消（市町村）。同じ取消は何も変えない",
        parameters: &[],
        request: Request::None,
        status: "200",
        answer: &[("application/json", Some("CancelResponse"))],
        location: false,
        problems: &[
            ("403", "role_not_entitled"),
            ("404", "opinion_request_not_found"),
            ("409", "opinion_received"),
            ("409", "request_transferred"),
        ],
    },
    Operation {
        method: "post",
        path: "/v1/opinion-requests/{insurer_no}/{request_id}/paper",
        id: "recordPaperOpinion",
        summary: "紙の意見書の登録（市町村）。読み取ったPDFと主な項目",
        parameters: &[],
        request: Request::Paper,
        status: "201",
        answer: &[("application/json", Some("ReceiptResponse"))],
        location: false,
        problems: &[
            ("400", "bad_request"),
            ("400", "opinion_not_json"),
            ("400", "opinion_not_utf8"),
            ("403", "role_not_entitled"),
            ("404", "opinion_request_not_found"),
            ("409", "opinion_received"),
            ("409", "request_cancelled"),
            ("409", "request_transferred"),
            ("413", "opinion_too_large"),
            ("413", "pdf_too_large"),
            ("415", "unsupported_media_type"),
            ("422", "edition_unknown"),
            ("422", "invalid_item"),
            ("422", "not_a_pdf"),
            ("422", "opinion_findings"),
            ("422", "opinion_items"),
            ("422", "opinion_no_edition"),
            ("422", "opinion_not_an_object"),
            ("422", "opinion_too_deep"),
            ("422", "opinion_unknown_edition"),
            ("422", "opinion_unknown_field"),
            ("422", "other_birth_date"),
            ("422", "other_institution"),
            ("422", "other_insurer"),
            ("422", "other_person"),
            ("422", "other_request"),
            ("422", "pdf_broken"),
            ("422", "pdf_empty"),
            ("422", "pdf_encrypted"),
            ("422", "pdf_without_items"),
        ],
    },
    Operation {
        method: "get",
        path: "/v1/opinions",
        id: "pullOpinions",
        summary: "受領を待つ意見書の取得（市町村）。番号の順で、抜けがない",
        parameters: &[
            ("query", "after", "前の取得の next の値。省くと初めから。"),
            ("query", "limit", "件数。1から100。省くと100。"),
        ],
        request: Request::None,
        status: "200",
        answer: &[("application/json", Some("PulledResponse"))],
        location: false,
        problems: &[
            ("400", "bad_request"),
            ("403", "role_not_entitled"),
            ("422", "invalid_item"),
        ],
    },
    Operation {
        method: "post",
        path: "/v1/opinions",
        id: "sendOpinions",
        summary: "依頼を意見書の管理項目から探して送信する。医見書のCSVは1行ごとに送り、200で行ごとの結果を返す",
        parameters: &[
            (
                "header",
                "Idempotency-Key",
                "同じ送信をやり直すときに同じ値を付ける。いつまでも同じ受付番号が返り、二重には受け付けない。",
            ),
            (
                "query",
                "content",
                "pdf を指定すると、PDFを意見書とし、opinion は記入日・氏名・生年月日・性別・同意だけでよい。",
            ),
        ],
        request: Request::Sending(true),
        status: "201",
        answer: &[("application/json", Some("SentResponse"))],
        location: false,
        problems: &[
            ("400", "bad_request"),
            ("400", "opinion_not_json"),
            ("400", "opinion_not_utf8"),
            ("403", "role_not_entitled"),
            ("404", "opinion_request_not_found"),
            ("409", "opinion_received"),
            ("409", "opinion_unchanged"),
            ("409", "request_cancelled"),
            ("409", "request_declined"),
            ("409", "request_transferred"),
            ("409", "several_requests"),
            ("413", "csv_too_large"),
            ("413", "opinion_too_large"),
            ("413", "pdf_too_large"),
            ("415", "unsupported_media_type"),
            ("422", "csv_empty"),
            ("422", "csv_file_not_ms932"),
            ("422", "csv_too_many_rows"),
            ("422", "edition_unknown"),
            ("422", "idempotency_key_reused"),
            ("422", "invalid_item"),
            ("422", "not_a_pdf"),
            ("422", "opinion_findings"),
            ("422", "opinion_items"),
            ("422", "opinion_no_edition"),
            ("422", "opinion_not_an_object"),
            ("422", "opinion_too_deep"),
            ("422", "opinion_unknown_edition"),
            ("422", "opinion_unknown_field"),
            ("422", "other_birth_date"),
            ("422", "other_institution"),
            ("422", "other_insurer"),
            ("422", "other_person"),
            ("422", "other_request"),
            ("422", "pdf_broken"),
            ("422", "pdf_empty"),
            ("422", "pdf_encrypted"),
            ("422", "pdf_without_items"),
            ("422", "person_missing"),
        ],
    },
    Operation {
        method: "get",
        path: "/v1/opinions/unacknowledged",
        id: "listUnacknowledged",
        summary: "受領していない意見書の受付票（市町村）",
        parameters: &[("query", "limit", "件数。1から1000。省くと1000。")],
        request: Request::None,
        status: "200",
        answer: &[("application/json", Some("ReceiptList"))],
        location: false,
        problems: &[
            ("400", "bad_request"),
            ("403", "role_not_entitled"),
            ("422", "invalid_item"),
        ],
    },
    Operation {
        method: "post",
        path: "/v1/opinions/acknowledge",
        id: "acknowledgeOpinions",
        summary: "まとめて受領する（市町村、100件まで）。結果は1件ごと",
        parameters: &[],
        request: Request::Json("AcknowledgeRequest"),
        status: "200",
        answer: &[("application/json", Some("AcknowledgeResponse"))],
        location: false,
        problems: &[("403", "role_not_entitled"), ("422", "invalid_item")],
    },
    Operation {
        method: "get",
        path: "/v1/opinions/{receipt_no}",
        id: "openOpinion",
        summary: "意見書1件（市町村）。Accept で JSON、正本のJSON、医見書のCSV（1.2）、添付のPDFを選ぶ",
        parameters: &[],
        request: Request::None,
        status: "200",
        answer: &[
            ("application/json", Some("OpinionResponse")),
            ("application/vnd.kiban.opinion+json", None),
            ("text/csv", None),
            ("application/pdf", None),
        ],
        location: false,
        problems: &[
            ("403", "role_not_entitled"),
            ("404", "opinion_pdf_not_found"),
            ("404", "opinion_request_not_found"),
            ("422", "csv_unwritable"),
        ],
    },
    Operation {
        method: "post",
        path: "/v1/opinions/{receipt_no}/acknowledge",
        id: "acknowledgeOpinion",
        summary: "受領（市町村）。同じ受領は何も変えない",
        parameters: &[],
        request: Request::None,
        status: "200",
        answer: &[("application/json", Some("ReceiptResponse"))],
        location: false,
        problems: &[
            ("403", "role_not_entitled"),
            ("404", "opinion_request_not_found"),
            ("409", "opinion_not_sent"),
        ],
    },
    Operation {
        method: "post",
        path: "/v1/opinions/{receipt_no}/return",
        id: "returnOpinion",
        summary: "理由を付けた差戻し（市町村）。受領の前でも後でもよい",
        parameters: &[],
        request: Request::Json("ReturnRequest"),
        status: "200",
        answer: &[("application/json", Some("ReceiptResponse"))],
        location: false,
        problems: &[
            ("403", "role_not_entitled"),
            ("404", "opinion_request_not_found"),
            ("409", "opinion_not_sent"),
            ("422", "reason_required"),
        ],
    },
    Operation {
        method: "get",
        path: "/v1/persons/{insurer_no}/{insured_no}/opinions",
        id: "pastOpinions",
        summary: "過去の意見書",
        parameters: &[],
        request: Request::None,
        status: "200",
        answer: &[("application/json", Some("PastOpinionsResponse"))],
        location: false,
        problems: &[
            ("403", "insurer_not_sharing"),
            ("403", "only_writer_or_addressee"),
            ("403", "consent_missing"),
            ("403", "role_not_entitled"),
            ("404", "person_not_found"),
            ("404", "relation_ended"),
            ("422", "invalid_item"),
        ],
    },
];

/// The JSON of an opinion, with one that would be sent as it is.
pub(super) fn document() -> Value {
    json!({
        "schema": {
            "type": "object",
            "description": "項目は docs/reference/opinion-form.md のとおり。edition は必須。"
        },
        "example": {
            "edition": "2021", "entry_date": "2026-02-10", "applicant_name": "見本　花子", "birth_date": "1940-05-06", "sex": 2, "consent": 1,
            "diagnosis[1].name": "脳梗塞後遺症", "adl_dementia": 2, "short_term_memory": 1, "decision_ability": 1, "communication": 1, "meal": 1
        }
    })
}

/// What is sent: the document alone, a file, or either of them with a PDF.
pub(super) fn sending(csv: bool) -> Value {
    let mut kinds =
        json!({"application/json": document(), "multipart/form-data": form(csv, false)});
    if csv {
        kinds["text/csv; charset=windows-31j"] = json!({"schema": {"type": "string", "description": "医見書のCSV 1.1または1.2（MS932）"}});
    }
    kinds
}

/// A paper with its key items.
pub(super) fn paper() -> Value {
    json!({"multipart/form-data": form(false, true)})
}

fn form(csv: bool, paper: bool) -> Value {
    let opinion = if csv {
        "application/json, text/csv"
    } else {
        "application/json"
    };
    let mut properties = json!({
        "opinion": {"type": "object", "description": "意見書のJSON（または医見書のCSV）"},
        "pdf": {"type": "string", "format": "binary", "description": "10MBまで、パスワードのないPDF"}
    });
    if paper {
        properties["received_on"] =
            json!({"type": "string", "description": "紙を受け取った日。省くと今日"});
    }
    let required = if paper {
        json!(["opinion", "pdf"])
    } else {
        json!(["opinion"])
    };
    json!({
        "schema": {"type": "object", "required": required, "properties": properties},
        "encoding": {"opinion": {"contentType": opinion}, "pdf": {"contentType": "application/pdf"}}
    })
}
