//! Single requests (单次回调): a callback whose `MsgId` the caller chooses, sealed as WeCom does, posted once.
//!
//! For tests and the load command, which count and repeat on their own. Start at [`WecomSimulator::text`], then
//! [`WecomSimulator::seal`] and [`WecomSimulator::post_sealed`].

use super::WecomSimulator;
use super::callback::describe;
use super::card::Press;
use super::xml::{self, Body, Callback};

/// One request: the query that signs it, and its body.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The query, percent-encoded.
    pub query: String,
    /// The envelope around the ciphertext.
    pub body: String,
}

impl WecomSimulator {
    /// The plaintext of a member's text under this `MsgId`, whether or not there is such a member.
    pub fn text(&self, account: &str, message_id: u64, words: &str) -> String {
        self.plaintext(account, Body::Text { content: words.to_owned(), message_id })
    }

    /// The plaintext of an event of a member, such as `subscribe`; events have no `MsgId`.
    pub fn event(&self, account: &str, event: &'static str) -> String {
        self.plaintext(account, Body::Event { event })
    }

    /// The plaintext of a member's press, whether or not their phone shows such a card, with a fresh code.
    pub fn press(&self, account: &str, press: &Press) -> String {
        let response_code = self.code_of_press(&mut self.state(), &press.task, self.now());
        self.plaintext(account, Body::Press { press: press.clone(), response_code })
    }

    /// Encrypts and signs a plaintext, with a nonce and random octets of its own each time.
    pub fn seal(&self, plaintext: &str) -> Sealed {
        let shared = &self.shared;
        let encrypted = shared.crypto.encrypt(plaintext, shared.ids.bytes());
        // Hex and digits only, so that nothing has to be percent-encoded.
        let query: Vec<_> =
            self.outer(&encrypted).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let settings = &shared.settings;
        let body = xml::envelope(&settings.corp_id, settings.agent_id, &encrypted);
        Sealed { query: query.join("&"), body }
    }

    /// Posts a request once; returns the status and the body.
    ///
    /// # Errors
    /// No answer within WeCom's patience, in a few words.
    pub async fn post_sealed(&self, sealed: &Sealed) -> Result<(u16, String), String> {
        let settings = &self.shared.settings;
        let response = self
            .shared
            .client
            .post(format!("{}?{}", settings.callback_url, sealed.query))
            .header("Content-Type", "text/xml")
            .body(sealed.body.clone())
            .timeout(settings.callback_timeout)
            .send()
            .await
            .map_err(|error| describe(&error))?;
        let status = response.status().as_u16();
        let body = response.text().await.map_err(|error| describe(&error))?;
        Ok((status, body))
    }

    /// The words of a passive reply to a member, read as strictly as WeCom does; `None` for a plain acknowledgement.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn open_reply(&self, account: &str, body: &str) -> Result<Option<String>, &'static str> {
        if body.is_empty() {
            return Ok(None);
        }
        self.read_reply(&account.to_lowercase(), body).map(Some)
    }

    fn plaintext(&self, account: &str, body: Body) -> String {
        let settings = &self.shared.settings;
        let (corp_id, agent_id) = (settings.corp_id.clone(), settings.agent_id);
        let created_at = self.now().timestamp();
        Callback { corp_id, agent_id, member: account.to_owned(), created_at, body }.to_xml()
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({} bytes)", self.body.len())
    }
}
