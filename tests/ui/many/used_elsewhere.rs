use redis_hashmap::{Absent, ToRedisHash};

// One mistake here, and one error: what follows is right but for it.
#[derive(ToRedisHash)]
#[redis_hash(key = "user:{usre_id}")]
struct User<'a, T, const N: usize = 4>
where
    T: Copy,
{
    user_id: u64,
    name: &'a str,
    value: T,
    bytes: [u8; N],
}

// Even the mistake is in the template: nobody is told that there is none.
#[derive(ToRedisHash)]
#[redis_hash(key = "")]
struct Empty {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key)]
struct Bare {
    id: u64,
}

fn import(record: &impl ToRedisHash, con: &mut redis::Connection) {
    record.as_hash().key("user:1").write(con).unwrap();
}

fn main() {
    let mut con = redis::Client::open("redis://localhost/").unwrap().get_connection().unwrap();
    let user = User { user_id: 1, name: "Ada", value: 'x', bytes: [0; 4] };
    user.write_hash(&mut con).unwrap();
    user.as_hash().absent(Absent::Keep).replace().encode(&mut Vec::new()).unwrap();
    import(&user, &mut con);
    redis::cmd("DEL").arg(User::<u8>::hash_key(1).unwrap()).exec(&mut con).unwrap();
    Empty { id: 1 }.write_hash(&mut con).unwrap();
    Bare { id: 1 }.write_hash(&mut con).unwrap();
}
