//! How letters leave: through a mail server, or into a folder in a sandbox.

mod folder;
mod maildir;
mod message;
#[cfg(test)]
mod report_tests;
mod smtp;
#[cfg(test)]
mod smtp_tests;

pub(crate) use folder::Folder;
pub(crate) use maildir::{Maildir, Taken};
pub(crate) use smtp::Smtp;

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};
use kiban_domain::MailAddress;
use kiban_services::mail::Post;
use std::{fmt, path::PathBuf, sync::Arc};

/// How the line to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Security {
    /// はじめからTLS（ふつう465番）
    Tls,
    /// STARTTLSで切り替える（ふつう587番）
    Starttls,
    /// 暗号化しない（この機械の中のサーバーに限る）
    None,
}

/// Where letters go. Without any of these they wait in the database.
#[derive(Clone, Default, Args)]
pub(crate) struct MailArgs {
    /// メールサーバーの名前
    #[arg(long, env = "KIBAN_SMTP_HOST", value_name = "HOST")]
    smtp_host: Option<String>,
    /// メールサーバーの番号（指定しないときは、TLSは465、STARTTLSは587、暗号化なしは25）
    #[arg(long, env = "KIBAN_SMTP_PORT", value_name = "PORT")]
    smtp_port: Option<u16>,
    /// メールサーバーまでの暗号化
    #[arg(long, env = "KIBAN_SMTP_SECURITY", value_enum)]
    smtp_security: Option<Security>,
    /// メールサーバーのユーザ
    #[arg(long, env = "KIBAN_SMTP_USER", value_name = "USER")]
    smtp_user: Option<String>,
    /// メールサーバーのパスワードを書いたファイル
    #[arg(long, env = "KIBAN_SMTP_PASSWORD_FILE", value_name = "FILE")]
    smtp_password_file: Option<PathBuf>,
    /// メールサーバーの認証局の証明書（指定しないときは、この機械が信頼する認証局）
    #[arg(long, env = "KIBAN_SMTP_CA", value_name = "FILE")]
    smtp_ca: Option<PathBuf>,
    /// 差出人のアドレス
    #[arg(long, env = "KIBAN_MAIL_FROM", value_name = "ADDRESS")]
    mail_from: Option<MailAddress>,
    /// 届かなかったときの知らせを受け取るアドレス（「@」の前に「+」と識別子を付けて使います）
    #[arg(long, env = "KIBAN_MAIL_BOUNCE", value_name = "ADDRESS")]
    mail_bounce: Option<MailAddress>,
    /// 届かなかったときの知らせが入る Maildir 形式のフォルダ（1分ごとに読む）
    #[arg(long, env = "KIBAN_MAIL_BOUNCE_DIR", value_name = "DIR")]
    mail_bounce_dir: Option<PathBuf>,
    /// メールを送らずに、このフォルダに書く（検証用）
    #[arg(
        long,
        env = "KIBAN_MAIL_FOLDER",
        value_name = "DIR",
        conflicts_with = "smtp_host"
    )]
    mail_folder: Option<PathBuf>,
}

/// Names the server only: user and password are nobody's business.
impl fmt::Debug for MailArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailArgs")
            .field("smtp_host", &self.smtp_host)
            .field("mail_folder", &self.mail_folder)
            .finish_non_exhaustive()
    }
}

impl MailArgs {
    /// Where reports of letters that did not arrive come in; `None` when nothing is set.
    pub(crate) fn reports(&self) -> Result<Option<Maildir>> {
        self.mail_bounce_dir
            .as_deref()
            .map(Maildir::open)
            .transpose()
    }

    /// What takes letters away; `None` when nothing is set.
    pub(crate) fn post(&self) -> Result<Option<Arc<dyn Post>>> {
        if let Some(folder) = &self.mail_folder {
            return Ok(Some(Arc::new(Folder::open(
                folder,
                self.mail_from.clone(),
            )?)));
        }
        let Some(host) = &self.smtp_host else {
            return Ok(None);
        };
        let from = self
            .mail_from
            .clone()
            .context("--mail-from で差出人のアドレスを指定してください")?;
        let login = match (&self.smtp_user, &self.smtp_password_file) {
            (None, None) => None,
            (Some(user), Some(file)) => {
                let password = std::fs::read_to_string(file)
                    .with_context(|| format!("ファイルを読めません: {}", file.display()))?;
                let password = password.trim_end_matches(['\r', '\n']).to_owned();
                Some((user.clone(), password))
            }
            _ => bail!("--smtp-user と --smtp-password-file は、両方を指定してください"),
        };
        let authority = match &self.smtp_ca {
            None => None,
            Some(file) => Some(
                std::fs::read(file)
                    .with_context(|| format!("ファイルを読めません: {}", file.display()))?,
            ),
        };
        let line = smtp::Line {
            host: host.clone(),
            port: self.smtp_port,
            security: self.smtp_security.unwrap_or(Security::Starttls),
            login,
            authority,
        };
        Ok(Some(Arc::new(Smtp::new(
            line,
            from,
            self.mail_bounce.clone(),
        )?)))
    }
}
