-- Adds ARGV[2] to the field, if it holds no less than ARGV[3] and no more than ARGV[4]. Answers the
-- sum. All are texts: a number of Lua's is a double, and would be rounded.
local function is_less(a, b)
  local minus = a:sub(1, 1) == '-'
  if minus ~= (b:sub(1, 1) == '-') then return minus end
  if #a ~= #b then return (#a < #b) ~= minus end
  return a ~= b and (a < b) ~= minus
end
local stored = run('HGET', field) or '0'
-- Of what is no integer, HINCRBY says so.
local is_integer = stored == '0' or stored:find('^%-?[1-9]%d*$')
if is_integer and (is_less(stored, ARGV[3]) or is_less(ARGV[4], stored)) then
  return refuse({err = 'OVERFLOW the sum is out of range'})
end
run('HINCRBY', field, ARGV[2])
return run('HGET', field) or failed
