//! `kiban-terminal run`: bridge, window, card reader and renewal in one program.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use kiban_card::wire::RenewRole;
use kiban_terminal::agent::Agent;
use kiban_terminal::bridge::Bridge;
use kiban_terminal::card::{Prompt, TtyPrompt};
use kiban_terminal::keeper::{Keeper, RenewFailure, keep_fresh, note_contacts};
use kiban_terminal::reader::{PcscSource, Readers};
use kiban_terminal::window::{Board, Checks, Window, WindowPrompt};

use super::{Folder, refuse, say};
use crate::{SystemEntropy, explain, stopped};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 待ち受けるアドレス（この端末の中だけ）
    #[arg(long, default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// ブラウザーの窓ではなく、この画面で尋ねる
    #[arg(long)]
    tty: bool,
    #[command(flatten)]
    folder: Folder,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let keeper = match ready(&arguments.folder).await {
        Ok(keeper) => keeper,
        Err(failure) => return Ok(refuse(false, failure.code(), &failure.message())),
    };
    let (reader, browser) = (
        keeper.current(RenewRole::Reader)?,
        keeper.current(RenewRole::Browser)?,
    );
    let (Some(reader), Some(browser)) = (reader, browser) else {
        let failure = RenewFailure::NotEnrolled;
        return Ok(refuse(false, failure.code(), &failure.message()));
    };
    let board = Arc::new(Board::default());
    let checks = Checks {
        keeper: keeper.clone(),
        clock: keeper.clock(),
    };
    let window = Window::new(Arc::clone(&board), checks, &SystemEntropy);
    let path = window.path();
    let bound = Bridge::bind(arguments.listen, &browser.settings(keeper.clock())).await;
    let bridge = bound.map_err(|error| explain(&error, arguments.listen))?;
    let bridge = bridge.with_own_pages(Arc::new(window));
    let prompt: Box<dyn Prompt> = if arguments.tty {
        Box::new(TtyPrompt)
    } else {
        Box::new(WindowPrompt::new(Arc::clone(&board)))
    };
    let agent = Agent::new(
        &reader.settings(keeper.clock()),
        Box::new(PcscSource),
        prompt,
        Arc::new(SystemEntropy),
    )?;
    let agent = agent.with_board(Arc::clone(&board));
    announce(bridge.address(), &path);

    let (pages, cards) = (bridge.line(), agent.line());
    let stop = tokio::sync::watch::Sender::new(false);
    let until = |mut ends: tokio::sync::watch::Receiver<bool>| async move {
        let _ = ends.wait_for(|it| *it).await;
    };
    let served = tokio::spawn(bridge.serve(until(stop.subscribe())));
    let mut working = tokio::spawn(agent.run(until(stop.subscribe())));
    let renewal = {
        let (keeper, board) = (keeper.clone(), Arc::clone(&board));
        let (other, shown) = (keeper.clone(), Arc::clone(&board));
        async move {
            tokio::join!(
                keep_fresh(keeper, RenewRole::Reader, board, |it| cards.replace(it)),
                keep_fresh(other, RenewRole::Browser, shown, |it| pages.replace(it)),
            )
        }
    };
    tokio::select! {
        () = stopped() => {}
        ended = &mut working => ended??,
        _ = renewal => {}
        () = note_contacts(keeper, Arc::clone(&board)) => {}
        () = watch_readers(board) => {}
    }
    stop.send_replace(true);
    if !working.is_finished() {
        working.await??;
    }
    served.await?;
    Ok(ExitCode::SUCCESS)
}

/// The folder, with the bridge's certificate fetched if it is the first time.
async fn ready(folder: &Folder) -> Result<Keeper, RenewFailure> {
    let keeper = folder.open()?;
    if keeper.current(RenewRole::Browser)?.is_none() {
        keeper.keep(RenewRole::Browser, false).await?;
    }
    Ok(keeper)
}

async fn watch_readers(board: Arc<Board>) {
    loop {
        let there = tokio::task::spawn_blocking(|| {
            let names = Readers::open().and_then(|readers| readers.names());
            names.is_ok_and(|names| !names.is_empty())
        });
        board.note_reader(there.await.unwrap_or(false));
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
}

fn announce(address: SocketAddr, path: &str) {
    say(&format!(
        "ブラウザーで次の二つを開いてください。終わるときは Ctrl+C を押します。\n  介護事業所向け画面  http://{address}/\n  カードの確認と状態  http://{address}{path}\n二つ目のアドレスは、この端末を使う方だけが知るものです。ほかの人に知らせないでください。"
    ));
}
