//! 緊急閲覧: searching, giving the reason, and the narrow view.

use askama::Template;

use crate::form::errors_of;
use crate::{
    BurdenLimitCertificate, Choice, ChoiceField, CostShareRow, DateField, DateText, EraChoice,
    FieldError, Frame, MenuItem, Notice, NoticeKind, Period, Section, TextField, sample,
};

/// 緊急閲覧: where it is open, the search and whom it found; posted to `/care/emergency`.
#[derive(Debug, Clone, Template)]
#[template(path = "emergency.html")]
pub struct EmergencySearchPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where and until when it is open.
    pub windows: Vec<OpenArea>,
    /// What the search answered instead of persons.
    pub notice: Option<Notice>,
    /// Name in kana; field `kana`.
    pub kana: TextField,
    /// Birth date; field `birth`.
    pub birth: DateField,
    /// Sex, where it is known; field `sex`, empty for "not known".
    pub sex: ChoiceField,
    /// Whom the search found.
    pub hits: Vec<EmergencyHit>,
    /// Views of the office that are still open.
    pub running: Vec<RunningView>,
}

/// An area with an open window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenArea {
    /// Names of the municipalities, or the prefecture.
    pub area: String,
    /// Until when: 「令和8年6月24日 14時05分」.
    pub until: String,
    /// Why, in the operator's words.
    pub reason: String,
}

/// A person whom the search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyHit {
    /// What the form posts as `person`.
    pub person: String,
    /// Name.
    pub name: String,
    /// Kana name.
    pub kana: String,
    /// Birth date.
    pub birth: DateText,
    /// 「男」「女」.
    pub sex: String,
    /// Name of the insurer.
    pub insurer: String,
    /// 被保険者番号 but for its end.
    pub masked_no: String,
}

/// A view that is still open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningView {
    /// Its address.
    pub href: String,
    /// Since when.
    pub opened: String,
    /// Until when.
    pub until: String,
    /// ユーザID of who asked.
    pub member: String,
    /// Why.
    pub reason: String,
}

/// The reason for one view; posted to `/care/emergency/open`.
#[derive(Debug, Clone, Template)]
#[template(path = "emergency_reason.html")]
pub struct EmergencyReasonPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Whom, as typed: name in kana.
    pub kana: String,
    /// Birth date.
    pub birth: DateText,
    /// 被保険者番号 but for its end.
    pub masked_no: String,
    /// What the form sends along.
    pub carried: Vec<(&'static str, String)>,
    /// Why; field `reason`.
    pub reason: ChoiceField,
    /// Why, in words; field `statement`.
    pub statement: TextField,
}

/// What an emergency view shows of a person.
#[derive(Debug, Clone, Template)]
#[template(path = "emergency_view.html")]
pub struct EmergencyViewPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Until when it can be seen.
    pub until: String,
    /// Since when.
    pub opened: String,
    /// ユーザID of who asked.
    pub member: String,
    /// Why.
    pub reason: String,
    /// Why, in words.
    pub statement: String,
    /// Name.
    pub name: String,
    /// Kana name.
    pub kana: String,
    /// Birth date and age.
    pub birth: (DateText, String),
    /// 「男」「女」.
    pub sex: String,
    /// 被保険者番号, in full.
    pub insured_no: String,
    /// 保険者番号.
    pub insurer_no: String,
    /// Name of the insurer.
    pub insurer: String,
    /// The telephone of its counter; may be empty.
    pub insurer_phone: String,
    /// 要介護認定.
    pub level: Section<EmergencyLevel>,
    /// The office that manages the care, with its number.
    pub care_manager: Section<(String, String)>,
    /// 負担割合.
    pub cost_share: Section<Vec<CostShareRow>>,
    /// 負担限度額.
    pub burden_limit: Section<BurdenLimitCertificate>,
    /// Names of the parts that are not shown.
    pub hidden: Vec<&'static str>,
}

/// Care level, its days and the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyLevel {
    /// 「要介護2」.
    pub level: String,
    /// 認定年月日.
    pub certified: Option<DateText>,
    /// 認定の有効期間.
    pub valid: Option<Period>,
    /// 区分支給限度基準額; empty when there is none.
    pub limit: String,
}

