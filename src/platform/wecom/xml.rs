//! The XML of WeCom's callbacks: elements by name in, the passive reply out.
//!
//! Pure. No document type, no entities of one's own, bounded in size, depth and number; unknown elements are skipped.
//! Knows nothing of crypto. Start at [`Fields::parse`].

use std::fmt::Write as _;

use quick_xml::Reader;
use quick_xml::events::Event;

/// The longest document that is read, in bytes.
pub const DOCUMENT_BYTES_MAX: usize = 1024 * 1024;
/// How deep elements may lie in each other; WeCom's own need five.
const DEPTH_MAX: usize = 8;
/// How many elements there may be.
const ELEMENTS_MAX: usize = 2_000;

/// The elements right below the root, by name, and those further below that hold no other.
#[derive(Clone, PartialEq, Eq)]
pub struct Fields {
    elements: Vec<(String, String)>,
    leaves: Vec<(String, String)>,
}

/// Why a document is not read. For the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// Longer than [`DOCUMENT_BYTES_MAX`].
    #[error("the document is too long")]
    TooLong,
    /// Too deep or too many elements.
    #[error("the document has too many elements")]
    TooMany,
    /// It brings a document type or entities.
    #[error("the document has a type or an entity of its own")]
    Entity,
    /// It is not XML.
    #[error("the document is not xml")]
    Malformed,
}

impl Fields {
    /// Reads a document. A name that comes twice keeps its first value; nested elements are read by [`Fields::leaves`]
    /// alone.
    ///
    /// # Errors
    /// [`XmlError`] names what is wrong with it.
    pub fn parse(document: &str) -> Result<Self, XmlError> {
        if document.len() > DOCUMENT_BYTES_MAX {
            return Err(XmlError::TooLong);
        }
        let mut reader = Reader::from_str(document.trim_start_matches('\u{feff}'));
        let mut collector = Collector::default();
        loop {
            match reader.read_event().map_err(|_| XmlError::Malformed)? {
                Event::Start(start) => collector.start(start.name().as_ref())?,
                Event::Empty(start) => {
                    collector.start(start.name().as_ref())?;
                    collector.end();
                }
                Event::End(_) => collector.end(),
                Event::Text(text) => collector.text(&text.xml10_content()),
                Event::CData(text) => collector.cdata(&text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let character = match reference.resolve_char_ref() {
                        Ok(Some(character)) => character,
                        Ok(None) => predefined(&reference).ok_or(XmlError::Entity)?,
                        Err(_) => return Err(XmlError::Malformed),
                    };
                    collector.text(character.encode_utf8(&mut [0; 4]));
                }
                Event::DocType(_) => return Err(XmlError::Entity),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => return collector.finish(),
            }
        }
    }

    /// The text of an element, if there is one.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.elements.iter().find(|(other, _)| other == name).map(|(_, text)| text.as_str())
    }

    /// The text of an element without blanks around it, if there is any.
    pub fn word(&self, name: &str) -> Option<&str> {
        self.text(name).map(str::trim).filter(|text| !text.is_empty())
    }

    /// The texts of all elements of a name, without blanks around them and without empty ones.
    pub fn words(&self, name: &str) -> Vec<String> {
        let texts =
            self.elements.iter().filter(|(other, _)| other == name).map(|(_, text)| text.trim().to_owned());
        texts.filter(|text| !text.is_empty()).collect()
    }

    /// The texts of nested elements of these names that hold no others, in order, without blanks around them.
    pub fn leaves(&self, names: &[&str]) -> Vec<&str> {
        let wanted = self.leaves.iter().filter(|(name, _)| names.contains(&name.as_str()));
        wanted.map(|(_, text)| text.trim()).collect()
    }

    /// A whole number, written with or without CDATA.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.word(name)?.parse().ok()
    }
}

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.elements.iter().map(|(name, _)| name)).finish()
    }
}

/// The document while it is read.
#[derive(Default)]
struct Collector {
    depth: usize,
    elements: usize,
    has_ended: bool,
    plain: String,
    cdata: Option<String>,
    fields: Vec<(String, String)>,
    leaf: Option<(String, String)>,
    leaves: Vec<(String, String)>,
}

