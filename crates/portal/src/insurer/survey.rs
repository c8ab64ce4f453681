//! The questionnaire as a municipality answers it (P-3): drafted, submitted, changed until the round ends.

use super::{frame, nowhere, own};
use crate::{
    member::{PostedIn, SignedIn},
    public::words,
};
use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_domain::{
    AnswerFault, FiscalYear, Municipality, PopulationClass, Question, QuestionKind, SurveyAnswers,
};
use kiban_portal_ui::{
    AnswerField, Choice, ChoiceField, Notice, NoticeKind, QUESTION_IDS, QuestionField, StalePage,
    SurveyFormPage, TextField,
};
use kiban_services::surveys::{self, Given, Round, RoundState, SaveError, Saving};
use kiban_web_kit::Fields;

/// What a form is about.
struct About {
    it: &'static Municipality,
    round: Round,
}

impl About {
    async fn of(signed_in: &SignedIn, number: &str, code: &str) -> Result<Self, Response> {
        let it = own(signed_in, code).await?;
        let number = number.parse().map_err(|_| nowhere(signed_in))?;
        let round = surveys::find(signed_in.platform(), number).await;
        let round = round.map_err(|error| signed_in.failed(&error))?;
        let round = round.ok_or_else(|| nowhere(signed_in))?;
        Ok(Self { it, round })
    }

    fn action(&self) -> String {
        let number = self.round.row.round_no;
        format!("/insurer/surveys/{number}/{}", self.it.code.as_str())
    }

    /// The questions that this municipality is asked, each with the name of its field.
    fn asked(&self) -> impl Iterator<Item = (&'static str, &Question)> {
        let known = PopulationClass::of_kind(self.it.kind).is_some();
        let all = QUESTION_IDS
            .into_iter()
            .zip(self.round.questions.questions());
        all.filter(move |(_, it)| !known || it.kind != QuestionKind::Class)
    }

    async fn given(&self, signed_in: &SignedIn) -> Result<Given, Response> {
        let number = self.round.row.round_no;
        let given = surveys::find_answer(signed_in.platform(), number, &self.it.code).await;
        given.map_err(|error| signed_in.failed(&error))
    }
}

/// GET `/insurer/surveys/{number}/{code}`.
pub(super) async fn form(
    signed_in: SignedIn,
    Path((number, code)): Path<(String, String)>,
) -> Response {
    let about = match About::of(&signed_in, &number, &code).await {
        Ok(about) => about,
        Err(response) => return response,
    };
    match about.given(&signed_in).await {
        Ok(given) => {
            let page = page(&signed_in, &about, &given, &given.newest);
            signed_in.page(StatusCode::OK, &page)
        }
        Err(response) => response,
    }
}

fn page(
    signed_in: &SignedIn,
    about: &About,
    given: &Given,
    answers: &SurveyAnswers,
) -> SurveyFormPage {
    let row = &about.round.row;
    let wareki = |day| words::date(day).wareki;
    let mut facts = vec![
        ("回答の基準日".to_owned(), wareki(row.record_day)),
        ("回答の期限".to_owned(), wareki(row.closes_on)),
        (
            "提出した回答".to_owned(),
            given.submitted.as_ref().map_or_else(
                || "まだありません".to_owned(),
                |(_, at)| format!("{}に提出しました", wareki(words::day_of(*at))),
            ),
        ),
    ];
    if given.draft {
        facts.push((
            "一時保存".to_owned(),
            "提出していない内容があります".to_owned(),
        ));
    }
    SurveyFormPage {
        frame: frame(signed_in),
        notice: None,
        action: about.action(),
        seen: given.version.to_string(),
        title: row.title.clone(),
        name: about.it.name.to_owned(),
        facts,
        questions: about
            .asked()
            .map(|(id, question)| QuestionField {
                id,
                label: question.label.clone(),
                required: question.required,
                answer: field(question, answers.get(&question.key)),
            })
            .collect(),
        open: about.round.state(signed_in.platform().today()) == RoundState::Open,
        back: "/insurer".to_owned(),
    }
}

fn field(question: &Question, value: &str) -> AnswerField {
    let choice = |code: &str, label: &str| Choice {
        chosen: code == value,
        ..Choice::new(code, label, "")
    };
    match &question.kind {
        QuestionKind::Class => {
            // Whoever is asked is neither a designated city nor a ward.
            let all = PopulationClass::ALL.iter();
            let asked = all.filter(|it| **it != PopulationClass::DesignatedOrWard);
            AnswerField::Choices(ChoiceField::of(
                asked.map(|it| choice(it.code(), it.label())).collect(),
            ))
        }
        QuestionKind::Choice(choices) => AnswerField::Choices(ChoiceField::of(
            choices
                .iter()
                .map(|(code, words)| choice(code, words))
                .collect(),
        )),
        QuestionKind::Year(from, to) => {
            let mut years = vec![choice("", "選択してください")];
            years.extend((*from..=*to).filter_map(|year| {
                let label = FiscalYear::beginning_in(year)?.to_string();
                Some(choice(&format!("FY{year}"), &label))
            }));
            years.push(choice("undecided", "未定"));
            AnswerField::List(ChoiceField::of(years))
        }
        QuestionKind::Text => AnswerField::Words(TextField::of(value)),
    }
}

