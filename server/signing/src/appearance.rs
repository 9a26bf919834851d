//! What a visible signature looks like: a few centred lines in an embedded subset of the
//! document's own typeface. Never here: what the lines say.

use lopdf::{Dictionary, Object, ObjectId, Stream, StringFormat, dictionary};
use subsetter::GlyphRemapper;
use ttf_parser::{Face, GlyphId};

use crate::SigningError;
use crate::incremental::Update;

/// The typeface of the documents; the same file that they are set with.
const FONT: &[u8] = include_bytes!("../../typeset/fonts/LiberationSerif-Regular.ttf");
/// Six letters tell one subset from another (ISO 32000-2 9.9.2): the first signature's, and the one's
/// that completes the document.
pub(crate) const FIRST: &str = "ICABSG+LiberationSerif";
pub(crate) const LAST: &str = "ICABSH+LiberationSerif";
/// Dark blue, as the decree wants signatures, in the output intent's RGB.
const INK: &str = "0.05 0.15 0.45";
const LARGEST_SIZE: f32 = 11.0;
/// Distance of base lines, in parts of the font size.
const LINE_HEIGHT: f32 = 1.3;

/// Writes font and form of the lines; returns the form's object.
///
/// `width` and `height` are the field's in PDF points.
pub(crate) fn write(
    update: &mut Update<'_>,
    lines: &[String],
    width: f32,
    height: f32,
    font_name: &str,
) -> Result<ObjectId, SigningError> {
    let face = Face::parse(FONT, 0).map_err(|_| SigningError::Malformed("our own font"))?;
    let mut remapper = GlyphRemapper::new();
    let mut unicode = vec![None];
    let mut advances = vec![advance(&face, GlyphId(0))];
    let mut encoded = Vec::new();
    for line in lines {
        let mut codes = Vec::new();
        for character in settable(line, &face).chars() {
            let glyph = glyph(&face, character).ok_or(SigningError::Character(character))?;
            let code = remapper.remap(glyph.0);
            if usize::from(code) == unicode.len() {
                unicode.push(Some(character));
                advances.push(advance(&face, glyph));
            }
            codes.push(code);
        }
        encoded.push(codes);
    }
    let font = write_font(update, &face, &remapper, &unicode, &advances, font_name)?;
    let content = content(&encoded, &advances, width, height);
    let form = Stream::new(
        dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "BBox" => vec![0.into(), 0.into(), width.into(), height.into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F0" => font } },
        },
        content.into_bytes(),
    );
    let id = update.reserve();
    update.put(id, &Object::Stream(form));
    Ok(id)
}

fn glyph(face: &Face<'_>, character: char) -> Option<GlyphId> {
    face.glyph_index(character).filter(|glyph| glyph.0 != 0 && !character.is_control())
}

/// The line as it can be shown: a character that the typeface lacks stands as its code, so that
/// nobody's name keeps him from signing.
fn settable(line: &str, face: &Face<'_>) -> String {
    let line = icabinet_models::text::shown(line).replace('\n', " ");
    let mut out = String::with_capacity(line.len());
    for character in line.chars() {
        match glyph(face, character) {
            Some(_) => out.push(character),
            None => out.push_str(&format!("[U+{:04X}]", u32::from(character))),
        }
    }
    out
}

/// Writes the form of a place that waits for its signature: nothing is seen of it.
pub(crate) fn empty(update: &mut Update<'_>, width: f32, height: f32) -> ObjectId {
    let form = Stream::new(
        dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "BBox" => vec![0.into(), 0.into(), width.into(), height.into()],
            "Resources" => Dictionary::new(),
        },
        Vec::new(),
    );
    let id = update.reserve();
    update.put(id, &Object::Stream(form));
    id
}

/// Drawing operators: a thin frame and the lines, as large as they fit.
fn content(lines: &[Vec<u16>], advances: &[f32], width: f32, height: f32) -> String {
    let wide = |codes: &[u16]| -> f32 {
        codes.iter().map(|code| advances[usize::from(*code)] / 1000.0).sum()
    };
    let widest = lines.iter().map(|codes| wide(codes)).fold(1.0, f32::max);
    let count = lines.len().max(1) as f32;
    let size = LARGEST_SIZE.min((width - 8.0) / widest).min((height - 6.0) / (count * LINE_HEIGHT));
    let mut out =
        format!("q {INK} RG {INK} rg 0.6 w 0.5 0.5 {:.2} {:.2} re S\n", width - 1.0, height - 1.0);
    // The lines stand in the middle; a base line is some three tenths above its line's foot.
    let mut base = (height + count * LINE_HEIGHT * size) / 2.0 - size;
    for codes in lines {
        let left = (width - wide(codes) * size) / 2.0;
        let hex: String = codes.iter().map(|code| format!("{code:04x}")).collect();
        out.push_str(&format!("BT /F0 {size:.2} Tf {left:.2} {base:.2} Td <{hex}> Tj ET\n"));
        base -= LINE_HEIGHT * size;
    }
    out.push_str("Q\n");
    out
}

