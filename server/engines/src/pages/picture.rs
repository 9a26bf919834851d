//! Chooses the smallest cheap encoding for a painted page, and writes it. Knows only pixels.
//!
//! Text (flat areas): a PNG with 16 greys, or with at most 256 colours where the page has colours.
//! Scans and photographs (hardly two neighbours alike): a JPEG, grey or in colours.
//! Measured on dense A4 text at 1654 pixels: see `engine-bench`.

use std::io;

use jpeg_encoder::{ColorType as JpegColor, Encoder as JpegEncoder, SamplingFactor};
use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter};

/// Below this share of pixels that equal their left neighbour a page is a scan or a photograph: text pages have
/// 0.9 and more, scans of text 0.2 to 0.6.
const FLAT: f64 = 0.75;
/// JPEG quality: text in a scan stays readable, a page stays near 300 KB.
const QUALITY: u8 = 75;
/// JPEG quality of a page that is mostly flat but has too many colours for a palette: its text needs more.
const QUALITY_MIXED: u8 = 88;

/// An encoded picture or list.
pub(super) struct Encoded {
    pub bytes: Vec<u8>,
    pub media: &'static str,
    pub ending: &'static str,
}

/// A painted page, looked at once: one byte a pixel where it has no colours, else the BGRx pixels.
pub(super) struct Painted<'a> {
    width: u32,
    height: u32,
    /// Mostly areas of one colour: text and drawings, not photographs.
    flat: bool,
    shades: Shades<'a>,
}

enum Shades<'a> {
    Grey(Vec<u8>),
    Colour(&'a [u8]),
}

impl<'a> Painted<'a> {
    /// Looks at BGRx pixels, rows without gaps.
    pub(super) fn new(pixels: &'a [u8], width: u32, height: u32) -> Self {
        let (grey, flat) = look(pixels);
        let shades = if grey {
            Shades::Grey(pixels.as_chunks::<4>().0.iter().map(|pixel| pixel[1]).collect())
        } else {
            Shades::Colour(pixels)
        };
        Painted { width, height, flat, shades }
    }

    /// The page at full size.
    pub(super) fn picture(&self) -> io::Result<Encoded> {
        let (width, height) = (self.width, self.height);
        match (&self.shades, self.flat) {
            (Shades::Grey(greys), true) => png_of_greys(greys, width, height),
            (Shades::Grey(greys), false) => jpeg(greys, width, height, JpegColor::Luma, QUALITY),
            (Shades::Colour(pixels), true) => match palette(pixels) {
                Some((colours, indices)) => png_of_colours(&colours, &indices, width, height),
                None => jpeg(pixels, width, height, JpegColor::Bgra, QUALITY_MIXED),
            },
            (Shades::Colour(pixels), false) => {
                jpeg(pixels, width, height, JpegColor::Bgra, QUALITY)
            }
        }
    }

    /// The page small, `across` pixels wide, each pixel the mean of what it covers. A small page has no flat areas to
    /// speak of: sixteen greys, or a JPEG where there is colour.
    pub(super) fn thumbnail(&self, across: u32) -> io::Result<Encoded> {
        let across = across.clamp(1, self.width);
        let down =
            (u64::from(self.height) * u64::from(across) / u64::from(self.width)).max(1) as u32;
        match &self.shades {
            Shades::Grey(greys) => {
                png_of_greys(&self.shrink::<1>(greys, across, down), across, down)
            }
            Shades::Colour(pixels) => jpeg(
                &self.shrink::<4>(pixels, across, down),
                across,
                down,
                JpegColor::Bgra,
                QUALITY_MIXED,
            ),
        }
    }

