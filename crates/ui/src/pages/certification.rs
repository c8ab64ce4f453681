//! 要介護認定情報 (C06).

use askama::Template;

use crate::{
    Chip, ChipColor, DateText, Fact, Frame, MenuItem, Period, PersonHead, Section, Withheld,
    WithheldReason, sample,
};

/// 要介護認定情報: the result, how it came about, and what it rests on.
#[derive(Debug, Clone, Template)]
#[template(path = "certification.html")]
pub struct CertificationPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Who it is about.
    pub person: PersonHead,
    /// The certification in force.
    pub result: Section<CertificationResult>,
    /// 一次判定.
    pub primary: Section<PrimaryJudgement>,
    /// 二次判定 and the committee's opinion.
    pub committee: Section<CommitteeJudgement>,
    /// 認定調査票.
    pub survey: Section<Survey>,
    /// 主治医意見書.
    pub opinion: Section<OpinionSummary>,
}

/// What was certified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificationResult {
    /// 「要介護2」.
    pub care_level: String,
    /// 有効, 期限切れ.
    pub chip: Chip,
    /// 認定有効期間; absent for results that have none.
    pub valid: Option<Period>,
    /// 「24か月」; may be empty.
    pub months: String,
    /// 認定年月日.
    pub certified: DateText,
    /// 申請年月日.
    pub filed: DateText,
    /// 「更新申請」; empty when it is not known.
    pub kind: String,
    /// 「1月当たり 19,705単位」; empty when there is none.
    pub limit: String,
}

/// 一次判定: what the computer found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrimaryJudgement {
    /// 「要介護2」.
    pub result: String,
    /// Day of the judgement.
    pub day: Option<DateText>,
    /// 要介護認定等基準時間 in all, 「52.3分」; empty when it is not known.
    pub total_time: String,
    /// The same by area: 食事, 排泄, 移動 and so on.
    pub times: Vec<Fact>,
    /// 中間評価項目得点, 第1群 to 第5群.
    pub scores: Vec<Fact>,
    /// 警告コード in words; may be empty.
    pub warnings: Vec<String>,
}

/// 二次判定.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitteeJudgement {
    /// 「要介護2」.
    pub result: String,
    /// Day of the committee.
    pub day: Option<DateText>,
    /// 審査会意見; may be empty.
    pub opinion: String,
}

/// 認定調査票.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Day of the visit.
    pub visited: DateText,
    /// Place.
    pub place: String,
    /// Groups of the 基本調査.
    pub groups: Vec<SurveyGroup>,
}

/// A group of the 基本調査 with its remarks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyGroup {
    /// 「第1群 身体機能・起居動作」.
    pub title: String,
    /// Items and answers.
    pub items: Vec<Fact>,
    /// 特記事項; may be empty.
    pub remarks: Vec<String>,
}

/// 主治医意見書, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionSummary {
    /// Day of writing.
    pub written: DateText,
    /// Medical institution.
    pub institution: String,
    /// Physician.
    pub physician: String,
    /// Items of the form, in its order.
    pub facts: Vec<Fact>,
}

