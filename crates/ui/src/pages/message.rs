//! Pages that say what went wrong and what to do.

use askama::Template;

use crate::{Frame, Link, MenuItem, sample};

/// An error page, for the statuses a person can meet.
#[derive(Debug, Clone, Template)]
#[template(path = "message.html")]
pub struct MessagePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// What went wrong.
    pub kind: MessageKind,
    /// More about this case: why, and how to get it; replaces [`MessageKind::advice`] unless empty.
    pub detail: String,
    /// 受付番号 that leads to the log.
    pub reference: String,
    /// Where to go on.
    pub next: Link,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// 403.
    Forbidden,
    /// 403, where the form does not come from a page of this session: the page is old, or another site sent it.
    OldPage,
    /// 404; also whatever one may not know of.
    NotFound,
    /// 409.
    Conflict,
    /// 409, where what was asked for is over or not open: used invitations and the like.
    Closed,
    /// 422, where no form can be shown again.
    Unprocessable,
    /// 429.
    TooMany,
    /// 500.
    Failure,
    /// 503.
    Unavailable,
}

impl MessageKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Forbidden,
        Self::OldPage,
        Self::NotFound,
        Self::Conflict,
        Self::Closed,
        Self::Unprocessable,
        Self::TooMany,
        Self::Failure,
        Self::Unavailable,
    ];

    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::Forbidden | Self::OldPage => 403,
            Self::NotFound => 404,
            Self::Conflict | Self::Closed => 409,
            Self::Unprocessable => 422,
            Self::TooMany => 429,
            Self::Failure => 500,
            Self::Unavailable => 503,
        }
    }

    /// What happened.
    pub fn label(self) -> &'static str {
        match self {
            Self::Forbidden => "この情報を見る権限がありません",
            Self::OldPage => "画面の有効時間が切れました",
            Self::NotFound => "お探しの画面は見つかりませんでした",
            Self::Conflict => "ほかの人が先に更新しました",
            Self::Closed => "この操作は受け付けられません",
            Self::Unprocessable => "送信された内容を受け取れませんでした",
            Self::TooMany => "短い時間に続けて操作がありました",
            Self::Failure => "処理を完了できませんでした",
            Self::Unavailable => "ただいまご利用いただけません",
        }
    }

    /// What to do.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Forbidden => {
                "担当登録の期間とあなたの権限を確かめてください。必要なときは、事業所の管理者に連絡してください。"
            }
            Self::OldPage => {
                "送信した内容は保存されていません。前の画面を読み込み直して、もう一度送信してください。"
            }
            Self::NotFound => {
                "担当登録のない方の画面も表示されません。利用者一覧から探してください。"
            }
            Self::Conflict => {
                "画面を開き直して、新しい内容を確かめてから、もう一度操作してください。"
            }
            Self::Closed => "事業所の管理者に確認してください。",
            Self::Unprocessable => "前の画面を開き直して、もう一度入力してください。",
            Self::TooMany => "しばらく待ってから、もう一度操作してください。",
            Self::Failure => {
                "入力した内容は保存されていません。時間をおいて、もう一度お試しください。続くときは、受付番号を添えてお問い合わせください。"
            }
            Self::Unavailable => {
                "メンテナンスまたは混雑のためです。時間をおいて、もう一度お試しください。"
            }
        }
    }
}

impl MessagePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let names = [
            "forbidden",
            "old_page",
            "not_found",
            "conflict",
            "closed",
            "unprocessable",
            "too_many",
            "failure",
            "unavailable",
        ];
        let page = |kind| Self {
            frame: Frame {
                banners: vec![crate::Notice::new(
                    crate::NoticeKind::Warning,
                    "メンテナンスを行います",
                    "令和8年11月3日 1時00分から5時00分まで",
                )],
                current: None,
                ..sample::frame(MenuItem::Home)
            },
            kind,
            detail: String::new(),
            reference: "20260624-7F3A91".into(),
            next: Link::new("/care", "業務トップへ戻る"),
        };
        let mut samples: Vec<_> = names.into_iter().zip(MessageKind::ALL.map(page)).collect();
        samples.push((
            "outside",
            Self {
                frame: sample::frame_outside(),
                next: Link::new("/care/sign-in", "ログイン画面へ進む"),
                ..page(MessageKind::Failure)
            },
        ));
        samples
    }
}
