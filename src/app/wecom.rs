//! Joining a school's WeCom (企业微信): from its settings to its accounts.
//!
//! Knows no field of WeCom's. Start at [`accounts`].

use std::sync::Arc;

use super::StartError;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::ids::Ids;
use crate::platform::Platform;
use crate::platform::wecom::{self, Wecom, WecomSettings};
use crate::problem::{Place, Problem};

/// The app, and where the settings say so the notices to parents and the chat in plain WeChat.
///
/// # Errors
/// Keys that cannot be right.
pub(super) fn accounts(
    config: &Config,
    settings: &config::Wecom,
    clock: &Arc<dyn Clock>,
    ids: &Arc<Ids>,
) -> Result<Vec<Arc<dyn Platform>>, StartError> {
    let app = Wecom::new(settings_of(settings)?, clock.clone(), ids.clone())?;
    let page = config.parent_page_url(&settings.school);
    let notices = settings.parents.then(|| Arc::new(app.notices(&page)) as Arc<dyn Platform>);
    let has_chat = !settings.kf.is_empty();
    let chat = has_chat.then(|| Arc::new(app.customer_service(settings.kf.clone())) as Arc<dyn Platform>);
    let app: Arc<dyn Platform> = Arc::new(app);
    Ok([Some(app), notices, chat].into_iter().flatten().collect())
}

fn settings_of(settings: &config::Wecom) -> Result<WecomSettings, StartError> {
    let agent_id = u32::try_from(settings.agent_id).map_err(|_| {
        let place = Place::Key(format!("wecom.agent_id of {}", settings.school));
        let what = format!("{} is not an AgentId", settings.agent_id);
        StartError::Problems(vec![Problem::new(place, what).instead("copy the AgentId of the app's page")])
    })?;
    let base = |base: &Option<String>, own: &str| base.clone().unwrap_or_else(|| own.to_owned());
    Ok(WecomSettings {
        school: settings.school.clone(),
        corp_id: settings.corp_id.clone(),
        agent_id,
        secret: settings.secret.clone(),
        token: settings.token.clone(),
        encoding_aes_key: settings.encoding_aes_key.clone(),
        api_base: base(&settings.api_base, wecom::API_BASE),
        oauth_base: base(&settings.oauth_base, wecom::OAUTH_BASE),
        login_base: base(&settings.login_base, wecom::LOGIN_BASE),
    })
}
