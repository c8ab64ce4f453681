//! 稼働状況 and メンテナンス (P22), and 導入準備チェック for everybody (P03).

use super::sample_frame;
use crate::{Chip, ChipColor, Choice, ChoiceField, Link, PortalFrame};
use askama::Template;

/// Maintenances and incidents, present, planned and past.
#[derive(Debug, Clone, Template)]
#[template(path = "status.html")]
pub struct StatusPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The page's heading.
    pub title: String,
    /// How things stand, in a sentence.
    pub lead: String,
    /// The sections, in order.
    pub sections: Vec<StatusSection>,
    /// The other page.
    pub other: Link,
}

/// One section: now, planned, past.
#[derive(Debug, Clone)]
pub struct StatusSection {
    /// Its heading.
    pub title: String,
    /// What to say when there is none.
    pub empty: String,
    /// What there is.
    pub matters: Vec<MatterView>,
}

/// A maintenance or an incident.
#[derive(Debug, Clone)]
pub struct MatterView {
    /// Names it in the address.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: Chip,
    /// 「メンテナンス」 or 「障害」.
    pub kind: String,
    /// From when to when.
    pub time: String,
    /// What it concerns.
    pub functions: String,
    /// What is shut; empty for nothing.
    pub shut: String,
    /// What remains possible; may be empty.
    pub remains: String,
    /// When something was said, and what; the newest first.
    pub notes: Vec<(String, String)>,
}

impl StatusPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let matter = MatterView {
            id: "m1".into(),
            title: "機器の入替え".into(),
            state: Chip::new("予定", ChipColor::Yellow),
            kind: "メンテナンス".into(),
            time: "令和8年11月3日 1時00分から令和8年11月3日 5時00分まで".into(),
            functions: "マイページ、介護WEBサービス".into(),
            shut: "この間は使えません。".into(),
            remains: "お知らせと各種資料は、ご覧いただけます。".into(),
            notes: vec![(
                "令和8年11月1日 10時00分".into(),
                "機器を取り替えます。".into(),
            )],
        };
        let section = |title: &str, matters| StatusSection {
            title: title.into(),
            empty: "ありません。".into(),
            matters,
        };
        let page = Self {
            frame: sample_frame(),
            title: "稼働状況".into(),
            lead: "現在、障害とメンテナンスはありません。".into(),
            sections: vec![
                section("いま起きていること", Vec::new()),
                section("予定しているメンテナンス", vec![matter]),
            ],
            other: Link::new("/maintenance", "メンテナンスの予定を見る"),
        };
        vec![("planned", page)]
    }
}

/// What to prepare, for whoever is not signed in: what is ticked stands in the address and nowhere else.
#[derive(Debug, Clone, Template)]
#[template(path = "preparation.html")]
pub struct PreparationPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The kinds of office.
    pub kind: ChoiceField,
    /// The kind whose list it is.
    pub kind_label: String,
    /// Value, words, whether it is ticked.
    pub items: Vec<(String, String, bool)>,
    /// How many are ticked.
    pub done: usize,
    /// The first that is not.
    pub next: Option<String>,
}

impl PreparationPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample_frame(),
            kind: ChoiceField::of(vec![Choice::new("care", "介護事業所", "").chosen()]),
            kind_label: "介護事業所".into(),
            items: vec![
                ("people".into(), "職員の役割を決めた".into(), true),
                ("rules".into(), "手順を決めた".into(), false),
            ],
            done: 1,
            next: Some("手順を決めた".into()),
        };
        vec![("begun", page)]
    }
}
