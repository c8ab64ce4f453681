//! What is drawn: stacked bars, and the map of prefectures as tiles.
//!
//! Bars have no `viewBox`: widths are per cent and heights pixels, so that a chart fills any width and its text keeps its size.
//! Every drawing is accompanied by its numbers as a table on the page.

use std::fmt::Write as _;

/// One colour of the bars and its words in the legend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The words: 「令和8年度まで」.
    pub label: String,
    /// Its place in the palette.
    pub tone: Tone,
}

/// How a part of a bar is filled; text on each has a contrast of at least 4.5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Done.
    Darkest,
    /// Soon.
    Dark,
    /// Later.
    Light,
    /// Much later.
    Hatched,
    /// Not known.
    Plain,
}

impl Tone {
    fn fill(self, id: &str) -> String {
        match self {
            Self::Darkest => "#000071".into(),
            Self::Dark => "#264af4".into(),
            Self::Light => "#a6bcf9".into(),
            Self::Hatched => format!("url(#{id}-hatch)"),
            Self::Plain => "#f2f2f2".into(),
        }
    }

    fn ink(self) -> &'static str {
        match self {
            Self::Darkest | Self::Dark => "#fff",
            Self::Light | Self::Hatched | Self::Plain => "#1a1a1a",
        }
    }
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// What it is about: 「中核市」.
    pub label: String,
    /// What its whole is: 「62団体」; may be empty.
    pub whole: String,
    /// The values, in the order of the series; their sum is the whole bar.
    pub values: Vec<u32>,
}

/// Bars that each show how a whole is divided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackedBars {
    /// Tells this chart's elements from another's of the same page.
    pub id: &'static str,
    /// What it shows.
    pub title: String,
    /// What it says, for those who do not see it.
    pub message: String,
    /// What the parts are.
    pub series: Vec<Series>,
    /// The bars.
    pub bars: Vec<Bar>,
    /// Whether the values are per cent already.
    pub per_cent: bool,
}

const ROW: usize = 76;
const AXIS: usize = 28;
/// A part narrower than this has no number in it.
const NARROW: f64 = 9.0;

impl StackedBars {
    /// The drawing.
    pub fn svg(&self) -> String {
        let (id, height) = (self.id, self.bars.len() * ROW + AXIS);
        let mut svg = format!(
            r#"<svg width="100%" height="{height}" role="img" aria-labelledby="{id}-title {id}-message"><title id="{id}-title">{}</title><desc id="{id}-message">{}</desc>{}"#,
            escape(&self.title),
            escape(&self.message),
            hatch(id),
        );
        for quarter in 0..=4 {
            let anchor = match quarter {
                0 => "start",
                4 => "end",
                _ => "middle",
            };
            let (x, foot, text) = (quarter * 25, height - 24, height - 6);
            let _ = write!(
                svg,
                r##"<line x1="{x}%" x2="{x}%" y1="0" y2="{foot}" stroke="#ccc"/><text x="{x}%" y="{text}" text-anchor="{anchor}" font-size="14" fill="#4d4d4d">{x}%</text>"##
            );
        }
        for (at, bar) in self.bars.iter().enumerate() {
            self.draw(&mut svg, at * ROW, bar);
        }
        svg + "</svg>"
    }

    fn draw(&self, svg: &mut String, top: usize, bar: &Bar) {
        let _ = write!(
            svg,
            r##"<rect x="0" y="{}" width="100%" height="26" fill="#fff"/><text x="0" y="{}" font-size="15" font-weight="700" fill="#1a1a1a">{}<tspan font-weight="400" fill="#4d4d4d" dx="8">{}</tspan></text>"##,
            top + 2,
            top + 20,
            escape(&bar.label),
            escape(&bar.whole),
        );
        let mut left = 0.0;
        for (series, share) in self.series.iter().zip(shares(&bar.values)) {
            if share > 0.0 {
                let _ = write!(
                    svg,
                    r##"<rect x="{left:.2}%" y="{}" width="{share:.2}%" height="36" fill="{}" stroke="#fff" stroke-width="2"><title>{} {} {share:.0}%</title></rect>"##,
                    top + 30,
                    series.tone.fill(self.id),
                    escape(&bar.label),
                    escape(&series.label),
                );
            }
            if share >= NARROW {
                let _ = write!(
                    svg,
                    r#"<text x="{:.2}%" y="{}" text-anchor="middle" font-size="14" font-weight="700" fill="{}">{share:.0}%</text>"#,
                    left + share / 2.0,
                    top + 53,
                    series.tone.ink(),
                );
            }
            left += share;
        }
    }

