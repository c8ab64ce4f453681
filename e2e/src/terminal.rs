//! The terminal's program as an office starts it.

use crate::programs::{Output, Program, finish};
use anyhow::{Context as _, Result, bail};
use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    sync::mpsc,
    time::Duration,
};

/// A terminal's folder, and its program while it runs.
#[derive(Debug)]
pub struct Terminal {
    folder: tempfile::TempDir,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    program: Child,
    pages: String,
    window: String,
}

impl Terminal {
    /// One that is not enrolled.
    ///
    /// # Errors
    ///
    /// When there is no place for its folder.
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("kiban-terminal-")
            .tempdir()?;
        Ok(Self {
            folder,
            running: None,
        })
    }

    /// Runs `kiban-terminal` with these arguments on its folder until it ends.
    ///
    /// # Errors
    ///
    /// When the program does not start or does not end.
    pub fn run(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = Program::Terminal.command()?;
        command.args(arguments).arg("--folder").arg(self.place());
        finish(command, Duration::from_mins(1))
    }

    /// Starts it and waits for the two addresses that it names.
    ///
    /// # Errors
    ///
    /// When it ends, or names none in time.
    pub fn start(&mut self) -> Result<()> {
        let mut command = Program::Terminal.command()?;
        command
            .args(["run", "--listen", "127.0.0.1:0", "--folder"])
            .arg(self.place())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        let mut program = command.spawn()?;
        let said = program.stdout.take().context("a pipe")?;
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let lines = BufReader::new(said).lines().map_while(Result::ok);
            let addresses = lines.filter_map(|line| Some(line.split_once("http://")?.1.to_owned()));
            for address in addresses {
                let _ = sender.send(format!("http://{}", address.trim_end_matches('/')));
            }
        });
        let next = || receiver.recv_timeout(Duration::from_secs(30));
        let (Ok(pages), Ok(window)) = (next(), next()) else {
            let _ = program.kill();
            let _ = program.wait();
            bail!("the terminal's program names no addresses");
        };
        self.running = Some(Running {
            program,
            pages,
            window: format!("{window}/"),
        });
        Ok(())
    }

    /// Ends the program as Ctrl+C does.
    ///
    /// # Errors
    ///
    /// When it does not end in time.
    pub fn stop(&mut self) -> Result<()> {
        let Some(mut running) = self.running.take() else {
            return Ok(());
        };
        let id = running.program.id().to_string();
        std::process::Command::new("kill")
            .args(["-INT", &id])
            .status()?;
        for _ in 0..500 {
            if running.program.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        running.program.kill()?;
        running.program.wait()?;
        bail!("the terminal's program goes on after Ctrl+C")
    }

    /// Where the care pages are, without a slash at the end.
    ///
    /// # Errors
    ///
    /// When it is not running.
    pub fn pages(&self) -> Result<&str> {
        Ok(&self.running.as_ref().context("it runs")?.pages)
    }

    /// Where the window is.
    ///
    /// # Errors
    ///
    /// When it is not running.
    pub fn window(&self) -> Result<&str> {
        Ok(&self.running.as_ref().context("it runs")?.window)
    }

    /// Its folder.
    pub fn place(&self) -> PathBuf {
        let folder: &Path = self.folder.path();
        folder.join("terminal")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Some(running) = &mut self.running {
            let _ = running.program.kill();
            let _ = running.program.wait();
        }
    }
}
