//! What is true of the settings: the manual is whole, every mistake is named with its line, no secret prints.
//!
//! Each test writes a small folder with a plan and a calendar and loads a file from it. Start at [`Folder`].

use std::fmt::Write as _;

use secrecy::ExposeSecret;

use super::*;
use crate::understand::Stage;

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// A folder with the files that a school needs.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("plan.toml", "");
        folder.write("calendar.toml", "");
        folder
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn load(&self, text: &str, environment: &[(&str, &str)]) -> Result<Config, Vec<Problem>> {
        let path = self.write("kehou.toml", text);
        let lookup = |name: &str| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Config::load(&path, &lookup)
    }

    /// The problems as a person reads them, without the folder.
    fn problems(&self, text: &str, environment: &[(&str, &str)]) -> Vec<String> {
        let problems = self.load(text, environment).err().unwrap_or_default();
        let folder = format!("{}/", self.0.path().display());
        problems.iter().map(|problem| problem.to_string().replace(&folder, "")).collect()
    }
}

const SCHOOL: &str = "[[school]]\nid = \"no-1\"\nname = \"示例小学\"\nkind = \"primary\"\nplan = \"plan.toml\"\ncalendar = \"calendar.toml\"\n";

fn wecom() -> String {
    format!(
        "[[wecom]]\nschool = \"no-1\"\ncorp_id = \"ww01\"\nagent_id = 1000002\nsecret = \"s3cret\"\ntoken = \"t0ken\"\nencoding_aes_key = \"{KEY}\"\n"
    )
}

#[test]
fn a_short_file_is_filled_with_the_defaults() {
    let folder = Folder::new();
    let config = folder.load(&format!("{SCHOOL}{}", wecom()), &[]).unwrap();
    let example = Config::example(folder.0.path());
    assert_eq!(format!("{:?}", config.server), format!("{:?}", example.server));
    assert_eq!(format!("{:?}", config.data), format!("{:?}", example.data));
    assert_eq!(format!("{:?}", config.log), format!("{:?}", example.log));
    assert_eq!(format!("{:?}", config.digest), format!("{:?}", example.digest));
    let school = config.school(&"no-1".into()).unwrap();
    assert_eq!((school.name.as_str(), school.kind), ("示例小学", Stage::Primary));
    assert_eq!(school.plan, folder.0.path().join("plan.toml"));
    assert_eq!(config.wecom[0].agent_id, 1_000_002);
    assert_eq!(config.wecom[0].encoding_aes_key.expose_secret(), KEY);
    assert_eq!(config.wecom[0].api_base, None);
    assert!(!config.wecom[0].parents);
    assert_eq!(config.parent_page_url(&school.id), "http://127.0.0.1:8700/p/no-1");
    assert_eq!(config.warnings, []);
}

#[test]
fn whether_parents_are_written_to_is_yes_or_no() {
    let folder = Folder::new();
    let with = |value: &str| format!("{SCHOOL}{}parents = {value}\n", wecom());
    assert!(folder.load(&with("true"), &[]).unwrap().wecom[0].parents);
    let told = folder.problems(&with("\"yes\""), &[]);
    assert!(told.len() == 1 && told[0].contains("wecom[0].parents is neither true nor false"), "{told:?}");
}

#[test]
fn the_file_goes_before_the_defaults_key_by_key() {
    let folder = Folder::new();
    let text = format!(
        "[server]\nlisten = \"0.0.0.0:80\"\n[digest]\nat = \"19:30\"\n[data]\ndir = \"../d\"\n[log]\nformat = \"json\"\n{SCHOOL}"
    );
    let config = folder.load(&text, &[]).unwrap();
    assert_eq!(config.server.listen.to_string(), "0.0.0.0:80");
    assert_eq!(config.server.public_url, "http://127.0.0.1:8700");
    assert_eq!(config.digest.at.to_string(), "19:30:00");
    assert_eq!(config.data.dir, folder.0.path().join("../d"));
    assert_eq!(config.log.format, LogFormat::Json);
}

