//! Opens what the program works with, from its settings.

use crate::machine::{SystemClock, SystemEntropy};
use anyhow::{Context as _, Result};
use clap::Args;
use kiban_access::Caller;
use kiban_audit::{Actor, Door, SigningKey};
use kiban_domain::Entropy;
use kiban_services::{
    CallContext, Platform,
    certificates::{Authorities, write_private},
};
use kiban_store::{Objects, Settings, Store};
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Where the data are. The same for every command.
#[derive(Debug, Clone, Args)]
pub(crate) struct DataArgs {
    /// データを置くフォルダ
    #[arg(long, default_value = "kiban-data", value_name = "DIR", global = true)]
    pub(crate) data: PathBuf,
    /// PostgreSQLの接続先（指定しないときは組込みのSQLite）
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) database: Option<String>,
    /// PostgreSQLのスキーマ名
    #[arg(long, default_value = "kiban", value_name = "NAME", global = true)]
    pub(crate) schema: String,
}

impl DataArgs {
    pub(crate) fn settings(&self) -> Settings {
        match &self.database {
            None => Settings::Lite {
                folder: self.data.join("db"),
            },
            Some(url) => Settings::Postgres {
                url: url.clone(),
                schema: self.schema.clone(),
                connections: 16,
            },
        }
    }

    pub(crate) fn audit_key_file(&self) -> PathBuf {
        self.data.join("audit.key")
    }

    pub(crate) fn audit_public_file(&self) -> PathBuf {
        self.data.join("audit.pub")
    }

    /// Opens database, objects and keys, making what is missing.
    pub(crate) async fn open(&self, clock: SystemClock) -> Result<Platform> {
        make_private(&self.data)
            .with_context(|| format!("フォルダを作れません: {}", self.data.display()))?;
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy::new());
        let audit_key = self.audit_key(&*entropy)?;
        let (store, audit) = Store::open(&self.settings())
            .await
            .context("データベースを開けません")?;
        Ok(Platform {
            store,
            audit,
            objects: Objects::open(&self.data.join("objects"))?,
            clock: Arc::new(clock),
            entropy,
            audit_key: Arc::new(audit_key),
        })
    }

    fn audit_key(&self, entropy: &dyn Entropy) -> Result<SigningKey> {
        let file = self.audit_key_file();
        if !file.exists() {
            write_private(&file, &SigningKey::generate(entropy))
                .with_context(|| format!("鍵を書けません: {}", file.display()))?;
        }
        let bytes =
            std::fs::read(&file).with_context(|| format!("鍵を読めません: {}", file.display()))?;
        let key = SigningKey::from_pkcs8(&bytes).context("監査記録の署名鍵が読めません")?;
        std::fs::write(
            self.audit_public_file(),
            hex::encode(key.verifying_key().as_bytes()),
        )?;
        Ok(key)
    }

    /// Opens the authorities. Certificates live by the machine's clock, whatever day a sandbox plays.
    pub(crate) fn authorities(&self, platform: &Platform) -> Result<Authorities> {
        Ok(Authorities::open(
            &self.data.join("ca"),
            &SystemClock::default(),
            &*platform.entropy,
        )?)
    }
}

/// Makes a folder that only its owner may open; one that is there keeps the rights that its operator gave it.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The operator at the command line.
pub(crate) fn operator() -> CallContext {
    CallContext {
        caller: Caller::Operator,
        actor: Actor::new(Door::Operator, "command-line"),
        request_id: "command-line".to_owned(),
    }
}
