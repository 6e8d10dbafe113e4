-- Sets the field to ARGV[3], if it holds ARGV[2]. Answers 1, or 0 where it does not.
local stored = run('HGET', field)
if not failed and stored ~= ARGV[2] then return refuse(0) end
run('HSET', field, ARGV[3])
return failed or 1
