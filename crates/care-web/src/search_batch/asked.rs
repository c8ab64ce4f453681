//! What a form asks.

use kiban_domain::{Date, read_date};
use kiban_exchange::person_list::{self, PersonList, Unreadable};
use kiban_ui::TextField;

use crate::{person::history, upload::UploadedList};

/// A question that can be answered.
pub(super) struct Asked {
    /// The day.
    pub(super) on: Date,
    /// The day as it was typed.
    pub(super) on_typed: String,
    /// Whom.
    pub(super) whom: Whom,
    /// How the answer shall come.
    pub(super) form: AnswerForm,
}

/// Whom a question is about.
pub(super) enum Whom {
    /// The office's persons; `soon` only those whose certification ends within 60 days.
    All { soon: bool },
    /// Those of a list.
    List {
        /// Its rows.
        list: PersonList,
        /// The list as text.
        text: String,
        /// Its name.
        file_name: String,
    },
}

/// How an answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerForm {
    Page,
    Utf8,
    Ms932,
}

/// The form with what is wrong in it.
pub(super) struct Rejected {
    pub(super) on: TextField,
    pub(super) soon: bool,
    pub(super) file_error: Option<String>,
}

impl Asked {
    /// Reads the form; what is not understood comes back with a sentence beside its field.
    pub(super) fn of(uploaded: UploadedList, today: Date) -> Result<Self, Rejected> {
        let form = &uploaded.form;
        let typed = form.get("on").to_owned();
        let soon = !form.get("soon").is_empty();
        let mut on = TextField::of(typed.clone());
        let day = match read_date(&typed) {
            Ok(read) => match read.hint {
                None => Some(read.date),
                Some(hint) => {
                    on.error = Some(format!("調べる日は、{}と入力してください", hint.meant));
                    None
                }
            },
            Err(error) => {
                on.error = Some(history::complaint("調べる日", error));
                None
            }
        };
        // Further ahead nothing is known that could be relied on.
        let day = day.filter(|day| {
            let near = today
                .checked_add(jiff::Span::new().years(1))
                .is_ok_and(|limit| *day <= limit);
            if !near {
                on.error = Some("調べる日は、今日から1年後までの日付を入力してください".to_owned());
            }
            near
        });
        let as_typed = form.get("as").to_owned();
        let whom = if form.get("go") == "all" {
            Ok(Whom::All { soon })
        } else {
            listed(uploaded)
        };
        match (day, whom) {
            (Some(on), Ok(whom)) => Ok(Self {
                on,
                on_typed: typed,
                whom,
                form: match as_typed.as_str() {
                    "utf-8" => AnswerForm::Utf8,
                    "ms932" => AnswerForm::Ms932,
                    _ => AnswerForm::Page,
                },
            }),
            (_, whom) => Err(Rejected {
                on,
                soon,
                file_error: whom.err(),
            }),
        }
    }
}

/// The list that came as a file, or as text from the page of an earlier answer.
fn listed(uploaded: UploadedList) -> Result<Whom, String> {
    let text = uploaded.form.raw("text").to_owned();
    let (bytes, file_name) = match uploaded.file {
        Some(file) if file.too_large => return Err(Unreadable::TooLarge.message()),
        Some(file) => (file.bytes, file.name),
        None if !text.is_empty() => (text.into_bytes(), uploaded.form.get("file_name").to_owned()),
        None => return Err("利用者のファイル（CSV）を選択してください".to_owned()),
    };
    let list = person_list::read(&bytes).map_err(Unreadable::message)?;
    let (text, _) = person_list::decode(&bytes).map_err(Unreadable::message)?;
    Ok(Whom::List {
        list,
        text: text.into_owned(),
        file_name,
    })
}
