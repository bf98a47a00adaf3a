//! Our own address, as the platform calls it (回调地址): a genuine check and a forged one.
//!
//! The platform makes the requests; nothing is known here of their form. Start at [`findings`].

use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, Stopwatch};
use crate::config::is_loopback;
use crate::domain::people::Channel;
use crate::ids::Ids;
use crate::platform::Platform;
use crate::platform::checkup::{Checkup, Door, Finding, Knock, Level};
use crate::platform::http::{Answer, Failure, exchange, http_client_within};
use crate::web::callback;

/// How long a platform waits for the answer to its check: WeCom's second is the shortest.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long we wait, to say how slow it is.
const WAIT: Duration = Duration::from_secs(10);

/// Knocks at the address of each account that is called back.
pub(super) async fn findings(
    platforms: &[&Arc<dyn Platform>],
    url: &str,
    (clock, ids): (&dyn Clock, &Ids),
) -> Vec<Finding> {
    let mut found = Vec::new();
    for platform in platforms {
        let Some(checkup) = platform.checkup() else { continue };
        let of = |is_genuine| checkup.knocks(is_genuine, clock.now(), ids);
        for (genuine, forged) in of(true).into_iter().zip(of(false)) {
            let Some(path) = callback::path(platform.channel(), platform.school(), genuine.door.name) else {
                continue;
            };
            let address = format!("{}{path}", url.trim_end_matches('/'));
            found.extend(knock(platform.channel(), checkup, &address, (genuine, forged)).await);
        }
    }
    let is_here = reqwest::Url::parse(url).is_ok_and(|url| is_loopback(&url));
    if is_here && found.iter().any(|finding| finding.level == Level::Fine) {
        let only_here = Finding::new(
            Level::Look,
            "callback.outside",
            "回调地址",
            format!("{url} 只在这台服务器上有效"),
        )
        .means("平台从外面访问不到")
        .then("把配置的 server.public_url 改成外面的 https 地址；从别处试，用 kehou doctor --url https://…");
        found.push(only_here);
    }
    found
}

/// Knocks at one address with a genuine request, and where that is answered with a forged one.
async fn knock(
    channel: Channel,
    checkup: &dyn Checkup,
    address: &str,
    (genuine, forged): (Knock, Knock),
) -> Vec<Finding> {
    let id = |name: &str| format!("{}.{name}", channel.key());
    let (genuine_id, forged_id) = genuine.door.ids;
    let watch = Stopwatch::start();
    let answer = send(address, &genuine).await;
    let time = watch.elapsed();
    let is_right = |body: &[u8]| checkup.is_answer(&genuine, body);
    let mut found = vec![finding((&id(genuine_id), &genuine.door), address, is_right, &answer, time)];
    // Where the genuine one fails, the forged one says nothing.
    if found.iter().all(|finding| finding.level != Level::Wrong) {
        found.push(refusal(&id(forged_id), &send(address, &forged).await));
    }
    found
}

async fn send(address: &str, knock: &Knock) -> Result<Answer, Failure> {
    let client = http_client_within(WAIT, WAIT).map_err(Failure::NotSent)?;
    let mark = if knock.query.is_empty() { "" } else { "?" };
    let address = format!("{address}{mark}{}", knock.query);
    let request = match &knock.body {
        Some(body) => client.post(address).header("content-type", "application/json").body(body.clone()),
        None => client.get(address),
    };
    let request = knock.headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
    exchange(request).await
}

/// What the answer to a genuine request says.
fn finding(
    (id, door): (&str, &Door),
    address: &str,
    is_right: impl Fn(&[u8]) -> bool,
    answer: &Result<Answer, Failure>,
    time: Duration,
) -> Finding {
    let wrong = |what: String, then: &str| {
        Finding::new(Level::Wrong, id, door.subject, format!("照平台的样子访问 {address}，{what}"))
            .means(door.means)
            .then(then)
    };
    match answer {
        Err(Failure::NotSent(_)) => wrong(
            "连不上".to_owned(),
            "看 kehou serve 是不是在运行、域名解析、防火墙、证书和反向代理（deploy/nginx.conf）",
        ),
        Err(Failure::Unknown(_)) => wrong(
            format!("{} 秒内没有得到完整的应答", WAIT.as_secs()),
            "看 kehou serve 的日志和反向代理（deploy/nginx.conf）",
        ),
        Ok(answer) if answer.status == 200 && is_right(&answer.body) => {
            if time > PATIENCE {
                return wrong(
                    format!("答对了，但是用了 {} 毫秒", time.as_millis()),
                    "平台只等 1 秒：看看反向代理和这台服务器是不是太忙",
                );
            }
            Finding::fine(id, door.subject, format!("照平台的样子访问 {address}，1 秒以内答对了"))
        }
        Ok(answer) if answer.status == 200 => wrong(
            "答的不是平台要的".to_owned(),
            "域名指到了别的程序，或者反向代理改了应答：地址要原样转给 kehou，不要加登录页、不要改内容",
        ),
        Ok(answer) if answer.status == 403 => wrong(
            "被 kehou 拒绝（403）".to_owned(),
            &format!(
                "那边的 kehou 用的是另一份配置：{}，改完要重启 kehou serve；反向代理也不要改地址里的参数和请求的头",
                door.when_refused
            ),
        ),
        Ok(answer) if (300..400).contains(&answer.status) => wrong(
            format!("被转到别处（{}）", answer.status),
            "平台不跟着跳转：后台里填跳转以后的那个地址，或者让反向代理不要跳转",
        ),
        Ok(answer) => wrong(
            format!("得到 {}", answer.status),
            "看反向代理是不是把 /callback/ 转给了 kehou（deploy/nginx.conf），还有 kehou serve 的日志",
        ),
    }
}

/// Whoever gets a `200` with a wrong signature may be talking to something else in front of us.
fn refusal(id: &str, answer: &Result<Answer, Failure>) -> Finding {
    const SUBJECT: &str = "伪造的回调";
    match answer {
        Ok(answer) if answer.status == 403 => Finding::fine(id, SUBJECT, "签名不对的访问被拒绝"),
        Ok(answer) if answer.status == 200 => {
            Finding::new(Level::Wrong, id, SUBJECT, "签名不对的访问也得到了 200")
                .means("前面有什么替 kehou 应答，真的回调也可能没有到")
                .then("看反向代理和缓存：/callback/ 不要缓存，也不要替它应答")
        }
        Ok(answer) => {
            Finding::new(Level::Look, id, SUBJECT, format!("签名不对的访问得到 {}，不是 403", answer.status))
                .then("看反向代理是不是改了应答")
        }
        Err(_) => Finding::new(Level::Look, id, SUBJECT, "签名不对的访问没有应答").then("再查一次"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_answer_that_comes_too_late_is_wrong() {
        let answer = Ok(Answer { status: 200, body: b"17".to_vec(), date: None });
        for (milliseconds, want) in [(3, Level::Fine), (1_000, Level::Fine), (1_001, Level::Wrong)] {
            let time = Duration::from_millis(milliseconds);
            let found = finding(
                ("x.callback", &Door::default()),
                "https://kehou.example.cn",
                |body| body == b"17",
                &answer,
                time,
            );
            assert_eq!(found.level, want, "{milliseconds}: {found:?}");
        }
    }

    #[test]
    fn a_wrong_signature_that_is_welcome_is_wrong() {
        let answer = |status| Ok(Answer { status, body: Vec::new(), date: None });
        for (status, want) in [(403, Level::Fine), (200, Level::Wrong), (500, Level::Look)] {
            assert_eq!(refusal("x.forged", &answer(status)).level, want, "{status}");
        }
    }
}