impl Collector {
    fn start(&mut self, name: &str) -> Result<(), XmlError> {
        self.depth += 1;
        self.elements += 1;
        if self.depth > DEPTH_MAX || self.elements > ELEMENTS_MAX {
            return Err(XmlError::TooMany);
        }
        if self.has_ended {
            return Err(XmlError::Malformed);
        }
        if self.depth == 2 {
            self.fields.push((name.to_owned(), String::new()));
            self.plain.clear();
            self.cdata = None;
        } else if self.depth > 2 {
            self.leaf = Some((name.to_owned(), String::new()));
        }
        Ok(())
    }

    fn end(&mut self) {
        if self.depth == 2
            && let Some((_, text)) = self.fields.last_mut()
        {
            // Blanks around CDATA are layout; without CDATA they are the text.
            *text = self.cdata.take().unwrap_or_else(|| std::mem::take(&mut self.plain));
        }
        self.leaves.extend(self.leaf.take());
        self.depth = self.depth.saturating_sub(1);
        self.has_ended = self.depth == 0;
    }

    fn text(&mut self, text: &str) {
        if let Some((_, leaf)) = &mut self.leaf {
            leaf.push_str(text);
        }
        if self.depth == 2 {
            match &mut self.cdata {
                Some(cdata) if !text.trim().is_empty() => cdata.push_str(text),
                Some(_) => {}
                None => self.plain.push_str(text),
            }
        }
    }

    fn cdata(&mut self, text: &str) {
        if let Some((_, leaf)) = &mut self.leaf {
            leaf.push_str(text);
        }
        if self.depth == 2 {
            let plain = std::mem::take(&mut self.plain);
            let before = if plain.trim().is_empty() { String::new() } else { plain };
            self.cdata.get_or_insert(before).push_str(text);
        }
    }

    fn finish(self) -> Result<Fields, XmlError> {
        if self.has_ended {
            Ok(Fields { elements: self.fields, leaves: self.leaves })
        } else {
            Err(XmlError::Malformed)
        }
    }
}

/// The five entities that XML itself has.
fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// The plaintext of a passive reply: words for one person.
pub fn text_reply(to_user: &str, from_user: &str, created_at: i64, content: &str) -> String {
    format!(
        "<xml><ToUserName>{}</ToUserName><FromUserName>{}</FromUserName><CreateTime>{created_at}</CreateTime>\
         <MsgType><![CDATA[text]]></MsgType><Content>{}</Content></xml>",
        cdata(to_user),
        cdata(from_user),
        cdata(content),
    )
}

/// The envelope of a passive reply.
pub fn reply_envelope(encrypted: &str, signature: &str, timestamp: &str, nonce: &str) -> String {
    format!(
        "<xml><Encrypt>{}</Encrypt><MsgSignature>{}</MsgSignature><TimeStamp>{timestamp}</TimeStamp>\
         <Nonce>{}</Nonce></xml>",
        cdata(encrypted),
        cdata(signature),
        cdata(nonce),
    )
}

/// The envelope of a delivered callback, as WeCom writes it: for the simulator and the tests.
pub fn callback_envelope(to_user: &str, agent_id: Option<u32>, encrypted: &str) -> String {
    let mut document = format!("<xml><ToUserName>{}</ToUserName>", cdata(to_user));
    if let Some(agent_id) = agent_id {
        // Writing to a String does not fail.
        let _ = write!(document, "<AgentID>{}</AgentID>", cdata(&agent_id.to_string()));
    }
    let _ = write!(document, "<Encrypt>{}</Encrypt></xml>", cdata(encrypted));
    document
}

/// A text as CDATA; its end mark is split and what XML cannot carry is left out.
fn cdata(text: &str) -> String {
    let carried: String = text.chars().filter(|&character| is_xml_character(character)).collect();
    format!("<![CDATA[{}]]>", carried.replace("]]>", "]]]]><![CDATA[>"))
}

