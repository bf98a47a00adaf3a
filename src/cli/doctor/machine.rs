//! This machine (本机): what is written, and the folder of the data.
//!
//! Opens no store. Start at [`findings`].

use std::io::Write as _;
use std::path::Path;

use crate::app::load_school;
use crate::config::{self, Config};
use crate::platform::checkup::{Finding, Level};
use crate::problem::Problem;

/// With less free space than this somebody should look, in MiB.
const FREE_MIB_LOOK: u64 = 2_048;
/// And with less than this no evening is sure to be written.
const FREE_MIB_WRONG: u64 = 256;
/// The file that is written to see that it can be.
const PROBE: &str = ".doctor-probe";
/// Problems of a plan that are told here; `kehou plan check` tells all.
const PROBLEMS_MAX: usize = 3;

/// - `free`: what is free where the data is, in MiB; `None` where the system does not say.
pub(super) fn findings(
    config: &Config,
    school: &config::School,
    free: impl FnOnce(&Path) -> Option<u64>,
) -> Vec<Finding> {
    let mut found = vec![Finding::fine("settings", "配置", "读得懂，要的密钥都在")];
    found.extend(config.warnings.iter().map(|warning| {
        let finding = Finding::new(Level::Look, "settings.warning", "配置", one_line(warning));
        with_instead(finding, warning)
    }));
    found.push(plan(school));
    found.extend(folder(&config.data.dir, free));
    found
}

/// Something that is written wrong.
pub(super) fn written_wrong(problem: &Problem) -> Finding {
    let finding = Finding::new(Level::Wrong, "settings", "配置", one_line(problem))
        .means("kehou serve 起不来，别的都没有查");
    with_instead(finding, problem)
}

fn with_instead(finding: Finding, problem: &Problem) -> Finding {
    match &problem.instead {
        Some(instead) => finding.then(instead.clone()),
        None => finding,
    }
}

fn one_line(problem: &Problem) -> String {
    format!("{}: {}", problem.place, problem.what)
}

fn plan(school: &config::School) -> Finding {
    const ID: &str = "plan";
    const SUBJECT: &str = "一校一案与校历";
    match load_school(school) {
        Ok(_) => Finding::fine(ID, SUBJECT, "读得懂"),
        Err(problems) => {
            let first: Vec<String> = problems.iter().take(PROBLEMS_MAX).map(one_line).collect();
            let tried = format!("有 {} 处写得不对：{}", problems.len(), first.join("；"));
            Finding::new(Level::Wrong, ID, SUBJECT, tried)
                .means("kehou serve 起不来")
                .then("用 kehou plan check 看全部问题，按提示改")
        }
    }
}

fn folder(dir: &Path, free: impl FnOnce(&Path) -> Option<u64>) -> Vec<Finding> {
    const ID: &str = "data.folder";
    const SUBJECT: &str = "数据文件夹";
    if !dir.exists() {
        let absent = Finding::new(Level::Look, ID, SUBJECT, "还没有")
            .means("这台服务器上还没有导入过名册")
            .then("第一次运行 kehou roster import 或 kehou serve 的时候会建好；以前有数据的话，核对配置的 data.dir");
        return vec![absent];
    }
    let mut found = vec![match probe(dir) {
        Ok(()) => Finding::fine(ID, SUBJECT, "写得进去"),
        Err(error) => Finding::new(Level::Wrong, ID, SUBJECT, format!("写不进去：{}", error.kind()))
            .means("收到的话记不下来，平台会反复送来")
            .then("用运行 kehou serve 的那个用户再查一次；还是这样，看文件夹的主人和权限、磁盘是不是只读"),
    }];
    found.extend(free(dir).map(space));
    found
}

/// Writes a file and takes it away again.
fn probe(dir: &Path) -> std::io::Result<()> {
    let path = dir.join(PROBE);
    let written = std::fs::File::create(&path).and_then(|mut file| {
        file.write_all(b"kehou doctor")?;
        file.sync_all()
    });
    let removed = std::fs::remove_file(&path);
    written.and(removed)
}

/// How much is free on the disk of a folder, in MiB; `None` where the system does not say.
pub(super) fn free_mib(dir: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(dir).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize) / (1024 * 1024))
}

fn space(free_mib: u64) -> Finding {
    const ID: &str = "data.space";
    const SUBJECT: &str = "磁盘空间";
    let level = match free_mib {
        ..FREE_MIB_WRONG => Level::Wrong,
        FREE_MIB_WRONG..FREE_MIB_LOOK => Level::Look,
        _ => return Finding::fine(ID, SUBJECT, "够用"),
    };
    Finding::new(level, ID, SUBJECT, format!("只剩 {free_mib} MiB"))
        .means("写满以后收到的话记不下来")
        .then("清理这块磁盘，或把 data.dir 搬到大一些的磁盘上（先停 kehou serve）")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_fills_up_is_told_in_time() {
        for (free_mib, want) in [
            (0, Level::Wrong),
            (FREE_MIB_WRONG - 1, Level::Wrong),
            (FREE_MIB_WRONG, Level::Look),
            (FREE_MIB_LOOK - 1, Level::Look),
            (FREE_MIB_LOOK, Level::Fine),
        ] {
            assert_eq!(space(free_mib).level, want, "{free_mib} MiB");
        }
        assert!(free_mib(Path::new("/")).is_some());
    }
}
