use kiban_connect_api::wire::ProblemResponse;
use std::path::PathBuf;

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A file of the settings cannot be read.
    #[error("cannot read {path}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the settings is not what it should be.
    #[error("{0} is not usable")]
    Setting(&'static str),
    /// The server cannot be reached.
    #[error("cannot connect")]
    Connect(#[source] std::io::Error),
    /// The two ends do not accept each other's certificates.
    #[error("the certificates were not accepted")]
    Tls(#[source] std::io::Error),
    /// The connection was lost under way.
    #[error("the connection was lost")]
    Lost(#[from] hyper::Error),
    /// The platform refused.
    #[error("refused: {}", .0.code)]
    Refused(Box<ProblemResponse>),
    /// The answer is not one of this platform.
    #[error("the answer cannot be read (status {0})")]
    Unreadable(u16),
    /// An opinion is not the one of its receipt, whose number this is.
    #[error("opinion {0} is damaged")]
    Damaged(String),
    /// What was to be sent cannot be read.
    #[error("cannot read what is to be sent")]
    Source(#[source] std::io::Error),
}

impl ClientError {
    /// Whether the same request may well succeed a little later.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Connect(_) | Self::Lost(_) => true,
            Self::Refused(problem) => matches!(problem.status, 503),
            Self::File { .. }
            | Self::Setting(_)
            | Self::Tls(_)
            | Self::Unreadable(_)
            | Self::Damaged(_)
            | Self::Source(_) => false,
        }
    }

    /// The problem, if the platform refused.
    pub fn problem(&self) -> Option<&ProblemResponse> {
        match self {
            Self::Refused(problem) => Some(problem),
            _ => None,
        }
    }

    /// What happened, what to do, and who can do it; Japanese.
    pub fn message(&self) -> String {
        match self {
            Self::File { path, .. } => format!("ファイル {} を読めません。場所と権限を確かめてください。", path.display()),
            Self::Setting(what) => format!("設定の {what} を使えません。正しい値かファイルかを確かめてください。"),
            Self::Connect(error) => format!(
                "基盤に接続できません（{error}）。接続先の設定を確かめてください。正しいときは、庁内・院内のネットワーク担当者に、この接続先への通信が許可されているかを確かめてもらってください。"
            ),
            Self::Tls(error) => format!(
                "証明書の確認で接続が断られました（{error}）。--cert・--key・--ca のファイルが配付されたものかを確かめてください。正しいときは、証明書の失効や期限切れがないかを、証明書の管理者に確かめてもらってください。"
            ),
            Self::Lost(_) => {
                "通信が途中で切れました。もう一度実行してください。送信済みの部分から続けます。続くときは、ネットワーク担当者に相談してください。"
                    .to_owned()
            }
            Self::Refused(problem) => {
                let number = problem.request_id.as_deref().map(|id| format!("　エラーの受付番号: {id}")).unwrap_or_default();
                format!("{}（{}）{number}", problem.detail, problem.code)
            }
            Self::Unreadable(status) => format!(
                "接続先の応答を読み取れません（状態 {status}）。接続先が基盤であるか、途中の中継装置が応答していないかを、ネットワーク担当者に確かめてもらってください。"
            ),
            Self::Damaged(number) => format!(
                "受付番号 {number} の意見書が、受付票の内容と一致しません。途中で壊れた可能性があります。もう一度実行し、続くときは基盤の窓口に連絡してください。"
            ),
            Self::Source(error) => format!("送信するファイルを読めません（{error}）。"),
        }
    }
}
