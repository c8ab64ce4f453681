//! What travels through the machine door, as JSON.
//!
//! Days are `YYYY-MM-DD`, instants RFC 3339 in UTC, codes stable words. Requests refuse members they do not know; readers
//! of answers must accept new ones.

mod care_relation;
mod hello;
mod identity_check;
mod opinion;
mod opinion_request;
mod person;
mod problem;
mod transfer;
mod upload;

pub use care_relation::{
    CareRelationItem, CareRelationList, CareRelationRequest, CareRelationResponse,
};
pub use hello::HelloResponse;
pub use identity_check::{IdentityCheckRequest, IdentityCheckResponse};
pub use opinion::{
    AcknowledgeRequest, AcknowledgeResponse, AcknowledgedItem, CsvFaultItem, CsvSentLine,
    CsvSentResponse, OpinionFinding, OpinionResponse, PastOpinionItem, PastOpinionsResponse,
    PulledResponse, ReceiptList, ReceiptResponse, ReturnRequest, SentResponse, SigningKeyItem,
    SigningKeys, ValidationResponse,
};
pub use opinion_request::{
    AskRequest, AskResponse, AskedOpinion, AskedResult, CancelResponse, DeclineRequest,
    OpinionRequestItem, OpinionRequestList, OpinionRequestResponse, RequestEvent, RequestPerson,
};
pub use person::{PersonResponse, WithheldItem};
pub use problem::ProblemResponse;
pub use transfer::{
    ConfirmRequest, CountsResponse, FindingItem, TransferAccepted, TransferList, TransferResponse,
    TransferResult,
};
pub use upload::{CompleteRequest, PartResponse, UploadResponse};
