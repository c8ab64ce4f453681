//! Files of requests and opinions: the form and the request as PDF, the certification software's columns, the document itself (D-2, M-3).

use super::{case, frame, id_of, own, page_of, refused};
use crate::member::SignedIn;
use crate::printing;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use http::StatusCode;
use kiban_domain::{Timestamp, opinion::Opinion};
use kiban_exchange::opinion::write_csv;
use kiban_portal_ui::{Link, Notice, NoticeKind, UnwrittenPage};
use kiban_services::opinions::{self, OpinionPaper, PULL_MOST, PulledOpinion, RequestPaper};
use kiban_web_kit::{PrintDesk, PrintTurn, download};
use serde::Deserialize;

/// What stands in the column of the software.
const SOFTWARE: &str = "kiban";

fn desk(signed_in: &SignedIn) -> Option<&PrintDesk<OpinionPaper>> {
    signed_in.state.opinions.as_ref()
}

fn back(here: &str) -> Link {
    Link::new(here, "依頼の画面へ戻る")
}

/// GET `/insurer/opinions/{id}/{receipt}/{file}`.
pub(super) async fn one(
    signed_in: SignedIn,
    Path((id, receipt, file)): Path<(String, String, String)>,
) -> Result<Response, Response> {
    let id = id_of(&signed_in, &id)?;
    let here = page_of(id);
    let turn = match &*file {
        "form.pdf" => Some(printing::turn(&signed_in, desk(&signed_in), &back(&here)).await?),
        "attached.pdf" | "opinion.csv" | "opinion.json" => None,
        _ => return Err(super::nowhere(&signed_in)),
    };
    let found = opinions::find_opinion(signed_in.platform(), &signed_in.context(), &receipt).await;
    let (it, pdf) = found.map_err(|error| refused(&signed_in, error, &here))?;
    if it.row.case_id != id.1 {
        return Err(super::nowhere(&signed_in));
    }
    if let Some(turn) = turn {
        return form(&signed_in, &it, turn, &here).await;
    }
    match &*file {
        "attached.pdf" => {
            let bytes = pdf.ok_or_else(|| super::nowhere(&signed_in))?;
            let name = format!("opinion-{receipt}.pdf");
            Ok(download::answer(&name, "application/pdf", bytes))
        }
        "opinion.csv" => {
            let lines = lines(&signed_in, std::slice::from_ref(&it));
            if let Some(page) = lines.page(&signed_in, false) {
                return Ok(signed_in.page(StatusCode::CONFLICT, &page));
            }
            let name = format!("opinion-{receipt}.csv");
            Ok(download::answer(&name, "text/csv", lines.csv))
        }
        _ => {
            let name = format!("opinion-{receipt}.json");
            let bytes = it.row.document.into_bytes();
            Ok(download::answer(&name, "application/json", bytes))
        }
    }
}

async fn form(
    signed_in: &SignedIn,
    it: &PulledOpinion,
    turn: PrintTurn<OpinionPaper>,
    here: &str,
) -> Result<Response, Response> {
    let opinion = case::read(&it.row).ok_or_else(|| printing::failed(signed_in, &back(here)))?;
    let paper = OpinionPaper::Form {
        opinion: Box::new(opinion),
        number: u32::try_from(it.row.number).unwrap_or(u32::MAX),
        document_no: it.receipt.receipt_no.clone(),
        outlet: signed_in.outlet(),
    };
    let name = format!("opinion-{}-form.pdf", it.receipt.receipt_no);
    printing::print(signed_in, turn, paper, &name, &back(here)).await
}

/// GET `/insurer/opinions/{id}/request.pdf`.
pub(super) async fn request(
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let id = id_of(&signed_in, &id)?;
    let here = page_of(id);
    let turn = printing::turn(&signed_in, desk(&signed_in), &back(&here)).await?;
    let request = opinions::print_request(signed_in.platform(), &signed_in.context(), id).await;
    let request = request.map_err(|error| refused(&signed_in, error, &here))?;
    let paper = RequestPaper::of(&request, signed_in.outlet());
    let name = format!("opinion-request-{}.pdf", request.reference);
    let paper = OpinionPaper::Request(Box::new(paper));
    printing::print(&signed_in, turn, paper, &name, &back(&here)).await
}

/// Whether a file of what can be written is wanted although something cannot.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    rest: String,
}

/// GET `/insurer/opinions.csv`: everything that waits, in the order in which it came.
pub(super) async fn all_waiting(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Response> {
    own(&signed_in)?;
    let mut all = Vec::new();
    let mut after = 0;
    loop {
        let (platform, context) = (signed_in.platform(), signed_in.context());
        let pulled = opinions::pull(platform, &context, after, PULL_MOST).await;
        let pulled = pulled.map_err(|error| refused(&signed_in, error, super::HERE))?;
        if pulled.opinions.is_empty() {
            break;
        }
        after = pulled.next;
        all.extend(pulled.opinions);
    }
    let lines = lines(&signed_in, &all);
    if wanted.rest != "yes"
        && let Some(page) = lines.page(&signed_in, true)
    {
        return Ok(signed_in.page(StatusCode::OK, &page));
    }
    let day = signed_in.platform().today().strftime("%Y%m%d");
    let name = format!("opinions-{day}.csv");
    Ok(download::answer(&name, "text/csv", lines.csv))
}

/// Opinions as lines of a file, and those that the layout cannot carry whole.
struct Lines {
    csv: Vec<u8>,
    /// Receipt, address of the request, and why.
    unwritten: Vec<(Link, Vec<String>)>,
    written: usize,
}

fn lines(signed_in: &SignedIn, all: &[PulledOpinion]) -> Lines {
    let mut lines = Lines {
        csv: Vec::new(),
        unwritten: Vec::new(),
        written: 0,
    };
    for it in all {
        let opinion = case::read(&it.row);
        let written = opinion.map(|it| csv(&it, signed_in.platform().now()));
        match written {
            Some(Ok(line)) => {
                lines.csv.extend(line);
                lines.written += 1;
            }
            Some(Err(reasons)) => lines.unwritten.push((link(it), reasons)),
            None => {
                let reason = "意見書の様式の版が一覧にありません".to_owned();
                lines.unwritten.push((link(it), vec![reason]));
            }
        }
    }
    lines
}

fn link(it: &PulledOpinion) -> Link {
    let here = page_of((it.row.insurer_no, it.row.case_id));
    Link::new(here, it.receipt.receipt_no.clone())
}

fn csv(opinion: &Opinion, at: Timestamp) -> Result<Vec<u8>, Vec<String>> {
    let at = at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
    write_csv(std::slice::from_ref(opinion), SOFTWARE, at.datetime())
        .map_err(|all| all.into_iter().map(|it| it.reason).collect())
}

impl Lines {
    fn page(&self, signed_in: &SignedIn, many: bool) -> Option<UnwrittenPage> {
        let rest = many && self.written > 0;
        (!self.unwritten.is_empty()).then(|| UnwrittenPage {
            frame: frame(signed_in),
            notice: Notice::new(
                NoticeKind::Warning,
                format!(
                    "{}件の意見書は、医見書CSVにできません",
                    self.unwritten.len()
                ),
                "医見書CSV（1.2）にない項目や文字があり、書き出すと内容が欠けます。様式（PDF）かJSONを使ってください。",
            ),
            lines: self.unwritten.clone(),
            rest: rest.then(|| {
                let label = format!("残りの{}件をダウンロードする（医見書CSV）", self.written);
                Link::new("/insurer/opinions.csv?rest=yes", label)
            }),
        })
    }
}
