//! A server that is reached over TCP and encrypts: PostgreSQL does not encrypt on its own socket.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::server::{Server, USER};
use crate::{Missing, programs};

/// A running server with a certificate of its own, for the name `localhost` alone.
pub struct EncryptedServer {
    server: Server,
    port: u16,
}

impl EncryptedServer {
    /// Makes a certificate and starts a server with it.
    ///
    /// # Errors
    /// The programs are missing, `openssl` among them, or say why not.
    pub fn start() -> Result<Self, Missing> {
        // Free a moment ago; who takes it meanwhile fails the test, and does not pass it.
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.map_err(|error| Missing::Failed(error.to_string()))?.port();
        // Named from the data folder, which is where the server is at home.
        let words =
            ["listen_addresses=127.0.0.1", "ssl=on", "ssl_cert_file=../server.crt", "ssl_key_file=../server.key"];
        let words = words.iter().flat_map(|word| ["-c".to_owned(), (*word).to_owned()]);
        let words: Vec<String> = words.chain(["-p".to_owned(), port.to_string()]).collect();
        let server = Server::start_as(&words, make_certificate)?;
        Ok(Self { server, port })
    }

    /// The address of its own database, by this name and with these options.
    pub fn url(&self, host: &str, options: &str) -> String {
        format!("postgres://{USER}@{host}:{}/postgres?{options}", self.port)
    }

    /// Who vouches for its certificate: itself.
    pub fn certificate(&self) -> PathBuf {
        self.server.socket_folder().join("server.crt")
    }
}

fn make_certificate(folder: &Path) -> Result<(), Missing> {
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]);
    openssl.args(["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]);
    openssl.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
    openssl.arg("-keyout").arg(folder.join("server.key")).arg("-out").arg(folder.join("server.crt"));
    programs::answer(&mut openssl).map(|_| ())
}
