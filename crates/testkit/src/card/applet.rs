//! The card itself: commands in, answers out.

use super::attributes::attributes;
use super::hierarchy::{Generation, Leaf, Purpose};
use super::order::{CardOrder, Persona};
use super::rsa::{APPLICATION, HOLDER_1, HOLDER_2, RsaKey};
use super::text_files;

const JPKI: [u8; 10] = [0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];
const TEXT: [u8; 10] = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];
const OK: u16 = 0x9000;

/// A card, powered or not. See the module for what it imitates.
#[derive(Debug)]
pub struct VirtualCard {
    persona: Persona,
    files: Files,
    pins: [Secret; 4],
    application: Option<Application>,
    file: Option<u16>,
    log: Vec<Logged>,
    my_number_selected: bool,
    first_not_ready: bool,
    just_powered: bool,
}

/// One command as a test may print it: the PIN is masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Hexadecimal; a PIN shows as `(PIN n bytes)`.
    pub command: String,
    /// Status word.
    pub status: u16,
}

#[derive(Debug)]
struct Files {
    certificate: Vec<u8>,
    authority: Vec<u8>,
    signing_certificate: Vec<u8>,
    signing_authority: Vec<u8>,
    attributes: Vec<u8>,
    integrity: Vec<u8>,
    issuer_certificate: Vec<u8>,
    application_key: Vec<u8>,
    my_number: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Application {
    Jpki,
    Text,
}

/// The secrets, by their place in the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Authentication,
    Signature,
    Text,
    CodeB,
}

struct Secret {
    value: Vec<u8>,
    most: u8,
    left: u8,
    presented: bool,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({} of {} left)", self.left, self.most)
    }
}

impl Secret {
    fn new(value: &str, most: u8) -> Self {
        Self {
            value: value.as_bytes().to_vec(),
            most,
            left: most,
            presented: false,
        }
    }
}

impl VirtualCard {
    pub(super) fn new(order: &CardOrder) -> Self {
        let mut pins = [
            Secret::new(&order.pin, 3),
            Secret::new("ABC123", 5),
            Secret::new(&order.text_pin, 3),
            Secret::new(&code_b(order), 10),
        ];
        match order.persona {
            Persona::Blocked => pins[0].left = 0,
            Persona::OneTryLeft => pins[0].left = 1,
            _ => {}
        }
        Self {
            persona: order.persona,
            files: files(order),
            pins,
            application: None,
            file: None,
            log: Vec::new(),
            my_number_selected: false,
            first_not_ready: false,
            just_powered: true,
        }
    }

