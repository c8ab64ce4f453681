//! 書類 (C10): the files that an office keeps about a person, and those that others share with it.

pub(crate) mod add;
pub(crate) mod change;
pub(crate) mod file;
pub(crate) mod share;

use axum::{extract::Query, response::Response};
use kiban_access::{DocumentRefusal, Refusal};
use kiban_domain::FileName;
use kiban_services::documents::{self, DocumentError, OwnDocument, Received};
use kiban_store::repo::documents::DocumentRow;
use kiban_ui::{
    DocumentFacts, DocumentLine, DocumentsPage, Link, MenuItem, MessageKind, Notice, NoticeKind,
    ReceivedLine, Section, ShareLine, Withheld, WithheldReason,
};
use serde::Deserialize;
use uuid::Uuid;

use super::dossier::{About, reason};
use crate::{
    answer::{Message, page},
    persons::listed,
    words,
};

/// What the record of the person's name on these pages says.
const PURPOSE: &str = "view_documents";

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    done: String,
}

/// GET `…/documents`.
pub(crate) async fn show(about: About, Query(asked): Query<Asked>) -> Result<Response, Response> {
    let signed_in = &about.signed_in;
    let listed = documents::list(signed_in.platform(), &signed_in.context, &about.key).await;
    let listed = listed.map_err(|error| about.failed(error))?;
    let person = about.head(PURPOSE).await?;
    let sharing = DocumentRefusal::Refused(Refusal::InsurerNotSharing);
    let may_add = listed.received.as_ref().err() != Some(&sharing);
    let own: Vec<DocumentLine> = listed.own.iter().map(own_line).collect();
    Ok(page(&DocumentsPage {
        frame: signed_in.frame(Some(MenuItem::Persons)),
        notice: notice(&asked.done),
        may_add,
        may_share: listed.received.is_ok(),
        own: if own.is_empty() {
            Section::Absent("この事業所が登録した書類はまだありません。".to_owned())
        } else {
            Section::Shown(own)
        },
        received: received(&listed.received, &person.path()),
        person,
    }))
}

fn received(
    received: &Result<Vec<Received>, DocumentRefusal>,
    path: &str,
) -> Section<Vec<ReceivedLine>> {
    match received {
        Ok(received) if received.is_empty() => {
            Section::Absent("ほかの事業所から共有されている書類はありません。".to_owned())
        }
        Ok(received) => Section::Shown(received.iter().map(received_line).collect()),
        Err(DocumentRefusal::Refused(Refusal::InsurerNotSharing)) => {
            Section::Withheld(Withheld::new(WithheldReason::NotShared))
        }
        Err(DocumentRefusal::Refused(_)) => {
            Section::Withheld(Withheld::new(WithheldReason::NotForThisRole))
        }
        Err(DocumentRefusal::Withheld(why)) => {
            let mut withheld = Withheld::new(reason(*why));
            if withheld.reason == WithheldReason::NoConsent {
                let href = format!("{path}/consents");
                withheld.link = Some(Link::new(href, "同意の記録を開く"));
            }
            Section::Withheld(withheld)
        }
    }
}

fn notice(done: &str) -> Option<Notice> {
    let (title, body) = match done {
        "added" => (
            "書類を登録しました",
            "ほかの事業所にはまだ見えません。見せるときは「共有する」を押してください。",
        ),
        "before" => (
            "この書類は登録済みです",
            "同じ画面から2回送られたため、1件だけを登録しました。",
        ),
        "shared" => (
            "書類を共有しました",
            "共有したことは、ご本人にもお知らせします。",
        ),
        "ended" => (
            "共有を取り消しました",
            "相手の事業所は、この書類を開けなくなりました。",
        ),
        "removed" => (
            "書類を削除しました",
            "どの事業所も、この書類を開けなくなりました。登録と削除の記録は残ります。",
        ),
        _ => return None,
    };
    Some(Notice::new(NoticeKind::Success, title, body))
}

fn own_line(it: &OwnDocument) -> DocumentLine {
    DocumentLine {
        facts: facts(&it.row),
        added: moment(it.row.added_at),
        added_by: it.added_by.clone(),
        shares: it
            .shares
            .iter()
            .map(|share| ShareLine {
                id: share.row.share_id.to_string(),
                office: share.office.clone(),
                since: moment(share.row.shared_at),
                ended: share.row.ended_at.map(moment),
            })
            .collect(),
        removed: it.row.removed_at.map(moment),
    }
}

fn received_line(it: &Received) -> ReceivedLine {
    ReceivedLine {
        facts: facts(&it.row),
        from: it.from.clone(),
        since: moment(it.shared_at),
    }
}

/// What pages say of a file.
fn facts(row: &DocumentRow) -> DocumentFacts {
    let (kind, size) = (row.file_kind.label(), size(row.size_bytes));
    DocumentFacts {
        id: row.document_id.to_string(),
        title: row.title.clone(),
        kind: row.kind.label().to_owned(),
        about: words::date(row.about_on),
        file: format!("{}（{kind}、{size}）", row.file_name),
    }
}

fn moment(at: kiban_domain::Timestamp) -> String {
    let (day, time) = words::day_and_time(at);
    format!("{day} {time}")
}

/// 「1.2MB」, 「340KB」; never 0.
fn size(bytes: i64) -> String {
    const MB: u64 = 1 << 20;
    let bytes = u64::try_from(bytes).unwrap_or_default();
    if bytes < MB {
        return format!("{}KB", bytes.div_ceil(1_024).max(1));
    }
    let tenths = (bytes * 10).div_ceil(MB);
    format!("{}.{}MB", tenths / 10, tenths % 10)
}

/// The name of a sent file in a sentence; what nobody could read as a name is called so.
fn sent_name(name: &str) -> String {
    FileName::of(name).as_str().to_owned()
}

impl About {
    /// The address of the list.
    fn documents(&self) -> String {
        format!("{}/documents", listed::path(&self.key))
    }

    fn failed(&self, error: DocumentError) -> Response {
        match error {
            DocumentError::NotFound => self.no_document(),
            DocumentError::Refused(refusal) => self.signed_in.refused(refusal),
            DocumentError::Storage(error) => self.signed_in.storage(&error),
        }
    }

    fn no_document(&self) -> Response {
        let detail = "この書類はないか、削除されたか、共有が取り消されています。";
        let message = Message::new(MessageKind::NotFound, detail);
        self.signed_in
            .say(message.next(&self.documents(), "書類の一覧へ戻る"))
    }

    /// The document that an address names.
    #[expect(
        clippy::result_large_err,
        reason = "the answer itself, as in the handlers"
    )]
    fn document_id(&self, text: &str) -> Result<Uuid, Response> {
        text.parse().map_err(|_| self.no_document())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_are_rounded_up() {
        for (bytes, said) in [
            (1, "1KB"),
            (1_025, "2KB"),
            ((1 << 20) - 1, "1024KB"),
            (1 << 20, "1.0MB"),
            (1_258_292, "1.3MB"),
            (10 << 20, "10.0MB"),
        ] {
            assert_eq!(super::size(bytes), said);
        }
    }
}
