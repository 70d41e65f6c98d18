//! A small WebDriver client (W3C WebDriver over chromedriver): enough to use the pages as a person does.

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// The key under which WebDriver gives an element's reference.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub struct Browser {
    port: u16,
    session: String,
    driver: Child,
    _profile: tempfile::TempDir,
}

#[derive(Clone, Debug)]
pub struct Element(String);

impl Browser {
    /// Starts chromedriver and a headless Chromium of this size; `script: false` turns JavaScript off.
    pub fn start(width: u32, height: u32, script: bool, dark: bool) -> Self {
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let mut driver = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed by make test");
        let port = read_port(&mut driver);
        let mut arguments = vec![
            "--headless=new".to_string(),
            "--no-sandbox".into(),
            "--disable-gpu".into(),
            "--disable-dev-shm-usage".into(),
            "--disable-quic".into(),
            "--no-first-run".into(),
            "--disable-background-networking".into(),
            "--disable-component-update".into(),
            "--disable-sync".into(),
            "--lang=es-GT".into(),
            "--force-device-scale-factor=1".into(),
            format!("--window-size={width},{height}"),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        if dark {
            arguments.push("--force-dark-mode".into());
            arguments.push("--blink-settings=preferredColorScheme=0".into());
        }
        let mut preferences = json!({ "download_restrictions": 0 });
        if !script {
            preferences["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        let asked = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "args": arguments, "prefs": preferences },
        } } });
        let mut browser = Self { port, session: String::new(), driver, _profile: profile };
        let answer = browser.call("POST", "/session", &asked).expect("a session");
        browser.session = answer["sessionId"].as_str().expect("a session's name").to_string();
        if width < 500 {
            // Chromium's window has a least width; the emulated screen has none.
            let metrics = json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": {
                "width": width, "height": height, "deviceScaleFactor": 1, "mobile": true } });
            browser.session_call("POST", "/goog/cdp/execute", &metrics).expect("a phone's screen");
        }
        browser
    }

    pub fn open(&self, address: &str) {
        self.session_call("POST", "/url", &json!({ "url": address }))
            .unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    pub fn address(&self) -> String {
        self.session_call("GET", "/url", &Value::Null).expect("an address").as_str().unwrap_or_default().to_string()
    }

    pub fn title(&self) -> String {
        self.session_call("GET", "/title", &Value::Null).expect("a title").as_str().unwrap_or_default().to_string()
    }

    pub fn source(&self) -> String {
        self.session_call("GET", "/source", &Value::Null).expect("a source").as_str().unwrap_or_default().to_string()
    }

    pub fn find(&self, selector: &str) -> Option<Element> {
        let found =
            self.session_call("POST", "/element", &json!({ "using": "css selector", "value": selector })).ok()?;
        found[ELEMENT].as_str().map(|reference| Element(reference.to_string()))
    }

    pub fn all(&self, selector: &str) -> Vec<Element> {
        let found = self
            .session_call("POST", "/elements", &json!({ "using": "css selector", "value": selector }))
            .unwrap_or_else(|error| panic!("{selector}: {error}"));
        let references = found.as_array().into_iter().flatten().filter_map(|element| element[ELEMENT].as_str());
        references.map(|reference| Element(reference.to_string())).collect()
    }

    /// The element, waited for up to some seconds.
    pub fn wait(&self, selector: &str) -> Element {
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(element) = self.find(selector) {
                return element;
            }
            assert!(Instant::now() < end, "«{selector}» did not appear on {}:\n{}", self.address(), self.text("body"));
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    pub fn click(&self, selector: &str) {
        let element = self.wait(selector);
        self.element_call("POST", &element, "/click", &json!({})).unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    pub fn type_in(&self, selector: &str, text: &str) {
        let element = self.wait(selector);
        self.element_call("POST", &element, "/value", &json!({ "text": text }))
            .unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    pub fn press(&self, element: &Element) {
        self.element_call("POST", element, "/click", &json!({})).expect("the element takes a click");
    }

    pub fn write(&self, element: &Element, text: &str) {
        self.element_call("POST", element, "/value", &json!({ "text": text })).expect("the field takes text");
    }

    /// Keys to whatever has the focus.
    pub fn keys(&self, keys: &str) {
        let mut actions = Vec::new();
        for key in keys.chars() {
            actions.push(json!({ "type": "keyDown", "value": key.to_string() }));
            actions.push(json!({ "type": "keyUp", "value": key.to_string() }));
        }
        let sequence = json!({ "actions": [{ "type": "key", "id": "teclado", "actions": actions }] });
        self.session_call("POST", "/actions", &sequence).expect("keys are pressed");
    }

    pub fn text(&self, selector: &str) -> String {
        self.find(selector)
            .and_then(|element| self.element_call("GET", &element, "/text", &Value::Null).ok())
            .and_then(|text| text.as_str().map(ToString::to_string))
            .unwrap_or_default()
    }

    /// Runs a script in the page and gives what it returns.
    pub fn run(&self, script: &str, arguments: &Value) -> Value {
        let arguments = if arguments.is_array() { arguments.clone() } else { json!([]) };
        self.session_call("POST", "/execute/sync", &json!({ "script": script, "args": arguments }))
            .unwrap_or_else(|error| panic!("a script failed: {error}"))
    }

    /// The same for a script that answers later through its last argument.
    pub fn run_later(&self, script: &str, arguments: &Value) -> Value {
        let arguments = if arguments.is_array() { arguments.clone() } else { json!([]) };
        self.session_call("POST", "/execute/async", &json!({ "script": script, "args": arguments }))
            .unwrap_or_else(|error| panic!("a script failed: {error}"))
    }

    /// The page as a picture (PNG), as much of it as its window shows.
    pub fn picture(&self) -> Vec<u8> {
        use base64::Engine as _;
        let text = self.session_call("GET", "/screenshot", &Value::Null).expect("a picture");
        base64::engine::general_purpose::STANDARD.decode(text.as_str().unwrap_or_default()).expect("base64")
    }

    /// What the page wrote to the console at the level of errors: refused scripts among them.
    pub fn errors(&self) -> Vec<String> {
        let log = self.session_call("POST", "/se/log", &json!({ "type": "browser" })).unwrap_or_default();
        let lines = log.as_array().cloned().unwrap_or_default();
        lines
            .iter()
            .filter(|line| line["level"] == "SEVERE")
            .filter_map(|line| line["message"].as_str().map(ToString::to_string))
            .collect()
    }

    pub fn forget_cookies(&self) {
        self.session_call("DELETE", "/cookie", &Value::Null).expect("cookies are forgotten");
    }

    fn element_call(&self, method: &str, element: &Element, path: &str, body: &Value) -> Result<Value, String> {
        self.session_call(method, &format!("/element/{}{path}", element.0), body)
    }

    fn session_call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        self.call(method, &format!("/session/{}{path}", self.session), body)
    }

    /// One call: chromedriver answers each with its length.
    fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).map_err(|error| error.to_string())?;
        stream.set_read_timeout(Some(Duration::from_mins(1))).map_err(|error| error.to_string())?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )
        .map_err(|error| error.to_string())?;
        let mut reader = BufReader::new(stream);
        let mut length = None;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).map_err(|error| error.to_string())?;
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse::<usize>().ok();
            }
        }
        let mut bytes = vec![0; length.ok_or("no length")?];
        reader.read_exact(&mut bytes).map_err(|error| error.to_string())?;
        let answer: Value = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        let value = answer["value"].clone();
        match value["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", value["message"].as_str().unwrap_or_default())),
            None => Ok(value),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.session_call("DELETE", "", &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn read_port(driver: &mut Child) -> u16 {
    let stdout = driver.stdout.take().expect("chromedriver speaks");
    let mut reader = BufReader::new(stdout);
    let mut line = String::new();
    loop {
        line.clear();
        assert!(reader.read_line(&mut line).expect("chromedriver's words") > 0, "chromedriver did not start");
        let port = line.trim().trim_end_matches('.').rsplit(' ').next().and_then(|word| word.parse().ok());
        if let (true, Some(port)) = (line.contains("started successfully"), port) {
            // What it says later must be read, or it stops.
            std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
            return port;
        }
    }
}