impl EmergencySearchPage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([("kana", &self.kana.error), ("birth", &self.birth.error)])
    }

    /// The answers for the sex, `code` chosen; empty for "not known".
    pub fn sexes(code: &str) -> ChoiceField {
        let choice = |(value, label): (&str, &str)| Choice {
            chosen: value == code,
            ..Choice::new(value, label, "")
        };
        ChoiceField::of(
            [("", "分からない"), ("1", "男"), ("2", "女")]
                .map(choice)
                .to_vec(),
        )
    }

    /// What the choice of a hit sends along.
    pub fn carried(&self) -> Vec<(&'static str, &str)> {
        let sex = self.sex.choices.iter().find(|it| it.chosen);
        vec![
            ("kana", &self.kana.value),
            ("birth_era", self.birth.era.code()),
            ("birth_year", &self.birth.year),
            ("birth_month", &self.birth.month),
            ("birth_day", &self.birth.day),
            ("sex", sex.map_or("", |it| &it.value)),
        ]
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: sample::frame(MenuItem::Emergency),
            windows: vec![OpenArea {
                area: "架空市、架空川町".into(),
                until: "令和8年6月30日 12時00分".into(),
                reason: "架空県沖地震による停電".into(),
            }],
            notice: None,
            kana: TextField::default(),
            birth: DateField::default(),
            sex: Self::sexes(""),
            hits: vec![],
            running: vec![],
        };
        let typed = Self {
            kana: TextField::of("カクウ タロウ"),
            birth: DateField::of(EraChoice::Showa, "13", "4", "12"),
            ..empty.clone()
        };
        let found = Self {
            hits: vec![EmergencyHit {
                person: "999010.0000012345".into(),
                name: "架空 太郎".into(),
                kana: "カクウ タロウ".into(),
                birth: sample::date(1938, 4, 12),
                sex: "男".into(),
                insurer: "架空市".into(),
                masked_no: "＊＊＊＊＊＊＊345".into(),
            }],
            running: vec![RunningView {
                href: "/care/emergency/views/999010.1".into(),
                opened: "令和8年6月24日 9時15分".into(),
                until: "令和8年6月25日 9時15分".into(),
                member: "sato-hanako".into(),
                reason: "避難所・避難先での支援".into(),
            }],
            ..typed.clone()
        };
        let nobody = Self {
            notice: Some(Notice::new(
                NoticeKind::Warning,
                "一致する方は見つかりませんでした",
                "氏名の読みと生年月日をもう一度お確かめください。",
            )),
            ..typed
        };
        let rejected = Self {
            kana: TextField::default().with_error("氏名（カナ）を入力してください"),
            birth: DateField::default().with_error("生年月日を入力してください"),
            ..empty.clone()
        };
        vec![
            ("empty", empty),
            ("found", found),
            ("nobody", nobody),
            ("rejected", rejected),
        ]
    }
}

impl EmergencyReasonPage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("reason", &self.reason.error),
            ("statement", &self.statement.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let reasons = ["避難所・避難先での支援", "その他"];
        let choice = |label: &str| Choice::new("shelter", label, "");
        let asked = Self {
            frame: sample::frame(MenuItem::Emergency),
            kana: "カクウ タロウ".into(),
            birth: sample::date(1938, 4, 12),
            masked_no: "＊＊＊＊＊＊＊345".into(),
            carried: vec![("person", "999010.0000012345".into())],
            reason: ChoiceField::of(reasons.map(choice).to_vec()),
            statement: TextField::default(),
        };
        let rejected = Self {
            reason: asked
                .reason
                .clone()
                .with_error("緊急閲覧の理由を選択してください"),
            statement: TextField::of("避難所")
                .with_error("くわしい事情は、10文字から300文字までで入力してください"),
            ..asked.clone()
        };
        vec![("asked", asked), ("rejected", rejected)]
    }
}

impl EmergencyViewPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let certificates = sample::certificates();
        let Section::Shown(share) = certificates.cost_share else {
            return Vec::new();
        };
        let full = Self {
            frame: sample::frame(MenuItem::Emergency),
            until: "令和8年6月25日 9時15分".into(),
            opened: "令和8年6月24日 9時15分".into(),
            member: "sato-hanako".into(),
            reason: "避難所・避難先での支援".into(),
            statement: "避難所で服薬の相談を受けたため".into(),
            name: "架空 太郎".into(),
            kana: "カクウ タロウ".into(),
            birth: (sample::date(1938, 4, 12), "88歳".into()),
            sex: "男".into(),
            insured_no: "0000012345".into(),
            insurer_no: "999010".into(),
            insurer: "架空市".into(),
            insurer_phone: "000-0000-0000".into(),
            level: Section::Shown(EmergencyLevel {
                level: "要介護2".into(),
                certified: Some(sample::date(2024, 7, 25)),
                valid: Some(sample::period((2024, 8, 1), (2026, 7, 31))),
                limit: "1月当たり 19,705単位".into(),
            }),
            care_manager: Section::Shown(("ケアステーション架空".into(), "1379900015".into())),
            cost_share: Section::Shown(share.rows),
            burden_limit: certificates.burden_limit,
            hidden: vec!["認定審査会の意見", "主治医意見書", "ケアプラン"],
        };
        let bare = Self {
            insurer_phone: String::new(),
            level: Section::Absent("要介護認定の記録はありません。".into()),
            care_manager: Section::Absent("居宅介護支援の届出の記録はありません。".into()),
            cost_share: Section::Absent("負担割合証の交付の記録はありません。".into()),
            burden_limit: Section::Absent("負担限度額認定証の交付の記録はありません。".into()),
            ..full.clone()
        };
        vec![("full", full), ("bare", bare)]
    }
}