    /// What the contact interface says at power-up: T=1, no historical bytes. Source: the My Number card, section 2.
    pub fn answer_to_reset(&self) -> &'static [u8] {
        &[0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14]
    }

    /// Takes the power away: the only thing that forgets a presented PIN.
    pub fn power_off(&mut self) {
        for pin in &mut self.pins {
            pin.presented = false;
        }
        self.reset();
        self.just_powered = true;
    }

    /// A warm reset: the selected file is forgotten, a presented PIN is not.
    pub fn reset(&mut self) {
        self.application = None;
        self.file = None;
    }

    /// Answers the first command after each power-up with `6F00`, as some real cards do.
    pub fn not_ready_at_first(&mut self) {
        self.first_not_ready = true;
    }

    /// Tries left on the PIN of 利用者証明用.
    pub fn tries_left(&self) -> u8 {
        self.pins[Which::Authentication as usize].left
    }

    /// Tries left on 照合番号B.
    pub fn code_tries_left(&self) -> u8 {
        self.pins[Which::CodeB as usize].left
    }

    /// Whether a PIN stands presented: whoever comes next could sign.
    pub fn is_unlocked(&self) -> bool {
        self.pins.iter().any(|pin| pin.presented)
    }

    /// Whether anything has ever selected the file with the My Number. Its content is twelve zeros.
    pub fn my_number_was_selected(&self) -> bool {
        self.my_number_selected
    }

    /// Every command since the card was made.
    pub fn log(&self) -> &[Logged] {
        &self.log
    }

    /// The 利用者証明用 certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.files.certificate
    }

    /// The certificate files that need no PIN, by their identifier, DER.
    pub fn public_certificates(&self) -> [(u16, &[u8]); 3] {
        [
            (0x02, &self.files.signing_authority),
            (0x0A, &self.files.certificate),
            (0x0B, &self.files.authority),
        ]
    }

    /// The 署名用 certificate, DER.
    pub fn signing_certificate(&self) -> &[u8] {
        &self.files.signing_certificate
    }

    /// Answers one command.
    pub fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        let not_ready = self.first_not_ready && self.just_powered;
        self.just_powered = false;
        let (mut data, status) = if not_ready {
            (Vec::new(), 0x6F00)
        } else {
            self.dispatch(command)
                .unwrap_or_else(|status| (Vec::new(), status))
        };
        let carries_pin = command.len() > 5 && matches!(command[1], 0x20 | 0x24);
        let command = if carries_pin {
            format!(
                "{}(PIN {} bytes)",
                hex::encode_upper(&command[..5]),
                command.len() - 5
            )
        } else {
            hex::encode_upper(command)
        };
        self.log.push(Logged { command, status });
        data.extend(status.to_be_bytes());
        data
    }

    fn dispatch(&mut self, command: &[u8]) -> Result<(Vec<u8>, u16), u16> {
        let (header, body) = command.split_first_chunk::<4>().ok_or(0x6700_u16)?;
        let (data, wanted) = body_of(body).ok_or(0x6700_u16)?;
        let [class, instruction, p1, p2] = *header;
        match (class, instruction) {
            (0x00, 0xA4) => self.select(p1, p2, data).map(done),
            (0x00, 0xB0) => self.read(p1, p2, wanted).map(|data| (data, OK)),
            (0x00, 0x20) => self.verify(p1, p2, data).map(|status| (Vec::new(), status)),
            (0x80, 0x2A) => self.sign(p1, p2, data).map(|data| (data, OK)),
            (0x00 | 0x80, _) => Err(0x6D00),
            _ => Err(0x6E00),
        }
    }

    fn select(&mut self, p1: u8, p2: u8, data: &[u8]) -> Result<(), u16> {
        if !matches!(p2, 0x00 | 0x0C) {
            return Err(0x6A86);
        }
        match p1 {
            0x04 => {
                let known = |name: &[u8; 10]| data == name && self.persona != Persona::BankCard;
                let application = match () {
                    () if known(&JPKI) => Application::Jpki,
                    () if known(&TEXT) && self.persona != Persona::ResidentRegister => {
                        Application::Text
                    }
                    () => return Err(0x6A82),
                };
                self.application = Some(application);
                self.file = None;
                Ok(())
            }
            0x02 => {
                let id: [u8; 2] = data.try_into().map_err(|_| 0x6700_u16)?;
                self.set_file(u16::from_be_bytes(id))
            }
            // The master file: refused after power-up, "done" without effect in an application.
            0x00 if self.application.is_some() => Ok(()),
            _ => Err(0x6A86),
        }
    }

    fn set_file(&mut self, id: u16) -> Result<(), u16> {
        let exists = match self.application {
            Some(Application::Jpki) => {
                matches!(
                    id,
                    0x01 | 0x02 | 0x06 | 0x08 | 0x0A | 0x0B | 0x17 | 0x18 | 0x1A | 0x1B
                )
            }
            Some(Application::Text) => matches!(id, 0x01..=0x05 | 0x07 | 0x11 | 0x14 | 0x15),
            None => false,
        };
        if !exists {
            return Err(0x6A82);
        }
        self.file = Some(id);
        if self.application == Some(Application::Text) && id == 0x01 {
            self.my_number_selected = true;
        }
        Ok(())
    }

    fn read(&mut self, p1: u8, p2: u8, wanted: Option<usize>) -> Result<Vec<u8>, u16> {
        let offset = if p1 & 0x80 == 0 {
            usize::from(p1) << 8 | usize::from(p2)
        } else {
            self.set_file(u16::from(p1 & 0x1F))?;
            usize::from(p2)
        };
        let id = self.file.ok_or(0x6986_u16)?;
        let wanted = wanted.ok_or(0x6700_u16)?;
        let content = self.content(id)?;
        if offset >= content.len() {
            return Err(0x6B00);
        }
        Ok(content[offset..content.len().min(offset + wanted)].to_vec())
    }

    /// What the file holds with its filler, or why it is not shown.
    fn content(&self, id: u16) -> Result<Vec<u8>, u16> {
        let after = |allowed: &[Which], file: &[u8]| {
            let open = allowed
                .iter()
                .any(|which| self.pins[*which as usize].presented);
            let open = open || allowed.is_empty();
            open.then(|| filled(file)).ok_or(0x6982)
        };
        let text = [Which::Text, Which::CodeB];
        let files = &self.files;
        match (self.application, id) {
            (Some(Application::Jpki), 0x01) => {
                after(&[Which::Signature], &files.signing_certificate)
            }
            (Some(Application::Jpki), 0x02) => after(&[], &files.signing_authority),
            (Some(Application::Jpki), 0x06) => Ok(token_info(self.persona)),
            (Some(Application::Jpki), 0x08) => Ok(match self.persona {
                Persona::NoCertificate => vec![0x8F, 0x00, 0x00],
                _ => vec![0x8F, 0x8F, 0x00],
            }),
            (Some(Application::Jpki), 0x0A) => match self.persona {
                Persona::NoCertificate => Ok(vec![0xFF; 1024]),
                Persona::Telephone => after(&[Which::Authentication], &files.certificate),
                _ => after(&[], &files.certificate),
            },
            (Some(Application::Jpki), 0x0B) => after(&[], &files.authority),
            (Some(Application::Text), 0x01) => after(&[Which::Text], &files.my_number),
            (Some(Application::Text), 0x02) => after(&text, &files.attributes),
            (Some(Application::Text), 0x03) => after(&text, &files.integrity),
            (Some(Application::Text), 0x04) => after(&[], &files.issuer_certificate),
            (Some(Application::Text), 0x05) => after(
                &[],
                &[0xFF, 0x40, 0x07, 0xDF, 0x41, 0x04, 0x01, 0x03, 0x0E, 0x01],
            ),
            (Some(Application::Text), 0x07) => after(&text, &files.application_key),
            // Keys and PINs are internal.
            _ => Err(0x6981),
        }
    }

    fn verify(&mut self, p1: u8, p2: u8, data: &[u8]) -> Result<u16, u16> {
        if p1 != 0 || p2 & 0x80 == 0 {
            return Err(0x6A86);
        }
        if p2 & 0x1F != 0 {
            self.set_file(u16::from(p2 & 0x1F))?;
        }
        let which = match (self.application, self.file.ok_or(0x6986_u16)?) {
            (Some(Application::Jpki), 0x18) => Which::Authentication,
            (Some(Application::Jpki), 0x1B) => Which::Signature,
            (Some(Application::Text), 0x11) => Which::Text,
            (Some(Application::Text), 0x15) => Which::CodeB,
            _ => return Err(0x6981),
        };
        let pin = &mut self.pins[which as usize];
        if data.is_empty() {
            return Ok(0x63C0 | u16::from(pin.left));
        }
        if pin.left == 0 {
            return Err(0x6984);
        }
        pin.presented = data == pin.value;
        pin.left = if pin.presented {
            pin.most
        } else {
            pin.left - 1
        };
        Ok(if pin.presented {
            OK
        } else {
            0x63C0 | u16::from(pin.left)
        })
    }

    fn sign(&self, p1: u8, p2: u8, data: &[u8]) -> Result<Vec<u8>, u16> {
        let key: &RsaKey = match (self.application, p2) {
            (Some(Application::Jpki), 0x80..) => {
                let id = match p2 & 0x1F {
                    0 => self.file.ok_or(0x6986_u16)?,
                    short => u16::from(short),
                };
                let (which, key) = match id {
                    0x17 => (Which::Authentication, &*HOLDER_1),
                    0x1A => (Which::Signature, &*HOLDER_2),
                    _ => return Err(0x6981),
                };
                if !self.pins[which as usize].presented {
                    return Err(0x6982);
                }
                key
            }
            // The application's default key asks for nothing.
            (Some(Application::Text), 0x00) => &APPLICATION,
            (Some(_), _) => return Err(0x6A86),
            (None, _) => return Err(0x6985),
        };
        match (p1, data.len()) {
            (0x00, 1..=245) => Ok(key.sign_given(data)),
            (0x02, 32) => Ok(key.sign_hash(data)),
            (0x03, 1..) => Ok(key.sign(data)),
            (0x00 | 0x02 | 0x03, _) => Err(0x6985),
            _ => Err(0x6A86),
        }
    }
}

