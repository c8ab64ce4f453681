//! Form fields: what was typed and what is wrong with it.
//!
//! A page keeps its fields typed and derives its error summary from them, so that summary and fields cannot disagree.

/// A text field: the value as typed, and the error beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextField {
    /// What was typed, returned as it was.
    pub value: String,
    /// What is wrong, without a full stop.
    pub error: Option<String>,
}

impl TextField {
    /// A field holding `value`.
    pub fn of(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            error: None,
        }
    }

    /// The same field with an error.
    #[must_use]
    pub fn with_error(mut self, error: impl Into<String>) -> Self {
        self.error = Some(error.into());
        self
    }
}

/// How years are counted in a date field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EraChoice {
    /// 令和, from 2019-05-01.
    #[default]
    Reiwa,
    /// 平成, from 1989-01-08.
    Heisei,
    /// 昭和, from 1926-12-25.
    Showa,
    /// 大正, from 1912-07-30.
    Taisho,
    /// 明治.
    Meiji,
    /// 西暦.
    Seireki,
}

impl EraChoice {
    /// In the order of the list on the page.
    pub const ALL: [Self; 6] = [
        Self::Reiwa,
        Self::Heisei,
        Self::Showa,
        Self::Taisho,
        Self::Meiji,
        Self::Seireki,
    ];

    /// The value the form posts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Reiwa => "reiwa",
            Self::Heisei => "heisei",
            Self::Showa => "showa",
            Self::Taisho => "taisho",
            Self::Meiji => "meiji",
            Self::Seireki => "seireki",
        }
    }

    /// The choice that posts `code`.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|era| era.code() == code)
    }

    /// The word in the list.
    pub fn label(self) -> &'static str {
        match self {
            Self::Reiwa => "令和",
            Self::Heisei => "平成",
            Self::Showa => "昭和",
            Self::Taisho => "大正",
            Self::Meiji => "明治",
            Self::Seireki => "西暦",
        }
    }
}

/// A date typed as era, year, month and day; posted as `{name}_era`, `{name}_year`, `{name}_month`, `{name}_day`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DateField {
    /// Chosen era.
    pub era: EraChoice,
    /// Year as typed; 「元」 is the first.
    pub year: String,
    /// Month as typed.
    pub month: String,
    /// Day as typed.
    pub day: String,
    /// What is wrong, without a full stop.
    pub error: Option<String>,
}

impl DateField {
    /// A date as typed.
    pub fn of(era: EraChoice, year: &str, month: &str, day: &str) -> Self {
        Self {
            era,
            year: year.into(),
            month: month.into(),
            day: day.into(),
            error: None,
        }
    }

    /// The same date with an error.
    #[must_use]
    pub fn with_error(mut self, error: impl Into<String>) -> Self {
        self.error = Some(error.into());
        self
    }
}

/// One answer that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The value the form posts.
    pub value: String,
    /// The words shown.
    pub label: String,
    /// An explanation below; may be empty.
    pub help: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Choice {
    /// An answer not yet chosen.
    pub fn new(
        value: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            help: help.into(),
            chosen: false,
        }
    }

    /// The same answer, chosen.
    #[must_use]
    pub fn chosen(mut self) -> Self {
        self.chosen = true;
        self
    }
}

/// A question with a few answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChoiceField {
    /// The answers in order.
    pub choices: Vec<Choice>,
    /// What is wrong, without a full stop.
    pub error: Option<String>,
}

impl ChoiceField {
    /// A question with these answers.
    pub fn of(choices: Vec<Choice>) -> Self {
        Self {
            choices,
            error: None,
        }
    }

    /// The same question with an error.
    #[must_use]
    pub fn with_error(mut self, error: impl Into<String>) -> Self {
        self.error = Some(error.into());
        self
    }
}

/// A line of the error summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Identifier of the field to move to.
    pub target: &'static str,
    /// The same words as beside the field.
    pub message: String,
}

/// The errors among `fields`, in their order on the page.
pub fn errors_of<'a>(
    fields: impl IntoIterator<Item = (&'static str, &'a Option<String>)>,
) -> Vec<FieldError> {
    let error = |(target, error): (&'static str, &Option<String>)| {
        error.as_ref().map(|message| FieldError {
            target,
            message: message.clone(),
        })
    };
    fields.into_iter().filter_map(error).collect()
}
