//! Names by which functions are put in order, so that the file travels small: a compressor looks back
//! a little way, and one generic function for many types is nearly the same code each time. The
//! compiler's own names end in a hash, which shuffles them: here the code itself stands in its place.
//! Never here: what a function does; only the section of names is written anew.

use crate::failure::Failure;
use wasm_encoder::{Module, NameMap, NameSection, RawSection};
use wasmparser::{BinaryReaderError, KnownCustom, Name, Parser, Payload, TypeRef};

/// Bytes of a function's code that stand in its name. Among 8, 24 and 64 the one that saved most.
const OF_CODE: usize = 24;

/// The same module with function names that sort by what the functions are, then by their code.
///
/// # Errors
/// [`Failure::Input`] where it is no module.
pub fn named_by_code(wasm: &[u8]) -> Result<Vec<u8>, Failure> {
    rewritten(wasm).map_err(|cause| Failure::Input(format!("the compiled program: {cause}")))
}

fn rewritten(wasm: &[u8]) -> Result<Vec<u8>, BinaryReaderError> {
    let (mut imported, mut codes, mut names) = (0_usize, Vec::new(), Vec::new());
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        match &payload {
            Payload::ImportSection(imports) => {
                for import in imports.clone().into_imports() {
                    imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(code) => codes.push(code.as_bytes()),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(section) = section.as_known() {
                    for name in section {
                        if let Name::Function(functions) = name? {
                            names = functions.into_iter().collect::<Result<Vec<_>, _>>()?;
                        }
                    }
                    continue;
                }
            }
            _ => {}
        }
        if let Some((id, range)) = payload.as_section() {
            module.section(&RawSection { id, data: &wasm[range] });
        }
    }
    let mut map = NameMap::new();
    for function in names {
        let code = usize::try_from(function.index)
            .ok()
            .and_then(|index| codes.get(index.checked_sub(imported)?));
        match code {
            Some(code) => map.append(function.index, &by_code(function.name, code)),
            None => map.append(function.index, function.name),
        }
    }
    let mut section = NameSection::new();
    section.functions(&map);
    module.section(&section);
    Ok(module.finish())
}

/// `core::ptr::drop_in_place::h0123456789abcdef` with the beginning of its code for the hash.
fn by_code(name: &str, code: &[u8]) -> String {
    use std::fmt::Write as _;
    let end = name.rfind("::h").filter(|at| {
        let hash = name[at + 3..].split('[').next().unwrap_or_default();
        hash.len() == 16 && hash.bytes().all(|digit| digit.is_ascii_hexdigit())
    });
    let mut new = name[..end.unwrap_or(name.len())].to_owned();
    new.push_str("::");
    for byte in code.iter().take(OF_CODE) {
        // A string takes whatever is written to it.
        let _ = write!(new, "{byte:02x}");
    }
    new
}

#[cfg(test)]
mod tests {
    use super::{by_code, named_by_code};
    use wasm_encoder::{
        CodeSection, EntityType, Function, FunctionSection, ImportSection, Module, NameMap,
        NameSection, TypeSection,
    };
    use wasmparser::{KnownCustom, Name, Parser, Payload};

    fn names(wasm: &[u8]) -> Vec<(u32, String)> {
        let mut found = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            if let Payload::CustomSection(section) = payload.unwrap()
                && let KnownCustom::Name(section) = section.as_known()
            {
                for name in section {
                    if let Name::Function(functions) = name.unwrap() {
                        let all = functions.into_iter().map(Result::unwrap);
                        found.extend(all.map(|one| (one.index, one.name.to_owned())));
                    }
                }
            }
        }
        found
    }

    #[test]
    fn functions_are_named_by_their_code_and_imports_as_before() {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("page", "log", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        functions.function(0).function(0);
        let mut code = CodeSection::new();
        for operations in [1, 2] {
            let mut function = Function::new([]);
            for _ in 0..operations {
                function.instructions().nop();
            }
            function.instructions().end();
            code.function(&function);
        }
        let mut map = NameMap::new();
        map.append(0, "log");
        map.append(1, "a::b::h0123456789abcdef");
        map.append(2, "a::b::hfedcba9876543210[1]");
        let mut section = NameSection::new();
        section.functions(&map);
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&code);
        let before = module.finish();
        let mut with_names = before.clone();
        let names_alone = {
            let mut module = Module::new();
            module.section(&section);
            module.finish()
        };
        with_names.extend(&names_alone[8..]);
        let after = named_by_code(&with_names).unwrap();
        // No locals, nop once or twice, end.
        let expected = ["log", "a::b::00010b", "a::b::0001010b"];
        let found: Vec<String> = names(&after).into_iter().map(|(_, name)| name).collect();
        assert_eq!(found, expected);
        assert!(after.starts_with(&before), "all but the names is as it was");
    }

    #[test]
    fn only_a_hash_gives_way() {
        assert_eq!(by_code("a::h0123456789abcdef", &[1]), "a::01");
        assert_eq!(by_code("a::hello", &[1]), "a::hello::01");
        assert_eq!(by_code("malloc", &[255]), "malloc::ff");
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(named_by_code(b"no module").is_err());
    }
}
