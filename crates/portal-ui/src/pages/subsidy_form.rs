//! An application for a subsidy, step by step (M07, M08), and what became of it (M09).

use super::{
    sample_frame, sample_member,
    subsidy::{MadeError, WorkedOut},
};
use crate::{
    ApplicationStep, Chip, ChipColor, Choice, ChoiceField, Link, Notice, NoticeKind, PortalFrame,
    TextField,
};
use askama::Template;

fn member_frame() -> PortalFrame {
    sample_frame()
        .with_member(sample_member())
        .at("/mypage/applications")
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A short text; `true`: digits.
    Text(TextField, bool),
    /// A longer one.
    Long(TextField),
    /// One of a few.
    Radio(ChoiceField),
    /// Any of several.
    Check(ChoiceField),
}

/// A field of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its name, and its identifier.
    pub id: String,
    /// Its words.
    pub label: String,
    /// What helps; may be empty.
    pub help: String,
    /// When it is wanted, in a word or two; empty: always.
    pub when: &'static str,
    /// What is asked.
    pub ask: Ask,
}

impl Asked {
    /// The same field, wanted now and then only.
    #[must_use]
    pub fn wanted(mut self, when: &'static str) -> Self {
        self.when = when;
        self
    }

    fn error(&self) -> Option<MadeError> {
        let error = match &self.ask {
            Ask::Text(field, _) | Ask::Long(field) => &field.error,
            Ask::Radio(field) | Ask::Check(field) => &field.error,
        };
        error.as_ref().map(|message| MadeError {
            target: self.id.clone(),
            message: message.clone(),
        })
    }
}

/// Fields that belong together: of one cost, say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskedTogether {
    /// Their heading; empty when they need none.
    pub title: String,
    /// The fields.
    pub fields: Vec<Asked>,
    /// The number of the cost whose files are taken here.
    pub line: Option<u32>,
    /// Its files: identifier, name and what it is.
    pub files: Vec<(String, String)>,
    /// What is wrong with its files.
    pub file_error: Option<String>,
}

impl AskedTogether {
    pub(super) fn errors(&self) -> impl Iterator<Item = MadeError> {
        let of_files = self.line.zip(self.file_error.as_ref());
        let of_files = of_files.map(|(line, message)| MadeError {
            target: format!("file-{line}"),
            message: message.clone(),
        });
        self.fields.iter().filter_map(Asked::error).chain(of_files)
    }
}

/// A step of an application; posts to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "subsidy_step.html")]
pub struct SubsidyStepPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The procedure.
    pub title: String,
    /// The steps, and at which one it is, from 1.
    pub steps: Vec<String>,
    /// See [`Self::steps`].
    pub now: usize,
    /// What happened before.
    pub notices: Vec<Notice>,
    /// Its own address.
    pub action: String,
    /// The version that was seen.
    pub seen: String,
    /// What is asked.
    pub groups: Vec<AskedTogether>,
    /// Whether costs can be added and files are taken.
    pub costs: bool,
    /// What it comes to so far.
    pub estimate: Option<WorkedOut>,
    /// The step before.
    pub back: Link,
}

impl SubsidyStepPage {
    /// What is wrong, in the order of the page.
    pub fn errors(&self) -> Vec<MadeError> {
        self.groups.iter().flat_map(AskedTogether::errors).collect()
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let field = |id: &str, ask| Asked {
            id: id.into(),
            label: "経費1の金額".into(),
            help: String::new(),
            when: "",
            ask,
        };
        let choices = || ChoiceField::of(vec![Choice::new("included", "税込", "").chosen()]);
        let page = Self {
            frame: member_frame(),
            title: "助成金の申請（介護事業所等）".into(),
            steps: ["区分", "内容", "口座", "確認", "完了"]
                .map(str::to_owned)
                .into(),
            now: 2,
            notices: vec![Notice::new(NoticeKind::Success, "保存しました", "")],
            action: "/apply/subsidy/care/K7QM3XPA/costs".into(),
            seen: "1".into(),
            groups: vec![AskedTogether {
                title: "経費1".into(),
                fields: vec![
                    field("line.1.amount", Ask::Text(TextField::of("1,000"), true)),
                    field("line.1.serials", Ask::Long(TextField::of("A1"))),
                    field("line.1.tax", Ask::Radio(choices())),
                    field("kinds", Ask::Check(choices())),
                ],
                line: Some(1),
                files: vec![("f1".into(), "領収書.pdf（PDF・12KB）".into())],
                file_error: None,
            }],
            costs: true,
            estimate: None,
            back: Link::new("/apply/subsidy/care/K7QM3XPA/kinds", "前の画面へ戻る"),
        };
        let mut wrong = page.clone();
        wrong.groups[0].fields[0].ask =
            Ask::Text(TextField::of("0").with_error("経費1の金額は…"), true);
        wrong.groups[0].file_error = Some("ファイルを添付してください".into());
        vec![("saved", page), ("wrong", wrong)]
    }
}

