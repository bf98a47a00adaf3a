//! Two imports at once.

use super::*;

/// A store in which somebody else writes to a record just before each of the first commits.
#[derive(Debug)]
struct Contended {
    inner: MemoryStore,
    commits_left: std::sync::atomic::AtomicUsize,
}

#[async_trait::async_trait]
impl Store for Contended {
    async fn load(
        &self,
        key: &kehou::store::Key,
    ) -> Result<Option<kehou::store::Record>, kehou::store::StoreError> {
        self.inner.load(key).await
    }

    async fn scan(
        &self,
        kind: Kind,
        range: &Range,
    ) -> Result<Vec<kehou::store::Record>, kehou::store::StoreError> {
        self.inner.scan(kind, range).await
    }

    async fn scan_index(
        &self,
        kind: Kind,
        index: &'static str,
        range: &Range,
    ) -> Result<Vec<kehou::store::Record>, kehou::store::StoreError> {
        self.inner.scan_index(kind, index, range).await
    }

    async fn read_log(
        &self,
        log: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<kehou::store::LogEntry>, kehou::store::StoreError> {
        self.inner.read_log(log, after, limit).await
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, kehou::store::StoreError> {
        use std::sync::atomic::Ordering::SeqCst;
        let is_contended = self.commits_left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
        if is_contended {
            // The same import, landed by somebody else in this very moment.
            self.inner.commit(batch.clone()).await?;
        }
        self.inner.commit(batch).await
    }

    async fn backup(&self, to: &Path) -> Result<kehou::store::BackupSummary, kehou::store::StoreError> {
        self.inner.backup(to).await
    }

    async fn close(&self) -> Result<(), kehou::store::StoreError> {
        self.inner.close().await
    }
}

#[tokio::test]
async fn of_two_imports_at_once_the_second_decides_anew() {
    let folder = tempfile::tempdir().unwrap();
    // The start remembers the flows, then comes the import.
    let store = Contended { inner: MemoryStore::default(), commits_left: 2.into() };
    let app = kehou_over(Arc::new(store), folder.path()).await;
    let imported = import(&app, example()).await;
    assert!(!imported.is_changed, "the other import had done it all: {}", imported.text);
    let coverage = status(&app).await;
    assert!(coverage.adds_up() && coverage.on_roll == 1_200, "nobody joined the roll twice");
}
