//! The picture of a digest (日报图): title, the school's figures, a bar for each class or grade, the day's care.
//!
//! Pure. Made for a phone at arm's length: drawn 1,080 wide, read at 360, so no letter is smaller than [`SMALL`]. Start
//! at [`digest_svg`].

use chrono::Datelike as _;

use super::palette::{ALARM, HEAD, HEAD_INK, HEAD_INK_SOFT, INK, INK_SOFT, PANEL, PAPER, STATES, State};
use super::svg::{Anchor, Canvas, Style, width_of};
use crate::domain::digest::figures::{CustodyFigures, DigestFigures};
use crate::domain::digest::share;
use crate::domain::plan::weekday_name;
use crate::domain::survey::Counts;

/// The width in pixels.
pub(super) const WIDTH: u32 = 1_080;
/// Between the edge and everything.
const MARGIN: u32 = 48;
/// What is left between the margins.
const INNER: u32 = WIDTH - 2 * MARGIN;
/// The smallest letters.
const SMALL: u32 = 34;
/// Headlines of sections.
const TITLE: u32 = 44;
/// More classes than these are shown by grade.
const CLASSES_SHOWN_MAX: usize = 12;
/// Slow classes that are named, where the bars are of grades.
const SLOW_NAMED_MAX: usize = 5;
/// The white line between two parts of a bar.
const GAP: u32 = 4;

/// The SVG text of a digest's picture.
pub(super) fn digest_svg(figures: &DigestFigures) -> String {
    let mut canvas = Canvas::new(WIDTH);
    let total = figures.total();
    let mut y = head(&mut canvas, figures);
    y = whole_school(&mut canvas, y, total);
    let groups = groups(figures);
    if !groups.is_empty() {
        y = bars(&mut canvas, y, &groups, figures);
    }
    if let Some(custody) = &figures.custody {
        y = care(&mut canvas, y, custody);
    }
    let words = format!("按台账第 {} 行统计，只有数字，没有姓名", figures.position);
    let style = Style::plain(SMALL, INK_SOFT).at(Anchor::Middle);
    canvas.text((WIDTH / 2, y + 66), style, &words);
    canvas.finish(y + 110, PAPER)
}

/// School and day on a dark band. Returns where the next section begins, as all sections do.
fn head(canvas: &mut Canvas, figures: &DigestFigures) -> u32 {
    const HEIGHT: u32 = 226;
    canvas.rect((0, 0), (WIDTH, HEIGHT), 0, HEAD);
    canvas.text_within((MARGIN, 104), Style::bold(64, HEAD_INK), 44, INNER, &figures.school);
    let (month, day, weekday) = (figures.day.month(), figures.day.day(), weekday_name(figures.day.weekday()));
    let words = format!("{month}月{day}日 {weekday} · 课后服务日报");
    canvas.text((MARGIN, 180), Style::plain(TITLE, HEAD_INK_SOFT), &words);
    HEIGHT
}

/// The share of answers, large; the bar of all students; what its colours mean, with the numbers.
fn whole_school(canvas: &mut Canvas, top: u32, total: Counts) -> u32 {
    let (share, y) = (share(total), top + 156);
    canvas.text((MARGIN, y), Style::bold(128, INK), &share);
    let x = MARGIN + width_of(&share, 128) + 28;
    canvas.text((x, y - 58), Style::plain(TITLE, INK_SOFT), "已回复");
    let words = format!("{} / {} 人", total.answered(), total.roll());
    canvas.text((x, y), Style::plain(TITLE, INK), &words);
    bar(canvas, (MARGIN, y + 44), (INNER, 64), total, total.roll());
    let (column, row, first) = (INNER / 3, 72, y + 178);
    for (state, index) in STATES.iter().zip(0_u32..) {
        let (x, y) = (MARGIN + index % 3 * column, first + index / 3 * row);
        canvas.rect((x, y - 32), (36, 36), 8, state.fill);
        canvas.text((x + 52, y), Style::plain(38, INK), state.name);
        let number = (state.count)(&total).to_string();
        canvas.text((x + 52 + width_of(state.name, 38) + 16, y), Style::bold(42, INK), &number);
    }
    first + row + 40
}

/// What one bar stands for.
struct Group {
    name: String,
    counts: Counts,
}

/// A bar for each class, or for each grade where the classes are too many for one picture.
fn groups(figures: &DigestFigures) -> Vec<Group> {
    if figures.classes.len() <= CLASSES_SHOWN_MAX {
        let each = figures.classes.iter();
        return each.map(|one| Group { name: one.class.to_string(), counts: one.counts }).collect();
    }
    let grades = figures.grades().into_iter();
    grades.map(|(grade, counts)| Group { name: grade.to_string(), counts }).collect()
}