/// Facts below a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactGroup {
    /// The heading.
    pub title: String,
    /// Where they are mended.
    pub edit: Option<Link>,
    /// Term and text.
    pub facts: Vec<(String, String)>,
}

/// 確認 of an application; posts to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "subsidy_confirm.html")]
pub struct SubsidyConfirmPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The procedure.
    pub title: String,
    /// The steps.
    pub steps: Vec<String>,
    /// What keeps it from being submitted.
    pub notice: Option<Notice>,
    /// What is wrong: where it is mended, and the words.
    pub wrong: Vec<Link>,
    /// What was typed.
    pub groups: Vec<FactGroup>,
    /// What it comes to.
    pub estimate: Option<WorkedOut>,
    /// Its own address; nothing when it cannot be submitted now.
    pub action: Option<String>,
    /// The version that was seen.
    pub seen: String,
    /// The step before.
    pub back: Link,
}

impl SubsidyConfirmPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let edit = Link::new("/apply/subsidy/care/K7QM3XPA/account", "口座を修正する");
        let ready = Self {
            frame: member_frame(),
            title: "助成金の申請（介護事業所等）".into(),
            steps: ["区分", "内容", "口座", "確認", "完了"]
                .map(str::to_owned)
                .into(),
            notice: None,
            wrong: Vec::new(),
            groups: vec![FactGroup {
                title: "口座".into(),
                edit: Some(edit.clone()),
                facts: vec![("口座名義（カナ）".into(), "ｶ)ﾐﾎﾝ".into())],
            }],
            estimate: None,
            action: Some("/apply/subsidy/care/K7QM3XPA/confirm".into()),
            seen: "1".into(),
            back: edit.clone(),
        };
        let wrong = Self {
            wrong: vec![edit],
            action: None,
            notice: Some(Notice::new(NoticeKind::Warning, "まだ提出できません", "")),
            ..ready.clone()
        };
        vec![("ready", ready), ("wrong", wrong)]
    }
}

/// An application with what became of it.
#[derive(Debug, Clone, Template)]
#[template(path = "my_subsidy.html")]
pub struct MySubsidyPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The procedure.
    pub title: String,
    /// Its number as people read it.
    pub shown: String,
    /// What is to be done or known first.
    pub notice: Option<Notice>,
    /// How it stands.
    pub chip: Chip,
    /// What is said of it, section by section.
    pub groups: Vec<FactGroup>,
    /// What it comes to.
    pub claim: Option<WorkedOut>,
    /// The evidence.
    pub files: Vec<Link>,
    /// Its history.
    pub history: Vec<ApplicationStep>,
    /// Its letter and its copy, as PDF.
    pub papers: Vec<Link>,
    /// Where it is gone on with.
    pub go_on: Option<Link>,
    /// Where it is withdrawn.
    pub withdraw: Option<String>,
}

impl MySubsidyPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: member_frame(),
            title: "助成金の申請（介護事業所等）".into(),
            shown: "K7QM-3XPA".into(),
            notice: Some(Notice::new(NoticeKind::Warning, "直すところがあります", "")),
            chip: Chip::new("差戻し", ChipColor::Orange),
            groups: vec![FactGroup {
                title: "申請".into(),
                edit: None,
                facts: vec![("事業所".into(), "見本".into())],
            }],
            claim: None,
            files: vec![Link::new("/x", "領収書.pdf")],
            history: vec![ApplicationStep {
                at: "令和7年12月1日 10時00分".into(),
                step: "提出".into(),
                actor: "見本 担当".into(),
                note: Vec::new(),
            }],
            papers: vec![Link::new("/x", "申請書の控えをダウンロードする（PDF）")],
            go_on: Some(Link::new("/x", "申請を修正する")),
            withdraw: Some("/x".into()),
        };
        vec![("returned", page)]
    }
}
