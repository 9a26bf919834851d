//! Blanks at the edges of texts in a workbook: a name may be written in runs of which one ends in the
//! blank between two words, and calamine cuts it off where the file doesn't say that it counts. Here
//! the file is made to say so. Never here: reading cells.

use std::borrow::Cow;
use std::io::{Cursor, Read as _, Write as _};

use quick_xml::{Reader, events::Event};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::Refusal;

/// Bytes of XML in one workbook, unpacked; a list of [`super::MOST_ROWS`] rows has a tenth of it.
const MOST_XML: u64 = 256 << 20;
/// What stands in the tag of a text whose blanks count.
const KEPT: &str = " xml:space=\"preserve\"";

/// The workbook in which blanks at the edges of every text count: the same bytes if they do already,
/// or if it is none that can be unpacked, which is its reader's to say.
pub(super) fn kept(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Refusal> {
    let Ok(mut parts) = ZipArchive::new(Cursor::new(bytes)) else { return Ok(bytes.into()) };
    let (mut mended, mut unpacked) = (Vec::new(), 0);
    for index in 0..parts.len() {
        let Ok(mut part) = parts.by_index(index) else { return Ok(bytes.into()) };
        if !part.name().is_ok_and(|name| name.to_ascii_lowercase().ends_with(".xml")) {
            continue;
        }
        let mut xml = Vec::new();
        let most = MOST_XML - unpacked;
        if part.size() > most {
            return Err(Refusal::TooLarge);
        }
        let Ok(length) = part.by_ref().take(most + 1).read_to_end(&mut xml) else {
            return Ok(bytes.into());
        };
        unpacked += length as u64;
        if unpacked > MOST_XML {
            return Err(Refusal::TooLarge);
        }
        let tags = std::str::from_utf8(&xml).map(tags_to_mend).unwrap_or_default();
        if !tags.is_empty() {
            mended.push((index, packed(&xml, &tags)));
        }
    }
    if mended.is_empty() {
        return Ok(bytes.into());
    }
    Ok(rebuilt(parts, mended).map_or_else(|| bytes.into(), Cow::Owned))
}

/// Where the tag of a text ends whose first or last blank would be cut off.
fn tags_to_mend(xml: &str) -> Vec<usize> {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.check_comments = false;
    let at = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(0);
    let (mut found, mut opened) = (Vec::new(), None);
    loop {
        let before = at(&reader);
        match reader.read_event() {
            Ok(Event::Start(tag)) if tag.local_name().as_ref() == "t" => {
                let said = tag.attributes_raw().contains("xml:space");
                opened = (!said).then(|| at(&reader));
            }
            Ok(Event::End(tag)) if tag.local_name().as_ref() == "t" => {
                let text =
                    opened.take().and_then(|from: usize| Some((from, xml.get(from..before)?)));
                found.extend(text.filter(|(_, text)| has_edges(text)).map(|(from, _)| from - 1));
            }
            // What is damaged is its reader's to say.
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

/// Whether a text begins or ends in a blank, or in what may be one in other words (`&#32;`, CDATA).
fn has_edges(text: &str) -> bool {
    text.starts_with([' ', '\t', '\r', '\n', '&', '<'])
        || text.ends_with([' ', '\t', '\r', '\n', ';', '>'])
}

/// A part with its tags mended.
fn packed(xml: &[u8], tags: &[usize]) -> Vec<u8> {
    let mut mended = Vec::with_capacity(xml.len() + tags.len() * KEPT.len());
    let mut from = 0;
    for tag in tags {
        mended.extend_from_slice(&xml[from..*tag]);
        mended.extend_from_slice(KEPT.as_bytes());
        from = *tag;
    }
    mended.extend_from_slice(&xml[from..]);
    mended
}

/// The workbook with these parts in the place of its own.
fn rebuilt(mut from: ZipArchive<Cursor<&[u8]>>, mended: Vec<(usize, Vec<u8>)>) -> Option<Vec<u8>> {
    let options = SimpleFileOptions::default().compression_level(Some(1));
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    let mut mended = mended.into_iter().peekable();
    for index in 0..from.len() {
        match mended.next_if(|(mended, _)| *mended == index) {
            Some((_, xml)) => {
                let part = from.by_index_raw(index).ok()?;
                to.start_file(part.name().ok()?, options).ok()?;
                to.write_all(&xml).ok()?;
            }
            None => to.raw_copy_file(from.by_index_raw(index).ok()?).ok()?,
        }
    }
    Some(to.finish().ok()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::{packed, tags_to_mend};

    fn mended(xml: &str) -> String {
        String::from_utf8(packed(xml.as_bytes(), &tags_to_mend(xml))).unwrap()
    }

    #[test]
    fn only_texts_whose_edges_would_be_cut_are_touched() {
        for (xml, expected) in [
            ("<si><t>A B</t></si>", "<si><t>A B</t></si>"),
            ("<si><t>A </t></si>", "<si><t xml:space=\"preserve\">A </t></si>"),
            ("<x:t\n>\tA</x:t>", "<x:t\n xml:space=\"preserve\">\tA</x:t>"),
            ("<t>A&#32;</t>", "<t xml:space=\"preserve\">A&#32;</t>"),
            ("<t><![CDATA[A ]]></t>", "<t xml:space=\"preserve\"><![CDATA[A ]]></t>"),
            ("<t xml:space=\"default\">A </t>", "<t xml:space=\"default\">A </t>"),
            ("<t a=\">\">A </t>", "<t a=\">\" xml:space=\"preserve\">A </t>"),
            ("<!-- <t>A </t> --><t/><v> 1 </v>", "<!-- <t>A </t> --><t/><v> 1 </v>"),
            ("<t>A </t><t", "<t xml:space=\"preserve\">A </t><t"),
            ("<t>A ", "<t>A "),
        ] {
            assert_eq!(mended(xml), expected);
        }
    }
}
