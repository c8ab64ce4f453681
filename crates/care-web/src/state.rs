//! What every page may reach.

use std::sync::Arc;

use kiban_domain::Clock;
use kiban_print::{Printer, Sheet};
use kiban_services::{
    Platform,
    card_check::CardDesk,
    certificates::{Authorities, CertificateTable},
    operating::OperatingDesk,
};
use kiban_web_kit::{PrintDesk, PrintLimits};

/// The platform and how this door is seen from outside. Cheap to clone.
#[derive(Debug, Clone)]
pub struct CareState {
    pub(crate) platform: Platform,
    pub(crate) own_origin: Arc<str>,
    pub(crate) sandbox: bool,
    pub(crate) portal_url: Arc<str>,
    pub(crate) operating: Arc<OperatingDesk>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) table: Option<Arc<CertificateTable>>,
    pub(crate) cards: CardDesk,
    pub(crate) authorities: Option<Arc<Authorities>>,
    pub(crate) printing: Option<PrintDesk<Sheet>>,
}

impl CareState {
    /// `own_origin` is scheme, host and port as browsers see them (`https://127.0.0.1:8443`); `sandbox` shows the bar that
    /// says all data are invented. Cards are not read until [`Self::with_cards`].
    pub fn new(platform: Platform, own_origin: String, sandbox: bool) -> Self {
        Self {
            clock: platform.clock.clone(),
            cards: CardDesk::new(&own_origin, None),
            platform,
            own_origin: own_origin.into(),
            sandbox,
            portal_url: "http://127.0.0.1:8080".into(),
            operating: Arc::default(),
            table: None,
            authorities: None,
            printing: None,
        }
    }

    /// The portal's address as people reach it, the table that is asked at every request, and the machine's clock, by which
    /// certificates live.
    #[must_use]
    pub fn with_terminals(
        mut self,
        portal_url: &str,
        table: Arc<CertificateTable>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        self.portal_url = portal_url.into();
        self.table = Some(table);
        self.clock = clock;
        self
    }

    /// Lets programs at terminals renew their certificates.
    #[must_use]
    pub fn with_renewal(mut self, authorities: Arc<Authorities>) -> Self {
        self.authorities = Some(authorities);
        self
    }

    /// Offers sheets as PDF, within limits.
    #[must_use]
    pub fn with_printer(mut self, printer: Arc<Printer>, limits: PrintLimits) -> Self {
        let print = move |sheet: &Sheet| Ok(printer.print(sheet)?.bytes);
        self.printing = Some(PrintDesk::new(print, limits));
        self
    }

    /// Reads My Number cards at this desk.
    #[must_use]
    pub fn with_cards(mut self, cards: CardDesk) -> Self {
        self.cards = cards;
        self
    }
}
