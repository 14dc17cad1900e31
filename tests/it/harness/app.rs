//! A gateway of the test's own: started, killed and started again as a user would.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Once;

use serde_json::{Value, json};

use super::{Answer, Bot, Database, database};

/// A program of this workspace; `cargo build --workspace` has made it.
pub(crate) fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().unwrap().parent().unwrap().join(name);
    assert!(program.exists(), "{} is missing: run cargo build --workspace", program.display());
    program
}

/// A running gateway. Dropped, it is killed without warning.
pub(crate) struct App {
    child: Option<Child>,
    pub(crate) url: String,
    pub(crate) data: PathBuf,
    pub(crate) database: Option<Database>,
    environment: Vec<(String, String)>,
    http: reqwest::Client,
}

impl App {
    /// With no request limits and fast conversions.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With these settings on top.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        let database = database().await;
        let url = database.url.clone();
        let mut app = Self::stopped(settings, Some(database));
        app.environment.push(("QUITTANCE_DATABASE_URL".into(), url));
        app.restart();
        app
    }

    /// On a PostgreSQL of its own, as a stranger's first run.
    pub(crate) fn embedded(settings: &[(&str, &str)]) -> Self {
        let mut app = Self::stopped(settings, None);
        app.restart();
        app
    }

    fn stopped(settings: &[(&str, &str)], database: Option<Database>) -> Self {
        static TLS: Once = Once::new();
        TLS.call_once(|| {
            // The client is built with TLS because the courier is; some provider must be there.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let data = std::env::temp_dir().join(format!("qt-{}", uuid::Uuid::new_v4().simple()));
        let mut environment = vec![
            ("QUITTANCE_STARS__REGISTRATION_PER_MINUTE", "0"),
            ("QUITTANCE_STARS__STANDARD_PER_MINUTE", "0"),
            ("QUITTANCE_STARS__WEBHOOK_PER_MINUTE", "0"),
            ("QUITTANCE_PARTNER__PAYMENTS_PER_MINUTE", "0"),
            ("QUITTANCE_PARTNER__WITHDRAWALS_PER_MINUTE", "0"),
            ("QUITTANCE_PARTNER__READS_PER_MINUTE", "0"),
            ("QUITTANCE_PARTNER__SETTINGS_PER_MINUTE", "0"),
            ("QUITTANCE_PARTNER__REGISTRATION_PER_MINUTE", "0"),
            ("QUITTANCE_SANDBOX__BLOCK_MS", "60000"),
            ("QUITTANCE_CONVERSIONS__PHASE_DELAY_MS", "10"),
        ];
        environment.extend_from_slice(settings);
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            child: None,
            url: String::new(),
            data,
            database,
            environment: environment.into_iter().map(owned).collect(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// Another gateway on the same database, with a data folder of its own; not started yet.
    pub(crate) fn beside(&self) -> Self {
        let mut other = Self::stopped(&[], None);
        other.environment.clone_from(&self.environment);
        other
    }

    /// Starts it (again) and waits until it serves.
    pub(crate) fn restart(&mut self) {
        assert!(self.child.is_none(), "it is running");
        let mut child = Command::new(program("quittance"))
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(&self.data)
            .env("QUITTANCE_LOG", "warn")
            .envs(self.environment.iter().cloned())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let url = first.trim().rsplit(' ').next().unwrap_or_default();
        assert!(url.starts_with("http://"), "it did not start: {first:?}");
        url.clone_into(&mut self.url);
        self.child = Some(child);
    }

    /// kill -9.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// SIGTERM; it must end cleanly.
    pub(crate) fn terminate(&mut self) {
        let mut child = self.child.take().unwrap();
        let killed = Command::new("kill").arg(child.id().to_string()).status().unwrap();
        assert!(killed.success());
        assert!(child.wait().unwrap().success(), "SIGTERM ends it with exit code 0");
    }

    /// The operator's token.
    pub(crate) fn token(&self) -> String {
        std::fs::read_to_string(self.data.join("operator.token")).unwrap().trim().to_owned()
    }

    /// One request; `headers` as they are.
    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Answer {
        let method = method.parse().unwrap();
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    /// A GET as the operator.
    pub(crate) async fn see(&self, path: &str) -> Answer {
        let bearer = format!("Bearer {}", self.token());
        self.call("GET", path, &[("authorization", &bearer)], None).await
    }

    /// A POST as the operator (or anybody, for the sandbox).
    pub(crate) async fn tell(&self, path: &str, body: Value) -> Answer {
        let bearer = format!("Bearer {}", self.token());
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        self.call("POST", path, &headers, Some(body.to_string().into_bytes())).await
    }

    /// A registered bot, with webhooks to this URL.
    pub(crate) async fn bot(&self, webhook: Option<&str>) -> Bot<'_> {
        let body = json!({ "appName": "Bot", "webhookUrl": webhook });
        let headers = [("content-type", "application/json")];
        let body = Some(body.to_string().into_bytes());
        let made = self.call("POST", "/api/v1/users/register", &headers, body).await;
        assert_eq!(made.status, 201, "{}", made.body);
        Bot::new(self, &made.body["user"])
    }

    /// The auditor's verdict on these books.
    pub(crate) fn verify(&self) {
        let output = self.audit(&["verify"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        assert!(said.contains("nothing found") && said.contains("agrees"), "{said}");
    }

    /// The auditor on these books.
    pub(crate) fn audit(&self, arguments: &[&str]) -> Output {
        match &self.database {
            Some(database) => audit(arguments, &["--database", &database.url]),
            None => audit(arguments, &["--data", self.data.to_str().unwrap()]),
        }
    }
}

/// The auditor, on whatever `from` names.
pub(crate) fn audit(arguments: &[&str], from: &[&str]) -> Output {
    Command::new(program("quittance-audit")).args(arguments).args(from).output().unwrap()
}

impl Drop for App {
    fn drop(&mut self) {
        self.kill();
        stop_database(&self.data);
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

/// A killed gateway leaves its database running; nobody will come back for this one.
fn stop_database(data: &Path) {
    if let Ok(pid) = std::fs::read_to_string(data.join("pg/cluster/postmaster.pid")) {
        let pid = pid.lines().next().unwrap_or_default().to_owned();
        let _ = Command::new("kill").args(["-QUIT", &pid]).status();
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
}
