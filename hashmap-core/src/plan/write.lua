-- Writes one record to the hash at KEYS[1], all or not at all.
--
-- ARGV[1]  'replace' deletes every field that is not named here, '' only those that are listed
-- ARGV[2]  'exists' or 'missing': what must be so of the hash, or ''
-- ARGV[3]  'PEXPIRE', 'PEXPIREAT' or 'PERSIST': the key's life, or ''
-- ARGV[4]  its milliseconds, or ''
-- ARGV[5]  the name of the version's field, or ''
-- ARGV[6]  the version that the hash must have, '' for none
-- ARGV[7]  how many arguments are names and values to set, in turn
-- ARGV[8]  how many arguments are names and lifetimes in milliseconds, in turn
-- then     those, and those; then the names to delete (or, with 'replace', the absent ones that stay)
--
-- Answers 1, or 0 where the hash is not as it must be. The first command that runs checks the key's
-- type: a key of another type stays as it is, its time to live included. What only reads comes
-- before what writes. The first error ends it. Without a key it does nothing: the server knows it then.

if #KEYS == 0 then return 0 end

local key = KEYS[1]
local replaces, condition = ARGV[1] == 'replace', ARGV[2]
local life, version, expected = ARGV[3], ARGV[5], ARGV[6]
local last = 8 + tonumber(ARGV[7])
local listed = last + tonumber(ARGV[8])
local sets, lists, lifetimes = last > 8, #ARGV > listed, listed > last
local deletes, lives = replaces or lists, life ~= ''
local STEP = 4000 -- Lua cannot unpack more than about 8000 values at once; even, to keep pairs

-- Asked without running it, so that nothing is counted as an error: every server that knows
-- lifetimes of fields can be asked.
if lifetimes and not (redis.acl_check_cmd
    and pcall(redis.acl_check_cmd, 'HPEXPIRE', key, '1', 'FIELDS', '1', 'f')) then
  return {err = 'UNSUPPORTED this server knows no lifetime of a field'}
end

-- A user without the right to one of the commands must not leave half a record: ask first.
-- (Servers before 7.0 cannot be asked; see 'applied' below.)
if redis.acl_check_cmd then
  local function need(command, ...)
    if not redis.acl_check_cmd(command, key, ...) then
      return {err = 'NOPERM this user has no permissions to run the ' .. command .. ' command on this key'}
    end
  end
  local refused = replaces and need('HKEYS')
    or condition ~= '' and need('HKEYS')
    or (condition ~= '' or version ~= '') and need('HGET', 'f')
    or sets and need('HSET', 'f', 'v')
    or (deletes or condition ~= '' or version ~= '') and need('HDEL', 'f')
    or not (sets or deletes) and need('HMGET', 'f')
    or lifetimes and need('HPEXPIRE', '1', 'FIELDS', '1', 'f')
    or lives and (life == 'PERSIST' and need(life) or life ~= 'PERSIST' and need(life, ARGV[4]))
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

-- The hash is not as it must be: says a replica that is behind, too. So it is to write something
-- that changes nothing, which a replica refuses: deletes a name that is not there.
local function refuse(name)
  while run('HGET', name) do name = name .. '-' end
  run('HDEL', name)
  return failed or 0
end

if condition ~= '' then
  -- Not HLEN or EXISTS, which also count fields whose time is over, until the server reaps them.
  local names = run('HKEYS')
  if names and (condition == 'exists') ~= (#names > 0) then return refuse('-') end
end
if version ~= '' then
  local stored = run('HGET', version)
  if stored == '0' then stored = '' end -- somebody else's way to say that there was no write yet
  if not failed and (stored or '') ~= expected then return refuse(version .. '-') end
end

local others = {}
if replaces then
  local named = {}
  for i = 9, last, 2 do named[ARGV[i]] = true end
  for i = listed + 1, #ARGV do named[ARGV[i]] = true end
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
  run('HMGET', '') -- PEXPIRE and its like check no type
end

write('HSET', ARGV, 9, last)
if replaces then
  write('HDEL', others, 1, #others)
else
  write('HDEL', ARGV, listed + 1, #ARGV)
end

local groups = {}
for i = last + 1, listed, 2 do
  local ms = ARGV[i + 1]
  groups[ms] = groups[ms] or {}
  table.insert(groups[ms], ARGV[i])
end
for ms, names in pairs(groups) do
  for i = 1, #names, STEP do
    local to = math.min(i + STEP - 1, #names)
    run('HPEXPIRE', ms, 'FIELDS', to - i + 1, unpack(names, i, to))
  end
end

if lives then
  if life == 'PERSIST' then run(life) else run(life, ARGV[4]) end
end

return failed or 1
