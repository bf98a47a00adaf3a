//! Exceptions (除了): days that are taken out of the others, or the others that are.
//!
//! Start at [`except`].

use super::super::few::Few;
use super::super::phrases::{holds_any, phrases};
use super::reading::Said;

/// 除了周三都参加, 除了周三都不去.
pub(super) fn except(
    said: &mut Said,
    groups: &[(Few<u8>, Option<bool>)],
    rest: Option<bool>,
    each: bool,
    text: &str,
) {
    let named = groups.iter().flat_map(|(days, _)| days.iter().copied());
    let rest_refused = rest == Some(false)
        || (each && holds_any(text, phrases!["都不", "全不", "都没", "都别"]))
        || holds_any(text, phrases!["其他不", "其余不", "其他都不", "其他时间不"]);
    // 周一到周五，周三除外: taken out of the days named before.
    let excepted: Few<u8> = named.clone().collect();
    if !rest_refused && rest.is_none() && !each && excepted.is_subset(&said.wanted) {
        said.wanted.retain(|day| !excepted.contains(day));
    } else if rest_refused {
        said.wanted.extend(named);
        said.rest = Some(false);
    } else {
        said.refused.extend(named);
        said.rest = Some(true);
    }
}