fn files(order: &CardOrder) -> Files {
    let generation = match order.persona {
        Persona::OlderGeneration => Generation::Second,
        Persona::Foreign => Generation::Foreign,
        _ => Generation::Third,
    };
    let leaf = |purpose, serial, common_name: &'static str, key: &'static RsaKey| Leaf {
        purpose,
        serial,
        common_name,
        key,
        not_before: order.not_before,
        not_after: order.not_after,
    };
    let authentication = leaf(
        Purpose::Authentication,
        order.serial,
        "00000000VIRTUAL13000001A",
        &HOLDER_1,
    );
    let signing = leaf(
        Purpose::Signature,
        order.serial ^ 0x0080_0000,
        "202601010900000000013000001A",
        &HOLDER_2,
    );
    // Never the number of anybody.
    let my_number = b"\xFF\x10\x0C000000000000".to_vec();
    let attributes = attributes(&order.person);
    Files {
        certificate: generation.issue(&authentication),
        authority: generation.root(Purpose::Authentication),
        signing_certificate: Generation::Foreign.issue(&signing),
        signing_authority: Generation::Foreign.root(Purpose::Signature),
        integrity: text_files::integrity(&filled(&my_number), &attributes),
        issuer_certificate: text_files::issuer_certificate(),
        application_key: text_files::application_key(),
        attributes,
        my_number,
    }
}

