//! Sends files of any size with a bounded amount of memory, from whatever can be read once.

use crate::{ClientError, Connection, Encoding};
use bytes::Bytes;
use kiban_connect_api::wire::{CompleteRequest, PartResponse, TransferAccepted};
use ring::digest::{Context, SHA256, digest};
use std::io::{self, Read};

/// How a file is sent.
#[derive(Debug, Clone, Copy)]
pub struct Sending<'a> {
    /// How its rows are encoded.
    pub encoding: Encoding,
    /// Size of a part in bytes; also the memory that is needed.
    pub part_bytes: usize,
    /// The same for every attempt of one sending, another for each sending.
    pub key: &'a str,
}

impl Connection {
    /// Sends what `source` gives under `file_name`, at once if it fits into one part. Parts that are there from an
    /// earlier attempt are not sent again. `progress` hears how many bytes are over.
    ///
    /// # Errors
    ///
    /// Whatever still fails after the retries; what has arrived of a file in parts stays there for the next attempt.
    pub async fn send(
        &self,
        file_name: &str,
        source: &mut impl Read,
        sending: Sending<'_>,
        mut progress: impl FnMut(u64),
    ) -> Result<TransferAccepted, ClientError> {
        // Asked first: a name that is refused is refused before anything is sent.
        let there = self.upload(file_name).await?.parts;
        let mut chunk = fill(source, sending.part_bytes)?;
        let mut next = if chunk.len() < sending.part_bytes {
            Bytes::new()
        } else {
            fill(source, sending.part_bytes)?
        };
        if next.is_empty() {
            let sha256 = sha256(&chunk);
            let size = chunk.len() as u64;
            let accepted = self
                .put_transfer(file_name, chunk, sending.encoding, &sha256, sending.key)
                .await?;
            progress(size);
            return Ok(accepted);
        }
        let mut whole = Context::new(&SHA256);
        let (mut part, mut over) = (0, 0);
        while !chunk.is_empty() {
            part += 1;
            whole.update(&chunk);
            over += chunk.len() as u64;
            self.send_part(file_name, part, chunk, &there).await?;
            progress(over);
            chunk = next;
            next = fill(source, sending.part_bytes)?;
        }
        let whole = CompleteRequest {
            parts: part,
            sha256: hex::encode(whole.finish()),
            encoding: Some(sending.encoding.as_str().to_owned()),
        };
        self.complete(file_name, &whole, sending.key).await
    }

    async fn send_part(
        &self,
        file_name: &str,
        part: i64,
        chunk: Bytes,
        there: &[PartResponse],
    ) -> Result<(), ClientError> {
        let sha256 = sha256(&chunk);
        if there
            .iter()
            .any(|known| known.part == part && known.sha256 == sha256)
        {
            return Ok(());
        }
        self.put_part(file_name, part, chunk, &sha256).await?;
        Ok(())
    }
}

/// Reads `most` bytes, fewer only at the end.
fn fill(source: &mut impl Read, most: usize) -> Result<Bytes, ClientError> {
    let mut chunk = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX);
    io::copy(&mut source.take(limit), &mut chunk).map_err(ClientError::Source)?;
    Ok(Bytes::from(chunk))
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

/// In which order files go: insured persons, their cards, everything else; older before newer.
///
/// Rows whose person is not there yet wait on the platform, so another order is not wrong, only slower.
pub fn order_of(file_name: &str) -> (u8, String) {
    let set = file_name
        .split_once('_')
        .and_then(|(_, rest)| rest.rsplitn(4, '_').nth(3))
        .unwrap_or("");
    let rank = match set {
        "insured" => 0,
        "insured_card" => 1,
        _ => 2,
    };
    let by_day = file_name.rsplitn(3, '_').take(2).collect::<Vec<_>>();
    (
        rank,
        format!(
            "{set} {} {}",
            by_day.get(1).unwrap_or(&""),
            by_day.first().unwrap_or(&"")
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_go_before_their_cards_and_older_files_before_newer() {
        let mut names = [
            "131128_cost_share_F_20261101_0001.csv",
            "131128_insured_card_F_20261101_0001.csv",
            "131128_insured_D_20261101_0002.csv",
            "131128_insured_F_20261101_0001.csv",
            "131128_insured_D_20261031_0009.csv",
        ];
        names.sort_by_key(|name| order_of(name));
        assert_eq!(
            names,
            [
                "131128_insured_D_20261031_0009.csv",
                "131128_insured_F_20261101_0001.csv",
                "131128_insured_D_20261101_0002.csv",
                "131128_insured_card_F_20261101_0001.csv",
                "131128_cost_share_F_20261101_0001.csv",
            ]
        );
    }
}