    /// The legend, a list.
    pub fn legend(&self) -> String {
        let mut list = String::from(r#"<ul class="legend">"#);
        for series in &self.series {
            // A hatch is defined once more: another drawing's is not seen from here in every browser.
            let id = format!("{}-legend", self.id);
            let hatch = if series.tone == Tone::Hatched {
                hatch(&id)
            } else {
                String::new()
            };
            let _ = write!(
                list,
                r##"<li><svg width="18" height="18" aria-hidden="true">{hatch}<rect width="18" height="18" rx="3" fill="{}" stroke="#666"/></svg>{}</li>"##,
                series.tone.fill(&id),
                escape(&series.label),
            );
        }
        list + "</ul>"
    }

    /// The numbers, row by row: counts with their shares, or the shares alone.
    pub fn cells(&self) -> Vec<(String, String, Vec<String>)> {
        let cell = |value: u32, share: f64| {
            if self.per_cent {
                format!("{value}%")
            } else {
                format!("{value}（{share:.0}%）")
            }
        };
        let row = |bar: &Bar| {
            let values = bar.values.iter().zip(shares(&bar.values));
            let cells = values.map(|(value, share)| cell(*value, share)).collect();
            (bar.label.clone(), bar.whole.clone(), cells)
        };
        self.bars.iter().map(row).collect()
    }
}

/// Per cent of their sum; nothing of an empty sum.
fn shares(values: &[u32]) -> Vec<f64> {
    let sum: u32 = values.iter().sum();
    let share = |value: &u32| {
        if sum == 0 {
            0.0
        } else {
            f64::from(*value) * 100.0 / f64::from(sum)
        }
    };
    values.iter().map(share).collect()
}

fn hatch(id: &str) -> String {
    format!(
        r##"<defs><pattern id="{id}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#e6e6e6"/><path d="M0 0v6" stroke="#767676" stroke-width="2"/></pattern></defs>"##
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Names of prefectures by region: the first and the last number of each.
pub const REGIONS: [(&str, usize, usize); 8] = [
    ("北海道・東北", 1, 7),
    ("関東", 8, 14),
    ("中部", 15, 23),
    ("近畿", 24, 30),
    ("中国", 31, 35),
    ("四国", 36, 39),
    ("九州", 40, 46),
    ("沖縄", 47, 47),
];

/// One prefecture of the map: a link with a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// Its number, `01` to `47`.
    pub number: String,
    /// Its name without 都, 府, 県: 「新潟」.
    pub name: String,
    /// Where the tile leads.
    pub href: String,
    /// Per cent, 0 to 100.
    pub share: u32,
    /// What the share is of: 「30団体中3団体」.
    pub detail: String,
}

impl Tile {
    /// The shade, 0 to 4.
    pub fn step(&self) -> u8 {
        match self.share {
            0..=24 => 0,
            25..=49 => 1,
            50..=74 => 2,
            75..=99 => 3,
            _ => 4,
        }
    }
}

/// The words of the shades.
pub const STEPS: [&str; 5] = ["0〜24%", "25〜49%", "50〜74%", "75〜99%", "100%"];

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[u32]) -> StackedBars {
        StackedBars {
            id: "c",
            title: "<題>".into(),
            message: "説明".into(),
            series: vec![
                Series {
                    label: "済".into(),
                    tone: Tone::Darkest,
                },
                Series {
                    label: "後".into(),
                    tone: Tone::Hatched,
                },
            ],
            bars: vec![Bar {
                label: "町 & 村".into(),
                whole: "3団体".into(),
                values: values.to_vec(),
            }],
            per_cent: false,
        }
    }

    #[test]
    fn parts_fill_the_bar_and_text_is_escaped() {
        let svg = chart(&[1, 3]).svg();
        assert!(svg.contains(r#"x="25.00%" y="30" width="75.00%""#), "{svg}");
        assert!(svg.contains("町 &amp; 村") && svg.contains("&lt;題&gt;") && !svg.contains("<題>"));
        assert_eq!(chart(&[1, 3]).cells()[0].2, ["1（25%）", "3（75%）"]);
    }

    #[test]
    fn an_empty_whole_is_an_empty_bar() {
        let svg = chart(&[0, 0]).svg();
        assert!(!svg.contains("NaN") && !svg.contains("済 0%"));
    }

    #[test]
    fn regions_name_every_prefecture_once() {
        let numbers: Vec<_> = REGIONS
            .iter()
            .flat_map(|(_, from, to)| *from..=*to)
            .collect();
        assert_eq!(numbers, (1..=47).collect::<Vec<_>>());
    }
}
