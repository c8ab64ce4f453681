//! The operations of the machine door about opinions, typed.

use crate::{
    ClientError, Connection,
    operations::{body_of, build, escape, parse},
};
use bytes::Bytes;
use http::{
    Method, Request,
    header::{ACCEPT, CONTENT_TYPE},
};
use kiban_connect_api::wire::{
    AcknowledgeRequest, AcknowledgeResponse, CsvSentResponse, OpinionRequestList,
    OpinionRequestResponse, PastOpinionsResponse, PulledResponse, ReceiptResponse, ReturnRequest,
    SentResponse, SigningKeys, ValidationResponse,
};
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Between the parts of a form. No JSON, no CSV and no PDF that anybody writes has it; [`OpinionUpload`] looks all the same.
const BOUNDARY: &str = "kiban-8c1f6b0e5d1f4b0f9f0e7b6a";

/// Which request: its insurer and its identifier, written `131128/0190f3c2-…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestName {
    /// 保険者番号.
    pub insurer_no: String,
    /// The identifier.
    pub request_id: String,
}

impl FromStr for RequestName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (insurer_no, request_id) = text
            .split_once('/')
            .filter(|(insurer, id)| !insurer.is_empty() && !id.is_empty())
            .ok_or("依頼は「保険者番号/依頼の番号」で指定してください")?;
        Ok(Self {
            insurer_no: insurer_no.to_owned(),
            request_id: request_id.to_owned(),
        })
    }
}

impl fmt::Display for RequestName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.insurer_no, self.request_id)
    }
}

impl RequestName {
    fn path(&self) -> String {
        let (insurer_no, id) = (escape(&self.insurer_no), escape(&self.request_id));
        format!("/v1/opinion-requests/{insurer_no}/{id}")
    }
}

/// What the file to be sent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpinionFile {
    /// The JSON of one opinion.
    Json,
    /// A file of the 医見書.
    Csv,
}

/// A sending. No `Debug`: it is about a person.
#[derive(Clone)]
pub struct OpinionUpload {
    /// What the file is.
    pub kind: OpinionFile,
    /// The file as it is.
    pub file: Bytes,
    /// The PDF beside it.
    pub pdf: Option<Bytes>,
    /// Whether the PDF is the opinion, and the file only its key items.
    pub pdf_only: bool,
}

impl OpinionUpload {
    /// The name of the act that follows from the content alone: the same content has the same name, on whichever day and after whichever stop.
    pub fn key(&self) -> String {
        let mut context = Context::new(&SHA256);
        let pdf = self.pdf.as_deref();
        for part in [Some(&*self.file), pdf] {
            let length = part.map_or(u64::MAX, |it| it.len() as u64);
            context.update(&length.to_be_bytes());
            context.update(part.unwrap_or_default());
        }
        context.update(&[u8::from(self.pdf_only)]);
        format!("sha256-{}", hex::encode(context.finish()))
    }

    /// The request that sends it, to this request for an opinion or to whichever it names itself.
    ///
    /// # Errors
    ///
    /// [`ClientError::Setting`] when `key` cannot stand in a head.
    pub fn request(
        &self,
        place: Option<&RequestName>,
        key: &str,
    ) -> Result<Request<Bytes>, ClientError> {
        let mut path = place.map_or("/v1/opinions".to_owned(), |it| {
            format!("{}/opinions", it.path())
        });
        if self.pdf_only {
            path.push_str("?content=pdf");
        }
        let kind = match self.kind {
            OpinionFile::Json => "application/json",
            OpinionFile::Csv => "text/csv; charset=windows-31j",
        };
        let (kind, body) = match &self.pdf {
            None => (kind.to_owned(), self.file.clone()),
            Some(pdf) => {
                let parts = [("opinion", kind, &*self.file), ("pdf", PDF, pdf)];
                (form_kind(), form(&parts)?)
            }
        };
        build(Method::POST, &path)
            .header(CONTENT_TYPE, kind)
            .header("idempotency-key", key)
            .body(body)
            .map_err(|_| ClientError::Setting("request"))
    }
}

const PDF: &str = "application/pdf";

fn form_kind() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

fn form(parts: &[(&str, &str, &[u8])]) -> Result<Bytes, ClientError> {
    let mut body = Vec::new();
    for (name, kind, content) in parts {
        let mark = BOUNDARY.as_bytes();
        if content.windows(mark.len()).any(|it| it == mark) {
            return Err(ClientError::Setting("file"));
        }
        body.extend(
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
            )
            .bytes(),
        );
        body.extend_from_slice(content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    Ok(Bytes::from(body))
}

/// What became of a sending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SentOpinions {
    /// One document.
    One(Box<SentResponse>),
    /// A file, line by line.
    Lines(CsvSentResponse),
}

impl SentOpinions {
    /// Every receipt.
    pub fn receipts(&self) -> Vec<&ReceiptResponse> {
        match self {
            Self::One(sent) => vec![&sent.receipt],
            Self::Lines(sent) => sent
                .lines
                .iter()
                .filter_map(|it| it.receipt.as_ref())
                .collect(),
        }
    }

    /// Whether everything was sent.
    pub fn is_whole(&self) -> bool {
        match self {
            Self::One(_) => true,
            Self::Lines(sent) => {
                sent.faults.is_empty() && sent.lines.iter().all(|it| it.receipt.is_some())
            }
        }
    }
}

impl Connection {
    /// A page of requests in these states (comma between them, empty: all).
    pub async fn opinion_requests(
        &self,
        states: &str,
        cursor: Option<&str>,
    ) -> Result<OpinionRequestList, ClientError> {
        let mut path = format!("/v1/opinion-requests?state={}", escape(states));
        if let Some(cursor) = cursor {
            path.push_str("&cursor=");
            path.push_str(&escape(cursor));
        }
        self.get(&path).await
    }

