//! What the log is narrowed by.

use axum::response::Response;
use kiban_access::PersonKey;
use kiban_domain::{Date, InsuredNumber, read_date};
use kiban_services::access_log::{PERSONS_MAX, Question};
use kiban_ui::TextField;
use serde::Deserialize;
use uuid::Uuid;

use crate::{persons::listed, visit::SignedIn, words};

/// Rows a page may have.
const SIZES: [usize; 3] = [20, 50, 100];

/// The query of the log's addresses.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    person: String,
    pub(super) user: String,
    from: String,
    to: String,
    pub(super) before: String,
    size: String,
}

/// The query understood: what to look for, and the fields with what is wrong in them.
pub(crate) struct Read {
    pub(crate) question: Question,
    pub(super) named: TextField,
    pub(super) from: TextField,
    pub(super) to: TextField,
    pub(super) size: usize,
}

impl Read {
    /// Whether every field could be understood.
    pub(super) fn is_sound(&self) -> bool {
        [&self.named, &self.from, &self.to]
            .iter()
            .all(|field| field.error.is_none())
    }
}

impl Asked {
    /// Reads the query; `about` is the person of a person's tab, where nobody else can be asked for.
    pub(super) async fn read(
        &self,
        signed_in: &SignedIn,
        about: Option<&PersonKey>,
    ) -> Result<Read, Response> {
        let (from, first) = day(&self.from, "開始日");
        let (mut to, last) = day(&self.to, "終了日");
        if first.zip(last).is_some_and(|(first, last)| last < first) {
            to.error = Some("終了日は、開始日以後の日付を入力してください".to_owned());
        }
        let typed = self.person.trim();
        let mut named = TextField::of(typed);
        let persons = match about {
            Some(key) => Some(vec![key.clone()]),
            None if typed.is_empty() => None,
            None => {
                let found = named_so(signed_in, typed).await?;
                if found.len() > PERSONS_MAX {
                    named.error = Some(format!(
                        "利用者は、{PERSONS_MAX}人以内にしぼれるように、氏名をくわしく入力してください"
                    ));
                }
                Some(found)
            }
        };
        let user = self.user.trim();
        let size = self.size.parse().ok().filter(|size| SIZES.contains(size));
        Ok(Read {
            question: Question {
                persons,
                staff: (!user.is_empty()).then(|| user.to_owned()),
                from: first,
                to: last,
                before: self.before.parse::<Uuid>().ok(),
            },
            named,
            from,
            to,
            size: size.unwrap_or(SIZES[0]),
        })
    }

    /// Whether the list is narrowed by anything.
    pub(super) fn narrows(&self) -> bool {
        self.conditions()
            .iter()
            .any(|(_, value)| !value.trim().is_empty())
    }

    /// An address with these conditions, a size and a place; the place and the smallest size are left out.
    pub(super) fn address(&self, path: &str, size: usize, before: Option<Uuid>) -> String {
        let mut pairs: Vec<String> = self
            .conditions()
            .into_iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(name, value)| format!("{name}={}", words::encoded(value.trim())))
            .collect();
        if size != SIZES[0] {
            pairs.push(format!("size={size}"));
        }
        if let Some(before) = before {
            pairs.push(format!("before={}", before.as_simple()));
        }
        if pairs.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", pairs.join("&"))
        }
    }

    /// The sizes as links from the newest page on.
    pub(super) fn sizes(&self, path: &str, chosen: usize) -> Vec<kiban_ui::PageNumber> {
        let size = |size: usize| kiban_ui::PageNumber {
            label: size.to_string(),
            href: (size != chosen).then(|| self.address(path, size, None)),
        };
        SIZES.map(size).to_vec()
    }

    fn conditions(&self) -> [(&'static str, &str); 4] {
        [
            ("person", &self.person),
            ("user", &self.user),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }
}

fn day(typed: &str, label: &str) -> (TextField, Option<Date>) {
    let typed = typed.trim();
    let field = TextField::of(typed);
    if typed.is_empty() {
        return (field, None);
    }
    match read_date(typed) {
        Ok(read) => match read.hint {
            None => (field, Some(read.date)),
            Some(hint) => {
                let error = format!("{label}は、{}と入力してください", hint.meant);
                (field.with_error(error), None)
            }
        },
        Err(_) => {
            let error = format!("{label}は、実在する日付を入力してください（例：令和8年6月1日）");
            (field.with_error(error), None)
        }
    }
}

/// The office's persons, former ones among them, with this name or number.
async fn named_so(signed_in: &SignedIn, typed: &str) -> Result<Vec<PersonKey>, Response> {
    let number = InsuredNumber::from_typed(typed).ok();
    let mut keys: Vec<PersonKey> = Vec::new();
    for row in listed::all(signed_in).await? {
        let key = row.relation.person;
        let found = number == Some(key.insured_no)
            || (number.is_none() && listed::named(typed, &row.name, &row.name_kana));
        if found && !keys.contains(&key) {
            keys.push(key);
        }
    }
    Ok(keys)
}
