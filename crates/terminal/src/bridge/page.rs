//! The bridge's own pages: what happened and what to do, for the person at the desk.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::{Either, Full};

use super::Answer;
use crate::door::Failure;

/// Why the bridge itself answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// The way to the care door failed.
    Failed(Failure),
    /// The care door took the connection but no longer takes the certificate.
    NotAdmitted,
    /// The care door did not answer in time.
    TooSlow,
    /// The request came under a name that is not this computer's.
    ForeignName,
    /// The request came from a page of another site.
    ForeignSender,
    /// The request is not one a browser sends to a server.
    Unreadable,
    /// The program was started without a window.
    NoWindow,
}

impl Page {
    fn status(self) -> StatusCode {
        match self {
            Self::Failed(Failure::Refused) | Self::NotAdmitted | Self::ForeignSender => {
                StatusCode::FORBIDDEN
            }
            Self::Failed(_) => StatusCode::BAD_GATEWAY,
            Self::TooSlow => StatusCode::GATEWAY_TIMEOUT,
            Self::ForeignName => StatusCode::MISDIRECTED_REQUEST,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::NoWindow => StatusCode::NOT_FOUND,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Failed(Failure::Refused) | Self::NotAdmitted => {
                "この端末の証明書は受け付けられませんでした"
            }
            Self::Failed(Failure::NotTrusted) => "接続先が本物か確かめられません",
            Self::Failed(Failure::OutOfTime) => "接続先の証明書が有効期間の外です",
            Self::Failed(Failure::Cut) => "接続が途中で切れました",
            Self::Failed(Failure::Unreachable) => "接続先につながりません",
            Self::Failed(Failure::NotTls) => "接続先ではないものが返事をしました",
            Self::TooSlow => "接続先から返事がありません",
            Self::ForeignName => "このアドレスでは開けません",
            Self::ForeignSender => "ほかのサイトからの操作は受け付けません",
            Self::Unreadable => "リクエストの形が正しくありません",
            Self::NoWindow => "この窓は開いていません",
        }
    }

    fn advice(self) -> &'static [&'static str] {
        match self {
            Self::Failed(Failure::Refused) | Self::NotAdmitted => &[
                "証明書の有効期間が終わったか、失効した可能性があります。",
                "事業所の管理者に連絡し、ポータルの「端末の管理」で証明書の状態を確かめてください。",
                "使えなくなっていたときは、新しい証明書を受け取ってください。",
            ],
            Self::Failed(Failure::NotTrusted) => &[
                "このまま使わず、事業所の管理者に連絡してください。",
                "接続先のアドレスと、認証局の証明書（--ca で指定したファイル）を確かめてください。",
            ],
            Self::Failed(Failure::OutOfTime) => &[
                "この端末の日付と時刻が正しいかを確かめてください。",
                "正しいときは、このまま使わず、事業所の管理者に連絡してください。",
            ],
            Self::Failed(Failure::Cut) => &[
                "もう一度読み込んでください。",
                "何度も続くときは、証明書が失効している可能性があります。事業所の管理者に連絡し、ポータルの「端末の管理」で確かめてください。",
            ],
            Self::Failed(Failure::Unreachable | Failure::NotTls) | Self::TooSlow => &[
                "この端末がネットワークにつながっているかを確かめてください。",
                "少し待ってから、もう一度読み込んでください。",
                "続くときは、お知らせに停止の予定がないかを確かめ、事業所の管理者に連絡してください。",
            ],
            Self::ForeignName => {
                &["アドレス欄に http://127.0.0.1 から始まるアドレスを入れて開いてください。"]
            }
            Self::ForeignSender => {
                &["この画面をアドレス欄から開き直して、もう一度操作してください。"]
            }
            Self::Unreadable => &["ブラウザーから開き直してください。"],
            Self::NoWindow => &["kiban-terminal run を始め、表示されたアドレスを開いてください。"],
        }
    }

    pub(super) fn answer(self) -> Answer {
        let title = self.title();
        let advice = self.advice().join("</li><li>");
        let html = format!(
            "<!doctype html><html lang=\"ja\"><head><meta charset=\"utf-8\">\
            <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
            <style>body{{font-family:\"Noto Sans JP\",Meiryo,system-ui,sans-serif;line-height:1.8;margin:2rem auto;\
            max-width:40rem;padding:0 1rem}}</style></head>\
            <body><main><h1>{title}</h1><ul><li>{advice}</li></ul></main></body></html>"
        );
        let mut response = Response::new(Either::Right(Full::new(Bytes::from(html))));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        let header = HeaderValue::from_static;
        headers.insert(CONTENT_TYPE, header("text/html; charset=utf-8"));
        headers.insert(CACHE_CONTROL, header("no-store"));
        let policy =
            header("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        response
    }
}
