//! The picture as a reader gets it: the same bytes, legible, inside its edges, whatever a school is called.

use chrono::NaiveDate;

use super::palette::{self, STATES};
use super::svg::{is_in_font, width_of};
use super::*;
use crate::domain::digest::figures::{ClassFigures, CustodyFigures};
use crate::domain::people::{ClassId, Grade};
use crate::domain::survey::Counts;

pub(crate) fn sample(grades: u8, classes: u8) -> DigestFigures {
    let class = |grade: u8, number: u8| {
        let (few, more) = (u32::from((grade * 3 + number) % 5), u32::from((grade + number * 2) % 7));
        let counts = Counts {
            accepted: 24 - more,
            declined: 4 + few / 2,
            undecided: more / 3,
            silent: more,
            unreachable: few / 3,
            not_asked: u32::from(number == classes && grade == 1) * 2,
        };
        ClassFigures { class: ClassId { grade: Grade::School(grade), number }, counts }
    };
    DigestFigures {
        school: "青禾路小学".to_owned(),
        day: NaiveDate::from_ymd_opt(2026, 9, 1).unwrap(),
        position: 5_023,
        classes: (1..=grades)
            .flat_map(|grade| (1..=classes).map(move |number| class(grade, number)))
            .collect(),
        custody: Some(CustodyFigures {
            expected: 812,
            present: 790,
            on_leave: 18,
            absent: 4,
            handed_over: 787,
            in_school: 3,
            late_pickups: 2,
            uncalled: 0,
            missing: 0,
        }),
    }
}

fn size_of(png: &[u8]) -> (u32, u32) {
    let pixels = Pixmap::decode_png(png).unwrap();
    (pixels.width(), pixels.height())
}

#[test]
fn the_same_figures_give_the_same_bytes_inside_the_limits_of_a_message() {
    for (grades, classes) in [(6, 6), (2, 6), (1, 1), (0, 0)] {
        let figures = sample(grades, classes);
        let png = digest_png(&figures).unwrap();
        assert_eq!(png, digest_png(&figures.clone()).unwrap());
        let (width, height) = size_of(&png);
        assert!(width == chart::WIDTH && (900..2_600).contains(&height), "{width} × {height}");
        assert!(png.len() < 300_000, "{} bytes", png.len());
    }
    let mut other = sample(2, 2);
    other.classes[0].counts.silent += 1;
    assert_ne!(digest_png(&other).unwrap(), digest_png(&sample(2, 2)).unwrap());
}

#[test]
fn a_school_without_care_or_with_one_has_its_own_height() {
    let mut figures = sample(6, 6);
    let with = size_of(&digest_png(&figures).unwrap()).1;
    figures.custody = None;
    assert!(size_of(&digest_png(&figures).unwrap()).1 < with);
}

#[test]
fn a_name_beyond_the_font_shows_boxes_and_never_breaks_the_picture() {
    let mut figures = sample(1, 2);
    for name in ["𠮷野家小学", "A<b>&\"'\u{0}\u{7}小学", "학교", "", &"很长的名字".repeat(40), "👩‍👧"]
    {
        figures.school = name.to_owned();
        let (width, _) = size_of(&digest_png(&figures).unwrap());
        assert_eq!(width, chart::WIDTH, "{name}");
    }
    figures.school = "𠮷小学".to_owned();
    assert!(chart::digest_svg(&figures).contains(">□小学<"), "what is missing can be seen");
    figures.school = "□小学".to_owned();
    let boxed = digest_png(&figures).unwrap();
    figures.school = " 小学".to_owned();
    assert_ne!(digest_png(&figures).unwrap(), boxed, "the box itself is drawn");
}

#[test]
fn the_font_has_what_labels_need() {
    let labels: String = STATES.iter().map(|state| state.name).collect();
    let schools = "深圳市浏阳亳州衢州泸县濮阳邛崃实验幼儿园中心小学第一外国语附属";
    let missing: Vec<char> = labels.chars().chain(schools.chars()).filter(|one| !is_in_font(*one)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let family = {
        let mut fonts = fontdb::Database::new();
        fonts.load_font_data(FONT.to_vec());
        fonts.faces().next().unwrap().families[0].0.clone()
    };
    assert_eq!(family, FONT_FAMILY);
}

#[test]
fn every_text_can_be_told_from_what_is_behind_it() {
    let mut pairs: Vec<(&str, &str)> = STATES.iter().map(|state| (state.ink, state.fill)).collect();
    pairs.extend([palette::INK, palette::INK_SOFT, palette::ALARM].map(|ink| (ink, palette::PAPER)));
    pairs.extend([palette::INK, palette::INK_SOFT, palette::ALARM].map(|ink| (ink, palette::PANEL)));
    pairs.extend([palette::HEAD_INK, palette::HEAD_INK_SOFT].map(|ink| (ink, palette::HEAD)));
    for (ink, fill) in pairs {
        let contrast = contrast(ink, fill);
        assert!(contrast >= 4.5, "{ink} on {fill}: {contrast:.2}");
    }
    for pair in STATES.windows(2) {
        let contrast = contrast(pair[0].fill, pair[1].fill);
        assert!(contrast >= 1.5, "{} beside {}: {contrast:.2}", pair[0].name, pair[1].name);
    }
}

#[test]
fn a_width_is_never_less_than_what_is_drawn() {
    for text in ["青禾路小学", "1234567890", "5月12日 周三", "100%", "三年级12班"] {
        let svg = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="900" height="99" font-family="{FONT_FAMILY}"><text y="60" font-size="50">{text}</text></svg>"#
        );
        let pixels = Pixmap::decode_png(&draw(&svg).unwrap()).unwrap();
        let inked = |x: &u32| (0..99).any(|y| pixels.pixel(*x, y).is_some_and(|pixel| pixel.alpha() > 0));
        let end = (0..900).rev().find(inked).unwrap();
        assert!(end <= width_of(text, 50), "{text}: drawn to {end}, {} was thought", width_of(text, 50));
    }
}

/// The contrast of two colours as WCAG 2 defines it.
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |colour: &str| -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
#[ignore = "writes the pictures for a person to look at"]
fn look() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
    for (name, grades, classes) in [("grades", 6, 6), ("classes", 2, 6), ("one", 1, 1)] {
        let watch = crate::clock::Stopwatch::start();
        let png = digest_png(&sample(grades, classes)).unwrap();
        println!("{name}: {} bytes, {:?}", png.len(), watch.elapsed());
        std::fs::write(folder.join(format!("digest-{name}.png")), png).unwrap();
    }
}
