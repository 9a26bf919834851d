//! What an official's tablet loads before anything is seen, as it travels. A budget that is passed
//! fails here; decision 0006 says how it is kept.

use icabinet_tests::{On, TestServer};

/// Script and wasm, styles: bytes in brotli, at most.
const BUDGETS: [(&[&str], usize); 2] = [(&[".js", ".wasm"], 400_000), (&[".css"], 30_000)];

/// The addresses of files that a page asks for before it shows anything.
fn asked_for(page: &str) -> Vec<&str> {
    let quoted = page.split('"').filter(|part| part.starts_with("/assets/"));
    // The sound's script is named for later, in a `meta`.
    let later = |path: &&str| !page.contains(&format!("content=\"{path}\""));
    quoted.filter(later).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tablet_loads_no_more_than_its_budget() {
    let hall = TestServer::open(On::Sqlite).await;
    let client = reqwest::Client::new();
    let get = async |path: &str| {
        let request = client.get(format!("{}{path}", hall.base())).header("accept-encoding", "br");
        let answer = request.send().await.unwrap();
        let travels = answer.headers().get("content-encoding").cloned();
        assert_eq!(
            travels.map(|name| name.to_str().unwrap().to_owned()).as_deref(),
            Some("br"),
            "{path}"
        );
        answer.bytes().await.unwrap().len()
    };
    let page = client.get(hall.base()).send().await.unwrap().text().await.unwrap();
    let files = asked_for(&page);
    for (kinds, most) in BUDGETS {
        let mut loaded = 0;
        let of_kind = |path: &&&str| kinds.iter().any(|kind| path.ends_with(kind));
        for path in files.iter().filter(of_kind) {
            loaded += get(path).await;
        }
        assert!(loaded > 0, "nothing of {kinds:?} in {page}");
        assert!(loaded <= most, "{kinds:?}: {loaded} bytes in brotli, {most} are allowed");
    }
}
