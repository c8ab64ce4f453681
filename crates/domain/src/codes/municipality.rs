use super::code_table;

code_table! {
    /// How far a municipality is with sending and sharing. Source: municipal-transfer, section 1.
    MunicipalityStage {
        Unknown = "unknown", "未定・調整中";
        Preparing = "preparing", "準備中";
        Sending = "sending", "データ送信中";
        Migrating = "migrating", "データ移行中";
        Sharing = "sharing", "情報共有中";
    }
}

impl MunicipalityStage {
    /// Whether offices and institutions may see the municipality's data: only once it shares.
    pub fn may_be_seen(self) -> bool {
        match self {
            Self::Sharing => true,
            Self::Unknown | Self::Preparing | Self::Sending | Self::Migrating => false,
        }
    }
}
