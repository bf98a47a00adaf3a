//! What tells one example school from the other (蓝图): its size, its staff, its oddities.
//!
//! Start at [`Blueprint`].

use super::{GRADES, Seat};

/// A school to be invented.
pub(super) struct Blueprint {
    pub(super) name: &'static str,
    pub(super) seed: u64,
    pub(super) classes_per_grade: usize,
    /// Students of a class; the first of three has one more.
    class_size: usize,
    /// Families with two children here.
    pub(super) sibling_pairs: usize,
    /// Students whose guardians gave no contact at all.
    pub(super) without_contact: usize,
    /// Homeroom teachers with a child here.
    pub(super) teachers_with_child: usize,
    /// The staff who are not homeroom teachers: name, spelling of the surname, role; plan.toml names the same people.
    pub(super) staff: &'static [(&'static str, &'static str, &'static str)],
}

/// 青禾路小学: 1,200 students on WeCom.
pub(super) static ON_WECOM: Blueprint = Blueprint {
    name: "青禾路小学",
    seed: 20_260_901,
    classes_per_grade: 6,
    class_size: 33,
    sibling_pairs: 50,
    without_contact: 13,
    teachers_with_child: 4,
    staff: &[
        ("周明远", "zhou", "校长"),
        ("沈若琳", "shen", "管理员"),
        ("陆文静", "lu", "管理员"),
        ("李晓岚", "li", "值班教师"),
        ("王子健", "wang", "值班教师"),
        ("张雨薇", "zhang", "值班教师"),
        ("陈立新", "chen", "值班教师"),
        ("刘思源", "liu", "值班教师"),
        ("赵雅楠", "zhao", "值班教师"),
        ("黄志成", "huang", "值班教师"),
        ("吴佳音", "wu", "值班教师"),
        ("徐海峰", "xu", "值班教师"),
        ("孙梦洁", "sun", "值班教师"),
        ("马骏驰", "ma", "值班教师"),
        ("朱慧敏", "zhu", "值班教师"),
    ],
};

/// 云朵湾小学: 150 students on DingTalk, one class in each grade.
pub(super) static ON_DINGTALK: Blueprint = Blueprint {
    name: "云朵湾小学",
    seed: 20_260_907,
    classes_per_grade: 1,
    class_size: 24,
    sibling_pairs: 8,
    without_contact: 3,
    teachers_with_child: 0,
    staff: &[
        ("程远舟", "cheng", "校长"),
        ("苏静宜", "su", "管理员"),
        ("方晓彤", "fang", "值班教师"),
        ("顾子涵", "gu", "值班教师"),
        ("贺云帆", "he", "值班教师"),
        ("秦若水", "qin", "值班教师"),
    ],
};

impl Blueprint {
    /// All places, by grade, class and number.
    pub(super) fn seats(&self) -> Vec<Seat> {
        let classes =
            (0..GRADES.len()).flat_map(|grade| (1..=self.classes_per_grade).map(move |class| (grade, class)));
        let seats = classes.flat_map(|(grade, class)| {
            let size = self.class_size + usize::from(class % 3 == 1);
            (1..=size).map(move |number| Seat { grade, class, number })
        });
        seats.collect()
    }
}