fn bars(canvas: &mut Canvas, top: u32, groups: &[Group], figures: &DigestFigures) -> u32 {
    const LABEL_MAX: u32 = 216;
    const SHARE: u32 = 116;
    const ROW: u32 = 78;
    let is_by_grade = figures.classes.len() > CLASSES_SHOWN_MAX;
    let mut y = section(canvas, top, if is_by_grade { "各年级回复情况" } else { "各班回复情况" }, "已回复");
    let label = groups.iter().map(|group| width_of(&group.name, 38)).max().unwrap_or(0).min(LABEL_MAX);
    let most = groups.iter().map(|group| group.counts.roll()).max().unwrap_or(1);
    for group in groups {
        canvas.text_within((MARGIN, y + 42), Style::plain(38, INK), SMALL, label, &group.name);
        let (x, width) = (MARGIN + label + 24, INNER - label - 24 - SHARE);
        bar(canvas, (x, y), (width, 56), group.counts, most);
        let style = Style::bold(38, INK).at(Anchor::End);
        canvas.text((WIDTH - MARGIN, y + 42), style, &share(group.counts));
        y += ROW;
    }
    let slow = figures.slowest_classes(SLOW_NAMED_MAX);
    if is_by_grade && !slow.is_empty() {
        y += 44;
        canvas.text((MARGIN, y), Style::bold(38, ALARM), "回复最少的班");
        for pair in slow.chunks(2) {
            y += 58;
            for (class, column) in pair.iter().zip([0, INNER / 2]) {
                let words = format!("{}  {}", class.class, share(class.counts));
                canvas.text((MARGIN + column, y), Style::plain(38, INK), &words);
            }
        }
        y += 48;
    }
    y
}

/// One bar: about as long as its students are of `most`, in parts of the six states.
///
/// Each part has room for its number, however few they are; what is left of the length is shared in proportion.
fn bar(canvas: &mut Canvas, (x, y): (u32, u32), (full, height): (u32, u32), counts: Counts, most: u32) {
    let room_of = |students: u32| width_of(&students.to_string(), SMALL) + 12;
    let parts = || STATES.iter().map(|state| (state, (state.count)(&counts))).filter(|(_, count)| *count > 0);
    let rooms: u32 = parts().map(|(_, students)| room_of(students)).sum();
    let length = share_of(full, counts.roll(), most).max(rooms);
    let mut start = x;
    for (State { fill, ink, .. }, students) in parts() {
        let width = room_of(students) + share_of(length - rooms, students, counts.roll());
        canvas.rect((start, y), (width - GAP, height), 6, fill);
        let style = Style::bold(SMALL, ink).at(Anchor::Middle);
        canvas.text((start + (width - GAP) / 2, y + height / 2 + 12), style, &students.to_string());
        start += width;
    }
}

/// `pixels` × `part` ÷ `whole`, rounded down.
fn share_of(pixels: u32, part: u32, whole: u32) -> u32 {
    let share = u64::from(pixels) * u64::from(part) / u64::from(whole.max(1));
    u32::try_from(share).unwrap_or(pixels)
}

/// The day's care: six numbers on a panel, and who was fetched late.
fn care(canvas: &mut Canvas, top: u32, custody: &CustodyFigures) -> u32 {
    const TILE: u32 = 168;
    let mut y = section(canvas, top, "今天看护", "");
    canvas.rect((MARGIN, y - 8), (INNER, 2 * TILE + 16), 20, PANEL);
    let column = INNER / 3;
    for ((count, name), index) in custody.named().into_iter().zip(0_u32..) {
        let center = MARGIN + index % 3 * column + column / 2;
        let top = y + index / 3 * TILE;
        let ink = if count > 0 && (name == "缺席" || name == "还在校") { ALARM } else { INK };
        canvas.text((center, top + 88), Style::bold(72, ink).at(Anchor::Middle), &count.to_string());
        canvas.text((center, top + 142), Style::plain(38, INK_SOFT).at(Anchor::Middle), name);
    }
    y += 2 * TILE + 66;
    let (words, ink) = match custody.to_look_at() {
        None => ("没有晚接的孩子".to_owned(), INK_SOFT),
        Some(words) => (words, ALARM),
    };
    canvas.text((MARGIN, y), Style::bold(40, ink), &words);
    y + 12
}

/// A headline under a thin line, with a word at the right end. Returns where its content begins.
fn section(canvas: &mut Canvas, top: u32, title: &str, right: &str) -> u32 {
    canvas.rect((MARGIN, top), (INNER, 3), 0, PANEL);
    canvas.text((MARGIN, top + 72), Style::bold(TITLE, INK), title);
    let style = Style::plain(SMALL, INK_SOFT).at(Anchor::End);
    canvas.text((WIDTH - MARGIN, top + 72), style, right);
    top + 104
}