/// The manual with its commented sections made real.
fn manual() -> String {
    let mut text = String::new();
    let mut is_sample = false;
    for line in DEFAULT_TOML.lines() {
        is_sample = if line.is_empty() { false } else { is_sample || line.starts_with("# [[") };
        let line = if is_sample { line.strip_prefix("# ").unwrap_or(line) } else { line };
        writeln!(text, "{line}").unwrap();
    }
    text
}

#[test]
fn the_manual_is_a_whole_settings_file() {
    let folder = Folder::new();
    let secrets = [
        ("KEHOU_WECOM_EXAMPLE_SECRET", "s"),
        ("KEHOU_WECOM_EXAMPLE_TOKEN", "t"),
        ("KEHOU_WECOM_EXAMPLE_ENCODING_AES_KEY", KEY),
        ("KEHOU_DINGTALK_EXAMPLE_CLIENT_SECRET", "s"),
        ("KEHOU_DINGTALK_EXAMPLE_EVENT_TOKEN", "t"),
        ("KEHOU_DINGTALK_EXAMPLE_EVENT_AES_KEY", KEY),
    ];
    let config = folder.load(&manual(), &secrets).unwrap();
    assert_eq!(config.schools[0].id.as_str(), "example");
    assert!(config.wecom[0].api_base.is_some());
    assert!(config.dingtalk[0].oapi_base.is_some());
    assert_eq!(config.warnings, []);
}

#[test]
fn customer_service_accounts_are_a_list_of_their_ids() {
    let folder = Folder::new();
    let whole = format!("{SCHOOL}{}", wecom());
    assert_eq!(folder.load(&whole, &[]).unwrap().wecom[0].kf, Vec::<String>::new());
    let kf = folder.load(&format!("{whole}kf = [\"wkA-1_\", \"wkB\"]\n"), &[]).unwrap().wecom[0].kf.clone();
    assert_eq!(kf, ["wkA-1_", "wkB"]);
    for (wrong, want) in [
        ("\"wkA\"", "is not a list of texts"),
        ("[1]", "is not a list of texts"),
        ("[\"wk A\"]", "cannot have"),
        ("[\"\"]", "cannot have"),
        ("[\"wkA\", \"wkA\"]", "twice"),
    ] {
        let problems = folder.problems(&format!("{whole}kf = {wrong}\n"), &[]);
        assert!(problems.iter().any(|problem| problem.contains(want)), "{wrong}: {problems:?}");
    }
}

#[test]
fn every_key_is_in_the_manual() {
    // A section says "there are: …" with all its keys when somebody writes a key that is like none of them.
    let folder = Folder::new();
    let manual = manual();
    let sections = ["[server]", "[data]", "[log]", "[digest]", "[[school]]", "[[wecom]]", "[[dingtalk]]"];
    for section in sections {
        let written = if section == "[[school]]" { String::new() } else { SCHOOL.to_owned() };
        let problems = folder.problems(&format!("{written}{section}\nxxxxxxxxxxxx = 1\n"), &[]);
        let unknown = problems.iter().find(|problem| problem.contains("xxxxxxxxxxxx")).unwrap();
        let (_, keys) = unknown.split_once("there are: ").unwrap();
        let start = manual.find(&format!("\n{section}\n")).unwrap() + section.len() + 2;
        let (part, _) = manual[start..].split_once("\n\n").unwrap_or((&manual[start..], ""));
        for key in keys.split(", ") {
            let line = part.lines().position(|line| line.starts_with(&format!("{key} = ")));
            let line = line.unwrap_or_else(|| panic!("{section} {key} is not in config/default.toml"));
            let above = line.checked_sub(1).and_then(|above| part.lines().nth(above));
            assert!(above.is_some_and(|above| above.starts_with('#')), "{section} {key} has no comment");
        }
    }
}