    /// One request with its receipts and steps.
    pub async fn opinion_request(
        &self,
        name: &RequestName,
    ) -> Result<OpinionRequestResponse, ClientError> {
        self.get(&name.path()).await
    }

    /// Checks an opinion; nothing is kept.
    pub async fn validate_opinion(
        &self,
        name: &RequestName,
        document: Bytes,
    ) -> Result<ValidationResponse, ClientError> {
        let request = build(Method::POST, &format!("{}/validate", name.path()))
            .header(CONTENT_TYPE, "application/json");
        self.repeat(request, document).await
    }

    /// Sends an opinion, again and again while the line breaks: under one key it is one sending.
    pub async fn send_opinion(
        &self,
        upload: &OpinionUpload,
        place: Option<&RequestName>,
        key: &str,
    ) -> Result<SentOpinions, ClientError> {
        parse(&self.call_again(&upload.request(place, key)?).await?)
    }

    /// Takes the opinion back that is under way. Not repeated by itself: when it had been taken back before, that is a refusal.
    pub async fn withdraw_opinion(
        &self,
        name: &RequestName,
    ) -> Result<OpinionRequestResponse, ClientError> {
        let path = format!("{}/withdraw", name.path());
        self.post(&path, &serde_json::Map::new()).await
    }

    /// Opinions of earlier times about a person.
    pub async fn past_opinions(
        &self,
        insurer_no: &str,
        insured_no: &str,
    ) -> Result<PastOpinionsResponse, ClientError> {
        let path = format!(
            "/v1/persons/{}/{}/opinions",
            escape(insurer_no),
            escape(insured_no)
        );
        self.get(&path).await
    }

    /// With what signed receipts are checked.
    pub async fn signing_keys(&self) -> Result<SigningKeys, ClientError> {
        self.get("/v1/signing-keys").await
    }

    /// Opinions that wait to be received, behind a number.
    pub async fn pull_opinions(
        &self,
        after: i64,
        limit: u16,
    ) -> Result<PulledResponse, ClientError> {
        self.get(&format!("/v1/opinions?after={after}&limit={limit}"))
            .await
    }

    /// One opinion in the way that is named: `application/pdf`, `text/csv`.
    pub async fn fetch_opinion(
        &self,
        receipt_no: &str,
        accept: &str,
    ) -> Result<Bytes, ClientError> {
        let path = format!("/v1/opinions/{}", escape(receipt_no));
        let request = build(Method::GET, &path).header(ACCEPT, accept);
        let request = request
            .body(Bytes::new())
            .map_err(|_| ClientError::Setting("request"))?;
        Ok(self.call_again(&request).await?.into_body())
    }

    /// Says that opinions were received, at most 100. The same again is answered alike.
    pub async fn acknowledge_opinions(
        &self,
        receipt_nos: Vec<String>,
    ) -> Result<AcknowledgeResponse, ClientError> {
        let request = build(Method::POST, "/v1/opinions/acknowledge")
            .header(CONTENT_TYPE, "application/json");
        let body = body_of(&AcknowledgeRequest { receipt_nos });
        self.repeat(request, body).await
    }

    /// Gives an opinion back. The same again is answered alike.
    pub async fn return_opinion(
        &self,
        receipt_no: &str,
        reason: &str,
    ) -> Result<ReceiptResponse, ClientError> {
        let path = format!("/v1/opinions/{}/return", escape(receipt_no));
        let request = build(Method::POST, &path).header(CONTENT_TYPE, "application/json");
        let reason = reason.to_owned();
        self.repeat(request, body_of(&ReturnRequest { reason }))
            .await
    }

    /// Records an opinion that came on paper: its key items as JSON, its scan as PDF. The same again gets the same receipt.
    pub async fn record_paper_opinion(
        &self,
        name: &RequestName,
        items: &[u8],
        scan: &[u8],
        received_on: Option<&str>,
    ) -> Result<ReceiptResponse, ClientError> {
        let mut parts = vec![("opinion", "application/json", items), ("pdf", PDF, scan)];
        if let Some(day) = received_on {
            parts.push(("received_on", "text/plain", day.as_bytes()));
        }
        let path = format!("{}/paper", name.path());
        let request = build(Method::POST, &path).header(CONTENT_TYPE, form_kind());
        self.repeat(request, form(&parts)?).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(file: &'static str, pdf: Option<&'static str>, pdf_only: bool) -> OpinionUpload {
        OpinionUpload {
            kind: OpinionFile::Json,
            file: Bytes::from_static(file.as_bytes()),
            pdf: pdf.map(|it| Bytes::from_static(it.as_bytes())),
            pdf_only,
        }
    }

    #[test]
    fn d1_the_same_content_has_the_same_key_and_other_content_another() {
        let all = [
            upload("ab", None, false),
            upload("ab", Some(""), false),
            upload("a", Some("b"), false),
            upload("a", Some("b"), true),
            upload("", Some("ab"), false),
        ];
        let keys: std::collections::BTreeSet<_> = all.iter().map(OpinionUpload::key).collect();
        assert_eq!(keys.len(), all.len());
        assert_eq!(all[0].key(), upload("ab", None, false).key());
        assert!(keys.iter().all(|it| it.len() <= 200));
    }

    #[test]
    fn a_request_is_named_by_insurer_and_identifier() {
        let name: RequestName = "131128/0190f3c2".parse().unwrap();
        assert_eq!(name.to_string(), "131128/0190f3c2");
        for text in ["", "131128", "131128/", "/1"] {
            assert!(text.parse::<RequestName>().is_err(), "{text}");
        }
    }
}
