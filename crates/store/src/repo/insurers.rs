//! Insurers and their stages (M-4).

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::{Date, InsurerNumber, MunicipalityStage, Timestamp};

/// An insurer as the platform shows it.
#[derive(Debug, Clone)]
pub struct InsurerRow {
    /// Its number.
    pub insurer_no: InsurerNumber,
    /// Its name.
    pub name: String,
    /// Its prefecture.
    pub prefecture: String,
    /// The telephone of its counter; may be empty.
    pub phone: String,
    /// How far it is.
    pub stage: MunicipalityStage,
    /// Since when.
    pub stage_since: Date,
}

/// Adds an insurer or changes its name, prefecture and telephone; the stage stays.
pub async fn save(work: &mut Work, row: &InsurerRow) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO insurer (insurer_no, name, prefecture, phone, stage, stage_since) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (insurer_no) DO UPDATE SET name = excluded.name, prefecture = excluded.prefecture, phone = excluded.phone"
            ),
            &[
                P::S(row.insurer_no.as_str()),
                P::S(&row.name),
                P::S(&row.prefecture),
                P::S(&row.phone),
                P::S(row.stage.code()),
                P::D(row.stage_since),
            ],
        )
        .await?;
    Ok(())
}

/// Keeps other units of work that change what this insurer's persons show waiting until this one ends; false when it is unknown.
pub async fn take_turn(work: &mut Work, insurer_no: &InsurerNumber) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE insurer SET stage = stage WHERE insurer_no = $1"),
            &[P::S(insurer_no.as_str())],
        )
        .await?;
    Ok(touched == 1)
}

/// One insurer.
pub async fn find(work: &mut Work, insurer_no: &InsurerNumber) -> Result<Option<InsurerRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT insurer_no, name, prefecture, phone, stage, stage_since FROM insurer WHERE insurer_no = $1"
            ),
            &[P::S(insurer_no.as_str())],
            insurer,
        )
        .await
}

/// All insurers, by number.
pub async fn list(work: &mut Work) -> Result<Vec<InsurerRow>> {
    work.conn
        .query(
            &sql!("SELECT insurer_no, name, prefecture, phone, stage, stage_since FROM insurer ORDER BY insurer_no"),
            &[],
            insurer,
        )
        .await
}

fn insurer(row: &crate::engine::Row<'_>) -> Result<InsurerRow> {
    Ok(InsurerRow {
        insurer_no: super::parse(row, 0, "insurer.insurer_no")?,
        name: row.get(1)?,
        prefecture: row.get(2)?,
        phone: row.get(3)?,
        stage: super::parse(row, 4, "insurer.stage")?,
        stage_since: row.get(5)?,
    })
}

/// Declares a stage from a day on, with its history. The stage that counts is the last declared.
pub async fn set_stage(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    stage: MunicipalityStage,
    since: Date,
    at: Timestamp,
    by: &str,
) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO insurer_stage (insurer_no, seq, stage, since, recorded_at, recorded_by) SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5 FROM insurer_stage WHERE insurer_no = $1"
            ),
            &[
                P::S(insurer_no.as_str()),
                P::S(stage.code()),
                P::D(since),
                P::T(at),
                P::S(by),
            ],
        )
        .await?;
    work.conn
        .exec(
            &sql!("UPDATE insurer SET stage = $2, stage_since = $3 WHERE insurer_no = $1"),
            &[P::S(insurer_no.as_str()), P::S(stage.code()), P::D(since)],
        )
        .await?;
    Ok(())
}
