//! Workbooks of the older kind, written by hand: records of MS-XLS in a file of MS-CFB.

const END: u32 = 0xffff_fffe;
const FREE: u32 = 0xffff_ffff;
const SECTOR: usize = 512;

/// A cell: its text, or its number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Old<'t> {
    Text(&'t str),
    Number(f64),
}

/// A workbook that says it is encrypted.
pub(crate) fn protected() -> Vec<u8> {
    let mut stream = begin(5);
    record(&mut stream, 0x002f, &[1, 0, 1, 0, 1, 0]);
    record(&mut stream, 0x000a, &[]);
    contained(stream)
}

/// A workbook: for each tab its name, whether it is hidden, and its rows.
pub(crate) fn xls(tabs: &[(&str, bool, &[&[Old]])]) -> Vec<u8> {
    let sheets: Vec<Vec<u8>> = tabs.iter().map(|(_, _, rows)| sheet(rows)).collect();
    let names: Vec<Vec<u8>> = tabs.iter().map(|(name, _, _)| utf16(name)).collect();
    let length: usize = names.iter().map(|name| 4 + 8 + name.len()).sum();
    let mut stream = begin(5);
    let mut at = stream.len() + length + 4;
    for ((name, letters), ((_, hidden, _), sheet)) in names
        .iter()
        .zip(tabs.iter().map(|tab| tab.0.encode_utf16().count()))
        .zip(tabs.iter().zip(&sheets))
    {
        let mut data = u32::try_from(at).unwrap().to_le_bytes().to_vec();
        data.extend([u8::from(*hidden), 0, u8::try_from(letters).unwrap(), 1]);
        data.extend(name);
        record(&mut stream, 0x0085, &data);
        at += sheet.len();
    }
    record(&mut stream, 0x000a, &[]);
    sheets.iter().for_each(|sheet| stream.extend(sheet));
    contained(stream)
}

fn sheet(rows: &[&[Old]]) -> Vec<u8> {
    let mut sheet = begin(16);
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let mut data = Vec::new();
            for number in [row, column, 0] {
                data.extend(u16::try_from(number).unwrap().to_le_bytes());
            }
            match cell {
                Old::Text(text) => {
                    let letters = text.encode_utf16().count();
                    data.extend(u16::try_from(letters).unwrap().to_le_bytes());
                    data.push(1);
                    data.extend(utf16(text));
                    record(&mut sheet, 0x0204, &data);
                }
                Old::Number(value) => {
                    data.extend(value.to_le_bytes());
                    record(&mut sheet, 0x0203, &data);
                }
            }
        }
    }
    record(&mut sheet, 0x000a, &[]);
    sheet
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn begin(kind: u16) -> Vec<u8> {
    let mut stream = Vec::new();
    let data = [0x0600_u16, kind, 0x0dbb, 0x07cc, 0, 0, 6, 0];
    record(&mut stream, 0x0809, &data.map(u16::to_le_bytes).concat());
    stream
}

fn record(stream: &mut Vec<u8>, kind: u16, data: &[u8]) {
    stream.extend(kind.to_le_bytes());
    stream.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
    stream.extend(data);
}

/// The stream in a file: a table of sectors, a directory, and the stream's sectors.
fn contained(mut stream: Vec<u8>) -> Vec<u8> {
    // Smaller streams lie elsewhere.
    let sectors = stream.len().div_ceil(SECTOR).max(8);
    stream.resize(sectors * SECTOR, 0);
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.extend([0; 16]);
    for number in [0x3e_u16, 3, 0xfffe, 9, 6, 0, 0, 0] {
        file.extend(number.to_le_bytes());
    }
    for number in [0, 1, 1, 0, 4096, END, 0, END, 0, 0] {
        file.extend(number.to_le_bytes());
    }
    (1..109).for_each(|_| file.extend(FREE.to_le_bytes()));
    let last = sectors + 1;
    let chain = (2..=last).map(|at| if at == last { END } else { u32::try_from(at + 1).unwrap() });
    let table: Vec<u32> = [0xffff_fffd, END].into_iter().chain(chain).collect();
    assert!(table.len() <= SECTOR / 4, "one table is enough");
    (0..SECTOR / 4).for_each(|at| {
        file.extend(table.get(at).copied().unwrap_or(FREE).to_le_bytes());
    });
    file.extend(entry("Root Entry", 5, 1, END, 0));
    file.extend(entry("Workbook", 2, FREE, 2, stream.len()));
    file.extend([0; 256]);
    file.extend(stream);
    file
}

fn entry(name: &str, kind: u8, child: u32, start: u32, size: usize) -> Vec<u8> {
    let mut entry = utf16(name);
    let length = entry.len() + 2;
    entry.resize(64, 0);
    entry.extend(u16::try_from(length).unwrap().to_le_bytes());
    entry.extend([kind, 1]);
    for number in [FREE, FREE, child] {
        entry.extend(number.to_le_bytes());
    }
    entry.extend([0; 36]);
    entry.extend(start.to_le_bytes());
    entry.extend(u64::try_from(size).unwrap().to_le_bytes());
    entry
}
