//! Sham (敷衍): duty done for show, by a stand-in, without a licence, or not at all.
//!
//! Reads a whole reply that states. Start at [`is_sham`].

use super::super::phrases::{Phrases, Searched, around, ends_with_any, head, holds_any, phrases};
use super::demand::is_denied_before;

/// Whether a reply states one of them.
pub(super) fn is_sham(text: Searched<'_>) -> bool {
    is_for_show(text)
        || is_stood_in_for(text)
        || denies_needs(text)
        || lacks_licence(text)
        || is_left_unanswered(text)
        || sheds_blame(text)
}

/// 托管就是放羊: what care comes to. 爷爷去放羊 herds sheep.
fn is_for_show(text: Searched<'_>) -> bool {
    const WHAT: &[&str] = &[
        "托管", "延时", "课后", "晚托", "看护", "老师", "你们", "学校", "服务", "午托", "社团", "班", "课",
        "管理", "时间", "这",
    ];
    const SHOW: &Phrases = phrases![
        "放羊",
        "放养",
        "放鸭子",
        "走过场",
        "形同虚设",
        "混日子",
        "混时间",
        "应付了事",
        "应付差事",
        "磨洋工",
        "撒手不管",
        "糊弄",
        "瞎糊弄",
        "做样子",
        "走形式",
        "摆设",
        "挂羊头卖狗肉",
        "名不副实"
    ];
    around(text, SHOW).any(|(before, after)| {
        if ends_with_any(before, &["不是", "没有", "不会", "别"]) {
            return false;
        }
        let near = before.trim_end_matches([
            '是', '在', '就', '全', '纯', '完', '的', '那', '种', '一', '个', '等', '于', '跟', '属', '都',
            '天', '根', '本', '成', '了', '变', '净', '光', '瞎', '简', '直',
        ]);
        ends_with_any(near, WHAT)
            && !is_denied_before(near)
            && holds_any(
                text,
                phrases!["托管", "延时", "课后", "晚托", "看护", "老师", "你们", "学校", "午托"],
            )
            && !after.starts_with(['娃', '的', '吗', '吧'])
    })
}

/// 老师走了，让班长看着全班: somebody else stands in for who should be there.
fn is_stood_in_for(text: Searched<'_>) -> bool {
    const GONE: &Phrases = phrases![
        "走了",
        "不在",
        "不见",
        "早退",
        "没来",
        "溜",
        "不管",
        "踪影",
        "没影",
        "出去",
        "玩手机",
        "聊天",
        "离开",
        "下班"
    ];
    const TOLD: &[&str] = &["让", "叫", "由", "派", "喊"];
    const STANDS_IN: &Phrases = phrases![
        "班长",
        "学生",
        "同学",
        "班干部",
        "小干部",
        "保安",
        "门卫",
        "保洁",
        "清洁工",
        "食堂",
        "宿管",
        "大孩子",
        "高年级",
        "组长",
        "课代表"
    ];
    const WATCHES: &Phrases = phrases!["看", "管", "带", "守", "盯"];
    const WATCHED: &Phrases = phrases!["班", "着", "孩子", "学生", "我们", "纪律", "课", "娃"];
    holds_any(text, GONE)
        && holds_any(text, phrases!["老师", "阿姨", "教练", "班主任"])
        && around(text, STANDS_IN).any(|(before, after)| {
            ends_with_any(before, TOLD)
                && around(head(after, 4), WATCHES).any(|(between, watched)| {
                    !between.contains(['，', '不', '好'])
                        && (watched.is_empty()
                            || holds_any(head(watched, 4), WATCHED)
                            || watched.starts_with('，'))
                })
        })
        && !holds_any(text, phrases!["辛苦", "谢", "麻烦", "请假", "开会去了"])
}

