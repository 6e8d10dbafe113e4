-- Deletes the hash. Answers 1, or 0 where there was none. The first command checks the type of the
-- key. Neither HLEN nor EXISTS is asked: they count fields whose time is over, too.
local is_there = run('HRANDFIELD') or #(run('HKEYS') or {}) > 0
run('UNLINK')
return failed or is_there and 1 or 0
