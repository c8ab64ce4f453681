//! Start page of the demonstration: which doors there are and who may try them.

use askama::Template;

use crate::{DateText, Frame, Link, Site, sample};

/// The sandbox's start page, at the portal's `/`.
#[derive(Debug, Clone, Template)]
#[template(path = "sandbox_home.html")]
pub struct SandboxHomePage {
    /// What surrounds the page; `site` is [`Site::Portal`].
    pub frame: Frame,
    /// Sign-in of the care web service; a full address, as it is another door.
    pub care_sign_in: Link,
    /// Description of the machine interface; a full address.
    pub api_description: Link,
    /// The doors of this installation.
    pub doors: Vec<Door>,
    /// Who may sign in.
    pub accounts: Vec<SampleAccount>,
    /// Invented persons to check the five items with.
    pub persons: Vec<SamplePerson>,
}

/// An address of this installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// Name.
    pub name: String,
    /// Whom it is for.
    pub audience: String,
    /// Full address.
    pub address: String,
    /// What to know before opening it: 「クライアント証明書が必要です」; may be empty.
    pub note: String,
}

/// A sign-in that works in the sandbox only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleAccount {
    /// Office.
    pub office: String,
    /// Role.
    pub role: String,
    /// ユーザID.
    pub user: String,
    /// Password.
    pub password: String,
    /// How to get the six digits: a fixed code or the secret for an application.
    pub second_factor: String,
}

/// An invented person with the five items of the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplePerson {
    /// 保険者番号 and name.
    pub insurer: String,
    /// 被保険者番号.
    pub insured_no: String,
    /// Name in kana.
    pub kana: String,
    /// Birth date.
    pub birth: DateText,
    /// Sex.
    pub sex: String,
    /// What is worth seeing: 「給付制限がある」.
    pub shows: String,
}

impl SandboxHomePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let door = |name: &str, audience: &str, address: &str, note: &str| Door {
            name: name.into(),
            audience: audience.into(),
            address: address.into(),
            note: note.into(),
        };
        let account = |role: &str, user: &str| SampleAccount {
            office: "ケアステーション架空".into(),
            role: role.into(),
            user: user.into(),
            password: "sandbox-only-2026".into(),
            second_factor: "000000".into(),
        };
        let person = |no: &str, kana: &str, birth, sex: &str, shows: &str| SamplePerson {
            insurer: "999010 架空市".into(),
            insured_no: no.into(),
            kana: kana.into(),
            birth,
            sex: sex.into(),
            shows: shows.into(),
        };
        let page = Self {
            frame: Frame {
                site: Site::Portal,
                ..sample::frame_outside()
            },
            care_sign_in: Link::new(
                "http://127.0.0.1:8081/care/sign-in",
                "介護WEBサービスにログインする",
            ),
            api_description: Link::new("http://127.0.0.1:8082/openapi.json", "APIの説明を見る"),
            doors: vec![
                door("ポータル", "だれでも", "http://127.0.0.1:8080/", ""),
                door(
                    "介護WEBサービス",
                    "介護事業所・医療機関",
                    "http://127.0.0.1:8081/care",
                    "検証環境では電子証明書なしで入れます",
                ),
                door(
                    "連携API",
                    "市町村・医療機関のシステム",
                    "https://127.0.0.1:8443/",
                    "クライアント証明書が必要です",
                ),
            ],
            accounts: vec![
                account("管理者", "kanri"),
                account("介護支援専門員", "sato-hanako"),
            ],
            persons: vec![
                person(
                    "0000012345",
                    "カクウ タロウ",
                    sample::date(1938, 4, 12),
                    "男",
                    "証がひととおりあり、更新申請の途中",
                ),
                person(
                    "0000012346",
                    "ミホン ハナ",
                    sample::date(1941, 11, 3),
                    "女",
                    "認定の期限が過ぎている",
                ),
            ],
        };
        vec![("full", page)]
    }
}
