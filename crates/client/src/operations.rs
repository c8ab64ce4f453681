//! The operations of the machine door, typed.

use crate::{ClientError, Connection};
use bytes::Bytes;
use http::{
    Method, Request,
    header::{ACCEPT, CONTENT_TYPE},
};
use kiban_connect_api::wire::{
    CareRelationRequest, CareRelationResponse, CompleteRequest, ConfirmRequest, HelloResponse,
    IdentityCheckRequest, IdentityCheckResponse, PartResponse, PersonResponse, TransferAccepted,
    TransferList, TransferResponse, TransferResult, UploadResponse,
};
use serde::{Serialize, de::DeserializeOwned};

/// How the rows of a file are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// MS932, which municipal systems call シフトJIS.
    Ms932,
}

impl Encoding {
    /// The word in requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Ms932 => "ms932",
        }
    }
}

impl Connection {
    /// Who this end is to the platform.
    pub async fn hello(&self) -> Result<HelloResponse, ClientError> {
        self.get("/v1/hello").await
    }

    /// Checks a person's identity. Not repeated by itself: a mismatch counts.
    pub async fn check_identity(
        &self,
        items: &IdentityCheckRequest,
    ) -> Result<IdentityCheckResponse, ClientError> {
        self.post("/v1/identity-checks", items).await
    }

    /// Registers the office as one of the person's.
    pub async fn register(
        &self,
        registration: &CareRelationRequest,
    ) -> Result<CareRelationResponse, ClientError> {
        self.post("/v1/care-relations", registration).await
    }

    /// What may be seen of a person on a day; today if `None`.
    pub async fn person(
        &self,
        insurer_no: &str,
        insured_no: &str,
        on: Option<&str>,
    ) -> Result<PersonResponse, ClientError> {
        let mut path = format!("/v1/persons/{}/{}", escape(insurer_no), escape(insured_no));
        if let Some(on) = on {
            path.push_str("?on=");
            path.push_str(&escape(on));
        }
        self.get(&path).await
    }

    /// Sends a whole file that is in memory. `key` makes repeating safe.
    pub async fn put_transfer(
        &self,
        file_name: &str,
        content: Bytes,
        encoding: Encoding,
        sha256: &str,
        key: &str,
    ) -> Result<TransferAccepted, ClientError> {
        let rows = if file_name
            .rsplit_once('.')
            .is_some_and(|(_, kind)| kind == "jsonl")
        {
            "application/x-ndjson"
        } else {
            "text/csv"
        };
        let kind = format!("{rows}; charset={}", encoding.as_str());
        let request = build(Method::PUT, &format!("/v1/transfers/{}", escape(file_name)))
            .header(CONTENT_TYPE, kind)
            .header("x-content-sha256", sha256)
            .header("idempotency-key", key);
        self.repeat(request, content).await
    }

    /// Which parts of a file are there; also refuses a name that would be refused when sending.
    pub async fn upload(&self, file_name: &str) -> Result<UploadResponse, ClientError> {
        self.get(&format!("/v1/uploads/{}", escape(file_name)))
            .await
    }

    /// Sends one part.
    pub async fn put_part(
        &self,
        file_name: &str,
        part: i64,
        content: Bytes,
        sha256: &str,
    ) -> Result<PartResponse, ClientError> {
        let request = build(
            Method::PUT,
            &format!("/v1/uploads/{}/parts/{part}", escape(file_name)),
        )
        .header("x-content-sha256", sha256);
        self.repeat(request, content).await
    }

    /// Says that all parts were sent. `key` makes repeating safe.
    pub async fn complete(
        &self,
        file_name: &str,
        whole: &CompleteRequest,
        key: &str,
    ) -> Result<TransferAccepted, ClientError> {
        let request = build(
            Method::POST,
            &format!("/v1/uploads/{}/complete", escape(file_name)),
        )
        .header(CONTENT_TYPE, "application/json")
        .header("idempotency-key", key);
        self.repeat(request, body_of(whole)).await
    }

    /// The transfers, newest first.
    pub async fn transfers(&self, limit: u16) -> Result<TransferList, ClientError> {
        self.get(&format!("/v1/transfers?limit={limit}")).await
    }

    /// One transfer.
    pub async fn transfer(&self, id: &str) -> Result<TransferResponse, ClientError> {
        self.get(&format!("/v1/transfers/{}", escape(id))).await
    }

    /// Counts and findings.
    pub async fn result(&self, id: &str) -> Result<TransferResult, ClientError> {
        self.get(&format!("/v1/transfers/{}/result?limit=100000", escape(id)))
            .await
    }

    /// The findings as CSV (UTF-8 with BOM, Japanese header).
    pub async fn result_csv(&self, id: &str) -> Result<Bytes, ClientError> {
        let request = build(Method::GET, &format!("/v1/transfers/{}/result", escape(id)))
            .header(ACCEPT, "text/csv");
        let request = request
            .body(Bytes::new())
            .map_err(|_| ClientError::Setting("request"))?;
        Ok(self.call_again(&request).await?.into_body())
    }

    /// Lets a held transfer go on, or gives it up.
    pub async fn confirm(&self, id: &str, go_on: bool) -> Result<TransferResponse, ClientError> {
        self.post(
            &format!("/v1/transfers/{}/confirm", escape(id)),
            &ConfirmRequest { go_on },
        )
        .await
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        self.repeat(build(Method::GET, path), Bytes::new()).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        let request = build(Method::POST, path)
            .header(CONTENT_TYPE, "application/json")
            .body(body_of(body));
        let request = request.map_err(|_| ClientError::Setting("request"))?;
        parse(&self.call(request).await?)
    }

    pub(crate) async fn repeat<T: DeserializeOwned>(
        &self,
        request: http::request::Builder,
        body: Bytes,
    ) -> Result<T, ClientError> {
        let request = request
            .body(body)
            .map_err(|_| ClientError::Setting("request"))?;
        parse(&self.call_again(&request).await?)
    }
}

pub(crate) fn build(method: Method, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path)
}

pub(crate) fn body_of(value: &impl Serialize) -> Bytes {
    Bytes::from(serde_json::to_vec(value).unwrap_or_default())
}

pub(crate) fn parse<T: DeserializeOwned>(
    response: &http::Response<Bytes>,
) -> Result<T, ClientError> {
    serde_json::from_slice(response.body())
        .map_err(|_| ClientError::Unreadable(response.status().as_u16()))
}

/// Percent-encodes whatever is not plainly a letter, a digit or one of `-._~`.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&hex::encode_upper([byte]));
        }
    }
    out
}