fn write_font(
    update: &mut Update<'_>,
    face: &Face<'_>,
    remapper: &GlyphRemapper,
    unicode: &[Option<char>],
    advances: &[f32],
    font_name: &str,
) -> Result<ObjectId, SigningError> {
    let subset = subsetter::subset(FONT, 0, remapper)
        .map_err(|_| SigningError::Malformed("our own font can't be subset"))?;
    let mut file = Stream::new(dictionary! { "Length1" => subset.len() as i64 }, subset);
    file.compress().map_err(|_| SigningError::Malformed("our own font can't be compressed"))?;
    let file_id = update.reserve();
    update.put(file_id, &Object::Stream(file));
    let descriptor = descriptor(face, file_id, font_name);
    let descriptor_id = update.reserve();
    update.put(descriptor_id, &Object::Dictionary(descriptor));
    let widths = advances.iter().map(|advance| Object::Real(*advance)).collect();
    let ascii = |text: &str| Object::String(text.as_bytes().to_vec(), StringFormat::Literal);
    let descendant = dictionary! {
        "Type" => "Font",
        "Subtype" => "CIDFontType2",
        "BaseFont" => font_name,
        "CIDSystemInfo" => dictionary! {
            "Registry" => ascii("Adobe"),
            "Ordering" => ascii("Identity"),
            "Supplement" => 0,
        },
        "FontDescriptor" => descriptor_id,
        "DW" => 1000,
        "W" => vec![Object::Integer(0), Object::Array(widths)],
        "CIDToGIDMap" => "Identity",
    };
    let descendant_id = update.reserve();
    update.put(descendant_id, &Object::Dictionary(descendant));
    let map = Stream::new(Dictionary::new(), to_unicode(unicode).into_bytes());
    let map_id = update.reserve();
    update.put(map_id, &Object::Stream(map));
    let font_id = update.reserve();
    update.put(
        font_id,
        &Object::Dictionary(dictionary! {
            "Type" => "Font",
            "Subtype" => "Type0",
            "BaseFont" => font_name,
            "Encoding" => "Identity-H",
            "DescendantFonts" => vec![Object::Reference(descendant_id)],
            "ToUnicode" => map_id,
        }),
    );
    Ok(font_id)
}

fn descriptor(face: &Face<'_>, file: ObjectId, font_name: &str) -> Dictionary {
    let em = f32::from(face.units_per_em());
    let scaled = |units: i16| Object::Real(f32::from(units) * 1000.0 / em);
    let bounds = face.global_bounding_box();
    dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => font_name,
        // Serif and symbolic: the subset has its own encoding.
        "Flags" => 6,
        "FontBBox" => vec![
            scaled(bounds.x_min),
            scaled(bounds.y_min),
            scaled(bounds.x_max),
            scaled(bounds.y_max),
        ],
        "ItalicAngle" => 0,
        "Ascent" => scaled(face.ascender()),
        "Descent" => scaled(face.descender()),
        "CapHeight" => scaled(face.capital_height().unwrap_or(face.ascender())),
        "StemV" => 80,
        "FontFile2" => file,
    }
}

/// The map from codes back to characters: the visible signature can be searched and copied.
fn to_unicode(unicode: &[Option<char>]) -> String {
    let pairs: Vec<String> = unicode
        .iter()
        .enumerate()
        .filter_map(|(code, character)| {
            let mut units = [0_u16; 2];
            let text: String = (*character)?
                .encode_utf16(&mut units)
                .iter()
                .map(|unit| format!("{unit:04x}"))
                .collect();
            Some(format!("<{code:04x}> <{text}>"))
        })
        .collect();
    let mut out = String::from(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n\
         /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def /CMapType 2 def\n\
         1 begincodespacerange <0000> <ffff> endcodespacerange\n",
    );
    for hundred in pairs.chunks(100) {
        out.push_str(&format!("{} beginbfchar\n", hundred.len()));
        out.push_str(&hundred.join("\n"));
        out.push_str("\nendbfchar\n");
    }
    out.push_str("endcmap CMapName currentdict /CMap defineresource pop end end\n");
    out
}

/// A glyph's width in thousandths of the font size.
fn advance(face: &Face<'_>, glyph: GlyphId) -> f32 {
    let units = face.glyph_hor_advance(glyph).unwrap_or(0);
    f32::from(units) * 1000.0 / f32::from(face.units_per_em())
}
