//! Small values that recur on pages: chips, dates, notices, withheld information.

/// Colour of a [`Chip`]. The text carries the meaning; the colour only repeats it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChipColor {
    /// Under way.
    Blue,
    /// In force, done.
    Green,
    /// Something has to be done.
    Orange,
    /// A date draws near.
    Yellow,
    /// Refused, revoked.
    Red,
    /// Ended, not begun.
    Gray,
}

impl ChipColor {
    /// The value of `data-color` that the style sheet knows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Green => "green",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::Gray => "gray",
        }
    }
}

/// A short state word in a coloured frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// The word shown.
    pub label: String,
    /// Its colour.
    pub color: ChipColor,
}

impl Chip {
    /// A chip reading `label`.
    pub fn new(label: impl Into<String>, color: ChipColor) -> Self {
        Self {
            label: label.into(),
            color,
        }
    }
}

/// A day written in both calendars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateText {
    /// ISO 8601, `2026-06-30`, for the machine-readable attribute.
    pub iso: String,
    /// 「令和8年6月30日」.
    pub wareki: String,
    /// 「2026年6月30日」 or, in narrow places, 「2026/6/30」; shown in brackets beside the first.
    pub seireki: String,
}

impl DateText {
    /// A day from its three spellings.
    pub fn new(
        iso: impl Into<String>,
        wareki: impl Into<String>,
        seireki: impl Into<String>,
    ) -> Self {
        Self {
            iso: iso.into(),
            wareki: wareki.into(),
            seireki: seireki.into(),
        }
    }
}

/// A span of days, both inclusive; without an end it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: DateText,
    /// Last day, if there is one.
    pub to: Option<DateText>,
}

/// Address and words of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Address, beginning with `/`.
    pub href: String,
    /// Words that name the target.
    pub label: String,
}

impl Link {
    /// A link to `href` reading `label`.
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            label: label.into(),
        }
    }
}

/// How grave a [`Notice`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Good to know.
    Info,
    /// It worked.
    Success,
    /// Needs attention soon.
    Warning,
    /// It did not work.
    Error,
}

impl NoticeKind {
    /// The value of `data-type` that the style sheet knows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// Text alternative of the icon.
    pub fn label(self) -> &'static str {
        match self {
            Self::Info => "お知らせ",
            Self::Success => "完了",
            Self::Warning => "注意",
            Self::Error => "エラー",
        }
    }

    /// Icon of the sprite.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "circle-check",
            Self::Warning => "triangle-alert",
            Self::Error => "circle-alert",
        }
    }
}

/// A framed message at the top of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How grave it is.
    pub kind: NoticeKind,
    /// What happened, in one sentence.
    pub title: String,
    /// What it means or what to do; may be empty.
    pub body: String,
    /// Where to do it.
    pub link: Option<Link>,
}

impl Notice {
    /// A notice without a link.
    pub fn new(kind: NoticeKind, title: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            kind,
            title: title.into(),
            body: body.into(),
            link: None,
        }
    }

    /// The same notice with a link to where one acts on it.
    #[must_use]
    pub fn with_link(mut self, link: Link) -> Self {
        self.link = Some(link);
        self
    }
}

/// Why something is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithheldReason {
    /// The office has no registration for the person.
    NotRegistered,
    /// The day lies outside the registration.
    OutsidePeriod,
    /// The person has not agreed.
    NoConsent,
    /// The municipality does not yet share this.
    NotShared,
    /// The physician has not agreed.
    NoPhysicianConsent,
    /// Only the writer or the addressee sees it.
    OnlyWriterOrAddressee,
    /// Offices of this service kind do not see it.
    NotForThisService,
    /// The signed-in person's role does not see it.
    NotForThisRole,
}

