//! The control socket of a running kehou, and a backup over it.

use super::*;

/// kehou on a disk with its control socket.
struct Running {
    app: Arc<App>,
    data: PathBuf,
    stop: CancellationToken,
    served: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Running {
    async fn start(folder: &Path) -> Self {
        let data = settings(folder).data.dir;
        let app = kehou_over(open_store(&data).unwrap(), folder).await;
        let control = Control::bind(&data).unwrap();
        let stop = CancellationToken::new();
        let served = tokio::spawn(control.serve(app.clone(), stop.clone()));
        Self { app, data, stop, served }
    }

    async fn client(&self) -> ControlClient {
        match Reached::look_in(&self.data).await.unwrap() {
            Reached::Server(client) => client,
            Reached::Alone => panic!("the server was not found"),
        }
    }

    async fn stop(self) -> PathBuf {
        self.stop.cancel();
        self.served.await.unwrap().unwrap();
        self.app.seams.store.close().await.unwrap();
        self.data
    }
}

#[tokio::test]
async fn the_socket_answers_as_the_store_alone_does_and_goes_with_the_server() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (running, alone) = (Running::start(folder.path()).await, in_memory(other.path()).await);
    let mode = std::fs::metadata(running.data.join(SOCKET_NAME)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let client = running.client().await;
    for request in [
        import_of(example()),
        import_of(example()),
        Request::CampaignPreview { school: school(), days: 5 },
        Request::CampaignOpen { school: school(), days: 5 },
        Request::OutboxList { school: school(), state: OutboxState::Parked },
        Request::OutboxResend { school: school(), since: now() },
        Request::CampaignRemind { school: school() },
        Request::CampaignClose { school: school() },
        Request::CampaignStatus { school: school() },
        Request::DigestShow { school: school(), day: None, with_picture: false },
    ] {
        let over_socket: Answer = client.call(OFFICE_PATH, &request).await.unwrap();
        let directly = ask(&alone, &request).await.unwrap();
        assert!(over_socket == directly, "{over_socket:?}");
    }
    let mut broken = example();
    set(&mut broken, 1, "手机", "138000");
    let error = client.call::<Answer>(OFFICE_PATH, &import_of(broken.clone())).await.unwrap_err();
    let ControlError::Problems(told) = error else { panic!("{error:?}") };
    let OfficeError::Problems(directly) = ask(&alone, &import_of(broken)).await.unwrap_err() else {
        panic!()
    };
    assert_eq!(told, directly);
    let error = client.call::<Answer>(OFFICE_PATH, &Request::CampaignClose { school: school() }).await;
    assert!(matches!(error, Err(ControlError::Refused(said)) if said.contains("没有在进行")));
    for (path, body) in
        [(OFFICE_PATH, serde_json::json!({"ask": "nonsense"})), ("/control/none", serde_json::json!({}))]
    {
        let error = client.call::<Answer>(path, &body).await.unwrap_err();
        assert!(matches!(error, ControlError::Refused(_)), "{path}: {error:?}");
    }
    let data = running.stop().await;
    assert!(!data.join(SOCKET_NAME).exists());
    assert!(matches!(Reached::look_in(&data).await.unwrap(), Reached::Alone));
}

#[tokio::test]
async fn a_socket_that_a_killed_server_left_behind_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let data = settings(folder.path()).data.dir;
    std::fs::create_dir_all(data.join(".ctl")).unwrap();
    drop(std::os::unix::net::UnixListener::bind(data.join(SOCKET_NAME)).unwrap());
    drop(std::os::unix::net::UnixListener::bind(data.join(".ctl/s")).unwrap());
    let running = Running::start(folder.path()).await;
    let request = Request::CampaignStatus { school: school() };
    let answer: Answer = running.client().await.call(OFFICE_PATH, &request).await.unwrap();
    assert!(matches!(answer, Answer::Status(_)));
    running.stop().await;
}

#[tokio::test]
async fn a_backup_of_the_running_server_is_the_same_school_in_another_folder() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let running = Running::start(folder.path()).await;
    import(&running.app, example()).await;
    let file = folder.path().join("school.backup");
    let request = Request::Backup { to: file.clone() };
    let client = running.client().await;
    let answer: Answer = client.call(OFFICE_PATH, &request).await.unwrap();
    let Answer::BackedUp { summary, .. } = answer else { panic!("{answer:?}") };
    assert_eq!(summary.log_entries, 1_200);
    let again = client.call::<Answer>(OFFICE_PATH, &request).await.unwrap_err();
    assert!(matches!(&again, ControlError::Refused(said) if said.contains("already exists")), "{again:?}");
    let before = roster_records(&running.app).await;
    running.stop().await;
    let data = settings(other.path()).data.dir;
    assert_eq!(restore_store(&file, &data).unwrap(), summary);
    let restored = kehou_over(open_store(&data).unwrap(), other.path()).await;
    assert_eq!(roster_records(&restored).await, before);
    restored.seams.store.close().await.unwrap();
}
