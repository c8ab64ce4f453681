//! Asking for an opinion (I04): the form, and the second look.

use super::{sample_frame, sample_member};
use crate::{Choice, ChoiceField, FieldError, Link, PortalFrame, TextField};
use askama::Template;

/// Whom to ask; posts to its own address.
#[derive(Clone, Template)]
#[template(path = "insurer_ask.html")]
pub struct AskPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The heading.
    pub title: String,
    /// Its own address.
    pub action: String,
    /// About whom: term and text.
    pub about: Vec<(String, String)>,
    /// 依頼番号.
    pub request_no: TextField,
    /// 医療機関コード.
    pub institution: TextField,
    /// The doctor, as the insurer knows the name.
    pub doctor_name: TextField,
    /// 医師番号.
    pub doctor_no: TextField,
    /// 提出期限.
    pub due: TextField,
    /// When it is due if nothing is typed, in words.
    pub usual_due: String,
    /// 種別.
    pub setting: ChoiceField,
    /// 新規・継続.
    pub writing: ChoiceField,
    /// The page above.
    pub back: String,
    /// Whether the number cannot be changed: it is the same request to another institution.
    pub same_number: bool,
}

impl AskPage {
    fn due_help(&self) -> String {
        format!(
            "例：令和8年11月15日。入力しないときは{}です。",
            self.usual_due
        )
    }

    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        kiban_ui::errors_of([
            ("request_no", &self.request_no.error),
            ("institution", &self.institution.error),
            ("doctor_name", &self.doctor_name.error),
            ("doctor_no", &self.doctor_no.error),
            ("due", &self.due.error),
            ("setting", &self.setting.error),
            ("writing", &self.writing.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: sample_frame()
                .with_member(sample_member())
                .at("/insurer/opinions")
                .below("/insurer/opinions", "主治医意見書"),
            title: "意見書の作成を依頼する".into(),
            action: "/insurer/opinions/request/0000012345/2026-11-01/0".into(),
            about: about(),
            request_no: TextField::of("1"),
            institution: TextField::default(),
            doctor_name: TextField::default(),
            doctor_no: TextField::default(),
            due: TextField::default(),
            usual_due: "令和8年11月15日".into(),
            setting: ChoiceField::of(vec![
                Choice::new("1", "在宅", ""),
                Choice::new("2", "施設", ""),
            ]),
            writing: ChoiceField::of(vec![
                Choice::new("1", "新規", ""),
                Choice::new("2", "継続", ""),
            ]),
            back: "/insurer/opinions/request".into(),
            same_number: false,
        };
        let refused = Self {
            institution: TextField::of("123")
                .with_error("医療機関コードは、数字10桁で入力してください（例：1312345678）"),
            due: TextField::of("昨日")
                .with_error("提出期限は、実在する日付を入力してください（例：令和8年11月15日）"),
            setting: empty.setting.clone().with_error("種別を選択してください"),
            ..empty.clone()
        };
        let again = Self {
            title: "別の医療機関へ依頼する".into(),
            same_number: true,
            ..empty.clone()
        };
        vec![("empty", empty), ("refused", refused), ("again", again)]
    }
}

fn about() -> Vec<(String, String)> {
    vec![
        ("氏名".into(), "見本　花子".into()),
        ("被保険者番号".into(), "0000012345".into()),
        ("申請日".into(), "令和8年11月1日".into()),
    ]
}

/// What will be asked; posts the same fields again.
#[derive(Clone, Template)]
#[template(path = "insurer_ask_confirm.html")]
pub struct AskConfirmPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The heading.
    pub title: String,
    /// Where to post.
    pub action: String,
    /// What will be asked of whom: term and text.
    pub facts: Vec<(String, String)>,
    /// What has to be known before: the institution is not connected, is not known, the old request ends.
    pub cautions: Vec<String>,
    /// Names and values of the form.
    pub fields: Vec<(String, String)>,
    /// The way out.
    pub back: Link,
}

impl AskConfirmPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let connected = Self {
            frame: sample_frame()
                .with_member(sample_member())
                .at("/insurer/opinions")
                .below("/insurer/opinions", "主治医意見書"),
            title: "依頼の内容の確認".into(),
            action: "/insurer/opinions/request/0000012345/2026-11-01/0".into(),
            facts: [
                about(),
                vec![
                    ("医療機関".into(), "見本クリニック（1319900013）".into()),
                    (
                        "提出期限".into(),
                        "令和8年11月15日（2026年11月15日）".into(),
                    ),
                ],
            ]
            .concat(),
            cautions: Vec::new(),
            fields: vec![("request_no".into(), "1".into())],
            back: Link::new("/insurer/opinions/request", "依頼しないで一覧へ戻る"),
        };
        let paper = Self {
            cautions: vec![
                "この医療機関は、このサービスに接続していません。依頼した後に「紙の依頼書」を印刷して、郵送してください。".into(),
            ],
            ..connected.clone()
        };
        vec![("connected", connected), ("paper", paper)]
    }
}