impl WithheldReason {
    /// The reason in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotRegistered => "担当登録がないため表示していません",
            Self::OutsidePeriod => "担当登録の期間の外のため表示していません",
            Self::NoConsent => "ご本人の同意がないため表示していません",
            Self::NotShared => "市町村からの共有が始まっていないため表示していません",
            Self::NoPhysicianConsent => "主治医の同意がないため表示していません",
            Self::OnlyWriterOrAddressee => "作成した機関と依頼を受けた機関だけが見られる情報です",
            Self::NotForThisService => "このサービスの種類では表示できない情報です",
            Self::NotForThisRole => "この情報を見る権限がありません",
        }
    }

    /// How to get it, where there is a way.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::NotRegistered => "本人確認をして担当登録をすると表示できます。",
            Self::OutsidePeriod => "担当登録の期間を確かめ、必要なときは登録し直してください。",
            Self::NoConsent => {
                "ご本人に説明して同意を得たときは、「同意の記録」に登録してください。"
            }
            Self::NotShared => "共有が始まるまでは、紙の証または市町村の窓口で確認してください。",
            Self::NoPhysicianConsent => "必要なときは、市町村の窓口に確認してください。",
            Self::OnlyWriterOrAddressee | Self::NotForThisService => {
                "必要なときは、ご本人または市町村の窓口に確認してください。"
            }
            Self::NotForThisRole => "事業所の管理者に、担当者の権限を確認してください。",
        }
    }
}

/// A place where information is kept back: says so, why, and how to get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// Why it is not shown.
    pub reason: WithheldReason,
    /// Where to act on it, if that is on a page of ours.
    pub link: Option<Link>,
}

impl Withheld {
    /// Kept back for `reason`, nothing to click.
    pub fn new(reason: WithheldReason) -> Self {
        Self { reason, link: None }
    }
}

/// One part of a page: shown, absent, or kept back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Section<T> {
    /// It is here.
    Shown(T),
    /// There is none; the sentence says so (「交付の記録はありません」).
    Absent(String),
    /// There may be one, but it is not shown here.
    Withheld(Withheld),
}

/// Where one stands in a list of several pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pager {
    /// 「全1,234件中 21〜40件」.
    pub summary: String,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Numbered pages; without an address it is the one shown.
    pub pages: Vec<PageNumber>,
    /// Address of the page after.
    pub next: Option<String>,
    /// Rows a page: 20, 50, 100; without an address it is the present choice.
    pub sizes: Vec<PageNumber>,
}

/// A number in a [`Pager`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageNumber {
    /// The number as shown.
    pub label: String,
    /// Its address, absent for the one shown.
    pub href: Option<String>,
}

/// Where one stands in a list that grows at its top, newest first: pages have no numbers there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorPager {
    /// How much is shown: 「50件を表示」.
    pub summary: String,
    /// Address of the newest page; absent on it.
    pub newest: Option<String>,
    /// Address of the page with what is older; absent at the end.
    pub older: Option<String>,
    /// Rows a page; without an address it is the present choice.
    pub sizes: Vec<PageNumber>,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Behind.
    Done,
    /// Here.
    Now,
    /// Ahead.
    Later,
}

impl StepState {
    /// The value of `data-state` that the style sheet knows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::Later => "later",
        }
    }

    /// What a screen reader hears before the step.
    pub fn label(self) -> &'static str {
        match self {
            Self::Done => "完了",
            Self::Now => "現在",
            Self::Later => "これから",
        }
    }
}

/// An invitation that nobody has used yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenInvitationLine {
    /// What forms name it by.
    pub id: String,
    /// Who is invited.
    pub name: String,
    /// Where the link went.
    pub mail: String,
    /// To what, and as what: 「見本市　担当者」.
    pub place: String,
    /// Who invited.
    pub by: String,
    /// Until when the link counts.
    pub until: String,
}

impl OpenInvitationLine {
    /// One for samples of pages.
    pub fn sample() -> Self {
        Self {
            id: "00000000-0000-0000-0000-000000000031".into(),
            name: "見本 招待".into(),
            mail: "shoutai@mihon.example".into(),
            place: "見本市　担当者".into(),
            by: "見本 管理".into(),
            until: "令和8年11月27日 10時30分".into(),
        }
    }
}
