//! `POST /v1/opinions`: sends what names its request itself; and what all sendings have in common.

use super::{
    Content, Incoming, finding,
    problems::{line_problem, send_problem},
    receipt,
};
use crate::{
    answer::{Answer, json, storage},
    caller::System,
    items,
    router::ConnectState,
    wire::{CsvFaultItem, CsvSentLine, CsvSentResponse, OpinionFinding, SentResponse},
};
use axum::extract::{Request, State};
use http::StatusCode;
use kiban_domain::{opinion::Opinion, opinion_case::OpinionRoute};
use kiban_exchange::opinion::{CsvFault, ReadCsv};
use kiban_services::opinions::{
    self, CaseError, CaseId, CsvLineError, NewOpinion, SendError, Sent, request_of,
};
use kiban_web_kit::Problem;

pub(crate) async fn send(
    system: System,
    State(state): State<ConnectState>,
    request: Request,
) -> Answer {
    let incoming = Incoming::read(request).await?;
    match incoming.content {
        Content::Document(ref document) => {
            let found = request_of(&state.platform, &system.context, document).await;
            let found = found.map_err(|error| storage(&error))?;
            let id = found.map_err(|error| line_problem(&error))?;
            sent(&state, &system, id, incoming).await
        }
        Content::Csv(file) => {
            let csv = Csv {
                state: &state,
                system: &system,
                key: incoming.key,
            };
            csv.send(file, incoming.pdf, incoming.pdf_only).await
        }
    }
}

/// Sends one document for a request: 201 with its receipt, 200 when it had come before.
pub(crate) async fn sent(
    state: &ConnectState,
    system: &System,
    id: CaseId,
    incoming: Incoming,
) -> Answer {
    let Content::Document(document) = incoming.content else {
        return Err(super::csv_for_one());
    };
    let new = if incoming.pdf_only {
        NewOpinion::PdfOnly {
            document,
            pdf: incoming.pdf.unwrap_or_default(),
            send_key: incoming.key,
        }
    } else {
        NewOpinion::Document {
            document,
            route: OpinionRoute::Api,
            pdf: incoming.pdf,
            send_key: incoming.key,
        }
    };
    let sent = opinions::send(&state.platform, &system.context, id, new)
        .await
        .map_err(|error| send_problem(&error))?;
    let status = if sent.receipt.already {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let answer = SentResponse {
        receipt: receipt(&state.platform, &sent.receipt),
        cautions: sent.cautions.iter().map(finding).collect(),
    };
    json(status, &answer)
}

struct Csv<'a> {
    state: &'a ConnectState,
    system: &'a System,
    key: Option<String>,
}

impl Csv<'_> {
    /// Each line is sent by itself: a file sent again gives the same receipts, and goes on where it stopped.
    async fn send(&self, file: ReadCsv, mut pdf: Option<Vec<u8>>, pdf_only: bool) -> Answer {
        let single = file.opinions.len() == 1 && file.faults.is_empty();
        if pdf_only || pdf.is_some() && !single {
            return Err(items::invalid(
                "pdf",
                "PDFを添えられるのは、JSONか、1行だけで誤りのないCSVです。",
            ));
        }
        let mut lines = Vec::with_capacity(file.opinions.len());
        for it in file.opinions {
            let outcome = self.line(it.line, it.opinion, pdf.take()).await?;
            lines.push(self.described(it.line, outcome)?);
        }
        let answer = CsvSentResponse {
            lines,
            faults: file.faults.iter().map(fault).collect(),
        };
        json(StatusCode::OK, &answer)
    }

    async fn line(
        &self,
        line: u64,
        document: Opinion,
        pdf: Option<Vec<u8>>,
    ) -> Result<Result<Sent, CsvLineError>, Problem> {
        let (platform, context) = (&self.state.platform, &self.system.context);
        let found = request_of(platform, context, &document).await;
        let id = match found.map_err(|error| storage(&error))? {
            Ok(id) => id,
            Err(error) => return Ok(Err(error)),
        };
        let new = NewOpinion::Document {
            document: Box::new(document),
            route: OpinionRoute::Csv,
            pdf,
            send_key: self.key.as_ref().map(|key| format!("{key}/{line}")),
        };
        match opinions::send(platform, context, id, new).await {
            // What a broken database says is said of the file, not of a line: it is sent again as a whole.
            Err(SendError::Case(CaseError::Storage(error))) => Err(storage(&error)),
            sent => Ok(sent.map_err(CsvLineError::from)),
        }
    }

    fn described(
        &self,
        line: u64,
        outcome: Result<Sent, CsvLineError>,
    ) -> Result<CsvSentLine, Problem> {
        Ok(match outcome {
            Ok(sent) => CsvSentLine {
                line,
                receipt: Some(receipt(&self.state.platform, &sent.receipt)),
                code: None,
                detail: None,
                findings: sent.cautions.iter().map(finding).collect(),
            },
            Err(CsvLineError::Send(SendError::Case(error @ CaseError::Refused(_)))) => {
                return Err(super::case_problem(&error));
            }
            Err(error) => {
                let problem = line_problem(&error);
                let findings = problem.more.get("findings").cloned();
                let findings: Option<Vec<OpinionFinding>> =
                    findings.and_then(|it| serde_json::from_value(it).ok());
                CsvSentLine {
                    line,
                    receipt: None,
                    code: Some(problem.code.into_owned()),
                    detail: Some(problem.detail.into_owned()),
                    findings: findings.unwrap_or_default(),
                }
            }
        })
    }
}

fn fault(of: &CsvFault) -> CsvFaultItem {
    CsvFaultItem {
        line: of.line,
        column: of.column,
        item: of.item.map(|it| it.code().to_owned()),
        code: of.kind.code().to_owned(),
        reason: format!("{}。", of.reason),
    }
}