#[test]
fn each_mistake_is_named_with_its_line_and_what_to_write() {
    let folder = Folder::new();
    let whole = format!("{SCHOOL}{}", wecom());
    // Each row: what to replace, with what, and the problem.
    let cases = [
        ("name = ", "nane = ", "kehou.toml:3:1: school[0].nane is not a setting\n    → did you mean `name`?"),
        (
            "plan = \"plan.toml\"",
            "plan = \"plans.toml\"",
            "kehou.toml:5:8: school[0].plan names a file that is not there\n    → looked for plans.toml",
        ),
        (
            "kind = \"primary\"",
            "kind = \"小学\"",
            "kehou.toml:4:8: school[0].kind cannot be \"小学\"\n    → write \"kindergarten\", \"primary\", \"junior\" or \"senior\"",
        ),
        (
            "id = \"no-1\"",
            "id = \"No_1\"",
            "kehou.toml:2:6: school[0].id cannot be \"No_1\"\n    → write small letters a-z, digits and hyphens, at most 32",
        ),
        (
            "school = \"no-1\"",
            "school = \"no-2\"",
            "kehou.toml:8:10: wecom[0].school \"no-2\" is not the id of a [[school]]\n    → there are: no-1",
        ),
        (
            "secret = \"s3cret\"\n",
            "",
            "kehou.toml:7:1: wecom[0].secret is missing\n    → set the environment variable KEHOU_WECOM_NO_1_SECRET, or write secret = \"file:/run/secrets/…\"",
        ),
        (
            "token = \"t0ken\"",
            "token = \"file:t\"",
            "kehou.toml:12:9: wecom[0].token names a file that cannot be read: No such file or directory (os error 2)\n    → looked for t",
        ),
        (
            "token = \"t0ken\"",
            "token = \" \"",
            "kehou.toml:12:9: wecom[0].token from the settings file cannot be right: it is empty\n    → copy it again from the app's page in the platform's console (管理后台)",
        ),
        (
            "agent_id = 1000002",
            "agent_id = \"1000002\"",
            "kehou.toml:10:12: wecom[0].agent_id is not a whole number\n    → write the app's AgentId, such as agent_id = 1000002",
        ),
        (
            "0123456789ABCDEFG",
            "0123456789ABCDEF",
            "kehou.toml:13:20: wecom[0].encoding_aes_key from the settings file cannot be right: an EncodingAESKey has 43 characters, this has 42\n    → copy it again from the app's page in the platform's console (管理后台)",
        ),
        (
            "0123456789ABCDEFG",
            "0123456789ABCDEF=",
            "kehou.toml:13:20: wecom[0].encoding_aes_key from the settings file cannot be right: an EncodingAESKey has only letters and digits, character 43 is neither\n    → copy it again from the app's page in the platform's console (管理后台)",
        ),
        (
            "[[wecom]]",
            "[wecom]",
            "kehou.toml:7:2: wecom is not a list of sections\n    → begin each with [[wecom]]",
        ),
        (
            "[[school]]",
            "server = 1\n[[school]]",
            "kehou.toml:1:1: server is not a section\n    → begin it with [server]",
        ),
    ];
    for (from, to, want) in cases {
        let problems = folder.problems(&whole.replacen(from, to, 1), &[]);
        assert!(problems.iter().any(|problem| problem == want), "{to}: {problems:#?}");
    }
}

#[test]
fn all_problems_come_at_once_in_the_order_of_the_file() {
    let folder = Folder::new();
    let text = format!(
        "[server]\nlisten = \"8700\"\npublic_url = \"https://a.cn/path\"\n[digest]\nat = \"25:00\"\n[wat]\n{SCHOOL}{SCHOOL}"
    );
    let problems = folder.problems(&text, &[]);
    let starts: Vec<&str> = problems.iter().map(|problem| problem.split('\n').next().unwrap()).collect();
    let want = [
        "kehou.toml:2:10: server.listen cannot be \"8700\"",
        "kehou.toml:3:14: server.public_url cannot be \"https://a.cn/path\"",
        "kehou.toml:5:6: digest.at cannot be \"25:00\"",
        "kehou.toml:6:2: wat is not a setting",
        "kehou.toml:14:6: school[1].id \"no-1\" is the id of another school too (line 8)",
    ];
    assert_eq!(starts, want);
}

