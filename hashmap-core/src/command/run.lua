-- Runs commands on the key until one fails.
local key, field, failed = KEYS[1], ARGV[1], nil
local function run(command, ...)
  if failed then return nil end
  local reply = redis.pcall(command, key, ...)
  if type(reply) ~= 'table' or not reply.err then return reply end
  -- 'CODE and why', which versions wrap in different ways.
  local err = reply.err:gsub('[\r\n]+$', ''):gsub('^@?[%w_]+: ?%d+: ', ''):gsub('^%-', '')
  err = err:gsub('^ERR ACL failure in script: ', 'NOPERM ')
  if err:find("can't run this command", 1, true) then
    err = 'NOPERM this user has no permissions to run the ' .. command .. ' command'
  end
  failed = {err = err:find('^%u+ ') and err or 'ERR ' .. err}
end
-- A replica may be behind: what is refused must be refused by it, too. So it is to write something
-- that changes nothing, and deletes a name that is not there.
local function refuse(answer)
  local name = field .. '-'
  while run('HGET', name) do name = name .. '-' end
  run('HDEL', name)
  return failed or answer
end
