//! Words of commands that are made of parts (组合词): every way to go back, to ask how, or to ask what can be done.
//!
//! Each function joins its parts into one line of the lexicon. Start at [`going_back`].

/// Words made of one of each part, in this order.
fn joined(parts: &[&[&str]]) -> String {
    let mut words = vec![String::new()];
    for part in parts {
        words = words.iter().flat_map(|word| part.iter().map(move |end| format!("{word}{end}"))).collect();
    }
    words.join(" ") + " "
}

/// Steps of the form that one goes back to.
const STEPS: &[&str] =
    &["一题", "题", "道题", "一道题", "步", "一步", "一项", "问题", "一个问题", "一页", "个问题", "页"];

/// 退回前面那一题, 往回倒一步, 上面那步: going back, to what, or by how much.
pub(super) fn going_back() -> String {
    const GOES: &[&str] = &[
        "退回",
        "退回到",
        "退到",
        "返回",
        "返回到",
        "回",
        "回到",
        "回退到",
        "倒回",
        "倒回到",
        "跳回",
        "跳回到",
    ];
    const PLACES: &[&str] =
        &["前面", "前面的", "前面那", "前面那个", "前头", "前头那", "刚才", "刚才那", "刚刚那", "上面那"];
    const WAYS: &[&str] = &["往回", "往前", "朝前", "再往前", "再往回", "向前"];
    const MOVES: &[&str] = &["退", "倒", "翻", "跳", "返", "走"];
    const DISTANCES: &[&str] = &["一步", "一题", "一页", "一项", "一格", "一下", "一道题", "一个问题"];
    joined(&[GOES, PLACES, STEPS])
        + &joined(&[&["上面那", "上头那", "前头那"], STEPS])
        + &joined(&[&["往回", "往前", "往后"], &["退", "倒", "翻"], DISTANCES])
        + &joined(&[WAYS, &["退", "倒"], &["", "回去"]])
        + &joined(&[&["退", "倒", "返"], &["回上", "回前", "到上", "到前"], DISTANCES])
        + &joined(&[
            &["倒", "回", "返", "翻回", "切回", "倒退"],
            &["一步", "一题", "上一步", "上一题", "上一页"],
        ])
        + &joined(&[&["再"], MOVES, &["回去"]])
}

/// 不知道咋操作, 不晓得该怎么填: not to know, how, and what for.
pub(super) fn not_knowing_how() -> String {
    const KNOWS: &[&str] = &[
        "不知道",
        "不晓得",
        "不知",
        "不懂",
        "不清楚",
        "不明白",
        "没搞懂",
        "没弄懂",
        "搞不清",
        "弄不清",
        "不懂得",
        "不识",
    ];
    const HOW: &[&str] = &[
        "咋",
        "怎么",
        "怎样",
        "该咋",
        "该怎么",
        "要怎么",
        "咋个",
        "如何",
        "该如何",
        "点",
        "点样",
        "应该怎么",
    ];
    const DOES: &[&str] = &[
        "弄",
        "操作",
        "填",
        "用",
        "整",
        "搞",
        "办",
        "点",
        "按",
        "弄这个",
        "填写",
        "回你",
        "回您",
        "回这个",
        "回复",
        "答",
        "回答",
        "选",
        "使",
        "下手",
    ];
    const WHERE: &[&str] = &["从哪", "从哪儿", "从哪里", "从何", "打哪"];
    const BEGINS: &[&str] = &["下手", "入手", "着手", "开始", "弄起", "填起"];
    joined(&[KNOWS, HOW, DOES])
        + &joined(&[KNOWS, WHERE, BEGINS])
        + &joined(&[
            &["这个", "呢个", "该", "应该"],
            &["点", "点样"],
            &["用", "填", "搞", "整", "操作"],
            &["", "架"],
        ])
}

/// 搞不清楚去不去: not how but whether; 整上一个: adds one, and goes back to none.
pub(super) fn no_commands() -> String {
    const UNCLEAR: &[&str] =
        &["搞不清楚", "搞不明白", "弄不清楚", "弄不明白", "没搞明白", "没搞清楚", "没弄明白", "没弄清楚"];
    const WHETHER: &[&str] =
        &["去不去", "要不要", "报不报", "上不上", "参不参加", "参加不参加", "该不该", "需不需要"];
    joined(&[UNCLEAR, WHETHER]) + &joined(&[&["整", "弄", "搞", "报", "加", "算", "写", "登记"], &["上一个"]])
}