#[test]
fn what_is_not_a_settings_file_is_said_so() {
    let folder = Folder::new();
    let problems = folder.problems("[server\nlisten = 1\n", &[]);
    assert!(problems[0].starts_with("kehou.toml:1:8: this is not TOML"), "{problems:?}");
    assert!(folder.problems("", &[])[0].starts_with("kehou.toml:1:1: no school is written"));
    let missing = Config::load(&folder.0.path().join("none.toml"), &|_| None).unwrap_err();
    assert!(missing[0].instead.as_deref().unwrap().contains("show-default"), "{missing:?}");
    std::fs::write(folder.0.path().join("gbk.toml"), [0xC5, 0xE4, 0xD6, 0xC3]).unwrap();
    let gbk = Config::load(&folder.0.path().join("gbk.toml"), &|_| None).unwrap_err();
    assert!(gbk[0].what.contains("UTF-8"), "{gbk:?}");
    assert!(folder.load(&format!("\u{feff}{SCHOOL}"), &[]).is_ok(), "a byte order mark does no harm");
}

#[test]
fn a_secret_comes_from_the_environment_then_from_a_mounted_file_then_from_the_file() {
    let folder = Folder::new();
    folder.write("mounted", "from-mount\n");
    let text = format!("{SCHOOL}{}", wecom()).replace("\"t0ken\"", "\"file:mounted\"");
    let environment = [("KEHOU_WECOM_NO_1_SECRET", "from-env")];
    let config = folder.load(&text, &environment).unwrap();
    assert_eq!(config.wecom[0].secret.expose_secret(), "from-env");
    assert_eq!(config.wecom[0].token.expose_secret(), "from-mount");
    let config = folder.load(&text, &[("KEHOU_WECOM_NO_1_TOKEN", "e")]).unwrap();
    assert_eq!(config.wecom[0].secret.expose_secret(), "s3cret");
    assert_eq!(config.wecom[0].token.expose_secret(), "e");
}

#[test]
fn no_secret_is_printed() {
    let folder = Folder::new();
    let config = folder.load(&format!("{SCHOOL}{}", wecom()), &[]).unwrap();
    let printed = format!("{config:?}");
    for secret in ["s3cret", "t0ken", KEY] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
    let short = format!("{SCHOOL}{}", wecom()).replace(KEY, "tooShortKey");
    assert!(!folder.problems(&short, &[]).concat().contains("tooShortKey"));
}

#[test]
fn plain_http_is_a_warning_except_on_loopback() {
    let folder = Folder::new();
    let cases = [
        ("http://kehou.example.cn", 1, "http://kehou.example.cn"),
        ("https://kehou.example.cn/", 0, "https://kehou.example.cn"),
        ("http://localhost:8700", 0, "http://localhost:8700"),
        ("http://[::1]:8700", 0, "http://[::1]:8700"),
        ("http://127.0.0.1:8700/", 0, "http://127.0.0.1:8700"),
    ];
    for (url, warnings, want) in cases {
        let text = format!("[server]\npublic_url = \"{url}\"\n{SCHOOL}{}", wecom());
        let config = folder.load(&text, &[]).unwrap();
        assert_eq!(config.warnings.len(), warnings, "{url}: {:?}", config.warnings);
        assert_eq!(config.server.public_url, want);
    }
    for url in ["kehou.example.cn", "ftp://a.cn", "https://a.cn/x", "https://a.cn?x", "https://u:p@a.cn", ""]
    {
        let text = format!("[server]\npublic_url = \"{url}\"\n{SCHOOL}");
        assert_eq!(folder.problems(&text, &[]).len(), 1, "{url}");
    }
}

#[test]
fn a_school_without_an_app_and_two_apps_of_one_school_are_noticed() {
    let folder = Folder::new();
    let config = folder.load(SCHOOL, &[]).unwrap();
    assert!(config.warnings[0].what.contains("no [[wecom]] and no [[dingtalk]]"), "{:?}", config.warnings);
    let problems = folder.problems(&format!("{SCHOOL}{}{}", wecom(), wecom()), &[]);
    let want = "kehou.toml:15:10: wecom[1].school \"no-1\" has another [[wecom]] already (line 8)\n    → keep one section for each school";
    assert_eq!(problems, [want]);
}

