//! What surrounds every page of the console: environment bar, header, menu.

use kiban_ui::{Link, SessionEnd};

/// The operator who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// The name in the header.
    pub name: String,
    /// What they may do, in words: 「管理・監査」.
    pub roles: String,
    /// Token that every form of this session posts as `csrf`.
    pub csrf: String,
    /// What a form of this page that makes something posts as `once`, so that it acts once.
    pub once: String,
    /// The pages that their roles open, in order; the first is the home page.
    pub menu: Vec<Link>,
    /// When the session ends without another use.
    pub session: SessionEnd,
}

/// What surrounds a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleFrame {
    /// Whether to show the bar that says all data are invented.
    pub sandbox: bool,
    /// Who is signed in.
    pub officer: Officer,
    /// Address of the page of the menu to which this one belongs.
    pub place: String,
    /// Pages above this one, outermost first, without the home page and this page itself.
    pub above: Vec<Link>,
}

impl ConsoleFrame {
    /// The same frame, at a page of the menu.
    #[must_use]
    pub fn at(mut self, place: &str) -> Self {
        place.clone_into(&mut self.place);
        self
    }

    /// The same frame, below another page.
    #[must_use]
    pub fn below(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.above.push(Link::new(href, label));
        self
    }

    /// The token for the forms of this page.
    pub fn csrf(&self) -> &str {
        &self.officer.csrf
    }

    /// The one-time value for the forms of this page.
    pub fn once(&self) -> &str {
        &self.officer.once
    }
}
