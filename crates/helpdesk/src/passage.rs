//! What can be found: one published passage, whichever kind of page it comes from.

use jiff::civil::Date;

/// One published text that a question can be answered with.
///
/// An entry of the FAQ is one passage; a notice is one; a document gives one for each heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Which kind of page it comes from.
    pub kind: PassageKind,
    /// Unique among all passages: lower-case letters, digits and hyphens; a kind other than the FAQ's may add `/` and `#`.
    pub id: String,
    /// The question of an entry, the heading of a document or notice.
    pub title: String,
    /// The answer in the Markdown subset of [`crate::html`].
    pub text: String,
    /// Ways people say it. May be empty for documents and notices.
    pub aliases: Vec<String>,
    /// How the important words are read, in hiragana: a question may be typed without kanji.
    pub readings: Vec<String>,
    /// What the answer rests on; shown below it.
    pub sources: Vec<Source>,
    /// The page that shows it, a path of this site.
    pub link: String,
    /// For whom it is written. Empty is nobody and never loaded.
    pub audience: Vec<Audience>,
    /// Its shelf in the FAQ.
    pub category: Category,
    /// The first day on which it is true, itself included. `None`: since ever.
    pub valid_from: Option<Date>,
    /// The last day on which it is true, itself included. `None`: until somebody changes it.
    pub valid_to: Option<Date>,
    /// Passages that people ask about next, most likely first.
    pub related: Vec<String>,
    /// Whether its answer depends on the municipality: a question that also names one gets that municipality's state.
    pub by_place: bool,
    /// The day on which somebody last compared it with its sources.
    pub reviewed: Option<Date>,
}

impl Passage {
    /// Whether it may be shown on `day`.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
}

/// Which kind of page a passage comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PassageKind {
    /// An entry of the FAQ that answers.
    Faq,
    /// 案内: an entry of the FAQ that does not answer but names the window that does.
    Guide,
    /// A notice (お知らせ).
    News,
    /// A heading of a document (各種資料).
    Document,
}

/// For whom a passage is written, or who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Care offices and care managers.
    Care,
    /// Medical institutions.
    Medical,
    /// Municipalities as insurers.
    Insurer,
    /// Persons and their families.
    Citizen,
    /// Makers of care and medical software.
    Vendor,
    /// Everybody.
    All,
}

impl Audience {
    const WORDS: [(&'static str, Self); 6] = [
        ("care", Self::Care),
        ("medical", Self::Medical),
        ("insurer", Self::Insurer),
        ("citizen", Self::Citizen),
        ("vendor", Self::Vendor),
        ("all", Self::All),
    ];

    /// The audience that front matter calls `word`.
    pub fn from_word(word: &str) -> Option<Self> {
        find(&Self::WORDS, word)
    }
}

/// What a passage is about; the shelves of the FAQ page, in their order there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// What the platform is.
    Platform,
    /// Schedule and readiness of municipalities.
    Schedule,
    /// Accounts and their keepers.
    Registration,
    /// Terminals and their certificates.
    Terminal,
    /// Card readers and My Number cards.
    Card,
    /// Identity check without a card, and in general.
    Identity,
    /// Registering as the person's office.
    Relation,
    /// What is shown.
    Viewing,
    /// Consent.
    Consent,
    /// Care plans.
    Careplan,
    /// LIFE.
    Life,
    /// The attending physician's opinion.
    Opinion,
    /// A municipality's own work.
    Municipality,
    /// Subsidies.
    Subsidy,
    /// The person's and the family's view.
    Citizen,
    /// Privacy and security.
    Privacy,
    /// Messages and failures.
    Trouble,
    /// Inquiries and materials.
    Contact,
    /// Disasters.
    Emergency,
    /// Makers of software.
    Vendor,
    /// Windows for what this site does not do.
    Guide,
}

impl Category {
    const WORDS: [(&'static str, Self); 21] = [
        ("platform", Self::Platform),
        ("schedule", Self::Schedule),
        ("registration", Self::Registration),
        ("terminal", Self::Terminal),
        ("card", Self::Card),
        ("identity", Self::Identity),
        ("relation", Self::Relation),
        ("viewing", Self::Viewing),
        ("consent", Self::Consent),
        ("careplan", Self::Careplan),
        ("life", Self::Life),
        ("opinion", Self::Opinion),
        ("municipality", Self::Municipality),
        ("subsidy", Self::Subsidy),
        ("citizen", Self::Citizen),
        ("privacy", Self::Privacy),
        ("trouble", Self::Trouble),
        ("contact", Self::Contact),
        ("emergency", Self::Emergency),
        ("vendor", Self::Vendor),
        ("guide", Self::Guide),
    ];

    /// The category that front matter calls `word`.
    pub fn from_word(word: &str) -> Option<Self> {
        find(&Self::WORDS, word)
    }

    /// Its name on pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Platform => "介護情報基盤について",
            Self::Schedule => "開始時期と市町村の対応状況",
            Self::Registration => "ユーザ登録とログイン",
            Self::Terminal => "端末と電子証明書",
            Self::Card => "カードリーダーとマイナンバーカード",
            Self::Identity => "本人確認",
            Self::Relation => "担当登録",
            Self::Viewing => "情報の閲覧",
            Self::Consent => "同意",
            Self::Careplan => "ケアプランのデータ連携",
            Self::Life => "LIFE",
            Self::Opinion => "主治医意見書",
            Self::Municipality => "市町村の業務",
            Self::Subsidy => "助成金",
            Self::Citizen => "利用者・ご家族の方",
            Self::Privacy => "個人情報と安全",
            Self::Trouble => "画面の表示とエラー",
            Self::Contact => "お問い合わせと資料",
            Self::Emergency => "災害のとき",
            Self::Vendor => "連携事業者の方",
            Self::Guide => "ほかの窓口のご案内",
        }
    }
}

fn find<T: Copy>(words: &[(&str, T)], word: &str) -> Option<T> {
    words
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, value)| *value)
}

/// What an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name, with number and date.
    pub title: String,
    /// Who published it, or the path of this site where it is.
    pub place: String,
}
