//! The papers of opinions, as the typesetter wants them.

use super::letter::imprint;
use kiban_exchange::opinion::editions;
use kiban_print::{Fact, OpinionSheet, RequestSheet, Sheet};
use kiban_services::opinions::{OpinionPaper, RequestPaper};

/// The sheet; nothing when the opinion was written on an edition that this program does not have.
pub(super) fn sheet(paper: &OpinionPaper) -> Option<Sheet> {
    match paper {
        OpinionPaper::Form {
            opinion,
            number,
            document_no,
            outlet,
        } => {
            let edition = editions().find(opinion.edition)?;
            let filled = OpinionSheet::filled(edition, opinion, imprint(outlet, document_no));
            let filled = filled.ok()?;
            Some(Sheet::Opinion(Box::new(filled.with_version(*number))))
        }
        OpinionPaper::Request(request) => Some(Sheet::Request(of_request(request))),
    }
}

fn of_request(paper: &RequestPaper) -> RequestSheet {
    let facts = |all: &[(&'static str, String)]| {
        all.iter()
            .map(|(term, text)| Fact::new(*term, text))
            .collect()
    };
    RequestSheet {
        addressee: paper.addressee.clone(),
        sender: paper.sender.clone(),
        request_no: paper.request_no.clone(),
        requested_on: paper.requested_on.clone(),
        due: paper.due.clone(),
        person: facts(&paper.person),
        reference: paper.reference.clone(),
        send_back: paper.send_back.clone(),
        contact: facts(&paper.contact),
        imprint: imprint(&paper.outlet, paper.reference.as_str()),
    }
}