/// 厕所也不让去, 水都不给喝: what every child needs.
fn denies_needs(text: Searched<'_>) -> bool {
    const NEEDS: &[&str] = &["厕所", "水", "饭", "洗手间", "卫生间", "药", "午饭", "一口水", "口水"];
    const DENIED: &Phrases = phrases![
        "都不让去",
        "也不让去",
        "都不让上",
        "也不让上",
        "都不准去",
        "也不准去",
        "都不许去",
        "也不许去",
        "都不给喝",
        "也不给喝",
        "都不让喝",
        "也不让喝",
        "都不准喝",
        "都不许喝",
        "都不给吃",
        "也不给吃",
        "都不让吃",
        "也不让吃",
        "都没给喝"
    ];
    around(text, DENIED).any(|(before, _)| ends_with_any(before, NEEDS))
        && !holds_any(text, phrases!["在家", "医生", "他爸", "奶奶", "抽血", "体检"])
}

/// 外聘的老师根本没有证: a licence is lacking. 没有证据 is of a proof.
fn lacks_licence(text: Searched<'_>) -> bool {
    const WHO: &Phrases =
        phrases!["老师", "教练", "机构", "保安", "食堂", "司机", "托管", "阿姨", "校医", "厨师", "校车"];
    const LICENCES: &[&str] = &[
        "证",
        "教师证",
        "资格证",
        "教师资格证",
        "教师资格",
        "健康证",
        "上岗证",
        "营业执照",
        "执照",
        "许可证",
        "资质",
        "办学资质",
        "驾照",
        "教资",
    ];
    const LACKING_CHARS_MAX: usize = 10;
    around(text, WHO).any(|(before, after)| {
        !before.ends_with(['，', '跟', '给', '问'])
            && around(head(after, LACKING_CHARS_MAX), phrases!["没有", "没", "无", "都没有", "也没有"]).any(
                |(between, _)| {
                    let lacked = after.get(between.len()..).unwrap_or_default();
                    let lacked = lacked.trim_start_matches(['都', '也', '没', '有', '无', '任', '何']);
                    !between.contains(['，', '您', '我', '孩', '娃'])
                        && LICENCES.iter().filter_map(|licence| lacked.strip_prefix(licence)).any(|rest| {
                            rest.is_empty()
                                || rest.starts_with(['，', '。', '的', '就', '还', '啊', '也', '!'])
                        })
                },
            )
    })
}

/// 三番五次反映都石沉大海: told, and no answer came, whomever it was told.
fn is_left_unanswered(text: Searched<'_>) -> bool {
    const TOLD: &Phrases =
        phrases!["反映", "反馈", "投诉", "举报", "提意见", "校长信箱", "给校长写", "给学校写", "写信给"];
    const RUN_ABOUT: &Phrases = phrases!["打了", "找了", "问了", "跑了"];
    const VAIN: &Phrases = phrases![
        "石沉大海",
        "没回音",
        "没有回音",
        "没个回音",
        "没下文",
        "没有下文",
        "不了了之",
        "杳无音信",
        "没人理会",
        "没人搭理",
        "不予理睬",
        "没人回复",
        "没给答复",
        "没有答复"
    ];
    const PASSED_ON: &Phrases =
        phrases!["互相踢皮球", "来回踢皮球", "踢来踢去", "推来推去", "互相推", "推三阻四", "互相扯皮"];
    const VAIN_CHARS_MAX: usize = 14;
    let comes_to = |after: &str, vain: &'static Phrases| {
        around(head(after, VAIN_CHARS_MAX), vain)
            .any(|(between, rest)| !between.contains(['怕', '会', '球', '同']) && !rest.starts_with('荐'))
    };
    around(text, TOLD).any(|(before, after)| {
        !is_denied_before(before) && (comes_to(after, VAIN) || comes_to(after, PASSED_ON))
    }) || around(text, RUN_ABOUT).any(|(_, after)| comes_to(after, PASSED_ON))
}

/// 全班都走了才说, 这就是你们所谓的负责: what the school calls its own, and is not.
fn sheds_blame(text: Searched<'_>) -> bool {
    const CALLED: &Phrases = phrases!["这就是你们", "这就是学校", "这就是所谓", "这就是贵校"];
    const NAMES: &Phrases = phrases![
        "服务", "管理", "态度", "教育", "托管", "看护", "负责", "安全", "师德", "自愿", "免费", "特色",
        "办法"
    ];
    around(text, CALLED)
        .any(|(_, after)| holds_any(head(after, 8), NAMES) && !after.starts_with(['在', '要']))
}
