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

/// What a look at the pixels says.
struct Look {
    grey: bool,
    flat: bool,
}

/// Encodes a page from BGRx pixels, rows without gaps.
pub(super) fn encode(pixels: &[u8], width: u32, height: u32) -> io::Result<Encoded> {
    let look = look(pixels);
    match look {
        Look { grey: true, flat: true } => png_of_greys(&greys(pixels), width, height),
        Look { grey: true, flat: false } => jpeg(&greys(pixels), width, height, JpegColor::Luma, QUALITY),
        Look { grey: false, flat: true } => match palette(pixels) {
            Some((colours, indices)) => png_of_colours(&colours, &indices, width, height),
            None => jpeg(pixels, width, height, JpegColor::Bgra, QUALITY_MIXED),
        },
        Look { grey: false, flat: false } => jpeg(pixels, width, height, JpegColor::Bgra, QUALITY),
    }
}

/// A picture of the page, `across` pixels wide, each pixel the mean of what it covers.
pub(super) fn thumbnail(pixels: &[u8], width: u32, height: u32, across: u32) -> io::Result<Encoded> {
    let across = across.clamp(1, width);
    let down = (u64::from(height) * u64::from(across) / u64::from(width)).max(1) as u32;
    let small = shrink(pixels, width as usize, height as usize, across as usize, down as usize);
    encode_small(&small, across, down)
}

/// A thumbnail has no flat areas to speak of: grey levels as they are, or a JPEG where there is colour.
fn encode_small(pixels: &[u8], width: u32, height: u32) -> io::Result<Encoded> {
    if look(pixels).grey {
        png_of_greys(&greys(pixels), width, height)
    } else {
        jpeg(pixels, width, height, JpegColor::Bgra, QUALITY_MIXED)
    }
}

fn look(pixels: &[u8]) -> Look {
    let mut coloured = 0_u32;
    let mut alike = 0_u64;
    let mut before = 0_u32;
    // In pieces, so that the counters stay narrow and the loop is vectorised.
    for piece in pixels.chunks(4 * 4096) {
        let mut alike_here = 0_u32;
        for pixel in piece.as_chunks::<4>().0 {
            let colour = u32::from_le_bytes(*pixel) & 0x00FF_FFFF;
            coloured |= colour ^ ((colour & 0xFF) * 0x0001_0101);
            alike_here += u32::from(colour == before);
            before = colour;
        }
        alike += u64::from(alike_here);
    }
    Look { grey: coloured == 0, flat: alike as f64 >= FLAT * (pixels.len() / 4) as f64 }
}

/// One byte a pixel, of pixels whose three colours are the same.
fn greys(pixels: &[u8]) -> Vec<u8> {
    pixels.as_chunks::<4>().0.iter().map(|pixel| pixel[1]).collect()
}

/// Sixteen greys, two pixels a byte.
fn png_of_greys(greys: &[u8], width: u32, height: u32) -> io::Result<Encoded> {
    let mut packed = Vec::with_capacity((width as usize).div_ceil(2) * height as usize);
    for row in greys.chunks(width as usize) {
        let (pairs, last) = row.as_chunks::<2>();
        packed.extend(pairs.iter().map(|[left, right]| (sixteenth(*left) << 4) | sixteenth(*right)));
        packed.extend(last.iter().map(|left| sixteenth(*left) << 4));
    }
    let mut bytes = Vec::with_capacity(packed.len() / 4);
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Four);
    write_png(encoder, &packed)?;
    Ok(Encoded { bytes, media: "image/png", ending: "png" })
}

/// The nearest of 16 greys: `round(grey / 17)`.
fn sixteenth(grey: u8) -> u8 {
    ((u16::from(grey) + 8) / 17) as u8
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
            let key = usize::from(fifth(red)) << 10 | usize::from(fifth(green)) << 5 | usize::from(fifth(blue));
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
            packed.extend(row.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)));
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

/// Measured on dense A4 text: level 1 is half as large again, level 6 takes five times as long.
const DEFLATE_LEVEL: u8 = 3;

fn jpeg(pixels: &[u8], width: u32, height: u32, colour: JpegColor, quality: u8) -> io::Result<Encoded> {
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

/// BGRx pixels made fewer, each the mean of those it covers (every second row is enough for a mean).
fn shrink(pixels: &[u8], width: usize, height: usize, across: usize, down: usize) -> Vec<u8> {
    let edges: Vec<usize> = (0..=across).map(|column| column * width / across).collect();
    let mut small = Vec::with_capacity(across * down * 4);
    let mut sums = vec![[0_u32; 4]; across];
    for line in 0..down {
        let (from, to) = (line * height / down, ((line + 1) * height / down).max(line * height / down + 1));
        sums.fill([0; 4]);
        for row in (from..to.min(height)).step_by(2) {
            let row = &pixels[row * width * 4..(row + 1) * width * 4];
            for (sum, edge) in sums.iter_mut().zip(edges.windows(2)) {
                add(sum, &row[edge[0] * 4..edge[1].max(edge[0] + 1) * 4]);
            }
        }
        for [blue, green, red, count] in &sums {
            let count = (*count).max(1);
            small.extend([blue, green, red].map(|sum| (sum / count) as u8));
            small.push(0);
        }
    }
    small
}

/// Adds pixels to sums of blue, green, red, and their number.
fn add(sum: &mut [u32; 4], pixels: &[u8]) {
    for [blue, green, red, _] in pixels.as_chunks::<4>().0 {
        sum[0] += u32::from(*blue);
        sum[1] += u32::from(*green);
        sum[2] += u32::from(*red);
        sum[3] += 1;
    }
}