    /// Pixels of `PARTS` bytes made fewer, each the mean of those it covers (every second row is enough for a mean).
    fn shrink<const PARTS: usize>(&self, pixels: &[u8], across: u32, down: u32) -> Vec<u8> {
        let (width, height) = (self.width as usize, self.height as usize);
        let (across, down) = (across as usize, down as usize);
        let edges: Vec<usize> = (0..=across).map(|column| column * width / across).collect();
        let mut small = Vec::with_capacity(across * down * PARTS);
        let mut sums = vec![([0_u32; PARTS], 0_u32); across];
        for line in 0..down {
            let (from, to) = (line * height / down, (line + 1) * height / down);
            sums.fill(([0; PARTS], 0));
            for row in (from..to.max(from + 1).min(height)).step_by(2) {
                let row = &pixels[row * width * PARTS..(row + 1) * width * PARTS];
                for ((sum, count), edge) in sums.iter_mut().zip(edges.windows(2)) {
                    let covered = row[edge[0] * PARTS..edge[1] * PARTS].as_chunks::<PARTS>().0;
                    *count = count.wrapping_add(covered.len() as u32);
                    for pixel in covered {
                        for (part, byte) in sum.iter_mut().zip(pixel) {
                            *part = part.wrapping_add(u32::from(*byte));
                        }
                    }
                }
            }
            for (sum, count) in &sums {
                small.extend(sum.map(|part| (part / (*count).max(1)) as u8));
            }
        }
        small
    }
}

/// Whether the page is grey, and whether it is flat. Counters wrap: they cannot overflow, and checking them would
/// keep the loop from being vectorised.
fn look(pixels: &[u8]) -> (bool, bool) {
    let mut coloured = 0_u32;
    let mut alike = 0_u64;
    let mut before = 0_u32;
    for piece in pixels.chunks(4 * 4096) {
        let mut alike_here = 0_u32;
        for pixel in piece.as_chunks::<4>().0 {
            let colour = u32::from_le_bytes(*pixel) & 0x00FF_FFFF;
            coloured |= colour ^ (colour & 0xFF).wrapping_mul(0x0001_0101);
            alike_here = alike_here.wrapping_add(u32::from(colour == before));
            before = colour;
        }
        alike += u64::from(alike_here);
    }
    (coloured == 0, alike as f64 >= FLAT * (pixels.len() / 4) as f64)
}

/// Sixteen greys, two pixels a byte.
fn png_of_greys(greys: &[u8], width: u32, height: u32) -> io::Result<Encoded> {
    let mut packed = Vec::with_capacity((width as usize).div_ceil(2) * height as usize);
    for row in greys.chunks(width as usize) {
        let (pairs, last) = row.as_chunks::<2>();
        packed
            .extend(pairs.iter().map(|[left, right]| (sixteenth(*left) << 4) | sixteenth(*right)));
        packed.extend(last.iter().map(|left| sixteenth(*left) << 4));
    }
    let mut bytes = Vec::with_capacity(packed.len() / 4);
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Four);
    write_png(encoder, &packed)?;
    Ok(Encoded { bytes, media: "image/png", ending: "png" })
}

/// The nearest of 16 greys: `round(grey / 17)`, as a product for speed (exact for all 256).
fn sixteenth(grey: u8) -> u8 {
    ((u16::from(grey).wrapping_add(8)).wrapping_mul(241) >> 12) as u8
}

/// At most 256 colours and an index a pixel; `None` when the page has more, even coarsened to 5 bits a colour.
fn palette(pixels: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut index_of = vec![u16::MAX; 1 << 15];
    let mut colours: Vec<u8> = Vec::with_capacity(768);
    let mut indices = Vec::with_capacity(pixels.len() / 4);
    let mut before = (u32::MAX, 0_u8);
    for pixel in pixels.as_chunks::<4>().0 {
        let colour = u32::from_le_bytes(*pixel) & 0x00FF_FFFF;
        if colour != before.0 {
            let [blue, green, red, _] = *pixel;
            let key = usize::from(fifth(red)) << 10
                | usize::from(fifth(green)) << 5
                | usize::from(fifth(blue));
            if index_of[key] == u16::MAX {
                let next = colours.len() / 3;
                if next == 256 {
                    return None;
                }
                index_of[key] = next as u16;
                colours.extend([red, green, blue].map(|part| widen(fifth(part))));
            }
            before = (colour, index_of[key] as u8);
        }
        indices.push(before.1);
    }
    Some((colours, indices))
}

/// The nearest of 32 steps.
fn fifth(part: u8) -> u8 {
    ((u16::from(part) * 31 + 127) / 255) as u8
}

