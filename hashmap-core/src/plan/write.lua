-- Writes one record to the hash at KEYS[1], all or not at all.
--
-- ARGV[1]  the key's time to live in milliseconds, or ''
-- ARGV[2]  'replace' deletes every field that is not named here, '' only those that are listed
-- ARGV[3]  how many arguments after this one are names and values to set, in turn
-- then     those; then the names to delete (or, with 'replace', the absent ones that stay)
--
-- HSET and HMGET check the key's type, and nothing is done before the first of them has passed:
-- a key of another type stays as it is, its time to live included. The first error ends it.

local key, ttl, replace, last = KEYS[1], ARGV[1], ARGV[2] == 'replace', 3 + tonumber(ARGV[3])
local STEP = 4000 -- Lua cannot unpack more than about 8000 values at once; even, to keep pairs

-- A user without the right to one of the commands must not leave half a record: ask first.
-- (Servers before 7.0 cannot be asked; see 'wrote' below.)
if redis.acl_check_cmd then
  local needs = {}
  if last > 3 then needs[#needs + 1] = {'HSET', key, 'f', 'v'} end
  if replace then needs[#needs + 1] = {'HKEYS', key} end
  if replace or #ARGV > last then needs[#needs + 1] = {'HDEL', key, 'f'} end
  if ttl ~= '' then needs[#needs + 1] = {'PEXPIRE', key, ttl} end
  for _, command in ipairs(needs) do
    if not redis.acl_check_cmd(unpack(command)) then
      return {err = 'NOPERM this user has no permissions to run the ' .. command[1] .. ' command on this key'}
    end
  end
end

local failed, wrote = nil, false

local function run(command, ...)
  if failed then return nil end
  local reply = redis.pcall(command, key, ...)
  if type(reply) == 'table' and reply.err then
    local err = reply.err:gsub('^%-', ''):gsub('[\r\n]+$', '') -- 6.2 leaves the frame on some
    if err:find("can't run this command", 1, true) then -- 6.2 has no code for it
      err = 'NOPERM this user has no permissions to run the ' .. command .. ' command'
    end
    if wrote then err = 'HALFWRITTEN ' .. command .. ' ' .. err end
    failed = {err = err}
  end
  return reply
end

local function each(command, list, from, to)
  for i = from, to, STEP do
    run(command, unpack(list, i, math.min(i + STEP - 1, to)))
    wrote = true
  end
end

if last > 3 then
  each('HSET', ARGV, 4, last)
else
  run('HMGET', '') -- sets nothing, checks the type
end

if replace then
  local named = {}
  for i = 4, last, 2 do named[ARGV[i]] = true end
  for i = last + 1, #ARGV do named[ARGV[i]] = true end
  local others = {}
  for _, name in ipairs(run('HKEYS') or {}) do
    if not named[name] then others[#others + 1] = name end
  end
  each('HDEL', others, 1, #others)
else
  each('HDEL', ARGV, last + 1, #ARGV)
end

if ttl ~= '' then
  run('PEXPIRE', ttl)
end

return failed or 1