/// 弄不明白, 玩不转, 唔识搞: a verb of handling, and that it does not come off.
pub(super) fn not_managing() -> String {
    const VERBS: &[&str] = &["弄", "搞", "整", "填", "用", "玩", "使", "操作"];
    const FAILS: &[&str] = &["不来", "不转", "不明白", "不清楚", "不懂", "不会", "不灵", "不通", "不利索"];
    const CANNOT: &[&str] =
        &["不会", "不识", "不懂", "不太会", "不大会", "不太懂", "不怎么会", "真不会", "还不会"];
    joined(&[VERBS, FAILS])
        + &joined(&[&["没"], &["弄", "搞", "整", "闹"], &["明白", "懂", "清楚", "会"]])
        + &joined(&[CANNOT, VERBS])
}

/// 能办些什么, 有哪些业务可以办, 可以办理的项目: what can be done here.
pub(super) fn what_can_be_done() -> String {
    const CAN: &[&str] = &["能", "可以", "能够", "能给我", "能帮我", "能替我", "可以帮我"];
    const DO: &[&str] = &["办", "办理", "做", "干", "弄", "整", "搞", "操作", "处理", "帮忙办", "帮我办"];
    const WHAT: &[&str] = &[
        "什么",
        "啥",
        "哪些",
        "些什么",
        "些啥",
        "点什么",
        "点啥",
        "哪样",
        "什么事",
        "啥事",
        "哪些事",
        "些什么事",
    ];
    const MATTERS: &[&str] = &["业务", "项目", "事项", "事情", "服务", "功能", "事"];
    joined(&[CAN, DO, WHAT])
        + &joined(&[
            &["有哪些", "有什么", "有啥", "有些什么"],
            MATTERS,
            &["可以", "能", "可以在这儿", "能在这儿", "能在这里", "可以在这里"],
            &["办", "办理", "用", "做", "弄", "选"],
        ])
        + &joined(&[&["能", "可以", "可"], &["办", "办理", "做", "操作", "使用"], &["的"], MATTERS])
}

/// 批了没有, 选上没得, 审下来了吗: a verb of deciding, and whether it is done.
pub(super) fn awaited() -> String {
    const DECIDES: &[&str] =
        &["批", "审", "报", "选", "录", "排", "抽", "办", "批准", "审核", "审批", "提交"];
    const COMES_OFF: &[&str] = &["上", "下来", "成", "成功", "好", "完", "进去", "中", "过"];
    const WHETHER: &[&str] = &["没", "没有", "了没", "了没有", "了吗", "没得", "了没得", "不"];
    joined(&[DECIDES, COMES_OFF, WHETHER])
        + &joined(&[&["报名", "申请"], &["成功", "通过", "批", "审核", "成"], WHETHER])
        + &joined(&[&["批", "审", "同意", "批准", "受理", "通过", "审核", "审批"], WHETHER])
}

/// 终止延时服务, 停掉课后班: a verb of leaving, and the service.
pub(super) fn leaving_a_service() -> String {
    const LEAVES: &[&str] = &["终止", "停止", "停掉", "停了", "中止", "注销", "退出", "退掉", "退了"];
    const SERVICES: &[&str] = &[
        "延时",
        "延时班",
        "延时服务",
        "课后服务",
        "课后班",
        "课后托管",
        "课后延时",
        "托管",
        "托管班",
        "托管服务",
        "晚托",
        "晚托班",
    ];
    joined(&[LEAVES, SERVICES])
}

/// 我名下有几个孩子, 绑定的是哪个娃: which children an account is bound to.
pub(super) fn what_is_bound() -> String {
    const CHILDREN: &[&str] = &["孩子", "娃", "娃儿", "小孩", "学生", "宝贝", "宝宝"];
    const BINDS: &[&str] = &["绑定", "绑", "关联", "登记"];
    joined(&[
        &["我名下", "名下", "我这个号", "我这号"],
        &["有", "绑了", "都有", ""],
        &["几个", "哪些", "哪几个", "的"],
        CHILDREN,
    ]) + &joined(&[BINDS, &["了", "的是", "的", "着"], &["哪个", "哪几个", "哪些", "几个"], CHILDREN])
        + &joined(&[&["我的"], &["绑定", "个人", "登记", "注册"], &["信息", "资料"]])
}

/// 请两天病假, 跟老师告个假: a day off, with how long it is within.
pub(super) fn taking_leave() -> String {
    const LONG: &[&str] = &[
        "",
        "个",
        "一天",
        "半天",
        "两天",
        "三天",
        "几天",
        "一周",
        "一个星期",
        "一上午",
        "一下午",
        "一节课",
        "天",
    ];
    joined(&[&["请"], LONG, &["假", "病假", "事假"]]) + "告个假 请个短假 "
}

/// 先别填了, 不想弄啦: a negative and a verb of filling in, and that it is over.
pub(super) fn giving_up() -> String {
    joined(&[
        &["", "先"],
        &["不", "别", "不想", "不用"],
        &["填", "弄", "办", "搞", "整", "登记", "往下填", "继续填"],
        &["了", "啦", "咯", "喽"],
    ])
}
