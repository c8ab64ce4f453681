//! From a question to the answers, person by person.

use std::{borrow::Cow, collections::HashMap};

use axum::response::Response;
use kiban_access::{Part, PersonKey};
use kiban_domain::InsurerNumber;
use kiban_services::{
    persons::{MANY, ManyQuestion, Question, read_many},
    rate::{Exhausted, Limit, reserve},
};
use kiban_ui::MessageKind;

use super::{
    asked::{AnswerForm, Asked, Whom},
    standing::{SOON_DAYS, Standing},
};
use crate::{
    answer::{Message, retry_after},
    persons::listed,
    visit::SignedIn,
    words,
};

/// What is looked at.
const PARTS: [Part; 4] = [
    Part::Insured,
    Part::InsuredCard,
    Part::CostShare,
    Part::BenefitRestriction,
];
/// Questions of one office: the largest office asks once a month, and a few times more while it mends its list.
const PER_OFFICE: Limit = Limit {
    attempts: 60,
    seconds: 600,
};

/// One person asked about, with the answer.
pub(super) struct Answer {
    /// Line of the list.
    pub(super) line: Option<u64>,
    pub(super) person: PersonKey,
    /// The office's own name.
    pub(super) own_name: String,
    pub(super) insurer: String,
    pub(super) standing: Standing,
}

/// Reads everybody asked about, in their order; when this returns, all records are on disk.
pub(super) async fn all(signed_in: &SignedIn, asked: &Asked) -> Result<Vec<Answer>, Response> {
    let storage = |error| signed_in.storage(&error);
    let office_no = signed_in.visit.office_no;
    let bucket = format!("search-batch:{}", office_no.as_str());
    let reserved = reserve(signed_in.platform(), vec![(bucket, PER_OFFICE)]).await;
    if let Err(exhausted) = reserved.map_err(storage)? {
        return Err(too_many(signed_in, exhausted));
    }
    let whom = persons(signed_in, asked).await?;
    let purpose = match asked.form {
        AnswerForm::Page => "search_batch",
        AnswerForm::Utf8 | AnswerForm::Ms932 => "search_batch_csv",
    };
    let question = ManyQuestion {
        each: Question {
            on: Some(asked.on),
            only: PARTS.to_vec(),
            purpose: Some(Cow::Borrowed(purpose)),
            ..Question::default()
        },
        changes: true,
    };
    let mut names = HashMap::new();
    let mut answers = Vec::with_capacity(whom.len());
    for some in whom.chunks(MANY) {
        let keys: Vec<PersonKey> = some.iter().map(|it| it.person.clone()).collect();
        let read = read_many(signed_in.platform(), &signed_in.context, &keys, &question).await;
        for (it, read) in some.iter().zip(read.map_err(storage)?) {
            let insurer_no = it.person.insurer_no;
            let standing = Standing::of(read, &it.listed, asked.on).map_err(|error| {
                // The message of the parser can quote a value; its place is enough to find the record.
                let request_id = signed_in.visit.request_id.as_str();
                let (line, column) = (error.line(), error.column());
                tracing::error!(
                    line,
                    column,
                    request_id,
                    "a person's record has another shape"
                );
                signed_in.say(Message::new(MessageKind::Failure, ""))
            })?;
            let insurer = match standing {
                // The name of an insurer is no secret, but nobody's line has one.
                Standing::Nobody => String::new(),
                _ => insurer_name(signed_in, &mut names, insurer_no).await?,
            };
            answers.push(Answer {
                line: it.line,
                person: it.person.clone(),
                own_name: it.own_name.clone(),
                insurer,
                standing,
            });
        }
    }
    Ok(answers)
}

/// A person to ask about.
struct Wanted {
    line: Option<u64>,
    person: PersonKey,
    own_name: String,
    /// The name in the list of the office's persons; empty for persons of a file.
    listed: String,
}

async fn persons(signed_in: &SignedIn, asked: &Asked) -> Result<Vec<Wanted>, Response> {
    let soon = match &asked.whom {
        Whom::List { list, .. } => {
            let wanted = list.entries.iter().map(|entry| Wanted {
                line: Some(entry.line),
                person: PersonKey {
                    insurer_no: entry.insurer_no,
                    insured_no: entry.insured_no,
                },
                own_name: entry.name.clone(),
                listed: String::new(),
            });
            return Ok(wanted.collect());
        }
        Whom::All { soon } => *soon,
    };
    let today = signed_in.platform().today();
    let persons = listed::current(listed::all(signed_in).await?, today);
    let wanted = persons.into_iter().filter(|person| {
        let until = person.row.certified_until;
        let days = until.map(|until| words::days_between(asked.on, until));
        !soon || days.is_some_and(|days| days <= SOON_DAYS)
    });
    let wanted = wanted.map(|person| Wanted {
        line: None,
        person: person.row.relation.person,
        own_name: String::new(),
        listed: if person.row.shared {
            person.row.name
        } else {
            String::new()
        },
    });
    Ok(wanted.collect())
}

async fn insurer_name(
    signed_in: &SignedIn,
    names: &mut HashMap<InsurerNumber, String>,
    insurer_no: InsurerNumber,
) -> Result<String, Response> {
    if let Some(name) = names.get(&insurer_no) {
        return Ok(name.clone());
    }
    let name = words::insurer_name(signed_in.platform(), &insurer_no).await;
    let name = name.map_err(|error| signed_in.storage(&error))?;
    names.insert(insurer_no, name.clone());
    Ok(name)
}

fn too_many(signed_in: &SignedIn, exhausted: Exhausted) -> Response {
    let message = Message::new(
        MessageKind::Unavailable,
        "この事業所の一括照会が続いたため、しばらく受け付けません。10分ほどしてからお試しください。",
    );
    let mut response = signed_in.say(message.next("/care/persons", "利用者一覧へ戻る"));
    *response.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
    retry_after(response, exhausted.retry_after)
}
