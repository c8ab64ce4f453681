//! 主治医意見書 as text: its items in the order of the form.

/// What an opinion says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpinionText {
    /// The form: 「主治医意見書（2021年版）」.
    pub edition: String,
    /// Its parts in the order of paper.
    pub sections: Vec<OpinionSection>,
}

/// A part of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionSection {
    /// Its title on paper.
    pub title: String,
    /// What was written in it.
    pub lines: Vec<WrittenLine>,
}

/// An item that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenLine {
    /// The item.
    pub label: String,
    /// What it says; a line break stays one.
    pub value: String,
    /// Whether it is one of the five items that the first judgement uses.
    pub judged: bool,
}

impl WrittenLine {
    /// An item that says `value`.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
            judged: false,
        }
    }
}

impl OpinionText {
    pub(crate) fn sample() -> Self {
        let line = WrittenLine::new;
        let judged = |label: &str, value: &str| WrittenLine {
            judged: true,
            ..WrittenLine::new(label, value)
        };
        let section = |title: &str, lines: Vec<WrittenLine>| OpinionSection {
            title: title.into(),
            lines,
        };
        Self {
            edition: "主治医意見書（2021年版）".into(),
            sections: vec![
                section(
                    "基本情報",
                    vec![
                        line("記入日", "令和8年6月20日"),
                        line("氏名", "架空 太郎"),
                        line("介護サービス計画作成等への利用の同意", "同意する"),
                        line("医師氏名", "見本 一郎"),
                        line("医療機関名", "見本クリニック"),
                    ],
                ),
                section(
                    "1. 傷病に関する意見",
                    vec![
                        line("診断名1", "アルツハイマー型認知症"),
                        line(
                            "経過及び投薬内容を含む治療内容",
                            "2年前から物忘れが目立つ。\n内服を続けている。",
                        ),
                    ],
                ),
                section("2. 特別な医療", vec![]),
                section(
                    "3. 心身の状態に関する意見",
                    vec![
                        line("障害高齢者の日常生活自立度（寝たきり度）", "A1"),
                        judged("認知症高齢者の日常生活自立度", "Ⅱb"),
                        judged("短期記憶", "問題あり"),
                        judged("日常の意思決定を行うための認知能力", "見守りが必要"),
                        judged("自分の意思の伝達能力", "いくらか困難"),
                    ],
                ),
                section(
                    "4. 生活機能とサービスに関する意見",
                    vec![judged("食事行為", "自立ないし何とか自分で食べられる")],
                ),
                section(
                    "5. 特記すべき事項",
                    vec![line("特記すべき事項", "独居である。")],
                ),
            ],
        }
    }
}
