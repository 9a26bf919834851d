//! Looks into the pictures that tests get back, with decoders of other people.

use std::path::Path;

/// The mean ink of squares of 16 pixels of a page picture of the usual size.
pub(crate) fn squares(pixels: &[u8]) -> Vec<u64> {
    let mut squares = vec![0_u64; 104 * 147];
    for (index, pixel) in pixels.iter().enumerate() {
        squares[index / 1654 / 16 * 104 + index % 1654 / 16] += u64::from(255 - pixel);
    }
    squares.into_iter().map(|ink| ink / 256).collect()
}

/// The greys of a PNG, one byte a pixel.
pub(crate) fn grey_png(path: &Path) -> Vec<u8> {
    let mut decoder =
        png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).expect("there")));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut pixels).expect("pixels");
    pixels
}

/// The greys of a PGM of the usual size.
pub(crate) fn pgm(bytes: &[u8]) -> Vec<u8> {
    let head = format!("P5\n{} {}\n255\n", 1654, 2341);
    assert_eq!(&bytes[..head.len()], head.as_bytes());
    bytes[head.len()..].to_vec()
}

/// Width, height, colours and depth of a PNG.
pub(crate) fn png_about(path: &Path) -> (u32, u32, png::ColorType, png::BitDepth) {
    let reader =
        png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).expect("there")));
    let reader = reader.read_info().expect("a PNG");
    let about = reader.info();
    (about.width, about.height, about.color_type, about.bit_depth)
}

/// A PNG of one pixel.
pub(crate) fn png_bytes() -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = png::Encoder::new(&mut bytes, 1, 1);
    encoder.write_header().expect("written").write_image_data(&[0]).expect("written");
    bytes
}
