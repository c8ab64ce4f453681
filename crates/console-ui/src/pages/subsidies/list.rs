use super::{Grid, GridCell};
use crate::{Chip, ChipColor, Choice, ChoiceField, ConsoleFrame, Link, Pager, pages::sample_frame};
use askama::Template;

/// The reviewers' queue (O02).
#[derive(Debug, Clone, Template)]
#[template(path = "subsidies.html")]
pub struct SubsidiesPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// Pages beside this one.
    pub beside: Vec<Link>,
    /// Budgets that are nearly granted, each a sentence.
    pub warnings: Vec<String>,
    /// Which scheme.
    pub scheme: ChoiceField,
    /// Which programme.
    pub programme: ChoiceField,
    /// How they stand.
    pub stage: ChoiceField,
    /// Where the offices are.
    pub prefecture: ChoiceField,
    /// Words that were looked for.
    pub words: String,
    /// What all that is shown comes to: term and text.
    pub sums: Vec<(String, String)>,
    /// The applications, those that have waited longest first.
    pub rows: Grid,
    /// Where one is in the list.
    pub pager: Pager,
    /// The list as a file.
    pub csv: String,
}

impl SubsidiesPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let choices = || ChoiceField::of(vec![Choice::new("", "すべて", "").chosen()]);
        let heads = [("受付番号", false), ("状態", false), ("申請額", true)];
        let rows = Grid::new("申請の一覧", &heads);
        let empty = Self {
            frame: sample_frame("/ops/subsidy"),
            beside: vec![Link::new("/ops/subsidy/payments", "振込")],
            warnings: Vec::new(),
            scheme: choices(),
            programme: choices(),
            stage: choices(),
            prefecture: choices(),
            words: String::new(),
            sums: Vec::new(),
            rows: rows.clone(),
            pager: Pager {
                summary: "全1件中 1〜1件".into(),
                previous: None,
                pages: Vec::new(),
                next: None,
                sizes: Vec::new(),
            },
            csv: "/ops/subsidy.csv?stage=open".into(),
        };
        let listed = Self {
            warnings: vec!["介護事業所等への助成は、予算の91%を交付決定しました".into()],
            sums: vec![("申請額の合計".into(), "60,000円".into())],
            rows: rows.with(vec![
                GridCell::link("/ops/subsidy/K7QM3XPA", "K7QM-3XPA"),
                GridCell::chip(Chip::new("提出済み", ChipColor::Blue)),
                GridCell::of("60,000円"),
            ]),
            ..empty.clone()
        };
        vec![("empty", empty), ("listed", listed)]
    }
}