/// Whether XML 1.0 can carry a character.
fn is_xml_character(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_are_read_by_name_in_any_order_with_or_without_cdata() {
        for document in [
            "<xml><A><![CDATA[x&y]]></A><B>7</B></xml>",
            "\u{feff}<?xml version=\"1.0\"?>\n<xml>\n <B><![CDATA[7]]></B>\n <Z><Q>1</Q></Z>\n <A>\n<![CDATA[x&y]]>\n </A>\n</xml>\n",
            "<xml><!-- c --><A>x&amp;y</A><B> 7 </B><A>second</A><E/></xml>",
            "<xml><A>x&#38;<![CDATA[y]]></A><B>&#x37;</B></xml>",
        ] {
            let fields = Fields::parse(document).unwrap();
            assert_eq!(fields.text("A"), Some("x&y"), "{document}");
            assert_eq!(fields.number("B"), Some(7), "{document}");
            assert_eq!(fields.text("Q"), None, "{document}");
        }
    }

    #[test]
    fn nested_elements_are_read_when_they_hold_no_others() {
        let document = "<xml><A><B><C><![CDATA[x]]></C>\n<C> y </C></B>z</A><C>no</C><D><E/></D></xml>";
        let fields = Fields::parse(document).unwrap();
        assert_eq!(fields.leaves(&["C"]), ["x", "y"]);
        assert_eq!(fields.leaves(&["B", "E"]), [""]);
        assert_eq!(fields.text("A"), Some("z"));
    }

    #[test]
    fn nested_text_does_not_leak_into_its_parent() {
        let fields = Fields::parse("<xml><A>a<B>b</B>c</A></xml>").unwrap();
        assert_eq!(fields.text("A"), Some("ac"));
    }

    #[test]
    fn what_is_dangerous_or_broken_is_refused() {
        let deep = format!("{}{}", "<a>".repeat(9), "</a>".repeat(9));
        let wide = format!("<xml>{}</xml>", "<a/>".repeat(ELEMENTS_MAX));
        let long = format!("<xml>{}</xml>", " ".repeat(DOCUMENT_BYTES_MAX));
        for (document, want) in [
            (
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><A>&e;</A></xml>",
                XmlError::Entity,
            ),
            ("<xml><A>&e;</A></xml>", XmlError::Entity),
            ("<xml><A>1</A>", XmlError::Malformed),
            ("<xml></xml><xml></xml>", XmlError::Malformed),
            ("<xml><A></B></xml>", XmlError::Malformed),
            ("<xml><A>a & b</A></xml>", XmlError::Malformed),
            ("", XmlError::Malformed),
            ("{\"encrypt\":\"x\"}", XmlError::Malformed),
            (&deep, XmlError::TooMany),
            (&wide, XmlError::TooMany),
            (&long, XmlError::TooLong),
        ] {
            let head: String = document.chars().take(60).collect();
            assert_eq!(Fields::parse(document).unwrap_err(), want, "{head}");
        }
    }

    #[test]
    fn the_reply_envelope_spells_its_elements_as_wecom_wants_them() {
        assert_eq!(
            reply_envelope("E", "S", "1718000000", "N"),
            "<xml><Encrypt><![CDATA[E]]></Encrypt><MsgSignature><![CDATA[S]]></MsgSignature>\
             <TimeStamp>1718000000</TimeStamp><Nonce><![CDATA[N]]></Nonce></xml>"
        );
    }

    proptest! {
        #[test]
        fn any_text_survives_the_writer(text in "([a-z<>&\\]\\[]|\\]\\]>|课|😀|\n){0,60}") {
            let document = text_reply("li", "ww1", 1, &text);
            let fields = Fields::parse(&document).unwrap();
            prop_assert_eq!(fields.text("Content"), Some(text.as_str()));
            prop_assert_eq!(fields.text("ToUserName"), Some("li"));
        }

        #[test]
        fn parsing_is_total(document in "(<|>|xml|/|!|\\[CDATA\\[|\\]\\]>|&|;|a|\"){0,60}") {
            let _ = Fields::parse(&document);
        }
    }
}
