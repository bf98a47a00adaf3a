//! Joining a school's DingTalk (钉钉): from its settings to its accounts.
//!
//! Knows no field of DingTalk's. Start at [`accounts`].

use std::sync::Arc;

use super::StartError;
use crate::clock::Clock;
use crate::config::{Config, Dingtalk, DingtalkDoor, DingtalkMode};
use crate::ids::Ids;
use crate::platform::Platform;
use crate::platform::dingtalk::{self, CardSettings, DingtalkSettings, EventSecrets};

/// The robot and the notices of an app.
///
/// # Errors
/// Keys that cannot be right.
pub(super) fn accounts(
    config: &Config,
    settings: &Dingtalk,
    clock: &Arc<dyn Clock>,
    ids: &Arc<Ids>,
) -> Result<[Arc<dyn Platform>; 2], StartError> {
    let page = config.parent_page_url(&settings.school);
    let (robot, notice) =
        dingtalk::accounts(settings_of(config, settings), &page, clock.clone(), ids.clone())?;
    Ok([Arc::new(robot), Arc::new(notice)])
}

fn settings_of(config: &Config, settings: &Dingtalk) -> DingtalkSettings {
    let base = |base: &Option<String>, own: &str| base.clone().unwrap_or_else(|| own.to_owned());
    let events = match &settings.mode {
        DingtalkMode::Http { event_token, event_aes_key } => {
            Some(EventSecrets { token: event_token.clone(), aes_key: event_aes_key.clone() })
        }
        DingtalkMode::Stream => None,
    };
    DingtalkSettings {
        school: settings.school.clone(),
        corp_id: settings.corp_id.clone(),
        client_id: settings.client_id.clone(),
        client_secret: settings.client_secret.clone(),
        robot_code: settings.robot_code.clone(),
        agent_id: settings.agent_id,
        calls_per_month: settings.calls_per_month,
        pushes_per_month: settings.pushes_per_month,
        events,
        cards: settings.card_template.clone().map(|template| CardSettings {
            template,
            // Without one everything comes through a connection of ours, presses too.
            callback_url: config.dingtalk_callback_url(settings, DingtalkDoor::Card).unwrap_or_default(),
        }),
        api_base: base(&settings.api_base, dingtalk::API_BASE),
        oapi_base: base(&settings.oapi_base, dingtalk::OAPI_BASE),
        login_base: base(&settings.login_base, dingtalk::LOGIN_BASE),
        // Who plays DingTalk's login plays its script too.
        jsapi: match &settings.login_base {
            Some(base) => format!("{base}/dingtalk.open.js"),
            None => dingtalk::JSAPI.to_owned(),
        },
    }
}
