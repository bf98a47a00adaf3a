//! The other side of the wire (模拟器): each platform as our server meets it, with faults on demand, an invented school,
//! and people who answer by themselves. For the demo and the tests; a school never runs it.
//!
//! Knows nothing of flows, of the store or of what the server makes of a message: it sees only HTTP, as the real
//! platform does. Start at [`wecom::WecomSimulator`], then [`parents::Parents`]; [`demo`] shows both to a visitor.

pub mod demo;
pub mod dice;
pub mod dingtalk;
pub mod example_school;
pub mod parents;
pub mod scenario;
pub mod wecom;