/// Files on the card are longer than what is in them.
fn filled(file: &[u8]) -> Vec<u8> {
    [file, &[0xFF; 64]].concat()
}

/// Birth date with the year of its era, expiry year, security code.
fn code_b(order: &CardOrder) -> String {
    let birth =
        kiban_domain::Wareki::try_from(order.person.birth_date).expect("a birth date in an era");
    format!(
        "{:02}{:02}{:02}{:04}{}",
        birth.year(),
        birth.month(),
        birth.day(),
        order.expiry_year,
        order.security_code
    )
}

/// A number in the token information that says nothing.
const UNSAID: u32 = 0xFFFF_FFFF;

/// EF 0006: a PKCS#11 CK_TOKEN_INFO with 32-bit big-endian numbers, 160 bytes.
fn token_info(persona: Persona) -> Vec<u8> {
    let name = match persona {
        Persona::Telephone => "JPKIAPGPSETOKEN",
        Persona::ResidentRegister => "JPKIAPICCTOKEN",
        _ => "JPKIAPICCTOKEN2",
    };
    let mut bytes = Vec::with_capacity(160);
    for (text, width) in [
        (name, 32),
        ("JPKI", 32),
        ("VIRTUAL", 16),
        ("0000000000000001", 16),
    ] {
        bytes.extend(format!("{text:<width$}").bytes());
    }
    let numbers = [
        0x040D, 0, UNSAID, 0, UNSAID, 16, 4, UNSAID, UNSAID, UNSAID, UNSAID,
    ];
    bytes.extend(numbers.iter().flat_map(|number: &u32| number.to_be_bytes()));
    bytes.extend(b"0301                ");
    bytes
}

/// Data and wanted length behind the header, short and extended forms.
fn body_of(body: &[u8]) -> Option<(&[u8], Option<usize>)> {
    let short = |length: u8| {
        if length == 0 {
            256
        } else {
            usize::from(length)
        }
    };
    let long = |high: u8, low: u8| match u16::from_be_bytes([high, low]) {
        0 => 65_536,
        length => usize::from(length),
    };
    match *body {
        [] => Some((&[], None)),
        [wanted] => Some((&[], Some(short(wanted)))),
        [0, high, low] => Some((&[], Some(long(high, low)))),
        [0, high, low, ref rest @ ..] => {
            let (data, rest) = rest.split_at_checked(u16::from_be_bytes([high, low]).into())?;
            match *rest {
                [] => Some((data, None)),
                [high, low] => Some((data, Some(long(high, low)))),
                _ => None,
            }
        }
        [length, ref rest @ ..] => {
            let (data, rest) = rest.split_at_checked(length.into())?;
            match *rest {
                [] => Some((data, None)),
                [wanted] => Some((data, Some(short(wanted)))),
                _ => None,
            }
        }
    }
}

fn done((): ()) -> (Vec<u8>, u16) {
    (Vec::new(), OK)
}
