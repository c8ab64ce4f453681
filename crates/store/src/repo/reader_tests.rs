//! Tests of reader and card at a terminal (T-2): what was asked from a page, and the words that came back.

use crate::{
    Work,
    engine::{P, Row},
    error::{Error, Result},
    sql,
};
use kiban_domain::{OfficeNumber, Timestamp};
use uuid::Uuid;

/// Where a test stands. One whose time is over stays as it is; the time says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestState {
    /// The program has not seen it.
    Waiting,
    /// The program is looking.
    Taken,
    /// It has answered.
    Answered,
    /// The program is there and too old to know the question.
    Unknown,
}

impl TestState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Taken, Self::Answered, Self::Unknown];

    fn number(self) -> i64 {
        match self {
            Self::Waiting => 1,
            Self::Taken => 2,
            Self::Answered => 3,
            Self::Unknown => 4,
        }
    }
}

/// A test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestRow {
    /// Its identifier.
    pub test_id: Uuid,
    /// Whose terminal.
    pub office_no: OfficeNumber,
    /// Which terminal.
    pub terminal_id: String,
    /// Where it stands.
    pub state: TestState,
    /// The rungs as JSON, `[]` until they are there.
    pub rungs: String,
    /// When it was asked.
    pub created_at: Timestamp,
    /// Until when it may be answered.
    pub expires_at: Timestamp,
}

/// Keeps a new test and forgets the terminal's older ones: a page asks about now.
pub async fn add(work: &mut Work, row: &TestRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("DELETE FROM reader_test WHERE office_no = $1 AND terminal_id = $2"),
            &[P::S(row.office_no.as_str()), P::S(&row.terminal_id)],
        )
        .await?;
    work.conn
        .exec(
            &sql!(
                "INSERT INTO reader_test (test_id, office_no, terminal_id, state, rungs, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
            ),
            &[
                P::U(row.test_id),
                P::S(row.office_no.as_str()),
                P::S(&row.terminal_id),
                P::I(row.state.number()),
                P::S(&row.rungs),
                P::T(row.created_at),
                P::T(row.expires_at),
            ],
        )
        .await?;
    Ok(())
}

/// The test with this identifier, if it is this terminal's.
pub async fn find(
    work: &mut Work,
    test_id: Uuid,
    office_no: &OfficeNumber,
    terminal_id: &str,
) -> Result<Option<TestRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT test_id, office_no, terminal_id, state, rungs, created_at, expires_at FROM reader_test WHERE test_id = $1 AND office_no = $2 AND terminal_id = $3"
            ),
            &[P::U(test_id), P::S(office_no.as_str()), P::S(terminal_id)],
            read,
        )
        .await
}

/// The test that waits for this terminal's program, if its time is not over.
pub async fn find_waiting(
    work: &mut Work,
    office_no: &OfficeNumber,
    terminal_id: &str,
    at: Timestamp,
) -> Result<Option<TestRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT test_id, office_no, terminal_id, state, rungs, created_at, expires_at FROM reader_test WHERE office_no = $1 AND terminal_id = $2 AND state = 1 AND expires_at >= $3 ORDER BY created_at DESC LIMIT 1"
            ),
            &[P::S(office_no.as_str()), P::S(terminal_id), P::T(at)],
            read,
        )
        .await
}

/// Terminals for which a test waits, so that a process which did not make it can wake their polls.
pub async fn list_waiting_terminals(
    work: &mut Work,
    at: Timestamp,
) -> Result<Vec<(OfficeNumber, String)>> {
    work.conn
        .query(
            &sql!(
                "SELECT office_no, terminal_id FROM reader_test WHERE state = 1 AND expires_at >= $1"
            ),
            &[P::T(at)],
            |row| Ok((super::parse(row, 0, "reader_test.office_no")?, row.get(1)?)),
        )
        .await
}

/// Moves a test that waits to `state`; false when it did not wait any more.
pub async fn take(work: &mut Work, test_id: Uuid, state: TestState) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE reader_test SET state = $2 WHERE test_id = $1 AND state = 1"),
            &[P::U(test_id), P::I(state.number())],
        )
        .await?;
    Ok(touched == 1)
}

/// Keeps the rungs of a test that was taken; false when it was not.
pub async fn answer(work: &mut Work, test_id: Uuid, rungs: &str, at: Timestamp) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE reader_test SET state = 3, rungs = $2, ended_at = $3 WHERE test_id = $1 AND state = 2"
            ),
            &[P::U(test_id), P::S(rungs), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// Forgets tests whose time was over before `at`.
pub async fn forget(work: &mut Work, at: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM reader_test WHERE expires_at < $1"),
            &[P::T(at)],
        )
        .await
}

fn read(row: &Row<'_>) -> Result<TestRow> {
    let state: i64 = row.get(3)?;
    let state = TestState::ALL
        .into_iter()
        .find(|it| it.number() == state)
        .ok_or_else(|| Error::Corrupt {
            place: "reader_test.state".to_owned(),
            reason: "not what was written".to_owned(),
        })?;
    Ok(TestRow {
        test_id: row.get(0)?,
        office_no: super::parse(row, 1, "reader_test.office_no")?,
        terminal_id: row.get(2)?,
        state,
        rungs: row.get(4)?,
        created_at: row.get(5)?,
        expires_at: row.get(6)?,
    })
}
