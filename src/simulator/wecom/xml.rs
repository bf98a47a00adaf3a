//! The XML of callbacks (回调报文) from WeCom's side: what it writes to us and how strictly it reads our reply.
//!
//! Written apart from the server's own reader, so that a mistake in one does not hide in the other. Start at
//! [`Callback::to_xml`] and [`read_reply`].

use serde::Deserialize;

use super::card::Press;

/// What WeCom tells the server, before encryption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Callback {
    pub(super) corp_id: String,
    pub(super) agent_id: i64,
    pub(super) member: String,
    pub(super) created_at: i64,
    pub(super) body: Body,
}

/// The part that differs by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    Text { content: String, message_id: u64 },
    Image { message_id: u64 },
    Voice { message_id: u64 },
    Event { event: &'static str },
    Press { press: Press, response_code: String },
    SchoolChange { change: &'static str, id: String },
}

impl Callback {
    /// The plaintext.
    pub(super) fn to_xml(&self) -> String {
        let kind = match &self.body {
            Body::Text { content, message_id } => format!(
                "<MsgType><![CDATA[text]]></MsgType><Content>{}</Content><MsgId>{message_id}</MsgId>",
                cdata(content)
            ),
            Body::Image { message_id } => format!(
                "<MsgType><![CDATA[image]]></MsgType><PicUrl><![CDATA[http://simulator.invalid/p/{message_id}]]>\
                 </PicUrl><MediaId><![CDATA[media{message_id}]]></MediaId><MsgId>{message_id}</MsgId>"
            ),
            Body::Voice { message_id } => format!(
                "<MsgType><![CDATA[voice]]></MsgType><MediaId><![CDATA[media{message_id}]]></MediaId>\
                 <Format><![CDATA[amr]]></Format><MsgId>{message_id}</MsgId>"
            ),
            Body::Event { event } => format!(
                "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{event}]]></Event>\
                 <EventKey><![CDATA[]]></EventKey>"
            ),
            Body::Press { press, response_code } => press_event(press, response_code),
            Body::SchoolChange { change, id } => format!(
                "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_school_contact]]></Event>\
                 <ChangeType><![CDATA[{change}]]></ChangeType><Id>{}</Id>",
                cdata(id)
            ),
        };
        // The directory belongs to the corp and names no app.
        let agent = match &self.body {
            Body::SchoolChange { .. } => String::new(),
            Body::Text { .. }
            | Body::Image { .. }
            | Body::Voice { .. }
            | Body::Press { .. }
            | Body::Event { .. } => {
                format!("<AgentID>{}</AgentID>", self.agent_id)
            }
        };
        format!(
            "<xml><ToUserName>{}</ToUserName><FromUserName>{}</FromUserName><CreateTime>{}</CreateTime>{kind}\
             {agent}</xml>",
            cdata(&self.corp_id),
            cdata(&self.member),
            self.created_at
        )
    }
}

/// The event of a press; a choice stands in elements of its own.
fn press_event(press: &Press, response_code: &str) -> String {
    let card_type = if press.chosen.is_empty() { "button_interaction" } else { "vote_interaction" };
    let chosen: Vec<String> = press.chosen.iter().map(|id| cdata(id)).collect();
    let chosen = chosen.join("</OptionId><OptionId>");
    let items = if chosen.is_empty() {
        String::new()
    } else {
        format!(
            "<SelectedItems><SelectedItem><QuestionKey><![CDATA[choice]]></QuestionKey><OptionIds><OptionId>{chosen}\
             </OptionId></OptionIds></SelectedItem></SelectedItems>"
        )
    };
    format!(
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event>\
         <EventKey>{}</EventKey><TaskId>{}</TaskId><CardType><![CDATA[{card_type}]]></CardType>\
         <ResponseCode>{}</ResponseCode>{items}",
        cdata(&press.key),
        cdata(&press.task),
        cdata(response_code)
    )
}

/// The envelope around a ciphertext.
pub(super) fn envelope(corp_id: &str, agent_id: i64, encrypted: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[{corp_id}]]></ToUserName><AgentID><![CDATA[{agent_id}]]></AgentID>\
         <Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    )
}

/// The envelope of the server's passive reply; all four elements are required, in this spelling.
#[derive(Deserialize)]
pub(super) struct ReplyEnvelope {
    #[serde(rename = "Encrypt")]
    pub(super) encrypted: String,
    #[serde(rename = "MsgSignature")]
    pub(super) signature: String,
    #[serde(rename = "TimeStamp")]
    pub(super) timestamp: String,
    #[serde(rename = "Nonce")]
    pub(super) nonce: String,
}

/// The server's passive reply, decrypted.
#[derive(Deserialize)]
pub(super) struct Reply {
    #[serde(rename = "ToUserName")]
    pub(super) to: String,
    #[serde(rename = "FromUserName")]
    pub(super) from: String,
    #[serde(rename = "CreateTime")]
    pub(super) created_at: String,
    #[serde(rename = "MsgType")]
    pub(super) kind: String,
    #[serde(rename = "Content", default)]
    pub(super) content: String,
}

/// Reads the envelope of a reply.
pub(super) fn read_reply_envelope(body: &str) -> Result<ReplyEnvelope, &'static str> {
    quick_xml::de::from_str(body).map_err(|_| "passive reply: envelope lacks one of its four elements")
}

/// Reads a decrypted reply.
pub(super) fn read_reply(message: &str) -> Result<Reply, &'static str> {
    quick_xml::de::from_str(message).map_err(|_| "passive reply: message lacks a required element")
}

/// Text as CDATA; an inner `]]>` is split over two.
fn cdata(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_ends_cdata_does_not_end_the_message() {
        let reply: Reply = read_reply(&format!(
            "<xml><ToUserName>a</ToUserName><FromUserName>b</FromUserName><CreateTime>1</CreateTime>\
             <MsgType>text</MsgType><Content>{}</Content></xml>",
            cdata("1 ]]> 2 <b>&amp;")
        ))
        .unwrap_or_else(|reason| panic!("{reason}"));
        assert_eq!(reply.content, "1 ]]> 2 <b>&amp;");
    }

    #[test]
    fn an_envelope_with_a_misspelt_element_is_refused() {
        let with = |name: &str| {
            format!(
                "<xml><Encrypt>e</Encrypt><MsgSignature>s</MsgSignature><{name}>1</{name}><Nonce>n</Nonce></xml>"
            )
        };
        assert!(read_reply_envelope(&with("TimeStamp")).is_ok());
        assert!(read_reply_envelope(&with("Timestamp")).is_err());
    }
}
