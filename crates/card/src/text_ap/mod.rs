//! 券面入力補助AP: the four attributes and the proof that the card is here. Source: the My Number card, sections 4 and 7.
//!
//! The application also holds the My Number, in a file of its own. The files that this module selects are listed below and
//! that one is not among them; nothing outside can name a file.

mod attributes;
mod code_b;

pub(crate) use attributes::digested_part;
pub use attributes::{CardSex, FourAttributes, UnreadableAttributes};
pub use code_b::{CodeB, InvalidCodeB};

use crate::apdu::Status;
use crate::challenge::ChallengeText;
use crate::error::{CardError, Step};
use crate::jpki::{self, Signature, digest_info};
use crate::link::CardLink;
use crate::pin::{LastTry, Pin, TriesLeft};

const APPLICATION: [u8; 10] = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];

/// The files that are ever selected here.
#[derive(Debug, Clone, Copy)]
#[repr(u16)]
enum File {
    Attributes = 0x0002,
    Integrity = 0x0003,
    IssuerCertificate = 0x0004,
    ApplicationKey = 0x0007,
    Pin = 0x0011,
    CodeB = 0x0015,
}

/// The application, selected.
pub struct TextAp<'a> {
    link: &'a mut dyn CardLink,
}

impl std::fmt::Debug for TextAp<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TextAp")
    }
}

impl<'a> TextAp<'a> {
    /// Selects the application.
    ///
    /// # Errors
    ///
    /// [`CardError::OtherCard`] when the card does not have it; the link's errors.
    pub fn open(link: &'a mut dyn CardLink) -> Result<Self, CardError> {
        jpki::select_application(link, &APPLICATION)?;
        Ok(Self { link })
    }

    /// Asks how many tries this application's own PIN has left; costs none.
    ///
    /// # Errors
    ///
    /// The link's, and a card that answers nonsense.
    pub fn pin_tries_left(&mut self) -> Result<TriesLeft, CardError> {
        self.select(File::Pin, Step::Tries)?;
        jpki::tries_left(self.link)
    }

    /// Asks how many tries 照合番号B has left, of ten; costs none.
    ///
    /// # Errors
    ///
    /// The link's, and a card that answers nonsense.
    pub fn code_tries_left(&mut self) -> Result<TriesLeft, CardError> {
        self.select(File::CodeB, Step::Tries)?;
        jpki::tries_left(self.link)
    }

    /// Opens the attributes with this application's own PIN, which is not the one of 利用者証明用: ask for it by its name.
    ///
    /// # Errors
    ///
    /// [`CardError::Blocked`], [`CardError::LastTry`], [`CardError::WrongPin`]; the PIN is gone in every case.
    pub fn present_pin(mut self, pin: Pin, last_try: LastTry) -> Result<OpenText<'a>, CardError> {
        self.select(File::Pin, Step::Tries)?;
        jpki::present(self.link, pin.as_bytes(), last_try)?;
        drop(pin);
        Ok(OpenText { link: self.link })
    }

    /// Opens the attributes with what is printed on the card.
    ///
    /// # Errors
    ///
    /// As for the PIN; [`CardError::WrongPin`] then means that the three values are not this card's.
    pub fn present_code(
        mut self,
        code: CodeB,
        last_try: LastTry,
    ) -> Result<OpenText<'a>, CardError> {
        self.select(File::CodeB, Step::Tries)?;
        jpki::present(self.link, code.as_bytes(), last_try)?;
        drop(code);
        Ok(OpenText { link: self.link })
    }

    fn select(&mut self, file: File, step: Step) -> Result<(), CardError> {
        select(self.link, file, step)
    }
}

/// The application after a PIN or 照合番号B.
pub struct OpenText<'a> {
    link: &'a mut dyn CardLink,
}

impl std::fmt::Debug for OpenText<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenText")
    }
}

impl OpenText<'_> {
    /// The four attributes as they are on the card (EF 0002), for [`FourAttributes::parse`].
    ///
    /// # Errors
    ///
    /// The link's, and a card that answers nonsense.
    pub fn attributes(&mut self) -> Result<Vec<u8>, CardError> {
        self.file(File::Attributes, Step::Attributes)
    }

    /// Signs the challenge text with the application's own key and reads what proves that key.
    ///
    /// # Errors
    ///
    /// The link's, and a card that answers nonsense.
    pub fn prove_presence(&mut self, text: &ChallengeText) -> Result<Presence, CardError> {
        let issuer_certificate = self.file(File::IssuerCertificate, Step::Presence)?;
        let application_key = self.file(File::ApplicationKey, Step::Presence)?;
        let integrity = match self.file(File::Integrity, Step::Presence) {
            Ok(bytes) => Some(bytes),
            // Sources disagree on whether 照合番号B opens this file; presence does not need it.
            Err(CardError::Unexpected {
                status: Status::PIN_NEEDED,
                ..
            }) => None,
            Err(error) => return Err(error),
        };
        // The key is the application's default one, P2 = 00; no credential is asked for.
        let digest_info = digest_info(text.as_str().as_bytes());
        let signature = jpki::by_selected_key(self.link, [0x80, 0x2A, 0x00, 0x00], &digest_info)?;
        Ok(Presence {
            issuer_certificate,
            application_key,
            integrity,
            signature,
        })
    }

    fn file(&mut self, file: File, step: Step) -> Result<Vec<u8>, CardError> {
        select(self.link, file, step)?;
        jpki::read_tlv(self.link, step)
    }
}

/// What proves that the card was there, for [`crate::answer::verify_presence`].
#[derive(Clone)]
pub struct Presence {
    /// EF 0004: card-verifiable certificate of the issuer's key.
    pub issuer_certificate: Vec<u8>,
    /// EF 0007: the application's key, signed by the issuer's.
    pub application_key: Vec<u8>,
    /// EF 0003: digests of the files, signed by the issuer's key, where the card gave it.
    pub integrity: Option<Vec<u8>>,
    /// The application's signature over the challenge text.
    pub signature: Signature,
}

impl std::fmt::Debug for Presence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Presence(…)")
    }
}

fn select(link: &mut dyn CardLink, file: File, step: Step) -> Result<(), CardError> {
    match jpki::select_file(link, file as u16)? {
        Status::OK => Ok(()),
        status => Err(jpki::unexpected(step, status)),
    }
}
