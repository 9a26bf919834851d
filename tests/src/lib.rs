//! The harness of the system tests: a real server on a real database, people who sign in, send
//! commands and watch through the public protocol. Never here: the server's own code.

mod content;
mod disk;
mod packet_loss;
mod pdf;
mod postgres;
mod process;
mod shim;
mod sql;
mod test_client;
mod test_server;

pub use content::{delegates, demo_file, item, motion, office, particulars, people};
pub use disk::Disk;
pub use packet_loss::lossy;
pub use pdf::{pdf_of, pdf_of_size, pdf_with_endless_page};
pub use postgres::Cluster;
pub use process::free_port;
pub use shim::Shim;
pub use test_client::{Socket, TestClient, Watch, refused};
pub use test_server::{On, PASSWORD, TestServer};
