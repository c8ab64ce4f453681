//! `opinion verify`: a receipt, without the platform.

use super::{Outcome, read};
use crate::output::Output;
use clap::Args;
use kiban_client::{ClientError, signed_texts, verify_receipt, wire::SigningKeys};
use ring::digest::{SHA256, digest};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 受付票（.receipt.json のファイル、または署名付き受付票そのもの）
    receipt: PathBuf,
    /// 「opinion keys」で取った鍵のファイル
    #[arg(long)]
    keys: PathBuf,
    /// 受付票のとおりかを確かめる正本のJSON
    #[arg(long)]
    document: Option<PathBuf>,
    /// 受付票のとおりかを確かめるPDF
    #[arg(long)]
    pdf: Option<PathBuf>,
}

pub(crate) fn run(output: Output, arguments: &Arguments) -> Outcome {
    let kept = String::from_utf8_lossy(&read(&arguments.receipt)?).into_owned();
    let keys: SigningKeys = serde_json::from_slice(&read(&arguments.keys)?)
        .map_err(|_| ClientError::Setting("--keys"))?;
    let digest_of = |path: &Option<PathBuf>| -> Result<Option<String>, ClientError> {
        let bytes = path.as_ref().map(|path| read(path)).transpose()?;
        Ok(bytes.map(|it| hex::encode(digest(&SHA256, &it))))
    };
    let (document, pdf) = (digest_of(&arguments.document)?, digest_of(&arguments.pdf)?);
    let texts = match signed_texts(&kept) {
        Ok(texts) => texts,
        Err(error) => {
            output.say(error.message());
            return Ok(false);
        }
    };
    let (mut good, mut has_document, mut has_pdf) = (true, false, false);
    for text in texts {
        match verify_receipt(&text, &keys) {
            Ok(claims) => {
                output.say(&format!(
                    "{}  {}  署名は正しいものです。",
                    claims.receipt_no, claims.submitted_at
                ));
                has_document |= document.as_ref() == Some(&claims.sha256);
                has_pdf |= pdf.is_some() && pdf == claims.pdf_sha256;
                output.value(&claims);
            }
            Err(error) => {
                output.say(error.message());
                good = false;
            }
        }
    }
    if document.is_some() && !has_document {
        output.say("正本のJSONが、受付票の内容と一致しません。");
        good = false;
    }
    if pdf.is_some() && !has_pdf {
        output.say("PDFが、受付票の内容と一致しません。");
        good = false;
    }
    Ok(good)
}
