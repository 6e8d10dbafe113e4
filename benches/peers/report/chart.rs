//! One picture a contest: how many records a second, and what CPU each costs the client.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::markdown::{nanos, per_second};
use crate::table::{Figure, Row, Table};

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const WIDTH: u32 = 960;
const ROW: i32 = 30;
const TOP: i32 = 66;
/// Where the bars of both halves begin, and how long they may be.
const RATE: (i32, i32) = (350, 190);
const CPU: (i32, i32) = (690, 160);

const OURS: RGBColor = RGBColor(0xc2, 0x41, 0x0c);
const PEERS: RGBColor = RGBColor(0x94, 0xa3, 0xb8);
const INK: RGBColor = RGBColor(0x1e, 0x29, 0x3b);

pub(crate) fn draw(path: &Path, table: &Table) -> Result<()> {
    draw_all(path, table).map_err(|error| anyhow!("{}: {error}", path.display()))
}

fn draw_all(path: &Path, table: &Table) -> Result<(), Box<dyn std::error::Error>> {
    let rows = i32::try_from(table.rows.len())?;
    let height = u32::try_from(TOP + rows * ROW + 14)?;
    let area = SVGBackend::new(path, (WIDTH, height)).into_drawing_area();
    // Pages are dark, too.
    area.fill(&WHITE)?;
    text(&area, &plain(table.title), (16, 22), 20, HPos::Left)?;
    text(&area, "records a second", (RATE.0, 48), 16, HPos::Left)?;
    text(&area, "CPU of the client a record", (CPU.0, 48), 16, HPos::Left)?;
    let longest = |figure: fn(&Row) -> Figure| {
        table.rows.iter().map(|row| figure(row).high).fold(f64::MIN_POSITIVE, f64::max)
    };
    let (fastest, dearest) = (longest(Row::per_second), longest(Row::cpu));
    for (nth, row) in (0..).zip(&table.rows) {
        let y = TOP + nth * ROW + ROW / 2;
        text(&area, &plain(row.name), (RATE.0 - 10, y), 16, HPos::Right)?;
        bar(&area, row, (RATE, y), (row.per_second(), fastest), per_second)?;
        bar(&area, row, (CPU, y), (row.cpu(), dearest), nanos)?;
    }
    area.present()?;
    Ok(())
}

/// A bar as long as the median, with a line from the lowest to the highest round.
fn bar(
    area: &Area<'_>,
    row: &Row,
    ((left, width), y): ((i32, i32), i32),
    (figure, longest): (Figure, f64),
    shown: fn(f64) -> String,
) -> Result<(), Box<dyn std::error::Error>> {
    // At most `width`.
    #[allow(clippy::cast_possible_truncation)]
    let x = |value: f64| left + (value / longest * f64::from(width)).round() as i32;
    let color = if row.is_ours { OURS } else { PEERS };
    area.draw(&Rectangle::new([(left, y - 9), (x(figure.median), y + 9)], color.filled()))?;
    let (low, high) = (x(figure.low), x(figure.high));
    area.draw(&PathElement::new([(low, y), (high, y)], INK))?;
    area.draw(&PathElement::new([(low, y - 4), (low, y + 4)], INK))?;
    area.draw(&PathElement::new([(high, y - 4), (high, y + 4)], INK))?;
    text(area, &shown(figure.median), (high.max(x(figure.median)) + 8, y), 16, HPos::Left)
}

fn text(
    area: &Area<'_>,
    text: &str,
    at: (i32, i32),
    size: u32,
    from: HPos,
) -> Result<(), Box<dyn std::error::Error>> {
    let style = ("sans-serif", size).into_font().color(&INK).pos(Pos::new(from, VPos::Center));
    area.draw(&Text::new(text.to_owned(), at, style))?;
    Ok(())
}

/// Without the marks of Markdown.
fn plain(name: &str) -> String {
    name.replace(['`', '*'], "")
}
