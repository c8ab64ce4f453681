//! Sheets as PDF: whether this machine has faces for them.

use crate::commands::say;
use clap::Args;
use kiban_care_web::{CareState, PrintLimits};
use kiban_print::{FontFiles, Printer};
use std::{path::PathBuf, sync::Arc};

#[derive(Debug, Args)]
pub(crate) struct FontArgs {
    /// PDFの書体（BIZ UDPゴシックまたはNoto Sans CJK）があるフォルダー。指定しないときは、OSの書体のフォルダーを探す
    #[arg(long, env = "KIBAN_FONT_DIR", value_name = "DIR")]
    font_dir: Option<PathBuf>,
}

impl FontArgs {
    /// Gives the care door a printer, or says why its pages offer no PDF.
    pub(crate) fn fit(&self, state: CareState) -> CareState {
        if let Some(files) = FontFiles::find(self.font_dir.as_deref()) {
            return state.with_printer(Arc::new(Printer::new(files)), PrintLimits::default());
        }
        say(
            "PDFの書体が見つかりません。画面からの印刷だけを使えます（fonts-morisawa-bizud-gothic か fonts-noto-cjk を入れるか、--font-dir で指定してください）",
        );
        state
    }
}
