//! Enums of enums that are written as one: `Event::Votes(VotesEvent::VoteVoided { .. })` is
//! `{"vote_voided": {..}}`, so that a topic keeps its own messages and the log and the protocol
//! needn't know where they are kept. Never here: a message.

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer,
    VariantAccess, Visitor,
};
use serde::{de, forward_to_deserialize_any};
use std::fmt;

/// Makes an enum of enums. Each inner one derives `Serialize` and `Deserialize` in serde's own form
/// for enums, or is made by this macro and stands last. A name may stand in one of them only.
macro_rules! nested {
    ($(#[$meta:meta])* pub enum $outer:ident {
        $($(#[$doc:meta])* $arm:ident($inner:ident)),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $outer {
            $($(#[$doc])* $arm($inner)),+
        }

        $(impl From<$inner> for $outer {
            fn from(inner: $inner) -> Self {
                Self::$arm(inner)
            }
        })+

        impl serde::Serialize for $outer {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$arm(inner) => inner.serialize(serializer)),+
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $outer {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Pick;

                impl<'de> serde::de::Visitor<'de> for Pick {
                    type Value = $outer;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(stringify!($outer))
                    }

                    fn visit_enum<A: serde::de::EnumAccess<'de>>(
                        self,
                        access: A,
                    ) -> Result<$outer, A::Error> {
                        let (name, content) = access.variant::<String>()?;
                        let mut content = Some(content);
                        $(
                            let named = $crate::nested::Named { name: &name, content: &mut content };
                            let read = <$inner as serde::Deserialize>::deserialize(named);
                            // Left where it was by an enum that has no such variant.
                            if content.is_none() {
                                return read.map($outer::$arm);
                            }
                        )+
                        Err(serde::de::Error::unknown_variant(&name, &[]))
                    }
                }

                deserializer.deserialize_enum(stringify!($outer), &[], Pick)
            }
        }
    };
}
pub(crate) use nested;

/// A variant whose name was read already. An enum that has the name reads on from here; one that has
/// it not leaves the content for the next.
pub(crate) struct Named<'a, A> {
    pub(crate) name: &'a str,
    pub(crate) content: &'a mut Option<A>,
}

impl<'de, A: VariantAccess<'de>> EnumAccess<'de> for Named<'_, A> {
    type Error = A::Error;
    type Variant = A;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, A), A::Error> {
        let content = self.content.take().ok_or_else(|| A::Error::custom("read twice"))?;
        let name: StrDeserializer<'_, A::Error> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, content))
    }
}

impl<'de, A: VariantAccess<'de>> Deserializer<'de> for Named<'_, A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_enum(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        // An enum of enums doesn't say which names it has, and looks for itself.
        if variants.is_empty() || variants.contains(&self.name) {
            visitor.visit_enum(self)
        } else {
            Err(A::Error::unknown_variant(self.name, &[]))
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// The names of the variants of an enum that derives `Deserialize`.
pub(crate) fn names_of<T: DeserializeOwned>() -> &'static [&'static str] {
    // Reading is the only way to a derived type's names: it is asked for them and told to stop.
    T::deserialize(Probe).err().map_or(&[], |Stopped(names)| names)
}

/// A type that is read from it says which variants it has, and is not read.
struct Probe;

/// Ends the reading, with the variants.
#[derive(Debug)]
struct Stopped(&'static [&'static str]);

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped")
    }
}

impl std::error::Error for Stopped {}

impl de::Error for Stopped {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }
}

impl<'de> Deserializer<'de> for Probe {
    type Error = Stopped;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stopped> {
        Err(Stopped(&[]))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Stopped> {
        Err(Stopped(variants))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
