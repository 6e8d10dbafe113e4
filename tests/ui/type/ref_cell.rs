use std::cell::RefCell;
use std::rc::Rc;

use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    name: Rc<RefCell<String>>,
}

fn main() {}
