use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User<'a> {
    scores: &'a [u16],
    moves: [u16; 4],
}

fn main() {}
