//! Selecting and reading files, the same in both applications.

use crate::apdu::{Command, Status};
use crate::error::{CardError, OtherCard, Step};
use crate::link::{CardLink, exchange};
use crate::{der, tlv};

use super::unexpected;

/// The longest file that is read: four times the longest seen.
const LONGEST: usize = 8192;

/// Selects an application by name. Some cards answer the first command after power-up with `6F00`, so it is said twice.
pub(crate) fn select_application(
    link: &mut dyn CardLink,
    name: &[u8; 10],
) -> Result<(), CardError> {
    let command = Command::sending([0x00, 0xA4, 0x04, 0x0C], name);
    let mut status = exchange(link, &command)?.status;
    if status == Status::NOT_READY {
        status = exchange(link, &command)?.status;
    }
    match status {
        Status::OK => Ok(()),
        // Other cards say "no such application", "no such instruction" or "no such class".
        Status(0x6A82 | 0x6A81 | 0x6A86 | 0x6D00 | 0x6E00) => {
            Err(CardError::OtherCard(OtherCard::Unknown))
        }
        status => Err(unexpected(Step::Application, status)),
    }
}

/// Selects a file of the current application.
pub(crate) fn select_file(link: &mut dyn CardLink, file: u16) -> Result<Status, CardError> {
    let command = Command::sending([0x00, 0xA4, 0x02, 0x0C], &file.to_be_bytes());
    Ok(exchange(link, &command)?.status)
}

/// Reads the certificate in the selected file, to its own end.
pub(crate) fn read_der(link: &mut dyn CardLink) -> Result<Vec<u8>, CardError> {
    let first = block(link, 0, 256, Step::Certificate)?;
    if der::is_filler(&first) {
        return Err(CardError::NoCertificate);
    }
    let total = der::sequence_length(&first).ok_or(CardError::Malformed(Step::Certificate))?;
    rest(link, first, total, Step::Certificate)
}

/// Reads the object in the selected file, to its own end.
pub(crate) fn read_tlv(link: &mut dyn CardLink, step: Step) -> Result<Vec<u8>, CardError> {
    let first = block(link, 0, 256, step)?;
    let total = tlv::announced_length(&first).ok_or(CardError::Malformed(step))?;
    rest(link, first, total, step)
}

fn rest(
    link: &mut dyn CardLink,
    mut read: Vec<u8>,
    total: usize,
    step: Step,
) -> Result<Vec<u8>, CardError> {
    if total > LONGEST {
        return Err(CardError::Malformed(step));
    }
    while read.len() < total {
        let more = block(link, read.len(), (total - read.len()).min(256), step)?;
        if more.is_empty() {
            return Err(CardError::Malformed(step));
        }
        read.extend(more);
    }
    read.truncate(total);
    Ok(read)
}

fn block(
    link: &mut dyn CardLink,
    offset: usize,
    wanted: usize,
    step: Step,
) -> Result<Vec<u8>, CardError> {
    // The offset has 15 bits; `LONGEST` keeps it below.
    let [high, low] = u16::try_from(offset).unwrap_or(0x7FFF).to_be_bytes();
    let response = exchange(link, &Command::reading([0x00, 0xB0, high, low], wanted))?;
    match response.status {
        Status::OK => Ok(response.data),
        // An empty file has no byte at offset 0.
        Status::PAST_END => Ok(Vec::new()),
        status => Err(unexpected(step, status)),
    }
}
