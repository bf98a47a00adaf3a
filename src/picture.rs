//! Pictures (图片): figures → SVG → PNG, the same bytes for the same figures.
//!
//! Pure: the font is compiled in (`picture/font/README.md`), no file and no system font is read. Knows no school and no
//! platform; nothing personal comes here, only figures and names of classes. Start at [`digest_png`].
//!
//! | file | what |
//! |---|---|
//! | `chart` | where everything stands on the digest's picture |
//! | `palette` | the six states and their colours |
//! | `svg` | rectangles and texts as SVG, with every text inside the font and its room |

mod chart;
mod palette;
mod svg;
#[cfg(test)]
mod tests;

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use crate::domain::digest::figures::DigestFigures;

/// The font of all pictures.
const FONT: &[u8] = include_bytes!("picture/font/NotoSansSC-subset.otf");
/// The font's own name of its family.
const FONT_FAMILY: &str = "Noto Sans CJK SC";

/// A picture could not be drawn: a fault of a template, not of the figures.
#[derive(Debug, thiserror::Error)]
#[error("the picture could not be drawn: {0}")]
pub struct PictureError(String);

/// The picture of an evening's digest (日报图片) as PNG: 1,080 pixels wide, as high as it needs.
///
/// # Errors
/// [`PictureError`].
pub fn digest_png(figures: &DigestFigures) -> Result<Vec<u8>, PictureError> {
    draw(&chart::digest_svg(figures))
}

/// Draws an SVG text.
fn draw(svg: &str) -> Result<Vec<u8>, PictureError> {
    static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
        let mut fonts = fontdb::Database::new();
        fonts.load_font_data(FONT.to_vec());
        Arc::new(fonts)
    });
    let options =
        Options { fontdb: FONTS.clone(), font_family: FONT_FAMILY.to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| PictureError(error.to_string()))?;
    let size = tree.size().to_int_size();
    let mut pixels = Pixmap::new(size.width(), size.height())
        .ok_or_else(|| PictureError(format!("{} × {} pixels", size.width(), size.height())))?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    encode(&pixels).map_err(|error| PictureError(error.to_string()))
}

/// A picture without transparent parts as PNG. Even colours and letters are smaller, and sooner done, without a filter.
fn encode(pixels: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels.data())?;
    writer.finish()?;
    Ok(png)
}