impl CertificationPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let facts = |all: &[(&str, &str)]| -> Vec<Fact> {
            all.iter()
                .map(|(term, value)| Fact::new(*term, *value))
                .collect()
        };
        let group = |title: &str, items: &[(&str, &str)], remarks: &[&str]| SurveyGroup {
            title: title.into(),
            items: facts(items),
            remarks: remarks.iter().map(|text| (*text).into()).collect(),
        };
        let page = Self {
            frame: sample::frame(MenuItem::Persons),
            person: PersonHead::sample(),
            result: Section::Shown(CertificationResult {
                care_level: "要介護2".into(),
                chip: Chip::new("有効", ChipColor::Green),
                valid: Some(sample::period((2024, 8, 1), (2026, 7, 31))),
                months: "24か月".into(),
                certified: sample::date(2024, 7, 25),
                filed: sample::date(2024, 6, 20),
                kind: "更新申請".into(),
                limit: "1月当たり 19,705単位".into(),
            }),
            primary: Section::Shown(PrimaryJudgement {
                result: "要介護2".into(),
                day: Some(sample::date(2024, 7, 16)),
                total_time: "58.4分".into(),
                times: facts(&[
                    ("食事", "3.4分"),
                    ("排泄", "8.2分"),
                    ("移動", "11.0分"),
                    ("清潔保持", "12.3分"),
                    ("間接ケア", "7.7分"),
                    ("BPSD関連", "6.1分"),
                    ("機能訓練関連", "5.6分"),
                    ("医療関連", "4.1分"),
                ]),
                scores: facts(&[
                    ("第1群", "68.3"),
                    ("第2群", "81.0"),
                    ("第3群", "92.4"),
                    ("第4群", "100.0"),
                    ("第5群", "55.7"),
                ]),
                warnings: vec!["歩行が「つかまらないでできる」で、移乗が「全介助」です".into()],
            }),
            committee: Section::Shown(CommitteeJudgement {
                result: "要介護2".into(),
                day: Some(sample::date(2024, 7, 24)),
                opinion: "状態の維持が見込まれるため、有効期間を24か月とする。".into(),
            }),
            survey: Section::Shown(Survey {
                visited: sample::date(2024, 7, 2),
                place: "自宅内".into(),
                groups: vec![
                    group(
                        "第1群 身体機能・起居動作",
                        &[
                            ("麻痺（左下肢）", "ある"),
                            ("寝返り", "何かにつかまればできる"),
                            ("起き上がり", "何かにつかまればできる"),
                            ("歩行", "何かにつかまればできる"),
                            ("洗身", "一部介助"),
                            ("視力", "普通（日常生活に支障がない）"),
                        ],
                        &["歩行：屋内は伝い歩き。屋外は歩行器を使う。"],
                    ),
                    group(
                        "第2群 生活機能",
                        &[
                            ("移乗", "見守り等"),
                            ("食事摂取", "介助されていない"),
                            ("排尿", "一部介助"),
                            ("外出頻度", "週1回以上"),
                        ],
                        &[],
                    ),
                    group(
                        "第3群 認知機能",
                        &[
                            ("意思の伝達", "伝達できる"),
                            ("短期記憶", "できない"),
                            ("徘徊", "ない"),
                        ],
                        &["短期記憶：直前の会話を忘れることがある。"],
                    ),
                ],
            }),
            opinion: Section::Shown(OpinionSummary {
                written: sample::date(2024, 7, 8),
                institution: "架空内科クリニック".into(),
                physician: "例示 一郎".into(),
                facts: facts(&[
                    ("診断名", "脳梗塞後遺症、高血圧症"),
                    ("症状の安定性", "安定"),
                    ("障害高齢者の日常生活自立度", "A1"),
                    ("認知症高齢者の日常生活自立度", "Ⅱa"),
                    ("短期記憶", "問題あり"),
                    (
                        "サービス利用による生活機能の維持・改善の見通し",
                        "期待できる",
                    ),
                ]),
            }),
        };
        let withheld = Self {
            opinion: Section::Withheld(Withheld::new(WithheldReason::NoConsent)),
            survey: Section::Withheld(Withheld::new(WithheldReason::NotForThisService)),
            primary: Section::Withheld(Withheld::new(WithheldReason::NotForThisService)),
            committee: Section::Absent("審査会の意見の記載はありません。".into()),
            ..page.clone()
        };
        let never = Self {
            result: Section::Absent("要介護認定の記録はまだありません。".into()),
            primary: Section::Absent("一次判定の記録はまだありません。".into()),
            committee: Section::Absent("二次判定の記録はまだありません。".into()),
            survey: Section::Absent("認定調査票はまだありません。".into()),
            opinion: Section::Absent("主治医意見書はまだありません。".into()),
            ..page.clone()
        };
        vec![("full", page), ("withheld", withheld), ("never", never)]
    }
}
