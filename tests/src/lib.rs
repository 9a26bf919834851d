//! The harness of the system tests: a real server on a real database, people who sign in, send
//! commands and watch through the public protocol. Never here: the server's own code.

mod content;
mod disk;
mod hall;
mod loss;
mod pdf;
mod postgres;
mod process;
mod seat;
mod shim;
mod sql;

pub use content::{delegates, demo_file, item, motion, office, particulars, people};
pub use disk::Disk;
pub use hall::{Hall, On, PASSWORD};
pub use loss::lossy;
pub use pdf::{pdf_of, pdf_of_size, pdf_with_endless_page};
pub use postgres::Cluster;
pub use process::free_port;
pub use seat::{Seat, Socket, Watch, refused};
pub use shim::Shim;