#[test]
fn a_school_may_have_a_folder_of_its_own_flows() {
    let folder = Folder::new();
    assert_eq!(folder.load(&format!("{SCHOOL}{}", wecom()), &[]).unwrap().flows.dir, None);
    let settings = format!("[flows]\ndir = \"flows\"\n{SCHOOL}{}", wecom());
    let problems = folder.problems(&settings, &[]);
    assert_eq!(
        problems,
        ["kehou.toml:2:7: flows.dir names a folder that is not there\n    → looked for flows"]
    );
    std::fs::create_dir(folder.0.path().join("flows")).unwrap();
    assert_eq!(folder.load(&settings, &[]).unwrap().flows.dir, Some(folder.0.path().join("flows")));
}

fn dingtalk(mode: &str) -> String {
    format!(
        "[[dingtalk]]\nschool = \"no-1\"\ncorp_id = \"ding01\"\nclient_id = \"dingapp\"\nclient_secret = \"s3cret\"\nrobot_code = \"dingapp\"\nagent_id = 7\nmode = \"{mode}\"\n"
    )
}

#[test]
fn a_school_on_dingtalk_has_its_addresses_or_a_connection_of_its_own() {
    let folder = Folder::new();
    let secrets = format!("event_token = \"t0ken\"\nevent_aes_key = \"{KEY}\"\n");
    let config = folder.load(&format!("{SCHOOL}{}{secrets}", dingtalk("http")), &[]).unwrap();
    assert_eq!(config.warnings, []);
    for (door, name) in
        [(DingtalkDoor::Event, "event"), (DingtalkDoor::Robot, "robot"), (DingtalkDoor::Card, "card")]
    {
        let url = config.dingtalk_callback_url(&config.dingtalk[0], door).unwrap();
        assert_eq!(url, format!("http://127.0.0.1:8700/callback/dingtalk/no-1/{name}"));
    }
    let printed = format!("{config:?}");
    assert!(!["s3cret", "t0ken", KEY].iter().any(|secret| printed.contains(secret)), "{printed}");
    let config = folder.load(&format!("{SCHOOL}{}", dingtalk("stream")), &[]).unwrap();
    assert!(config.dingtalk_callback_url(&config.dingtalk[0], DingtalkDoor::Event).is_none());
    let changed = folder.load(&format!("{SCHOOL}{}{secrets}", dingtalk("stream")), &[]);
    assert!(changed.is_ok(), "the secrets of the other mode may stay");
    assert_eq!(config.dingtalk[0].card_template, None);
    let with_cards = |template: &str| {
        folder.load(&format!("{SCHOOL}{}card_template = \"{template}\"\n", dingtalk("stream")), &[])
    };
    let config = with_cards("0123-ab.schema").unwrap();
    assert_eq!(config.dingtalk[0].card_template.as_deref(), Some("0123-ab.schema"));
    assert!(with_cards("卡片 1").is_err());
}

#[test]
fn each_mistake_about_dingtalk_says_what_to_write() {
    let folder = Folder::new();
    let whole = format!("{SCHOOL}{}", dingtalk("stream"));
    for (from, to, want) in [
        ("mode = \"stream\"", "mode = \"push\"", "dingtalk[0].mode cannot be \"push\""),
        ("mode = \"stream\"", "mode = \"http\"", "dingtalk[0].event_aes_key is missing"),
        ("mode = \"stream\"\n", "", "dingtalk[0].mode is missing"),
        ("\"ding01\"", "\"ding 01\"", "dingtalk[0].corp_id cannot be \"ding 01\""),
        ("agent_id = 7", "agent_id = \"7\"", "dingtalk[0].agent_id is not a whole number"),
        ("client_secret = \"s3cret\"\n", "", "KEHOU_DINGTALK_NO_1_CLIENT_SECRET"),
        (
            "school = \"no-1\"",
            "school = \"no-2\"",
            "dingtalk[0].school \"no-2\" is not the id of a [[school]]",
        ),
    ] {
        let problems = folder.problems(&whole.replacen(from, to, 1), &[]);
        assert!(problems.iter().any(|problem| problem.contains(want)), "{to}: {problems:#?}");
    }
    let twice = folder.problems(&format!("{whole}{}", dingtalk("stream")), &[]);
    assert!(twice[0].contains("has another [[dingtalk]] already"), "{twice:?}");
}
