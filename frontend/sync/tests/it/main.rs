//! The replica against a server that is the models and nothing else: what frames do on bad roads,
//! commands that are sent again, refusals that a tablet may pronounce itself.

mod commands;
mod frames;
mod nodes;
mod refusals;
mod tree;
mod world;
