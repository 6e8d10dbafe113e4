-- Writes one record to the hash at KEYS[1], all or not at all.
--
-- ARGV[1]  the key's time to live in milliseconds, or ''
-- ARGV[2]  'replace' deletes every field that is not named here, '' only those that are listed
-- ARGV[3]  how many arguments after this one are names and values to set, in turn
-- then     those; then the names to delete (or, with 'replace', the absent ones that stay)
--
-- The first command that runs checks the key's type: a key of another type stays as it is, its
-- time to live included. What only reads comes before what writes. The first error ends it.

local key, ttl, last = KEYS[1], ARGV[1], 3 + tonumber(ARGV[3])
local sets, replaces, lists, expires = last > 3, ARGV[2] == 'replace', #ARGV > last, ttl ~= ''
local deletes = replaces or lists
local STEP = 4000 -- Lua cannot unpack more than about 8000 values at once; even, to keep pairs

-- A user without the right to one of the commands must not leave half a record: ask first.
-- (Servers before 7.0 cannot be asked; see 'applied' below.)
if redis.acl_check_cmd then
  local function need(command, ...)
    if not redis.acl_check_cmd(command, key, ...) then
      return {err = 'NOPERM this user has no permissions to run the ' .. command .. ' command on this key'}
    end
  end
  local refused = replaces and need('HKEYS')
    or sets and need('HSET', 'f', 'v')
    or deletes and need('HDEL', 'f')
    or not (sets or deletes) and need('HMGET', 'f')
    or expires and need('PEXPIRE', ttl)
  if refused then return refused end
end

local failed, applied = nil, {}

-- 'CODE and why', which versions wrap in different ways.
local function plain(err, command)
  err = err:gsub('[\r\n]+$', ''):gsub('^@?[%w_]+: ?%d+: ', ''):gsub('^%-', '')
  err = err:gsub('^ERR ACL failure in script: ', 'NOPERM ')
  if err:find("can't run this command", 1, true) then -- 6.2 has no code for it
    err = 'NOPERM this user has no permissions to run the ' .. command .. ' command'
  end
  return err:find('^%u+ ') and err or 'ERR ' .. err
end

local function run(command, ...)
  if failed then return nil end
  local reply = redis.pcall(command, key, ...)
  if type(reply) == 'table' and reply.err then
    local err = plain(reply.err, command)
    if #applied > 0 then
      err = 'HALFWRITTEN ' .. table.concat(applied, '+') .. ' ' .. command .. ' ' .. err
    end
    failed = {err = err}
    return nil
  end
  return reply
end

local function write(command, list, from, to)
  for i = from, to, STEP do
    local reply = run(command, unpack(list, i, math.min(i + STEP - 1, to)))
    local changed = reply and (command == 'HSET' or reply > 0)
    if changed and applied[#applied] ~= command then applied[#applied + 1] = command end
  end
end

local others = {}
if replaces then
  local named = {}
  for i = 4, last, 2 do named[ARGV[i]] = true end
  for i = last + 1, #ARGV do named[ARGV[i]] = true end
  for _, name in ipairs(run('HKEYS') or {}) do
    if not named[name] then others[#others + 1] = name end
  end
  if #others == 0 and not sets then
    -- Nothing to do, it seems; but a replica that is behind must refuse this. So delete a name
    -- that is not there.
    local name = ''
    while named[name] do name = name .. '-' end
    others = {name}
  end
elseif not (sets or deletes) then
  run('HMGET', '') -- PEXPIRE checks no type
end

write('HSET', ARGV, 4, last)
if replaces then
  write('HDEL', others, 1, #others)
else
  write('HDEL', ARGV, last + 1, #ARGV)
end
if expires then
  run('PEXPIRE', ttl)
end

return failed or 1
