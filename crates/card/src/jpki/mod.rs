//! 公的個人認証AP: token, certificate, PIN and signature. Source: the My Number card, section 3.
//!
//! ```text
//! Jpki::open ─ certificate ─ tries_left ─ present_pin ─► Unlocked ─ sign (once)
//! ```

mod file;
mod sign;
mod token;

pub(crate) use file::{read_der, read_tlv, select_application, select_file};
pub use sign::Signature;
pub(crate) use sign::{by_selected_key, digest_info, fits};
pub use token::Token;

use crate::apdu::{Command, Status};
use crate::challenge::ChallengeText;
use crate::error::{CardError, OtherCard, Step};
use crate::link::{CardLink, exchange};
use crate::pin::{LastTry, Pin, TriesLeft};

const APPLICATION: [u8; 10] = [0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];

const TOKEN: u16 = 0x0006;
const AVAILABILITY: u16 = 0x0008;
const CERTIFICATE: u16 = 0x000A;
const KEY: u16 = 0x0017;
const PIN: u16 = 0x0018;

/// The application, selected, on a card that is a My Number card.
pub struct Jpki<'a> {
    link: &'a mut dyn CardLink,
}

impl std::fmt::Debug for Jpki<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Jpki")
    }
}

impl<'a> Jpki<'a> {
    /// Selects the application and makes sure that it is a My Number card's.
    ///
    /// # Errors
    ///
    /// [`CardError::OtherCard`] for any other card, old or on a telephone; the link's errors.
    pub fn open(link: &'a mut dyn CardLink) -> Result<Self, CardError> {
        select_application(link, &APPLICATION)?;
        let mut card = Self { link };
        match card.token()? {
            Token::MyNumberCard => Ok(card),
            Token::ResidentRegisterCard => Err(CardError::OtherCard(OtherCard::ResidentRegister)),
            Token::Telephone => Err(CardError::OtherCard(OtherCard::Telephone)),
            Token::Unknown => Err(CardError::OtherCard(OtherCard::Unknown)),
        }
    }

    fn token(&mut self) -> Result<Token, CardError> {
        self.select(TOKEN, Step::Token)?;
        let name = self.read(0x20, Step::Token)?;
        Ok(Token::named(&name))
    }

    /// Whether the card says that it holds a 利用者証明用 certificate.
    ///
    /// # Errors
    ///
    /// The link's, and a card that answers nonsense.
    pub fn has_certificate(&mut self) -> Result<bool, CardError> {
        self.select(AVAILABILITY, Step::Availability)?;
        let marks = self.read(3, Step::Availability)?;
        Ok(marks.get(1) == Some(&0x8F))
    }

    /// The 利用者証明用 certificate in DER, without the filler behind it. Needs no PIN, and so proves nothing by itself.
    ///
    /// # Errors
    ///
    /// [`CardError::NoCertificate`] when there is none; [`CardError::Malformed`] when it is not one.
    pub fn certificate(&mut self) -> Result<Vec<u8>, CardError> {
        if !self.has_certificate()? {
            return Err(CardError::NoCertificate);
        }
        match select_file(self.link, CERTIFICATE)? {
            Status::OK => read_der(self.link),
            Status::NOT_FOUND => Err(CardError::NoCertificate),
            status => Err(unexpected(Step::Certificate, status)),
        }
    }

    /// Asks how many tries the PIN has left; costs none.
    ///
    /// # Errors
    ///
    /// The link's, and a card that answers nonsense.
    pub fn tries_left(&mut self) -> Result<TriesLeft, CardError> {
        self.select(PIN, Step::Tries)?;
        tries_left(self.link)
    }

    /// Presents the PIN once. The counter is asked first: a blocked PIN is not sent, and the last try only when `last_try`
    /// says so.
    ///
    /// # Errors
    ///
    /// [`CardError::Blocked`], [`CardError::LastTry`], [`CardError::WrongPin`]; the PIN is gone in every case.
    pub fn present_pin(mut self, pin: Pin, last_try: LastTry) -> Result<Unlocked<'a>, CardError> {
        self.select(PIN, Step::Tries)?;
        present(self.link, pin.as_bytes(), last_try)?;
        drop(pin);
        Ok(Unlocked { link: self.link })
    }

    fn select(&mut self, file: u16, step: Step) -> Result<(), CardError> {
        match select_file(self.link, file)? {
            Status::OK => Ok(()),
            status => Err(unexpected(step, status)),
        }
    }

    fn read(&mut self, wanted: usize, step: Step) -> Result<Vec<u8>, CardError> {
        let response = exchange(
            self.link,
            &Command::reading([0x00, 0xB0, 0x00, 0x00], wanted),
        )?;
        match response.status {
            Status::OK => Ok(response.data),
            status => Err(unexpected(step, status)),
        }
    }
}

/// A card whose 利用者証明用 key may be used: for one signature, then it has to be powered off.
pub struct Unlocked<'a> {
    link: &'a mut dyn CardLink,
}

impl std::fmt::Debug for Unlocked<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unlocked")
    }
}

impl Unlocked<'_> {
    /// Signs a challenge text; there is no way to sign anything else. The signature is checked against `certificate` (DER)
    /// before it is given out, so that a broken exchange shows at the terminal.
    ///
    /// # Errors
    ///
    /// [`CardError::SelfCheck`] when signature and certificate do not fit; the link's errors.
    pub fn sign(self, text: &ChallengeText, certificate: &[u8]) -> Result<Signature, CardError> {
        match select_file(self.link, KEY)? {
            Status::OK => {}
            status => return Err(unexpected(Step::Sign, status)),
        }
        let digest_info = digest_info(text.as_str().as_bytes());
        let signature = sign::by_selected_key(self.link, [0x80, 0x2A, 0x00, 0x80], &digest_info)?;
        if fits(certificate, text.as_str().as_bytes(), signature.as_bytes()) {
            Ok(signature)
        } else {
            Err(CardError::SelfCheck)
        }
    }
}

/// Asks the counter of the selected PIN file.
pub(crate) fn tries_left(link: &mut dyn CardLink) -> Result<TriesLeft, CardError> {
    let status = exchange(link, &Command::bare([0x00, 0x20, 0x00, 0x80]))?.status;
    let left = status.tries_left();
    left.map(TriesLeft).ok_or(unexpected(Step::Tries, status))
}

/// Presents a secret to the selected PIN file, after asking its counter.
pub(crate) fn present(
    link: &mut dyn CardLink,
    secret: &[u8],
    last_try: LastTry,
) -> Result<(), CardError> {
    let left = tries_left(link)?;
    if left.is_blocked() {
        return Err(CardError::Blocked);
    }
    if left.is_last() && last_try == LastTry::Keep {
        return Err(CardError::LastTry);
    }
    let command = Command::sending([0x00, 0x20, 0x00, 0x80], secret);
    // Not `exchange`: a PIN is sent once, whatever the card says.
    let answer = link.transmit(command.as_bytes())?;
    drop(command);
    let answer = crate::apdu::Response::parse(&answer);
    let status = answer.ok_or(CardError::Malformed(Step::Verify))?.status;
    match (status, status.tries_left()) {
        (Status::OK, _) => Ok(()),
        (_, Some(0)) => Err(CardError::Blocked),
        (_, Some(left)) => Err(CardError::WrongPin { left }),
        (status, None) => Err(unexpected(Step::Verify, status)),
    }
}

pub(crate) fn unexpected(step: Step, status: Status) -> CardError {
    CardError::Unexpected { step, status }
}