/// One of 32 steps as a byte.
fn widen(step: u8) -> u8 {
    (u16::from(step) * 255 / 31) as u8
}

fn png_of_colours(colours: &[u8], indices: &[u8], width: u32, height: u32) -> io::Result<Encoded> {
    let mut bytes = Vec::with_capacity(indices.len() / 8);
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_palette(colours.to_vec());
    if colours.len() <= 16 * 3 {
        encoder.set_depth(BitDepth::Four);
        let mut packed = Vec::with_capacity(indices.len() / 2 + height as usize);
        for row in indices.chunks(width as usize) {
            packed
                .extend(row.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)));
        }
        write_png(encoder, &packed)?;
    } else {
        encoder.set_depth(BitDepth::Eight);
        write_png(encoder, indices)?;
    }
    Ok(Encoded { bytes, media: "image/png", ending: "png" })
}

fn write_png(mut encoder: Encoder<'_, &mut Vec<u8>>, rows: &[u8]) -> io::Result<()> {
    // Packed and indexed rows gain nothing from filters.
    encoder.set_filter(Filter::NoFilter);
    encoder.set_deflate_compression(DeflateCompression::Level(DEFLATE_LEVEL));
    let mut writer = encoder.write_header().map_err(io::Error::other)?;
    writer.write_image_data(rows).map_err(io::Error::other)?;
    writer.finish().map_err(io::Error::other)
}

/// Measured on dense A4 text: level 1 takes 8 ms and 224 KB a page, level 3 16 ms and 172 KB, level 6 54 ms and
/// 167 KB. Painting takes 10 ms, so level 1 it is: the first page sooner, and still under 350 KB.
const DEFLATE_LEVEL: u8 = 1;

fn jpeg(
    pixels: &[u8],
    width: u32,
    height: u32,
    colour: JpegColor,
    quality: u8,
) -> io::Result<Encoded> {
    let (Ok(across), Ok(down)) = (u16::try_from(width), u16::try_from(height)) else {
        return Err(io::Error::other("a page picture is too long for a JPEG"));
    };
    let mut bytes = Vec::with_capacity(pixels.len() / 16);
    let mut encoder = JpegEncoder::new(&mut bytes, quality);
    if quality < QUALITY_MIXED {
        encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    }
    encoder.encode(pixels, across, down, colour).map_err(io::Error::other)?;
    Ok(Encoded { bytes, media: "image/jpeg", ending: "jpg" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_greys_are_the_nearest() {
        for grey in 0..=255_u8 {
            assert_eq!(u16::from(sixteenth(grey)), (u16::from(grey) + 8) / 17, "{grey}");
        }
    }

    #[test]
    fn white_and_black_stay_what_they_are_in_a_palette() {
        let pixels = [[255, 255, 255, 255], [0, 0, 0, 255], [0, 0, 255, 255]].concat();
        let (colours, indices) = palette(&pixels).expect("three colours");
        assert_eq!((colours, indices), (vec![255, 255, 255, 0, 0, 0, 255, 0, 0], vec![0, 1, 2]));
    }

    #[test]
    fn a_thumbnail_is_the_mean_of_what_it_covers() {
        let pixels: Vec<u8> =
            [0_u8, 100, 200, 200].iter().flat_map(|grey| [*grey, *grey, *grey, 255]).collect();
        let painted = Painted::new(&pixels, 4, 1);
        let Shades::Grey(greys) = &painted.shades else { panic!("grey") };
        assert_eq!(painted.shrink::<1>(greys, 2, 1), [50, 200]);
    }

    #[test]
    fn odd_widths_and_one_pixel_encode() {
        for (width, height) in [(1, 1), (3, 2), (5, 1)] {
            let grey = vec![128_u8; (width * height * 4) as usize];
            let red: Vec<u8> = (0..width * height).flat_map(|_| [0, 0, 255, 255]).collect();
            for pixels in [grey, red] {
                let painted = Painted::new(&pixels, width, height);
                assert!(!painted.picture().expect("encodes").bytes.is_empty());
                assert!(!painted.thumbnail(200).expect("encodes").bytes.is_empty());
            }
        }
    }
}
