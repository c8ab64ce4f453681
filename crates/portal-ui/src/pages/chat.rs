//! チャットで質問 (P15).

use super::sample_frame;
use crate::{Link, PortalFrame, Section};
use askama::Template;

/// One turn: what was asked and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatTurn {
    /// The question as it is shown: personal numbers are masked.
    pub question: String,
    /// Whether something was masked.
    pub masked: bool,
    /// What was found.
    pub answer: ChatAnswer,
    /// The same in other words, made by a machine; stands above what was found.
    pub other_words: Option<String>,
}

/// Whether an answer helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Helped {
    /// It is asked: the answer is the newest.
    Asked,
    /// Nobody said, and it is asked no more.
    NotSaid,
    /// It did.
    Yes,
    /// It did not.
    No,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatAnswer {
    /// One published answer.
    Found {
        /// Its title.
        title: String,
        /// Its text; markup made by `kiban-helpdesk`.
        text: String,
        /// The page it stands on: its source.
        source: Link,
        /// What people ask next.
        related: Vec<Link>,
        /// The name under which 「はい」 and 「いいえ」 are counted.
        id: String,
        /// Whether it helped, as far as it was said.
        helped: Helped,
    },
    /// Near ones.
    Candidates(Vec<Link>),
    /// A municipality's state.
    Place {
        /// Its sentence.
        text: String,
        /// Its page.
        source: Link,
    },
    /// Several of the name.
    Places(Vec<Link>),
    /// Nothing.
    NotFound,
}

/// チャットで質問; posts `question` or `helped` with `state` to `/contact/chat`.
#[derive(Debug, Clone, Template)]
#[template(path = "chat.html")]
pub struct ChatPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Token of the form.
    pub csrf: String,
    /// The turns so far, sealed: nothing of them is kept here.
    pub state: String,
    /// The turns so far, the oldest first; ten at most.
    pub turns: Vec<ChatTurn>,
    /// What went wrong with the question.
    pub error: Option<String>,
    /// What was typed; comes back when it was refused.
    pub question: String,
    /// What is often asked.
    pub suggestions: Vec<String>,
    /// Whether inquiries by form are taken; the conversation goes along.
    pub form: bool,
    /// Whether answers may be put into other words by somebody else's service.
    pub rephrases: bool,
}

impl ChatPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let first = Self {
            frame: sample_frame()
                .of(Section::Contact)
                .below("/contact", "お問い合わせ"),
            csrf: "sample-token".into(),
            state: String::new(),
            turns: Vec::new(),
            error: None,
            question: String::new(),
            suggestions: vec!["端末をなくしました".into(), "紙の保険証は使えますか".into()],
            form: true,
            rephrases: false,
        };
        let turn = |question: &str, answer| ChatTurn {
            question: question.into(),
            masked: false,
            answer,
            other_words: None,
        };
        let link = || Link::new("/faq/lost-terminal", "端末をなくしたときは");
        let found = ChatAnswer::Found {
            title: "端末をなくしたときは".into(),
            text: "<p>すぐに停止してください。</p>".into(),
            source: link(),
            related: vec![Link::new("/faq/cert-renew", "証明書の期限が近いときは")],
            id: "lost-terminal".into(),
            helped: Helped::Asked,
        };
        let talk = Self {
            state: "sealed".into(),
            suggestions: Vec::new(),
            turns: vec![
                turn("端末をなくした", found),
                turn("証明書", ChatAnswer::Candidates(vec![link()])),
                turn(
                    "新潟市は",
                    ChatAnswer::Place {
                        text: "新潟市は準備中です。".into(),
                        source: Link::new("/readiness/151009", "新潟市の対応状況"),
                    },
                ),
                turn(
                    "府中市は",
                    ChatAnswer::Places(vec![Link::new("/readiness/132063", "東京都 府中市")]),
                ),
                ChatTurn {
                    masked: true,
                    ..turn("＊＊＊＊の天気は", ChatAnswer::NotFound)
                },
            ],
            ..first.clone()
        };
        let refused = Self {
            error: Some("質問を入力してください".into()),
            ..first.clone()
        };
        let reworded = Self {
            turns: vec![ChatTurn {
                other_words: Some("すぐに停止してください。\n次に、届け出てください。".into()),
                ..talk.turns[0].clone()
            }],
            rephrases: true,
            ..talk.clone()
        };
        vec![
            ("first", first),
            ("talk", talk),
            ("reworded", reworded),
            ("refused", refused),
        ]
    }
}
