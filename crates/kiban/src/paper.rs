//! Sheets as PDF: whether this machine has faces for them.

mod letter;
mod opinion;

use crate::commands::say;
use clap::Args;
use kiban_care_web::CareState;
use kiban_content::Block;
use kiban_portal::{Manual, ManualPrinter};
use kiban_print::{Fact, FontFiles, Imprint, ManualBlock, ManualSheet, Printer, Sheet, Table};
use kiban_services::{opinions::OpinionPaper, subsidies::SubsidyPaper};
use kiban_web_kit::{PrintDesk, PrintLimits};
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

    /// Sets the papers of subsidies, where there are faces.
    pub(crate) fn papers(&self) -> Option<PrintDesk<SubsidyPaper>> {
        let printer = Printer::new(FontFiles::find(self.font_dir.as_deref())?);
        let print = move |paper: &SubsidyPaper| {
            let sheet = Sheet::Letter(letter::sheet(paper));
            Ok(printer.print(&sheet)?.bytes)
        };
        Some(PrintDesk::new(print, PrintLimits::default()))
    }

    /// Sets the papers of opinions, where there are faces.
    pub(crate) fn opinions(&self) -> Option<PrintDesk<OpinionPaper>> {
        let printer = Printer::new(FontFiles::find(self.font_dir.as_deref())?);
        let print = move |paper: &OpinionPaper| {
            let sheet = opinion::sheet(paper).ok_or("the edition of the opinion is not known")?;
            Ok(printer.print(&sheet)?.bytes)
        };
        Some(PrintDesk::new(print, PrintLimits::default()))
    }

    /// Sets the portal's documents, where there are faces.
    pub(crate) fn manuals(&self) -> Option<ManualPrinter> {
        let printer = Printer::new(FontFiles::find(self.font_dir.as_deref())?);
        Some(ManualPrinter::new(move |manual| {
            let printed = printer.print(&Sheet::Manual(sheet(manual)));
            match printed {
                Ok(pdf) => Some(pdf.bytes),
                Err(error) => {
                    tracing::error!(%error, "a document could not be set");
                    None
                }
            }
        }))
    }
}

fn sheet(manual: &Manual) -> ManualSheet {
    let blocks = kiban_content::blocks(&manual.body).into_iter();
    ManualSheet {
        title: manual.title.clone(),
        facts: manual
            .facts
            .iter()
            .map(|(term, value)| Fact::new(term, value))
            .collect(),
        blocks: blocks.filter_map(block).collect(),
        imprint: Imprint {
            at: manual.at,
            printed_at: String::new(),
            office: "介護情報基盤ポータル".to_owned(),
            printed_by: String::new(),
            document_no: manual.number.clone(),
        },
    }
}

fn block(block: Block) -> Option<ManualBlock> {
    Some(match block {
        Block::Heading { level, text } => ManualBlock::Heading { level, text },
        Block::Text(text) => ManualBlock::Text(text),
        Block::List { numbered, items } => ManualBlock::List { numbered, items },
        Block::Table { head, rows } => ManualBlock::Table(Table {
            columns: head.into_iter().map(|it| (it, 1)).collect(),
            rows,
        }),
        // A picture that is gone leaves its words.
        Block::Picture { address, words } => {
            let name = address.strip_prefix(kiban_content::PLACE)?;
            match kiban_content::picture(name) {
                Some(png) => ManualBlock::Picture { png, words },
                None => ManualBlock::Text(words),
            }
        }
    })
}