/// POST `/insurer/surveys/{number}/{code}`: kept as a draft or submitted.
pub(super) async fn submit(
    Path((number, code)): Path<(String, String)>,
    posted: PostedIn,
) -> Response {
    let PostedIn { signed_in, fields } = posted;
    let about = match About::of(&signed_in, &number, &code).await {
        Ok(about) => about,
        Err(response) => return response,
    };
    if !matches!(fields.get("go"), "submit" | "save" | "draft" | "mend") {
        return signed_in.unknown_act();
    }
    let answers = read(&about, &fields);
    let submit = fields.get("go") == "submit";
    let saving = Saving {
        round_no: about.round.row.round_no,
        municipality: about.it.code,
        answers: answers.clone(),
        submit,
        seen: fields.get("seen").parse().unwrap_or(0),
    };
    let saved = if fields.get("go") == "mend" {
        Ok(false)
    } else {
        let context = signed_in.context();
        let saved = surveys::save(signed_in.platform(), &context, saving);
        saved.await.map(|()| true)
    };
    let given = match about.given(&signed_in).await {
        Ok(given) => given,
        Err(response) => return response,
    };
    let mut page = page(&signed_in, &about, &given, &answers);
    let status = match saved {
        Ok(false) => StatusCode::OK,
        Ok(true) => {
            page.notice = Some(told(submit));
            StatusCode::OK
        }
        Err(SaveError::Stale) if given.newest == answers && given.draft != submit => {
            // The same form sent twice: it stands as it was meant to.
            page.notice = Some(told(submit));
            StatusCode::OK
        }
        Err(SaveError::Stale) => return stale(&signed_in, &about, &given, &answers),
        Err(SaveError::Faults(faults)) => {
            fields.get("seen").clone_into(&mut page.seen);
            mark(&mut page, &about, &faults);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(SaveError::NotOpen(_)) => {
            page.notice = Some(Notice::new(
                NoticeKind::Warning,
                "この調査の回答は受け付けていません",
                "回答の期間を確かめてください。",
            ));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(SaveError::NotFound) => return nowhere(&signed_in),
        Err(SaveError::Storage(error)) => return signed_in.failed(&error),
    };
    signed_in.page(status, &page)
}

fn told(submit: bool) -> Notice {
    if submit {
        Notice::new(
            NoticeKind::Success,
            "回答を提出しました",
            "期限までは、直して提出し直せます。",
        )
    } else {
        Notice::new(
            NoticeKind::Success,
            "一時保存しました",
            "提出するまで、回答には数えません。",
        )
    }
}

fn read(about: &About, fields: &Fields) -> SurveyAnswers {
    SurveyAnswers::of(about.asked().map(|(id, question)| {
        let value = fields.get(id).replace("\r\n", "\n");
        (question.key.clone(), value)
    }))
}

fn mark(page: &mut SurveyFormPage, about: &About, faults: &[(String, AnswerFault)]) {
    for (field, (_, question)) in page.questions.iter_mut().zip(about.asked()) {
        let Some((_, fault)) = faults.iter().find(|(key, _)| *key == question.key) else {
            continue;
        };
        let label = &question.label;
        let message = match (fault, &question.kind) {
            (AnswerFault::Missing, QuestionKind::Text) => format!("{label}を入力してください"),
            (AnswerFault::Missing | AnswerFault::NotOffered, _) => {
                format!("{label}を選択してください")
            }
            (AnswerFault::Words, _) => format!("{label}は、1,000文字以内で入力してください"),
        };
        field.answer =
            match std::mem::replace(&mut field.answer, AnswerField::Words(TextField::default())) {
                AnswerField::Choices(it) => AnswerField::Choices(it.with_error(message)),
                AnswerField::List(it) => AnswerField::List(it.with_error(message)),
                AnswerField::Words(it) => AnswerField::Words(it.with_error(message)),
            };
    }
}

fn stale(signed_in: &SignedIn, about: &About, given: &Given, answers: &SurveyAnswers) -> Response {
    let shown = |question: &Question, value: &str| match field(question, value) {
        AnswerField::Choices(it) | AnswerField::List(it) => {
            let chosen = it
                .choices
                .into_iter()
                .find(|it| it.chosen && !it.value.is_empty());
            chosen.map_or_else(|| "回答なし".to_owned(), |it| it.label)
        }
        AnswerField::Words(_) if value.is_empty() => "回答なし".to_owned(),
        AnswerField::Words(it) => it.value,
    };
    let mut fields = vec![("seen".to_owned(), given.version.to_string())];
    let mut lines = Vec::new();
    for (id, question) in about.asked() {
        let (theirs, own) = (given.newest.get(&question.key), answers.get(&question.key));
        fields.push((id.to_owned(), own.to_owned()));
        if theirs != own {
            lines.push((
                question.label.clone(),
                shown(question, theirs),
                shown(question, own),
            ));
        }
    }
    let page = StalePage {
        frame: frame(signed_in),
        action: about.action(),
        what: format!("{}（{}）", about.round.row.title, about.it.name),
        lines,
        fields,
        back: about.action(),
    };
    signed_in.page(StatusCode::CONFLICT, &page)
}
