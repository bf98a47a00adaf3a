//! What decisions sound like: to who decides, and to who asked.
//!
//! Start at [`signature`].

use kehou::flow::effect::Verdict;

/// What deciders read when their word has been taken.
pub(super) const VERDICTS: [(&str, Verdict); 4] = [
    ("不同意，原因会告诉家长", Verdict::Reject),
    ("同意了，这就告诉家长", Verdict::Approve),
    ("这就去问家长", Verdict::Ask),
    ("这就转给家长", Verdict::Answer),
];

/// What can be decided, and is told in words of its own.
pub(super) const DECISIONS: [(&str, Verdict); 5] = [
    ("中途申请", Verdict::Approve),
    ("中途申请", Verdict::Ask),
    ("中途申请", Verdict::Reject),
    ("中途申请，班主任没有安排上", Verdict::Reject),
    ("家长找老师", Verdict::Answer),
];

/// The words by which whoever asked knows what was decided about a child.
pub(super) fn signature(title: &str, verdict: Verdict, name: &str) -> Option<String> {
    match (title, verdict) {
        ("中途申请" | "中途申请，班主任没有安排上", Verdict::Approve) => {
            Some(format!("好消息！{name}的课后服务"))
        }
        ("中途申请" | "中途申请，班主任没有安排上", Verdict::Ask) => {
            Some(format!("想先问问您，{name}的申请"))
        }
        ("中途申请", Verdict::Reject) => Some(format!("{name}的申请，班主任这次没有安排上")),
        (_, Verdict::Reject) => Some(format!("{name}的申请，学校也暂时没有安排上")),
        ("家长找老师", Verdict::Answer) => Some(format!("回复您（{name}的事）")),
        _ => None,
    }
}
